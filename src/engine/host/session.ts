/**
 * The stdio of an exec or of a container's task, as seen from outside.
 *
 * Output of an exec that nobody takes from `output` holds up the program, not our memory.
 */
export interface Session {
  /** Process id on the host; absent when attached to the task itself. */
  readonly pid?: number | undefined;
  /** Chunks in the order they came; ends when all output was delivered. To be consumed once. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Sends to stdin; resolves when more may be sent. Bytes for a closed stdin are dropped. */
  write(data: Uint8Array): Promise<void>;
  /** Closes stdin. */
  endInput(): void;
  /** Size of the terminal, in characters. Only with a tty. */
  resize(size: TerminalSize): Promise<void>;
  /**
   * How it ended; settles only after `output` was consumed or the session closed.
   *
   * @throws TsorchError `protocol.connection-lost` when the shim ended first
   */
  readonly exit: Promise<SessionExit>;
  /** Drops the connection; the program goes on, its output is discarded. */
  close(): void;
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
  /** Bytes left out before it, as we were too slow for a task that waits for nobody. */
  readonly lost?: number;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

export interface SessionExit {
  /** 0-255; 128 + signal when killed by one. */
  readonly code: number;
  readonly signal?: number | undefined;
}
