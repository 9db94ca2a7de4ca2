import type { Health, PastProbe } from '../../model/observed-state.ts';

/** Calls of a shim, as schemas/protocol/shim.md lists them. */
export interface ShimMethods {
  readonly state: { readonly params: Empty; readonly result: ShimState };
  readonly start: {
    readonly params: { readonly task: number };
    readonly result: { readonly pid: number; readonly startedAt: number };
  };
  readonly stop: {
    readonly params: { readonly signal?: string; readonly graceMs?: number };
    readonly result: Empty;
  };
  readonly kill: {
    readonly params: { readonly signal: string; readonly all?: boolean };
    readonly result: Empty;
  };
  readonly pause: { readonly params: Empty; readonly result: Empty };
  readonly resume: { readonly params: Empty; readonly result: Empty };
  readonly wait: { readonly params: { readonly task: number }; readonly result: ExitRecordBody };
  readonly update: {
    readonly params: {
      readonly resources?: object;
      readonly probe?: object | null;
      readonly log?: object;
    };
    readonly result: Empty;
  };
  readonly subscribe: {
    readonly params: { readonly from: number };
    readonly result: { readonly seq: number };
  };
  readonly ack: { readonly params: { readonly task: number }; readonly result: Empty };
  readonly exec: {
    readonly params: ExecParams;
    readonly result: { readonly exec: number; readonly pid: number };
  };
  readonly execSync: { readonly params: ExecSyncParams; readonly result: ExecAnswer };
  readonly resize: {
    readonly params: { readonly exec?: number; readonly width: number; readonly height: number };
    readonly result: Empty;
  };
  readonly release: { readonly params: Empty; readonly result: Empty };
}

type Empty = Readonly<Record<string, never>>;

export interface ShimState {
  readonly phase: 'created' | 'starting' | 'running' | 'paused' | 'stopping' | 'exited';
  readonly task?: number;
  readonly pid?: number;
  readonly startedAt?: number;
  /** The shim that had started the task was killed; this one goes on since then. */
  readonly adoptedAt?: number;
  readonly exit?: ExitRecordBody;
  readonly health: Health;
  readonly healthSince?: number;
  readonly lastProbeOutput?: string;
  readonly probes?: readonly PastProbe[];
  readonly logBlocked?: string;
  /** Number of the last event. */
  readonly seq: number;
}

/** The parts of `exit.json` that we use. */
export interface ExitRecordBody {
  readonly id: string;
  readonly task: number;
  readonly startedAt: number;
  readonly exitedAt: number;
  readonly code: number;
  readonly signal?: number;
  readonly oomKilled: boolean;
  /** Absent in records of earlier versions. */
  readonly oomKills?: number;
  readonly coreDumped: boolean;
  readonly rusage: { readonly userUs: number; readonly sysUs: number; readonly maxRssKb: number };
  readonly drained: boolean;
  readonly reason: 'exited' | 'startError' | 'monitorLost';
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ExecParams {
  readonly process: {
    readonly args: readonly string[];
    readonly env?: readonly string[];
    readonly cwd?: string;
  };
  readonly user?: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** The whole tree of the exec is killed then. */
  readonly timeoutMs?: number;
  /** Until the program is executed; default 10 s. */
  readonly startTimeoutMs?: number;
  /** At most 64 bytes: asked for again under the same key, nothing is executed twice. */
  readonly key?: string;
}

interface ExecSyncParams extends Omit<ExecParams, 'tty' | 'stdin'> {
  /** Bytes of both streams together; default 64 KiB, at most 512 KiB. */
  readonly maxOutput?: number;
}

interface ExecAnswer {
  readonly code: number;
  readonly signal?: number;
  readonly timedOut: boolean;
  /** Base64. */
  readonly stdout: string;
  readonly stderr: string;
  /** There was more output than `maxOutput`. */
  readonly truncated: boolean;
}
