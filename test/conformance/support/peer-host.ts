import { execFile, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeBinary } from '../../support/native-binary.ts';
import { runtimeProgram } from './runtime-program.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A scratch directory in which another container engine runs with tsorch-runtime; its daemons end with it. */
export class PeerHost implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'ts-peer-'));
  readonly runtime = runtimeProgram(nativeBinary());
  readonly #environment: NodeJS.ProcessEnv;
  readonly #daemons: (() => Promise<void>)[] = [];

  constructor(environment: Readonly<Record<string, string>> = {}) {
    this.#environment = { ...process.env, TMPDIR: this.directory, ...environment };
  }

  /** Writes a file into the directory and gives its path. */
  write(name: string, text: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, text);
    return path;
  }

  /** The tar of a small root file system. */
  async rootfsTar(): Promise<string> {
    const path = join(this.directory, 'rootfs.tar');
    await this.expect('sh', '-c', `bash '${process.cwd()}/scripts/busybox-rootfs.sh' > '${path}'`);
    return path;
  }

  async rootfs(): Promise<string> {
    const path = join(this.directory, 'rootfs');
    mkdirSync(path);
    await this.expect('tar', '-xf', await this.rootfsTar(), '-C', path);
    return path;
  }

  /** Starts a daemon and waits until `isUp` succeeds. */
  async start(command: readonly string[], isUp: readonly string[]): Promise<void> {
    const [file = '', ...args] = command;
    const logFile = join(this.directory, `daemon-${this.#daemons.length}.log`);
    const log = openSync(logFile, 'a');
    const child = spawn(file, args, { env: this.#environment, stdio: ['ignore', log, log] });
    const ended = new Promise<void>((done) => child.once('exit', () => done()));
    this.#daemons.push(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    const deadline = Date.now() + 60_000;
    while ((await this.run(...isUp)).status !== 0) {
      if (Date.now() > deadline || child.exitCode !== null)
        throw new Error(`${file} does not come up:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }

  run(...command: readonly string[]): Promise<Outcome> {
    return this.runWithInput('', ...command);
  }

  runWithInput(input: string, ...[file = '', ...args]: readonly string[]): Promise<Outcome> {
    // conmon leaves a file `oom` where it was started.
    const options = { cwd: this.directory, env: this.#environment, timeout: 60_000, maxBuffer: 16 << 20 };
    return new Promise((done) => {
      const child = execFile(file, args, options, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
        done({ status, stdout, stderr });
      });
      child.stdin?.end(input);
    });
  }

  /** Gives stdout, trimmed; throws with everything it printed when it fails. */
  async expect(...command: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.run(...command);
    if (status === 0) return stdout.trim();
    throw new Error(`${command.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  }

  /** Shims of failed starts outlive their daemon. Whatever was started from here has our directory in its environment. */
  #endLeftovers(): void {
    const mark = `TMPDIR=${this.directory}`;
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        if (environment.includes(mark)) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#daemons.reverse()) await end();
    this.#endLeftovers();
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((point) => point.startsWith(this.directory));
    for (const point of mounts.reverse()) await this.run('umount', '--lazy', point);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Whether the programs that a suite needs are installed. */
export function areInstalled(...programs: readonly string[]): boolean {
  return programs.every((program) => existsSync(program));
}
