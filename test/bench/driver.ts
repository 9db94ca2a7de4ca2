/** A process that a system keeps besides the containers' own. */
export interface OverheadProcess {
  readonly kind: string;
  readonly pid: number;
}

/**
 * One system under measurement. `up` and `down` come in pairs; what is between them are containers of the same busybox
 * root filesystem that only sleep. Whatever a system cannot do is absent.
 */
export interface Driver extends AsyncDisposable {
  readonly name: string;
  readonly version: string;
  /** What makes its figures unlike the others'. */
  readonly remark: string;

  /** Brings `count` containers up; resolves when the system says that they run. */
  up(count: number): Promise<void>;
  /** How many of them run, looked up in another way than `up` did. */
  running(): Promise<number>;
  /** Runs `true` in the first one. */
  exec(): Promise<void>;
  list(): Promise<void>;
  /** The same as `exec`, by a client that is connected already, instead of a command line that starts. */
  execByApi?(): Promise<void>;
  down(): Promise<void>;

  /** Asks for the same containers again. */
  upAgain?(): Promise<void>;
  overhead?(): readonly OverheadProcess[];
  /** Milliseconds inside the daemon for the last container that came up. */
  timesInDaemon?(): Promise<Readonly<Record<string, number>>>;
  readonly crash?: CrashDriver;
  readonly log?: LogDriver;
}

/** Containers with a restart policy; the process of each one touches a file in `folder` as its first act. */
export interface CrashDriver {
  up(count: number, folder: string): Promise<void>;
  /** Pids on the host of the containers' first processes, in any order. */
  pids(): Promise<readonly number[]>;
  down(): Promise<void>;
}

/** A container that runs `loggingCommand` with `folder` at /bench, and what was logged of it. */
export interface LogDriver {
  up(folder: string): Promise<void>;
  /** Paths of the log, oldest first. */
  files(): Promise<readonly string[]>;
  down(): Promise<void>;
}

/** A system that cannot be measured on this host, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

export interface Workshop {
  /** Scratch directory of the run, on a disk. */
  readonly directory: string;
  /** Scratch directory on a tmpfs, as /run is on an ordinary host. */
  readonly runDirectory: string;
  /** An unpacked root filesystem, and the same as a tar. */
  readonly rootfs: string;
  readonly rootfsTar: string;
  readonly signal: AbortSignal;
}

/** Starts what the system needs; resolves with a reason instead when it is not there or does not work here. */
export type OpenDriver = (workshop: Workshop) => Promise<Driver | LeftOut>;

/** What a container of the measurements runs. */
export const sleeping = ['sleep', '86400'];

export const loggingCommand = [
  'sh',
  '-c',
  ': > /bench/begun; dd if=/bench/lines bs=4k 2>/dev/null; : > /bench/done; exec sleep 86400',
];

export function crashingCommand(folder: string): readonly string[] {
  return ['sh', '-c', `echo > ${folder}/begun.$(hostname); exec sleep 86400`];
}
