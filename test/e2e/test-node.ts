import { type ChildProcess, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { hostdChildren } from '../support/leftovers.ts';
import { makeScratchFolder } from '../support/scratch-folders.ts';
import type { Setting } from './settings.ts';
import { mountNamespaceWithoutUnified } from './without-unified.ts';

const program = resolve('dist/tsorch.cjs');
const image = 'hello:latest';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A container as `tsorch ps -o json` shows it; only what tests look at. */
export interface ListedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly phase: string;
  readonly health: string;
  readonly task?: { readonly number: number; readonly pid?: number };
}

/**
 * A node of its own in a scratch directory, driven as a person would: by the built command line. `await using` ends it,
 * fails when anything of it is left on the host, and removes the directory.
 */
export class TestNode implements AsyncDisposable {
  readonly directory: string;
  readonly root: string;
  readonly runDir: string;
  /** Added to the environment of commands, and so of the daemon that the first of them starts. */
  readonly variables: Record<string, string> = {};
  #ended = false;
  /** Keeps the mount namespace that this node lives in, where it is not ours. */
  readonly #namespace: ChildProcess | undefined;
  /** Of all services. */
  readonly #runtime: string | undefined;

  constructor(namespace?: ChildProcess, runtime?: string) {
    this.#namespace = namespace;
    this.#runtime = runtime;
    this.directory = makeScratchFolder();
    this.root = join(this.directory, 'root');
    this.runDir = join(this.directory, 'run');
  }

  /** A node with the busybox image `hello:latest` in it, whose services run as `setting` says. */
  static async withImage({ unified = true, runtime }: Omit<Setting, 'name'> = {}): Promise<TestNode> {
    const node = new TestNode(unified ? undefined : await mountNamespaceWithoutUnified(), runtime?.name);
    await node.importImage();
    return node;
  }

  async importImage(): Promise<void> {
    const tar = join(this.directory, 'rootfs.tar');
    await run('bash', ['-c', `scripts/busybox-rootfs.sh > ${tar}`]);
    await this.expect('image', 'import', tar, image);
  }

  /** Runs the command line; never throws for an exit status. */
  tsorch(...args: string[]): Promise<CommandResult> {
    const command = [process.execPath, program, ...args];
    if (this.#namespace === undefined) return run(process.execPath, command.slice(1), this.environment());
    return run('nsenter', ['--target', `${this.#namespace.pid}`, '--mount', ...command], this.environment());
  }

  /** Runs the command line and returns stdout; throws with everything it printed when it fails. */
  async expect(...args: string[]): Promise<string> {
    const result = await this.tsorch(...args);
    if (result.status === 0) return result.stdout;
    throw new Error(`tsorch ${args.join(' ')} ended with ${result.status}\n${result.stdout}${result.stderr}`);
  }

  async json<Value>(...args: string[]): Promise<Value> {
    return JSON.parse(await this.expect(...args, '-o', 'json')) as Value;
  }

  /** Writes a stack file; its services get the node's runtime. */
  stackFile(name: string, text: string): string {
    const path = join(this.directory, `${name}.yaml`);
    writeFileSync(
      path,
      `name: ${name}\n${this.#runtime === undefined ? text : withRuntime(text, this.#runtime)}`,
    );
    return path;
  }

  async apply(file: string, ...flags: string[]): Promise<void> {
    await this.expect('apply', '-f', file, '--timeout', '60s', ...flags);
  }

  async containers(stack: string): Promise<readonly ListedContainer[]> {
    const stacks = await this.json<{ services: { containers: ListedContainer[] }[] }[]>('ps', stack);
    return stacks.flatMap(({ services }) => services.flatMap(({ containers }) => containers));
  }

  /** Pids of the node's own programs. */
  pidOf(name: 'tsorchd' | 'tsorch-hostd'): number {
    const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && this.#isProgram(pid, name));
    if (found === undefined) throw new Error(`${name} does not run`);
    return Number(found);
  }

  #isProgram(pid: string, name: string): boolean {
    const args = commandLine(pid);
    return (
      !hostdChildren.includes(nameOf(pid)) &&
      args.includes(this.runDir) &&
      args.slice(0, 2).some((arg) => arg.split('/').pop()?.split('.')[0] === name)
    );
  }

