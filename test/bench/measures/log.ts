import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Driver } from '../driver.ts';
import type { Samples } from '../samples.ts';

const lineBytes = 100;
const digits = 10;
const patienceMs = 120_000;
/** A log that has not grown for so long is complete. */
const stillMs = 500;

type Logging = Driver & { readonly log: NonNullable<Driver['log']> };

interface LogOptions {
  readonly rounds: number;
  readonly megabytes: number;
  readonly directory: string;
  readonly quiet: () => Promise<void>;
}

/**
 * One container copies a file of numbered lines to its stdout in pieces of 4 KiB, as stdio writes. Megabytes of output over
 * the time from its begin to the last change of its log, in which no line may be missing.
 */
export async function measureLog(
  drivers: readonly Driver[],
  samples: Samples,
  options: LogOptions,
): Promise<void> {
  const able = drivers.filter((driver): driver is Logging => driver.log !== undefined);
  const lines = Math.floor((options.megabytes * 1e6) / lineBytes);
  const folder = join(options.directory, 'log');
  mkdirSync(folder, { mode: 0o777 });
  writeLines(join(folder, 'lines'), lines);
  for (let round = 0; round < options.rounds; round += 1)
    for (const driver of able) {
      for (const name of ['begun', 'done']) rmSync(join(folder, name), { force: true });
      await options.quiet();
      try {
        await driver.log.up(folder);
        const seconds = await secondsUntilLogged(driver, folder);
        checkLines(driver, { files: await driver.log.files(), last: lines - 1 });
        const figure = { value: (lines * lineBytes) / 1e6 / seconds, unit: 'MB/s' } as const;
        samples.add(`log of one container that writes ${options.megabytes} MB`, driver.name, figure);
      } finally {
        await driver.log.down();
      }
    }
}

function writeLines(path: string, count: number): void {
  const file = openSync(path, 'w', 0o644);
  const filler = 'x'.repeat(lineBytes - digits - 2);
  for (let first = 0; first < count; first += 10_000) {
    const numbers = Array.from({ length: Math.min(10_000, count - first) }, (_, index) => first + index);
    writeSync(file, numbers.map((number) => `${String(number).padStart(digits, '0')} ${filler}\n`).join(''));
  }
  closeSync(file);
}

async function secondsUntilLogged(driver: Logging, folder: string): Promise<number> {
  const deadline = performance.now() + patienceMs;
  const done = join(folder, 'done');
  const isLate = (): boolean => performance.now() > deadline;
  while (!existsSync(done) && !isLate()) await delay(50);
  const files = await driver.log.files();
  const changedAt = (): number => Math.max(...files.map((file) => statSync(file).mtimeMs));
  while (Date.now() - changedAt() < stillMs && !isLate()) await delay(50);
  if (isLate()) throw new Error(`${driver.name}: the log is not written`);
  return (changedAt() - statSync(join(folder, 'begun')).mtimeMs) / 1000;
}

/** Of a log in the CRI format parts of lines are put together; other formats are taken as they are. */
function outputIn(file: string): string {
  const text = readFileSync(file, 'latin1');
  return text.replace(/^\S+ stdout ([FP]) (.*)\n/gm, (_, tag: string, part: string) =>
    tag === 'P' ? part : `${part}\n`,
  );
}

/** Every line must be there, in order. */
function checkLines(
  { name }: Driver,
  { files, last }: { readonly files: readonly string[]; readonly last: number },
): void {
  let expected = 0;
  for (const file of files)
    for (const [, text] of outputIn(file).matchAll(/(\d{10}) x/g)) {
      const number = Number(text);
      if (number !== expected) throw new Error(`${name}: line ${expected} is missing in the log`);
      expected = number + 1;
    }
  if (expected !== last + 1) throw new Error(`${name}: the log ends before line ${last}`);
}
