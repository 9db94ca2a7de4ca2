import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ExitRecordBody, ShimState } from '../../src/engine/host/shim-methods.ts';
import { ChunkDecoder, encodeChunk, streams } from '../../src/engine/host/stream-chunks.ts';
import { FakeNativePeer, type PeerConnection, PeerError } from './fake-native-peer.ts';
import { fakeProgram } from './fake-program.ts';

interface FakeExec {
  readonly output: Buffer[];
  readonly input: PassThrough;
  readonly done: Promise<number>;
}

interface Task {
  readonly number: number;
  readonly pid: number;
  readonly startedAt: number;
  readonly killer: AbortController;
}

const terminationSignal = 15;
const killSignal = 9;

/** A shim as schemas/protocol/shim.md describes it, with programs of `fakeProgram` in place of processes. */
export class FakeShim {
  readonly id: string;
  readonly pid: number;
  exit: ExitRecordBody | undefined;
  readonly #peer: FakeNativePeer;
  readonly #directory: string;
  readonly #bundle: string;
  readonly #execs = new Map<number, FakeExec>();
  readonly #waiting: { readonly task: number; readonly resolve: (record: ExitRecordBody) => void }[] = [];
  readonly #onRelease: () => void;
  readonly updates: object[] = [];
  readonly acknowledged: number[] = [];
  #task: Task | undefined;
  #phase: ShimState['phase'] = 'created';
  #adoptedAt: number | undefined;
  #seq = 0;
  #events: { readonly event: string; readonly seq: number; readonly data: object }[] = [];

