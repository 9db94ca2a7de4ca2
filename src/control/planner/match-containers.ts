import {
  type ContainerSpec,
  containerSpec,
  type ServiceSpec,
  serviceSpec,
} from '../../model/container-spec.ts';
import { type Slot, slotName } from '../../model/identity.ts';
import type { Backoff, Hold } from '../../model/ledger.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Service, Stack } from '../../model/stack.ts';
import { dependencyOrder } from './dependency-order.ts';
import type { PlanInput } from './plan-input.ts';

/** A place of the stack and what fills it. */
export interface SlotView {
  readonly slot: Slot;
  /** `web.2` */
  readonly key: string;
  /** The container it shall hold. */
  readonly spec: ContainerSpec;
  /** That container, where some of it is there. */
  readonly current?: ObservedContainer;
  /** Containers of the slot with another definition. */
  readonly others: readonly ObservedContainer[];
  readonly backoff?: Backoff;
  /** As in `Ledger.renewals`; 0 = none. */
  readonly renewal: number;
  /** Why no task shall run here. */
  readonly held?: string;
}

export interface ServiceView {
  readonly name: string;
  readonly service: Service;
  readonly spec: ServiceSpec;
  readonly slots: readonly SlotView[];
  /** Somebody waits for its end: exit 0 is success, once for each definition. */
  readonly isOneShot: boolean;
  /** A one-shot that has succeeded with this definition. */
  readonly isDone: boolean;
}

export interface StackView {
  /** In dependency order. Services whose image has no digest are missing. */
  readonly services: readonly ServiceView[];
  readonly byName: ReadonlyMap<string, ServiceView>;
  readonly unresolved: readonly Service[];
  /** Containers of the stack that belong to no slot any more, in order of their names. */
  readonly surplus: readonly ObservedContainer[];
}

interface Found {
  readonly bySlot: ReadonlyMap<string, readonly ObservedContainer[]>;
  readonly awaited: ReadonlySet<string>;
}

/** Lays the observed containers beside the slots that the desired state has. */
export function matchContainers(input: PlanInput): StackView {
  const { stack, images, wanted } = input.desired;
  const surplus = surplusContainers(input);
  if (wanted === 'removed') return { services: [], byName: new Map(), unresolved: [], surplus };
  const found = { bySlot: groupBySlot(input), awaited: awaitedServices(stack) };
  const services: ServiceView[] = [];
  const unresolved: Service[] = [];
  for (const name of dependencyOrder(stack.services)) {
    const service = stack.services[name];
    if (service === undefined) continue;
    const manifest = images[service.image];
    if (manifest === undefined) unresolved.push(service);
    else services.push(serviceView(input, serviceSpec(stack, service, manifest), found));
  }
  const byName = new Map(services.map((service) => [service.name, service]));
  return { services, byName, unresolved, surplus };
}

function serviceView(
  { desired, ledger, observed }: PlanInput,
  spec: ServiceSpec,
  { bySlot, awaited }: Found,
): ServiceView {
  const { definition: service, hashes } = spec;
  const slots = Array.from({ length: service.replicas }, (_, index): SlotView => {
    const slot: Slot = { stack: desired.stack.name, service: service.name, ordinal: index + 1 };
    const key = slotName(slot);
    const wanted = containerSpec(spec, slot, ledger.nonces[key] ?? 0);
    const found = bySlot.get(key) ?? [];
    const current = found.find((container) => container.spec.id === wanted.id);
    const backoff = ledger.backoffs.find((entry) => entry.key === key && entry.container === wanted.id);
    const held = holdOf(ledger.holds, { service, key, bootId: observed.bootId });
    return {
      slot,
      key,
      spec: wanted,
      others: found.filter((container) => container !== current),
      renewal: ledger.renewals[wanted.id] ?? 0,
      ...(current === undefined ? {} : { current }),
      ...(backoff === undefined ? {} : { backoff }),
      ...(desired.wanted === 'stopped' ? { held: 'stack stopped' } : held === undefined ? {} : { held }),
    };
  });
  const isOneShot = awaited.has(service.name);
  const isDone =
    isOneShot &&
    ledger.memos.some((memo) => memo.service === service.name && memo.definition === hashes.recreate);
  return { name: service.name, service, spec, slots, isOneShot, isDone };
}

/** Services that others wait for to complete. */
function awaitedServices({ services }: Stack): ReadonlySet<string> {
  const edges = Object.values(services).flatMap(({ dependsOn }) => dependsOn);
  const awaited = edges.filter(({ condition }) => condition === 'service_completed_successfully');
  return new Set(awaited.map(({ service }) => service));
}

/** A hold on a service with `restart: always` ends with the boot it was made in. */
function holdOf(
  holds: readonly Hold[],
  of: { readonly service: Service; readonly key: string; readonly bootId: string },
): string | undefined {
  const hold = holds.find(({ key }) => key === of.service.name || key === of.key);
  if (hold === undefined) return undefined;
  if (of.service.restart.kind === 'always' && hold.bootId !== of.bootId) return undefined;
  return hold.reason === 'operator' ? 'stopped by the operator' : 'held after too many failures';
}

function groupBySlot({ desired, observed }: PlanInput): ReadonlyMap<string, readonly ObservedContainer[]> {
  const groups = new Map<string, ObservedContainer[]>();
  const own = observed.containers.filter(({ spec }) => spec.slot.stack === desired.stack.name);
  for (const container of sortedById(own)) {
    const key = slotName(container.spec.slot);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [container]);
    else group.push(container);
  }
  return groups;
}

function surplusContainers({ desired, observed }: PlanInput): readonly ObservedContainer[] {
  const { stack, wanted } = desired;
  const surplus = observed.containers.filter(({ spec: { slot } }) => {
    if (slot.stack !== stack.name) return false;
    if (wanted === 'removed') return true;
    const service = stack.services[slot.service];
    return service === undefined || slot.ordinal > service.replicas || slot.ordinal < 1;
  });
  return sortedById(surplus).sort(bySlotName);
}

function bySlotName(
  { spec: { slot: a } }: ObservedContainer,
  { spec: { slot: b } }: ObservedContainer,
): number {
  if (a.service !== b.service) return a.service < b.service ? -1 : 1;
  return a.ordinal - b.ordinal;
}

export function sortedById(containers: readonly ObservedContainer[]): ObservedContainer[] {
  return [...containers].sort((a, b) => (a.spec.id < b.spec.id ? -1 : 1));
}
