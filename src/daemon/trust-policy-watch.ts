import { existsSync } from 'node:fs';
import type { TrustPolicy, TrustPolicySource } from '../engine/images/policy/trust-policy.ts';
import { readTrustPolicy, stampOf } from './trust-policy-file.ts';

export interface TrustPolicyOptions {
  readonly path: string;
  /** The node was told to have one: without the file nothing starts. */
  readonly mustExist: boolean;
}

/**
 * The policy as its files are now. They are looked at (not read) at each question, so that no change is missed and none needs a
 * restart. A policy that was in force once and is gone is not the same as none: nothing starts until it is back.
 */
export class TrustPolicyWatch {
  readonly #path: string;
  #mustExist: boolean;
  /** Files that the policy was read from, and what they were then. */
  #stamps: ReadonlyMap<string, string>;
  #loaded: Promise<TrustPolicy> | undefined;

  constructor({ path, mustExist }: TrustPolicyOptions) {
    this.#path = path;
    this.#mustExist = mustExist;
    this.#stamps = new Map([[path, stampOf(path)]]);
  }

  /** @throws TsorchError `trust.bad-policy` */
  readonly current: TrustPolicySource = async () => {
    if (!this.#mustExist && !existsSync(this.#path)) return undefined;
    this.#mustExist = true;
    const isSame = [...this.#stamps].every(([file, stamp]) => stampOf(file) === stamp);
    if (this.#loaded !== undefined && isSame) return this.#loaded;
    const stamps = new Map<string, string>();
    const loading = readTrustPolicy(this.#path, stamps);
    loading.catch(() => {}); // told to whoever asks
    this.#stamps = stamps;
    this.#loaded = loading;
    return loading;
  };

  /** Calls `listener` when a file of the policy has changed; what is returned ends that. */
  watch(listener: () => void, intervalMs = 2_000): () => void {
    let seen = this.#now();
    const timer = setInterval(() => {
      const now = this.#now();
      if (now !== seen) listener();
      seen = now;
    }, intervalMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  #now(): string {
    return [...this.#stamps.keys()].map(stampOf).join('\n');
  }
}
