import { setTimeout as delay } from 'node:timers/promises';

/** Looks every few milliseconds until `check` gives a value that counts; fails after `timeoutMs` with what it saw last. */
export async function eventually<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  timeoutMs = 5_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`nothing came of it in ${timeoutMs} ms`);
    await delay(5);
  }
}
