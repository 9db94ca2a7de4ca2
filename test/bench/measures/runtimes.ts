import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { run } from '../command.ts';
import type { Workshop } from '../driver.ts';
import type { Samples } from '../samples.ts';
import { ResidentRuntime } from './through-hostd.ts';

/** An OCI runtime's command line, up to its verb. */
interface Contender {
  readonly system: string;
  readonly command: string;
  /** crun refuses hosts with hybrid control groups even when it shall leave them alone: it must not see the v2 tree. */
  readonly withoutGroups: boolean;
}

interface RuntimesOptions {
  readonly workshop: Workshop;
  readonly quiet: () => Promise<void>;
  readonly rounds: number;
}

const ours = `${resolve('dist/tsorch-rt')} tsorch-runtime`;
const batch = 10;

const running = 'OCI runtime: run true';
const living = 'OCI runtime: create + start + delete';

/**
 * `run` and `create`, `start`, `delete` of `true` by tsorch-runtime, crun and runc: the same bundle, one after the other by a
 * shell (Node forks slower than they run), in turns. Compared with runc with control groups, with crun without. Then the same
 * by calls of hostd, which does more: network, control groups, an overlay, a shim with a log.
 */
export async function measureRuntimes(samples: Samples, options: RuntimesOptions): Promise<void> {
  const { workshop, quiet, rounds } = options;
  const bundle = await makeBundle(workshop);
  const contenders = contendersIn(workshop.runDirectory);
  await using resident = await ResidentRuntime.open(workshop, bundle);
  for (let round = 0; round < rounds; round += 1) {
    for (const { system, command, withoutGroups } of contenders) {
      const id = (index: number): string => `bench-${process.pid}-${index}`;
      const indices = [...Array(batch).keys()];
      const runs = indices.map((index) => `${command} run --bundle ${bundle} ${id(index)}`);
      const lives = indices.map((index) =>
        [`create --bundle ${bundle}`, 'start', 'delete --force']
          .map((verb) => `${command} ${verb} ${id(index)}`)
          .join(' && '),
      );
      for (const [measure, lines] of [
        [running, runs],
        [living, lives],
      ] as const) {
        workshop.signal.throwIfAborted();
        await quiet();
        const value = (await timeOf(lines, withoutGroups)) / batch;
        samples.add(measure, system, { value, unit: 'ms' });
      }
    }
    await measureResident(samples, { workshop, quiet, resident });
  }
}

async function measureResident(
  samples: Samples,
  { workshop, quiet, resident }: Omit<RuntimesOptions, 'rounds'> & { readonly resident: ResidentRuntime },
): Promise<void> {
  for (const networking of ['none', 'bridge'] as const)
    for (const [measure, until] of [
      [running, 'ended and removed'],
      [living, 'removed'],
    ] as const) {
      workshop.signal.throwIfAborted();
      await quiet();
      const value = (await resident.timeOf(batch, networking, until)) / batch;
      samples.add(measure, `hostd, network ${networking}`, { value, unit: 'ms' });
    }
}

function contendersIn(runDirectory: string): readonly Contender[] {
  const root = (name: string): string => {
    const path = join(runDirectory, `runtime-${name}`);
    mkdirSync(path, { recursive: true });
    return `--root ${path}`;
  };
  const isThere = (name: string): boolean =>
    (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name)));
  const disabled = '--cgroup-manager disabled';
  const crun = `crun ${root('crun')} ${disabled}`;
  const all = [
    {
      system: 'tsorch-runtime, no cgroups',
      command: `${ours} ${root('ours')} ${disabled}`,
      withoutGroups: true,
    },
    { system: 'crun, no cgroups', command: crun, withoutGroups: true },
    { system: 'tsorch-runtime', command: `${ours} ${root('ours')}`, withoutGroups: false },
    { system: 'runc', command: `runc ${root('runc')}`, withoutGroups: false },
  ];
  return all.filter(({ command }) => command.startsWith('/') || isThere(command.split(' ', 1)[0] ?? ''));
}

async function makeBundle({ directory, rootfs }: Workshop): Promise<string> {
  const bundle = join(directory, 'true');
  mkdirSync(bundle, { recursive: true });
  await run('sh', ['-c', `${ours} spec --bundle ${bundle}`]);
  const path = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  config.ociVersion = '1.0.2'; // crun 1.8 knows no later one
  Object.assign(config.process, { terminal: false, args: ['/bin/true'] });
  config.root = { path: rootfs, readonly: true };
  writeFileSync(path, JSON.stringify(config));
  return bundle;
}

/** Milliseconds from the first line's beginning to the last one's end, as the shell that runs them tells. */
function timeOf(lines: readonly string[], withoutGroups: boolean): Promise<number> {
  const hide = withoutGroups ? 'umount /sys/fs/cgroup/unified 2>/dev/null || true' : ':';
  const script = [hide, 'echo begin', ...lines.map((line) => `{ ${line}; } >/dev/null || exit`), 'echo end'];
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script.join('\n')];
  return new Promise((done, fail) => {
    const child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said: number[] = [];
    let complaint = '';
    child.stdout.on('data', () => said.push(performance.now()));
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', (code) => {
      const [begin, end] = said;
      if (code === 0 && begin !== undefined && end !== undefined) done(end - begin);
      else fail(new Error(`${lines[0]}: ${complaint.trim() || `exit status ${code}`}`));
    });
  });
}