  environment(): NodeJS.ProcessEnv {
    const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
    return {
      ...environment,
      TSORCH_ROOT: this.root,
      TSORCH_RUN_DIR: this.runDir,
      NO_COLOR: '1',
      ...this.variables,
    };
  }

  /** What is left on the host that carries this node's names: directories, mounts, cgroups, links, tables, processes. */
  async leftovers(): Promise<string[]> {
    const key = createHash('sha256').update(`${this.root}\0${this.runDir}`).digest('hex').slice(0, 6);
    const mounts = lines(readFileSync(`/proc/${this.#namespace?.pid ?? 'self'}/mountinfo`, 'utf8')).filter(
      (line) => line.includes(this.directory),
    );
    const cgroups = lines(
      (await run('find', ['/sys/fs/cgroup', '-type', 'd', '-name', `tsorch-${key}`])).stdout,
    );
    const tables = lines((await run('nft', ['list', 'tables'])).stdout).filter((line) => line.includes(key));
    const links = lines((await run('ip', ['-o', 'link', 'show', 'group', String(linkGroup(key))])).stdout);
    const processes = readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid) && commandLine(pid).some((arg) => arg.startsWith(this.directory)))
      .map((pid) => `${pid} ${commandLine(pid).join(' ')}`);
    const files = ['containers', 'images/layers'].flatMap((folder) => entries(join(this.root, folder)));
    const runFiles = ['shims', 'bundles', 'netns'].flatMap((folder) => entries(join(this.runDir, folder)));
    return [
      ...mounts,
      ...cgroups,
      ...tables,
      ...links,
      ...processes,
      ...files.filter(isContainer),
      ...runFiles,
    ];
  }

  /** Deletes all stacks, ends the node; resolves with what is left. */
  async end(): Promise<string[]> {
    this.#ended = true;
    if (existsSync(join(this.runDir, 'tsorch.sock'))) {
      const stacks = await this.json<{ stack: string }[]>('ps');
      for (const { stack } of stacks) await this.expect('delete', stack, '--timeout', '60s');
      await this.expect('node', 'stop');
    }
    return this.leftovers();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = this.#ended ? [] : await this.end();
    this.#namespace?.kill('SIGKILL');
    if (left.length > 0) throw new Error(`left on the host:\n${left.join('\n')}`);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `IFLA_GROUP` of a node's links (runtime-native/crates/network/src/kernel_names.rs). */
function linkGroup(key: string): number {
  return 0x74730000 + createHash('sha256').update(`${key}\0group`).digest().readUInt16BE(0);
}

/** Behind `image`, in flow mappings and in block mappings. */
function withRuntime(text: string, name: string): string {
  return text
    .replaceAll(`image: ${image},`, `image: ${image}, runtime: ${name},`)
    .replaceAll(new RegExp(`^( +)image: ${image}$`, 'gm'), `$&\n$1runtime: ${name}`);
}

function isContainer(path: string): boolean {
  return path.includes('/containers/');
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Its own name, which a process may choose. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return ''; // it ended meanwhile
  }
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // it ended meanwhile
  }
}

export function run(
  file: string,
  args: string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<CommandResult> {
  return new Promise((done) => {
    const options = { env, maxBuffer: 64 << 20, encoding: 'utf8' as const };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
      done({ status, stdout, stderr });
    });
    child.stdin?.end();
  });
}

/** Polls until `look` returns something; throws after `timeoutMs` with what was seen last. */
export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined | false> | Value | undefined | false,
  timeoutMs = 30_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`did not happen within ${timeoutMs} ms: ${what}`);
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolvePort(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
