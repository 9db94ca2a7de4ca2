import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NodeClient } from '../../../src/client/node-client.ts';
import { run } from '../command.ts';
import {
  type CrashDriver,
  crashingCommand,
  type Driver,
  type LeftOut,
  type LogDriver,
  loggingCommand,
  type OverheadProcess,
  sleeping,
  type Workshop,
} from '../driver.ts';
import { allPids, commandLine, parentOf } from '../processes.ts';

const program = resolve('dist/tsorch.cjs');
const daemonProgram = resolve('dist/tsorchd.cjs');
const image = 'bench:latest';
const startTimeoutMs = 20_000;

interface ListedStack {
  readonly services: readonly {
    readonly containers: readonly { readonly phase: string; readonly task?: { readonly pid?: number } }[];
  }[];
}

interface DaemonLogLine {
  readonly msg: string;
  readonly step?: string;
  readonly durationMs?: number;
}

interface EventLine {
  readonly type: string;
  readonly at: number;
}

/** A node of its own in the scratch directory, used by its command line. */
class TsorchDriver implements Driver {
  readonly name = 'tsorch';
  readonly remark =
    'own bridge network, names and addresses for every container; one `apply` for all of them';
  readonly version: string;
  readonly crash: CrashDriver;
  readonly log: LogDriver;
  readonly #node: NodePlace;
  readonly #daemon: ChildProcess;
  readonly #signal: AbortSignal;
  readonly #client: NodeClient;

  constructor(workshop: Workshop, of: { readonly daemon: ChildProcess; readonly version: string }) {
    this.#node = placeOf(workshop);
    this.#signal = workshop.signal;
    this.#client = new NodeClient(join(this.#node.runDir, 'tsorch.sock'));
    this.#daemon = of.daemon;
    this.version = of.version;
    this.crash = {
      up: async (count, folder) => {
        const service = {
          command: crashingCommand('/begun'),
          volumes: [`${folder}:/begun`],
          restart: 'always',
        };
        await this.#apply(count, service);
      },
      pids: async () => pidsOf(await this.#stack()),
      down: () => this.down(),
    };
    this.log = {
      up: async (folder) => {
        await this.#apply(1, {
          command: loggingCommand,
          volumes: [`${folder}:/bench`],
          logging: { options: { 'max-size': '1g' } },
        });
      },
      files: async () => logFilesOf(this.#node.root),
      down: () => this.down(),
    };
  }

  async up(count: number): Promise<void> {
    await this.#apply(count, { command: sleeping });
  }

  async upAgain(): Promise<void> {
    await this.#tsorch('apply', '-f', this.#node.stackFile);
  }

