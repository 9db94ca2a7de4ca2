import type { Digest } from './digest.ts';
import type { ContainerId, Slot } from './identity.ts';
import type { Service } from './stack.ts';

/** One hash per change class over the canonical, defaulted fields of that class. */
export interface SpecHashes {
  readonly recreate: string;
  readonly restart: string;
  readonly live: string;
}

/**
 * Everything one container is made of. Written by rename to `containers/<id>/spec.json` before anything else of the
 * container exists, so "what was applied" is observed, never remembered.
 */
export interface ContainerSpec {
  /** Version of this document and of the hashes in it. */
  readonly version: 1;
  readonly id: ContainerId;
  readonly slot: Slot;
  /** `shop-web-1` */
  readonly name: string;
  readonly image: { readonly reference: string; readonly manifest: Digest };
  readonly definition: Service;
  /** Host names of the stack's networks and volumes by their keys: `{ default: 'shop_default' }`. */
  readonly networks: Readonly<Record<string, string>>;
  readonly volumes: Readonly<Record<string, string>>;
  readonly hashes: SpecHashes;
  readonly nonce: number;
}
