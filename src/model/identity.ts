import { createHash } from 'node:crypto';
import type { Brand } from './brand.ts';

/** 32 hex digits; derived from the owner (see `containerId`), so creating twice is creating once. */
export type ContainerId = Brand<'ContainerId'>;

/** `stack/service`, the name under which a service holds published ports and DNS names on the host. */
export type ServiceKey = Brand<'ServiceKey'>;

export function serviceKey(stack: string, service: string): ServiceKey {
  return `${stack}/${service}` as ServiceKey;
}

/** The place of one replica: `web.2` of stack `shop`. */
export interface Slot {
  readonly stack: string;
  readonly service: string;
  /** 1-based. */
  readonly ordinal: number;
}

/** Text form of a slot inside its stack: `web.2`. */
export function slotName(slot: Pick<Slot, 'service' | 'ordinal'>): string {
  return `${slot.service}.${slot.ordinal}`;
}

/** Name that people and DNS use for the container of a slot, as Compose builds it: `shop-web-2`. */
export function containerName(slot: Slot): string {
  return `${slot.stack}-${slot.service}-${slot.ordinal}`;
}

export interface ContainerIdentity extends Slot {
  /** Hash over everything whose change needs a new container (`recreate` of `SpecHashes`). */
  readonly recreateHash: string;
  /** Raised only by a forced recreate. */
  readonly nonce: number;
}

/** Old and new container of a slot can stand side by side; going back to an older definition finds its old id again. */
export function containerId(of: ContainerIdentity): ContainerId {
  const text = JSON.stringify([of.stack, of.service, of.ordinal, of.recreateHash, of.nonce]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32) as ContainerId;
}
