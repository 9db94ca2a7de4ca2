import { hasSucceeded } from './container-condition.ts';
import type { ServiceView } from './match-containers.ts';
import type { Planning } from './planning.ts';

/** Remembers that a one-shot has done its work, so that it is not run again at each apply or boot. */
export function recordSuccess({ input, draft }: Planning, view: ServiceView): void {
  const { isOneShot, isDone, slots, name, spec } = view;
  if (!isOneShot || isDone || slots.length === 0) return;
  const succeeded = slots.flatMap(({ current, renewal }) =>
    current !== undefined && hasSucceeded(current, renewal) ? [current.exit?.exitedAt ?? input.now] : [],
  );
  if (succeeded.length < slots.length) return;
  draft.add({
    kind: 'recordMemo',
    target: name,
    service: name,
    args: { memo: { service: name, definition: spec.hashes.recreate, at: Math.max(...succeeded) } },
    causes: [{ kind: 'exit', code: 0, oomKilled: false, attempt: 1 }],
    impact: 'none',
  });
}
