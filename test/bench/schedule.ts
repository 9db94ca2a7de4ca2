import type { Driver, Workshop } from './driver.ts';
import { measureExec, measureExecByApi, measureList, measureNoOp } from './measures/commands.ts';
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
  readonly parts: readonly Part[];
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

/** What can be measured alone. */
export const parts = ['one', 'ten', 'fifty', 'log', 'crash'] as const;
export type Part = (typeof parts)[number];

/** All measurements that are asked for; in every round the systems take turns, so that a machine that gets slower does so for all of them. */
export async function measureAll(schedule: Schedule): Promise<void> {
  for (const part of schedule.parts) {
    schedule.workshop.signal.throwIfAborted();
    await measurePart[part](schedule, schedule.isQuick ? quick : thorough);
  }
}

const measurePart: Readonly<Record<Part, (schedule: Schedule, times: Repetitions) => Promise<void>>> = {
  one: (schedule, times) =>
    takeTurns(schedule, { count: 1, rounds: times.one }, async (driver) => {
      const { samples, quiet } = schedule;
      await measureInDaemon(driver, samples);
      await quiet();
      await measureNoOp(driver, samples, 1);
      await quiet();
      await measureExec(driver, samples);
      await quiet();
      await measureExecByApi(driver, samples);
    }),
  ten: (schedule, times) => takeTurns(schedule, { count: 10, rounds: times.ten }, async () => {}),
  fifty: (schedule, times) =>
    takeTurns(schedule, { count: 50, rounds: times.fifty }, async (driver) => {
      for (let index = 0; index < times.commands; index += 1) {
        await schedule.quiet();
        await measureList(driver, schedule.samples, 50);
        await measureNoOp(driver, schedule.samples, 50);
      }
      measureMemory(driver, schedule.samples, 50);
    }),
  log: ({ drivers, samples, workshop, quiet }, times) => {
    tell('logs');
    const options = { rounds: times.logs, megabytes: 64, directory: workshop.directory, quiet };
    return measureLog(drivers, samples, options);
  },
  crash: ({ drivers, samples, workshop, quiet }, times) => {
    tell('crashes');
    return measureCrash(drivers, samples, { count: times.crashes, directory: workshop.directory, quiet });
  },
};

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
