import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './command.ts';
import type { Driver, LeftOut, OpenDriver, Workshop } from './driver.ts';
import { openDocker } from './drivers/docker.ts';
import { openOciRuntime } from './drivers/oci-runtime.ts';
import { openPodman } from './drivers/podman.ts';
import { openTsorch } from './drivers/tsorch.ts';
import { describeMachine, load, waitForQuiet } from './machine.ts';
import { measureRuntimes } from './measures/runtimes.ts';
import { formatRows, Samples, summarize } from './samples.ts';
import { measureAll, type Part, parts } from './schedule.ts';

const systems: Readonly<Record<string, OpenDriver>> = {
  tsorch: openTsorch,
  runc: openOciRuntime('runc'),
  crun: openOciRuntime('crun'),
  podman: openPodman,
  docker: openDocker,
};

const usage = `npm run bench -- [options]
  --quick            few samples: shows that everything works
  --only a,b         only these systems (${Object.keys(systems).join(', ')}), or runtimes: OCI command lines alone
  --parts a,b        only these measurements (${parts.join(', ')})
  --settle SECONDS   wait at most so long for a quiet machine before each sample (default 2)
  --json FILE        write all samples, too`;

interface Options {
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly parts: readonly Part[];
  readonly settleMs: number;
  readonly json: string | undefined;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: ['runtimes', ...Object.keys(systems)].join(',') },
      parts: { type: 'string', default: parts.join(',') },
      settle: { type: 'string', default: '2' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { quick, only, settle, json } = values;
  return {
    quick,
    only: only.split(','),
    parts: parts.filter((part) => values.parts.split(',').includes(part)),
    settleMs: Number(settle) * 1000,
    json: json === undefined ? undefined : resolve(json),
  };
}

async function main(): Promise<void> {
  const options = readOptions();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)));
  const directory = mkdtempSync(join(tmpdir(), 'tsorch-bench-'));
  const runDirectory = mkdtempSync(join(['/run', '/dev/shm'].find(isTmpfs) ?? tmpdir(), 'tsorch-bench-'));
  const drivers: Driver[] = [];
  try {
    const workshop = { ...(await prepare(directory)), runDirectory, signal: interrupted.signal };
    const leftOut: LeftOut[] = [];
    for (const name of options.only.filter((one) => one !== 'runtimes')) {
      const opened = await systems[name]?.(workshop);
      if (opened === undefined) throw new Error(`there is no system "${name}"\n${usage}`);
      if ('reason' in opened) leftOut.push(opened);
      else drivers.push(opened);
    }
    await measureAndTell({ drivers, leftOut, workshop, options });
  } finally {
    for (const driver of drivers.reverse())
      await driver[Symbol.asyncDispose]().then(undefined, console.error);
    for (const path of [directory, runDirectory]) rmSync(path, { recursive: true, force: true });
  }
}

function isTmpfs(path: string): boolean {
  return existsSync(path) && statfsSync(path).type === 0x01021994; // statfs(2), TMPFS_MAGIC
}

/** The scratch directory with the root filesystem that all systems run. */
async function prepare(directory: string): Promise<Omit<Workshop, 'runDirectory' | 'signal'>> {
  const rootfs = join(directory, 'rootfs');
  const rootfsTar = join(directory, 'rootfs.tar');
  await run('bash', ['-c', `scripts/busybox-rootfs.sh > ${rootfsTar}`]);
  await run('bash', ['-c', `mkdir ${rootfs} && tar -C ${rootfs} -xf ${rootfsTar}`]);
  return { directory, rootfs, rootfsTar };
}

interface Bench {
  readonly drivers: readonly Driver[];
  readonly leftOut: readonly LeftOut[];
  readonly workshop: Workshop;
  readonly options: Options;
}

async function measureAndTell({ drivers, leftOut, workshop, options }: Bench): Promise<void> {
  const machine = describeMachine();
  const loadBefore = load();
  const samples = new Samples();
  const quiet = (): Promise<void> => waitForQuiet(options.settleMs);
  if (options.only.includes('runtimes'))
    await measureRuntimes(samples, { workshop, quiet, rounds: options.quick ? 3 : 20 });
  if (drivers.length > 0)
    await measureAll({ drivers, samples, workshop, quiet, isQuick: options.quick, parts: options.parts });
  const loads = { before: loadBefore, after: load() };
  console.log(
    `\n${Object.entries(machine)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`,
  );
  console.log(`load ${loads.before.toFixed(1)} before, ${loads.after.toFixed(1)} after\n`);
  console.log(formatRows(samples.rows()));
  console.log();
  for (const { name, version, remark } of drivers) console.log(`${name} ${version}: ${remark}`);
  for (const { name, reason } of leftOut) console.log(`${name} is left out: ${reason}`);
  if (options.json === undefined) return;
  const rows = samples.rows().map((row) => ({ ...row, ...summarize(row.samples) }));
  const versions = Object.fromEntries(drivers.map(({ name, version }) => [name, version]));
  writeFileSync(options.json, `${JSON.stringify({ machine, loads, versions, leftOut, rows }, null, 2)}\n`);
}

main().catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
