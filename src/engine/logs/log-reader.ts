import type { CallOptions } from '../../lib/abort.ts';
import type { EpochMs } from '../../model/brand.ts';

/** Reads what containers wrote (CRI log files, rotated by the shim), merged by time. */
export interface LogReader {
  /**
   * Lines of these containers, oldest first. Without `follow` it ends with what is there now; with it, it goes on until the
   * signal fires, over rotations and restarts of the task.
   */
  read(containers: readonly string[], options?: LogOptions): AsyncIterable<LogLine>;
}

export interface LogOptions extends CallOptions {
  readonly follow?: boolean | undefined;
  /** Last lines of each container; absent = all. */
  readonly tail?: number | undefined;
  readonly since?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

export interface LogLine {
  readonly container: string;
  /** RFC 3339 in UTC with nine digits, as written by the shim. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** Without the line feed; bytes that are no UTF-8 are replaced. */
  readonly text: string;
}
