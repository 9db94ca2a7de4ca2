import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { complaintOf, run } from '../command.ts';
import { type Driver, type LeftOut, type OpenDriver, sleeping, type Workshop } from '../driver.ts';

const cgroupParent = `tsorch-bench-${process.pid}`;

/** runc and crun by hand: one bundle a container, all on one root filesystem. */
class OciRuntimeDriver implements Driver {
  readonly name: string;
  readonly version: string;
  readonly remark =
    '`create` and `start` of a ready bundle: no image, no network, no log, nobody who watches; a floor, not a peer';
  readonly #program: string;
  readonly #directory: string;
  readonly #state: string;
  readonly #bundle: string;
  #count = 0;

  constructor(workshop: Workshop, of: { readonly program: string; readonly version: string }) {
    this.#program = of.program;
    this.name = basename(of.program);
    this.version = of.version;
    this.#directory = join(workshop.directory, this.name);
    this.#state = join(workshop.runDirectory, this.name);
    this.#bundle = join(this.#directory, 'bundle');
    mkdirSync(this.#bundle, { recursive: true });
  }

  /** Writes the program's own example configuration, changed to sleep on our root filesystem. */
  async prepare(rootfs: string): Promise<void> {
    await run(this.#program, ['spec', '--bundle', this.#bundle]);
    const path = join(this.#bundle, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    Object.assign(config.process, { terminal: false, args: sleeping });
    config.root = { path: rootfs, readonly: true };
    writeFileSync(path, JSON.stringify(config));
  }

  async up(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const id = `bench-${process.pid}-${index}`;
      this.#count = index + 1;
      await this.#create(id);
      await this.#run('start', id);
    }
  }

  async running(): Promise<number> {
    const listed = JSON.parse(await this.#run('list', '--format', 'json')) as { readonly status: string }[];
    return listed.filter(({ status }) => status === 'running').length;
  }

  async exec(): Promise<void> {
    await this.#run('exec', `bench-${process.pid}-0`, 'true');
  }

  async list(): Promise<void> {
    await this.#run('list');
  }

  async down(): Promise<void> {
    for (let index = 0; index < this.#count; index += 1)
      await this.#run('delete', '--force', `bench-${process.pid}-${index}`);
    this.#count = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    removeCgroups(this.name);
  }

  #run(...args: string[]): Promise<string> {
    return run(this.#program, ['--root', this.#state, ...args]);
  }

  /** Each needs a cgroup of its own; the container keeps our stdio, so we wait for the program, not for its streams. */
  #create(id: string): Promise<void> {
    const path = join(this.#bundle, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    config.linux.cgroupsPath = `/${cgroupParent}/${this.name}/${id}`;
    writeFileSync(path, JSON.stringify(config));
    const args = ['--root', this.#state, 'create', '--bundle', this.#bundle, id];
    return runDetaching(this.#program, args, join(this.#directory, 'stderr'));
  }
}

function runDetaching(program: string, args: readonly string[], stderrFile: string): Promise<void> {
  const stderr = openSync(stderrFile, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', stderr] });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(readFileSync(stderrFile, 'utf8')));
    });
  });
}

export function openOciRuntime(program: string): OpenDriver {
  return async (workshop): Promise<Driver | LeftOut> => {
    const version = await run(program, ['--version']).catch(() => undefined);
    if (version === undefined) return { name: program, reason: 'not installed' };
    const number = /version (\S+)/.exec(version)?.[1] ?? 'unknown';
    const driver = new OciRuntimeDriver(workshop, { program, version: number });
    const complaint = await complaintOf(driver.prepare(workshop.rootfs).then(() => driver.up(1)));
    if (complaint === undefined) {
      await driver.down();
      return driver;
    }
    await complaintOf(driver[Symbol.asyncDispose]());
    return { name: program, reason: complaint };
  };
}

/** In the one tree of version 2, and in each of the hierarchies of version 1. */
function removeCgroups(name: string): void {
  const roots = [
    '/sys/fs/cgroup',
    ...readdirSync('/sys/fs/cgroup').map((entry) => `/sys/fs/cgroup/${entry}`),
  ];
  for (const root of roots)
    for (const path of [join(root, cgroupParent, name), join(root, cgroupParent)])
      if (
        existsSync(path) &&
        readdirSync(path, { withFileTypes: true }).every((entry) => !entry.isDirectory())
      )
        rmdirSync(path);
}
