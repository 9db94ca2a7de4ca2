import type { Driver, Workshop } from './driver.ts';
import { measureExec, measureList, measureNoOp } from './measures/commands.ts';
import { measureCrash } from './measures/crash.ts';
import { measureInDaemon } from './measures/in-daemon.ts';
import { measureLog } from './measures/log.ts';
import { measureMemory } from './measures/memory.ts';
import { measureScale } from './measures/scale.ts';
import type { Samples } from './samples.ts';

export interface Schedule {
  readonly drivers: readonly Driver[];
  readonly samples: Samples;
  readonly workshop: Workshop;
  /** Resolves when the machine has nothing else to do, or does not come to rest. */
  readonly quiet: () => Promise<void>;
  readonly isQuick: boolean;
}

interface Repetitions {
  readonly one: number;
  readonly ten: number;
  readonly fifty: number;
  /** Of each command while fifty run. */
  readonly commands: number;
  readonly crashes: number;
  readonly logs: number;
}

const thorough: Repetitions = { one: 20, ten: 7, fifty: 5, commands: 6, crashes: 15, logs: 5 };
const quick: Repetitions = { one: 3, ten: 1, fifty: 1, commands: 3, crashes: 3, logs: 1 };

/** All measurements; in every round the systems take turns, so that a machine that gets slower does so for all of them. */
export async function measureAll(schedule: Schedule): Promise<void> {
  const { drivers, samples, workshop, quiet, isQuick } = schedule;
  const repetitions = isQuick ? quick : thorough;
  await takeTurns(schedule, { count: 1, rounds: repetitions.one }, async (driver) => {
    await measureInDaemon(driver, samples);
    await quiet();
    await measureNoOp(driver, samples, 1);
    await quiet();
    await measureExec(driver, samples);
  });
  await takeTurns(schedule, { count: 10, rounds: repetitions.ten }, async () => {});
  await takeTurns(schedule, { count: 50, rounds: repetitions.fifty }, async (driver) => {
    for (let index = 0; index < repetitions.commands; index += 1) {
      await quiet();
      await measureList(driver, samples, 50);
      await measureNoOp(driver, samples, 50);
    }
    measureMemory(driver, samples, 50);
  });
  tell('logs');
  await measureLog(drivers, samples, {
    ...{ rounds: repetitions.logs, megabytes: 64, directory: workshop.directory, quiet },
  });
  tell('crashes');
  workshop.signal.throwIfAborted();
  await measureCrash(drivers, samples, {
    ...{ count: repetitions.crashes, directory: workshop.directory, quiet },
  });
}

async function takeTurns(
  { drivers, samples, workshop, quiet }: Schedule,
  { count, rounds }: { readonly count: number; readonly rounds: number },
  whileRunning: (driver: Driver) => Promise<void>,
): Promise<void> {
  for (let round = 1; round <= rounds; round += 1)
    for (const driver of drivers) {
      workshop.signal.throwIfAborted();
      tell(`${count} containers, round ${round} of ${rounds}, ${driver.name}`);
      await quiet();
      await measureScale(driver, samples, { count, whileRunning: () => whileRunning(driver) });
    }
}

function tell(what: string): void {
  console.error(`bench: ${what}`);
}
