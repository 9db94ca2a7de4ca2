import type { CallOptions } from '../../../lib/abort.ts';
import type { Clock } from '../../../lib/clock.ts';
import { causeChain, TsorchError } from '../../../lib/errors.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import type { Digest } from '../../../model/digest.ts';
import type { ErrorCode } from '../../../model/error-code.ts';
import {
  type FoundSignatures,
  findSignatures,
  type SignatureSource,
  type SignedSubject,
} from './find-signatures.ts';
import { type JudgedImage, type Judgement, type Refusal, refusalOf, refused } from './judgement.ts';
import { normalRepository, ruleFor } from './policy-scope.ts';
import type { SignatureEvidence } from './signature-evidence.ts';
import {
  describeRequirement,
  type SignatureRequirement,
  type TrustPolicy,
  type TrustPolicySource,
  type TrustRule,
} from './trust-policy.ts';
import type { TrustRecords } from './trust-records.ts';
import { type SignatureFinding, verifySignature } from './verify-signature.ts';

export interface ImageTrustParts {
  readonly policy: TrustPolicySource;
  readonly records: TrustRecords;
  readonly registry: SignatureSource;
  readonly images: TrustedImages;
  readonly clock: Clock;
}

/** What has to be known of an image to judge it. */
export interface TrustedImages {
  /** Documents that lead to the manifest by this name, itself included, with their bytes. */
  subjects(image: JudgedImage, options: CallOptions): Promise<readonly SignedSubject[]>;
  /** It has this name by an import. */
  isImported(image: JudgedImage): Promise<boolean>;
}

/** A registry that does not answer must not hold a stack up. */
const searchMs = 10_000;
/** What was refused may have been signed since. */
const refusalMs = 30_000;

/**
 * Whether an image may run on this node. The only judge: asked before layers are fetched, when a plan is made, and at every start.
 */
export class ImageTrust {
  readonly #parts: ImageTrustParts;
  /** What was decided in this process, by policy, image and repository. Nothing else keeps refusals. */
  readonly #recent = new Map<string, Judgement>();
  readonly #searches = new SingleFlight<Judgement>();

  constructor(parts: ImageTrustParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when the image may run.
   *
   * @throws TsorchError `image.untrusted` (retryable when signatures could not be looked for), `trust.bad-policy`
   */
  async admit(image: JudgedImage, options: CallOptions = {}): Promise<void> {
    const judgement = await this.judge(image, options);
    if (!judgement.allowed) throw refused(image, judgement);
  }

  /** Why the image may not run; undefined = it may. Says so too when the policy cannot be read. */
  async refusal(image: JudgedImage, options: JudgeOptions): Promise<Refusal | undefined> {
    try {
      const judgement = await this.judge(image, options);
      return judgement.allowed ? undefined : refusalOf(refused(image, judgement));
    } catch (error) {
      if (error instanceof TsorchError && error.code === 'trust.bad-policy') return refusalOf(error);
      throw error;
    }
  }

  /** @throws TsorchError `trust.bad-policy` */
  async judge(image: JudgedImage, options: JudgeOptions = {}): Promise<Judgement> {
    const policy = await this.#parts.policy();
    if (policy === undefined) return this.#unjudged();
    const rule = ruleFor(policy, image.reference);
    const plain = await this.#withoutSignatures(image, rule);
    if (plain !== undefined) return this.#decision(policy, rule, plain);
    const known = options.afresh ? undefined : this.#known(image, policy, rule);
    if (known !== undefined && !this.#isOld(known)) return known;
    const key = keyOf(image, policy);
    const search = this.#searches.run(
      key,
      (signal) => this.#search(image, { policy, rule, signal }),
      options,
    );
    if (known === undefined || !options.mayBeOld) return search;
    search.catch(() => {}); // whoever asks next learns what came of it
    return known;
  }

  /** Forgets what is known of images that the node has no more. */
  prune(isKept: (manifest: Digest) => boolean): void {
    this.#parts.records.prune(isKept);
  }

  #unjudged(): Judgement {
    const why = 'this node has no trust policy';
    const at = this.#parts.clock.now();
    return { allowed: true, scope: '', require: 'accept', why, findings: [], at };
  }

  async #withoutSignatures(image: JudgedImage, rule: TrustRule): Promise<Verdict | undefined> {
    if (rule.acceptsImported && (await this.#parts.images.isImported(image)))
      return { allowed: true, why: 'it was imported on this node' };
    switch (rule.require.kind) {
      case 'accept':
        return { allowed: true, why: 'its origin is accepted' };
      case 'reject':
        return { allowed: false, why: 'its origin is rejected' };
      case 'digest':
        return image.reference.digest === undefined
          ? { allowed: false, why: 'it is not named by its digest' }
          : { allowed: true, why: 'it is named by its digest' };
      case 'signature':
        return undefined;
    }
  }

  #known(image: JudgedImage, policy: TrustPolicy, rule: TrustRule): Judgement | undefined {
    const key = keyOf(image, policy);
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const kept = this.#parts.records.read(image.manifest).decisions[normalRepository(image.reference)];
    if (!kept?.allowed || kept.policy !== policy.digest || kept.scope !== rule.scope) return undefined;
    const judgement = { ...kept, policy: policy.file };
    this.#remember(key, judgement);
    return judgement;
  }

