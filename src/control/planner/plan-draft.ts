import { canonicalHash } from '../../model/canonical-json.ts';
import type { Blocked, Cause, Impact, Note, Step, StepArguments, StepKind } from '../../model/plan.ts';

/** A step as a pass asks for it; id and order are the draft's business. */
export interface StepRequest<Kind extends StepKind> {
  readonly kind: Kind;
  readonly target: string;
  readonly service?: string;
  readonly args: StepArguments[Kind];
  readonly after?: readonly string[];
  readonly causes: readonly Cause[];
  readonly impact: Impact;
}

/** Why a step may not be taken now. */
export type StepGate = (step: {
  readonly id: string;
  readonly target: string;
  readonly service?: string;
}) => Blocked | undefined;

/** Same kind, target and arguments: same id. */
export function stepId(kind: StepKind, target: string, args: object): string {
  return canonicalHash([kind, target, args]).slice(0, 16);
}

/** The plan while the passes write it. */
export class PlanDraft {
  readonly blocked: Blocked[] = [];
  readonly notes: Note[] = [];
  readonly #steps = new Map<string, Step>();
  readonly #withheld = new Set<string>();
  /** Object -> id of the step that brings it about, e.g. `image sha256:..`. */
  readonly #providers = new Map<string, string>();
  readonly #gate: StepGate;

  constructor(gate: StepGate) {
    this.#gate = gate;
  }

  /** The id, also of a step that is withheld: what names it in `after` is withheld too. */
  add<Kind extends StepKind>(request: StepRequest<Kind>): string {
    const { kind, target, args, after = [], causes, impact, service } = request;
    const id = stepId(kind, target, args);
    const named = service === undefined ? {} : { service };
    const refused = this.#gate({ id, target, ...named });
    if (refused !== undefined) this.block(refused);
    if (refused !== undefined || after.some((earlier) => this.#withheld.has(earlier))) this.#withheld.add(id);
    else this.#steps.set(id, { id, kind, target, ...named, args, after, causes, impact } as Step);
    return id;
  }

  /** Adds the step and remembers it as what provides `object`. */
  provide<Kind extends StepKind>(object: string, request: StepRequest<Kind>): string {
    const id = this.add(request);
    this.#providers.set(object, id);
    return id;
  }

  /** Ids to be named in `after` by what needs these objects; none for what is already there. */
  providers(...objects: readonly string[]): readonly string[] {
    return objects.flatMap((object) => this.#providers.get(object) ?? []);
  }

  /** Puts a step after others that were added later than it. */
  order(id: string, after: readonly string[]): void {
    const step = this.#steps.get(id);
    if (step !== undefined) this.#steps.set(id, { ...step, after: [...step.after, ...after] });
  }

  isWithheld(id: string): boolean {
    return this.#withheld.has(id);
  }

  block(entry: Blocked): void {
    this.blocked.push(entry);
  }

  note(text: string, service?: string): void {
    this.notes.push(service === undefined ? { text } : { service, text });
  }

  /** Whether something of this service cannot go on without a person. */
  isStuck(service: string): boolean {
    return this.blocked.some((entry) => entry.service === service && entry.kind === 'stuck');
  }

  /** The steps that may be taken: without those that, by a later `order`, came after a withheld one. */
  admittedSteps(): readonly Step[] {
    for (let before = -1; before !== this.#withheld.size; ) {
      before = this.#withheld.size;
      for (const { id, after } of this.#steps.values())
        if (after.some((earlier) => this.#withheld.has(earlier))) this.#withheld.add(id);
    }
    return [...this.#steps.values()].filter(({ id }) => !this.#withheld.has(id));
  }
}
