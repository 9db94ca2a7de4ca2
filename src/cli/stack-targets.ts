import { TsorchError } from '../lib/errors.ts';

export interface StackTargets {
  readonly stack: string;
  /** Empty: all of the stack. */
  readonly services: string[];
}

/**
 * Services as arguments name them: `shop`, `shop web db`, or `shop/web shop/db`, as `exec` writes it.
 *
 * @throws TsorchError `usage.bad-argument` when they are of different stacks
 */
export function stackTargets([first = '', ...others]: readonly string[]): StackTargets {
  const [stack = '', service] = first.split('/', 2);
  const services = others.map((other) => serviceIn(stack, other));
  return { stack, services: service === undefined ? services : [service, ...services] };
}

function serviceIn(stack: string, target: string): string {
  const [before = '', service] = target.split('/', 2);
  if (service === undefined) return before;
  if (before === stack) return service;
  throw new TsorchError('usage.bad-argument', `"${target}" is not a service of stack "${stack}"`, {
    hint: 'name services of one stack at a time',
  });
}