  #isOld({ allowed, at }: Judgement): boolean {
    const now = this.#parts.clock.now();
    return !allowed && (at + refusalMs <= now || at > now);
  }

  /** First by what is kept: a node without a network must be able to start what it has. */
  async #search(image: JudgedImage, { policy, rule, signal }: SearchContext): Promise<Judgement> {
    const require = rule.require as SignatureRequirement;
    const repository = normalRepository(image.reference);
    const record = this.#parts.records.read(image.manifest);
    const kept = await this.#check(image, { require, evidence: record.evidence, signal });
    const isKeptGood = kept.some(({ isGood }) => isGood);
    const found = isKeptGood ? undefined : await this.#findAndCheck(image, { require, signal });
    const { findings, evidence, failure } = found ?? { findings: kept, evidence: record.evidence };
    const verdict = verdictOf(findings, failure);
    const plain = this.#decision(policy, rule, { ...verdict, findings });
    const decision = failure === undefined ? plain : { ...plain, cause: failure };
    this.#remember(keyOf(image, policy), decision);
    if (decision.allowed) {
      const decisions = { ...record.decisions, [repository]: { ...plain, policy: policy.digest } };
      this.#parts.records.write(image.manifest, { evidence, decisions });
    }
    return decision;
  }

  async #findAndCheck(
    image: JudgedImage,
    { require, signal }: Omit<CheckContext, 'evidence'>,
  ): Promise<Found> {
    try {
      const { evidence, problems } = await this.#find(image, signal);
      const checked = await this.#check(image, { require, evidence, signal });
      const useless = problems.map((why) => ({ place: 'registry', isGood: false, why }));
      return { evidence, findings: [...checked, ...useless] };
    } catch (error) {
      signal.throwIfAborted();
      return { evidence: [], findings: [], failure: unreachable(error) };
    }
  }

  async #find(image: JudgedImage, signal: AbortSignal): Promise<FoundSignatures> {
    const { images, registry } = this.#parts;
    const patience = AbortSignal.any([signal, AbortSignal.timeout(searchMs)]);
    const subjects = await images.subjects(image, { signal: patience });
    return findSignatures({ source: registry, reference: image.reference, subjects, signal: patience });
  }

  /** Of what is beside one of the documents that lead to the image, each signature with what came of it. */
  async #check(image: JudgedImage, { require, evidence, signal }: CheckContext): Promise<SignatureFinding[]> {
    if (evidence.length === 0) return [];
    // What was kept may have been found by another name: only what leads to the image counts.
    const subjects = await this.#parts.images.subjects(image, { signal }).catch(() => []);
    const repository = normalRepository(image.reference);
    const leading = evidence.filter(({ beside }) => subjects.some(({ digest }) => digest === beside));
    const findings: SignatureFinding[] = [];
    for (const one of leading) {
      findings.push(await verifySignature(one, require, { repository }));
      if (findings.at(-1)?.isGood) break;
    }
    return findings;
  }

  #decision({ file }: TrustPolicy, { scope, require }: TrustRule, verdict: Verdict): Judgement {
    const { allowed, why, findings = [] } = verdict;
    const at = this.#parts.clock.now();
    return { allowed, policy: file, scope, require: describeRequirement(require), why, findings, at };
  }

  #remember(key: string, judgement: Judgement): void {
    // Names come from stack files and people; one that asks for ever new ones must not fill the memory.
    if (this.#recent.size >= 1_000) this.#recent.clear();
    this.#recent.set(key, judgement);
  }
}

export interface JudgeOptions extends CallOptions {
  /** A refusal of a moment ago does not count. */
  readonly afresh?: boolean;
  /** A refusal that is not of a moment ago is good enough for now; the image is looked at again meanwhile. */
  readonly mayBeOld?: boolean;
}

interface Verdict {
  readonly allowed: boolean;
  readonly why: string;
  readonly findings?: readonly SignatureFinding[];
}

interface SearchContext {
  readonly policy: TrustPolicy;
  readonly rule: TrustRule;
  readonly signal: AbortSignal;
}

interface Found {
  readonly evidence: readonly SignatureEvidence[];
  readonly findings: readonly SignatureFinding[];
  readonly failure?: TsorchError;
}

interface CheckContext {
  readonly require: SignatureRequirement;
  readonly evidence: readonly SignatureEvidence[];
  readonly signal: AbortSignal;
}

function verdictOf(findings: readonly SignatureFinding[], failure: TsorchError | undefined): Verdict {
  const good = findings.find(({ isGood }) => isGood);
  if (good !== undefined) return { allowed: true, why: good.why };
  if (failure !== undefined) return { allowed: false, why: 'its signatures could not be looked for' };
  if (findings.length === 0) return { allowed: false, why: 'it is not signed' };
  const [first, ...more] = findings;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return { allowed: false, why: `no signature of it counts: ${first?.why}${others}` };
}

/** Refused, as every image that cannot be judged; only what is said about it differs. */
function unreachable(error: unknown): TsorchError {
  if (error instanceof TsorchError) return error;
  const why = causeChain(error)[0] ?? 'unknown error';
  return new TsorchError<ErrorCode>('registry.unreachable', `signatures did not come: ${why}`, {
    retryable: true,
    cause: error,
  });
}

function keyOf({ reference, manifest }: JudgedImage, { digest }: TrustPolicy): string {
  return `${digest} ${manifest} ${normalRepository(reference)}`;
}
