import type { Digest } from './digest.ts';
import type { Stack } from './stack.ts';

/** What is wanted of a stack: its current revision, and whether it shall run. */
export interface DesiredState {
  readonly stack: Stack;
  readonly revision: { readonly number: number; readonly digest: Digest };
  readonly wanted: 'running' | 'stopped' | 'removed';
  /** Reference as in `Service.image` -> manifest digest; resolved before planning. */
  readonly images: Readonly<Record<string, Digest>>;
}