  async running(): Promise<number> {
    return pidsOf(await this.#stack()).length;
  }

  async exec(): Promise<void> {
    await this.#tsorch('exec', 'bench/sleeper', 'true');
  }

  async execByApi(): Promise<void> {
    const session = this.#client.exec({
      ...{ object: 'bench/sleeper', args: ['true'], tty: false, interactive: false, user: '' },
      ...{ workingDir: '', environment: {}, size: undefined, timeoutMs: 0 },
    });
    session.endInput();
    const code = await session.run({ output: async () => {} });
    if (code !== 0) throw new Error(`exec ended with ${code}`);
  }

  async list(): Promise<void> {
    await this.#tsorch('ps');
  }

  async down(): Promise<void> {
    const names = JSON.parse(await tsorch(this.#node, ['ps', '-o', 'json'])) as readonly unknown[];
    if (names.length > 0) await tsorch(this.#node, ['delete', 'bench', '--timeout', '120s']);
  }

  overhead(): readonly OverheadProcess[] {
    const ours = allPids().filter((pid) => commandLine(pid).includes(this.#node.runDir));
    const shims = new Set(
      allPids()
        .filter((pid) => commandLine(pid).join(' ') === sleeping.join(' '))
        .map(parentOf),
    );
    return ours.map((pid) => ({ pid, kind: kindOf(pid, shims) }));
  }

  /** Durations of the steps from the daemon's log, the span between two events from its history; both in whole ms. */
  async timesInDaemon(): Promise<Readonly<Record<string, number>>> {
    const steps = readFileSync(this.#node.logFile, 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as DaemonLogLine] : []))
      .filter(({ msg }) => msg === 'step done');
    const duration = (kind: string): number =>
      steps.findLast(({ step }) => step === kind)?.durationMs ?? Number.NaN;
    const events = (await this.#tsorch('events', 'bench', '-o', 'json'))
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as EventLine]));
    const at = (kind: string): number => events.findLast(({ type }) => type === kind)?.at ?? Number.NaN;
    return {
      'createContainer + startTask': duration('createContainer') + duration('startTask'),
      'accepted until running': at('startTask') - at('applied'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    if (this.#daemon.exitCode !== null) return;
    await this.down().catch(report);
    await tsorch(this.#node, ['node', 'stop']).catch(report);
    this.#daemon.kill('SIGTERM');
  }

  async #apply(count: number, service: object): Promise<void> {
    const sleeper = { image, stop_grace_period: '0s', deploy: { replicas: count }, ...service };
    // JSON is YAML.
    writeFileSync(this.#node.stackFile, JSON.stringify({ name: 'bench', services: { sleeper } }));
    await this.#tsorch('apply', '-f', this.#node.stackFile, '--timeout', '120s');
  }

  async #stack(): Promise<readonly ListedStack[]> {
    return JSON.parse(await this.#tsorch('ps', 'bench', '-o', 'json')) as readonly ListedStack[];
  }

  #tsorch(...args: string[]): Promise<string> {
    return tsorch(this.#node, args, this.#signal);
  }
}

/** Where the node has its things. */
interface NodePlace {
  readonly root: string;
  readonly runDir: string;
  readonly logFile: string;
  readonly stackFile: string;
}

function placeOf({ directory, runDirectory }: Workshop): NodePlace {
  return {
    root: join(directory, 'tsorch'),
    runDir: join(runDirectory, 'tsorch'),
    logFile: join(directory, 'tsorch.log'),
    stackFile: join(directory, 'stack.yaml'),
  };
}

export async function openTsorch(workshop: Workshop): Promise<Driver | LeftOut> {
  const node = placeOf(workshop);
  const log = openSync(node.logFile, 'a');
  const args = [daemonProgram, '--root', node.root, '--run-dir', node.runDir];
  // A session of its own: Ctrl-C is for us, who ends it in order.
  const daemon = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
  const version = await answering(node, daemon);
  await tsorch(node, ['image', 'import', workshop.rootfsTar, image]);
  return new TsorchDriver(workshop, { daemon, version });
}

/** Resolves with the version of the daemon as soon as it answers. */
async function answering(node: NodePlace, daemon: ChildProcess): Promise<string> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline && daemon.exitCode === null) {
    const text = await tsorch(node, ['version', '-o', 'json']);
    const { daemon: version } = JSON.parse(text) as { readonly daemon?: string };
    if (version !== undefined) return version;
    await delay(50);
  }
  throw new Error(`the daemon does not answer:\n${readFileSync(node.logFile, 'utf8')}`);
}

function tsorch(node: NodePlace, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const environment = { ...process.env, TSORCH_ROOT: node.root, TSORCH_RUN_DIR: node.runDir };
  return run(process.execPath, [program, ...args], {
    environment,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Of the only container; higher numbers are older. */
function logFilesOf(root: string): readonly string[] {
  const [id = ''] = readdirSync(join(root, 'containers'));
  const directory = join(root, 'containers', id, 'log');
  const names = readdirSync(directory).sort(
    (a, b) => Number(b.split('.')[2] ?? 0) - Number(a.split('.')[2] ?? 0),
  );
  return names.map((name) => join(directory, name));
}

function pidsOf(stacks: readonly ListedStack[]): readonly number[] {
  return stacks.flatMap(({ services }) =>
    services.flatMap(({ containers }) =>
      containers.flatMap(({ phase, task }) =>
        phase === 'running' && task?.pid !== undefined ? [task.pid] : [],
      ),
    ),
  );
}

function kindOf(pid: number, shims: ReadonlySet<number>): string {
  if (shims.has(pid)) return 'shim';
  return commandLine(pid).some((arg) => arg.endsWith('tsorchd.cjs')) ? 'daemon' : 'hostd';
}

function report(error: unknown): void {
  console.error(`bench: ${String(error)}`);
}