  constructor(options: {
    id: string;
    pid: number;
    directory: string;
    bundle: string;
    onRelease: () => void;
  }) {
    this.id = options.id;
    this.pid = options.pid;
    this.#directory = options.directory;
    this.#bundle = options.bundle;
    this.#onRelease = options.onRelease;
    this.#peer = new FakeNativePeer({
      state: () => this.#state(),
      start: ({ task }: { task: number }) => this.start(task),
      stop: () => this.#end(terminationSignal),
      kill: ({ signal }: { signal: string }) =>
        this.#end(signal === 'SIGKILL' ? killSignal : terminationSignal),
      wait: ({ task }: { task: number }) => this.#wait(task),
      update: (params: object) => void this.updates.push(params),
      subscribe: ({ from }: { from: number }, connection: PeerConnection) =>
        this.#subscribe(from, connection),
      ack: ({ task }: { task: number }) => void this.acknowledged.push(task),
      exec: (params: { process: { args: string[]; env?: string[] } }) => this.#exec(params.process),
      resize: () => ({}),
      stream: ({ exec }: { exec: number | null }, connection: PeerConnection) =>
        this.#stream(exec, connection),
      release: () => this.#release(),
    });
  }

  async listen(): Promise<void> {
    mkdirSync(this.#directory, { recursive: true });
    rmSync(join(this.#directory, 'sock'), { force: true });
    await this.#peer.listen(join(this.#directory, 'sock'));
  }

  start(number: number): { readonly pid: number; readonly startedAt: number } {
    if (this.#task?.number === number) return { pid: this.#task.pid, startedAt: this.#task.startedAt };
    const process = this.#process();
    this.#adoptedAt = undefined;
    const task = { number, pid: 1000 + number, startedAt: Date.now(), killer: new AbortController() };
    this.#task = task;
    const program = fakeProgram(process.args);
    if (program === undefined) {
      const error = { code: 'container.start-failed', message: `cannot execute ${process.args[0]}` };
      this.#finish({ code: 127, reason: 'startError', error });
      throw new PeerError(error.code, error.message);
    }
    this.#phase = 'running';
    this.#tell('started', { task: number, pid: task.pid, startedAt: task.startedAt });
    const io = {
      out: () => {},
      input: new PassThrough(),
      killed: task.killer.signal,
      environment: process.env,
    };
    void program(io).then((code) => this.#finish({ code, ...(code > 128 ? { signal: code - 128 } : {}) }));
    return { pid: task.pid, startedAt: task.startedAt };
  }

  get isRunning(): boolean {
    return this.#phase === 'running';
  }

  /** As `kill -9` of the shim. */
  async die(): Promise<void> {
    await this.#peer.kill();
  }

  /** Another shim goes on with the task. */
  async adopt(): Promise<void> {
    this.#adoptedAt = Date.now();
    this.#seq = 0;
    this.#events = [];
    await this.listen();
  }

  #process(): { readonly args: string[]; readonly env: string[] } {
    const config = JSON.parse(readFileSync(join(this.#bundle, 'config.json'), 'utf8'));
    return config.process;
  }

  #state(): ShimState {
    const { number, pid, startedAt } = this.#task ?? {};
    return {
      phase: this.#phase,
      health: 'none',
      seq: this.#seq,
      ...(this.#adoptedAt === undefined ? {} : { adoptedAt: this.#adoptedAt }),
      ...(number === undefined ? {} : { task: number }),
      ...(pid === undefined || this.#phase === 'exited' ? {} : { pid }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(this.exit === undefined ? {} : { exit: this.exit }),
    };
  }

  #end(signal: number): void {
    if (this.#phase !== 'running') return;
    this.#phase = 'stopping';
    this.#task?.killer.abort(signal);
  }

  #record(end: Partial<ExitRecordBody>): ExitRecordBody {
    const { number = 0, startedAt = 0 } = this.#task ?? {};
    return {
      id: this.id,
      task: number,
      startedAt,
      exitedAt: Date.now(),
      code: 0,
      oomKilled: false,
      oomKills: 0,
      coreDumped: false,
      rusage: { userUs: 0, sysUs: 0, maxRssKb: 0 },
      drained: true,
      reason: 'exited',
      ...end,
    };
  }

  #finish(end: Partial<ExitRecordBody>): void {
    this.exit = this.#record(end);
    this.#phase = 'exited';
    for (const { task, resolve } of this.#waiting) if (task === this.exit.task) resolve(this.exit);
    this.#tell('exit', { record: this.exit });
  }

  #wait(task: number): ExitRecordBody | Promise<ExitRecordBody> {
    if (this.exit?.task === task) return this.exit;
    return new Promise((resolve) => this.#waiting.push({ task, resolve }));
  }

  #subscribe(from: number, connection: PeerConnection): { readonly seq: number } {
    for (const event of this.#events) if (event.seq > from) connection.send(event);
    return { seq: this.#seq };
  }

  #tell(event: string, data: object): void {
    this.#seq += 1;
    const numbered = { event, seq: this.#seq, data };
    this.#events = [...this.#events, numbered].slice(-256);
    this.#peer.tell(numbered);
  }

  #exec({ args, env }: { readonly args: string[]; readonly env?: string[] }): { exec: number; pid: number } {
    if (this.#phase !== 'running') throw new PeerError('container.not-running', `${this.id} does not run`);
    const program = fakeProgram(args);
    if (program === undefined) throw new PeerError('container.exec-failed', `cannot execute ${args[0]}`);
    const exec = this.#execs.size + 1;
    const output: Buffer[] = [];
    const input = new PassThrough();
    const out = (stream: 'stdout' | 'stderr', text: string): void => {
      output.push(encodeChunk(streams[stream], Buffer.from(text)));
    };
    const environment = env ?? this.#process().env;
    const done = program({ out, input, killed: new AbortController().signal, environment });
    this.#execs.set(exec, { output, input, done });
    return { exec, pid: 2000 + exec };
  }

  #stream(exec: number | null, connection: PeerConnection): void {
    const found = this.#execs.get(exec ?? 0);
    if (found === undefined) throw new PeerError('container.not-running', `there is no exec ${exec}`);
    connection.afterAnswer = () => {
      const decoder = new ChunkDecoder();
      const socket = connection.takeOver();
      socket.on('data', (bytes: Buffer) => {
        for (const { stream, data } of decoder.decode(bytes)) {
          if (stream === streams.stdin && data.length === 0) found.input.end();
          else found.input.write(Buffer.from(data));
        }
      });
      void found.done.then((code) => {
        for (const chunk of found.output) socket.write(chunk);
        socket.end(encodeChunk(streams.control, Buffer.from(JSON.stringify({ code }))));
      });
    };
  }

  #release(): void {
    if (this.#phase === 'running' || this.#phase === 'stopping')
      throw new PeerError('node.busy', 'a task runs');
    this.#onRelease();
    setImmediate(() => void this.#peer.kill());
  }
}
