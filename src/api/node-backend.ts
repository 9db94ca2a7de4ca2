import type { EpochMs } from '../model/brand.ts';
import type { ContainerUsage } from '../model/container-stats.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { Plan } from '../model/plan.ts';
import type { Platform } from '../model/platform.ts';
import type { Stack } from '../model/stack.ts';
import type { StackState, StackStatus } from '../model/status.ts';

/**
 * What the API needs of a node, and nothing else; `daemon/wire` makes it of the parts. Later APIs (CRI, Docker) will
 * have backends of their own, as narrow as this one.
 *
 * Names of stacks and objects come from clients as they were typed: the backend answers `stack.not-found` and the like.
 */
export interface NodeBackend {
  readonly node: NodeControl;
  readonly stacks: StackBackend;
  readonly containers: ContainerBackend;
  readonly images: ImageBackend;
  readonly transfers: TransferBackend;
  readonly accounts: AccountBackend;
  /** Events after number `after`; ends, unless `follow`, with the last one there is. */
  events(query: EventQuery): AsyncIterable<readonly EventDocument[]>;
}

export interface NodeControl {
  version(): { readonly version: string; readonly nativeVersion: string; readonly root: string };
  /** Resolves when all that was asked for has ended but the API itself. @throws TsorchError `node.busy` */
  shutdown(options: { readonly everything: boolean }): Promise<void>;
}

export interface StackBackend {
  /** Checks the whole stack against the node, then makes it the desired state. All findings at once, nothing half done. */
  apply(stack: Stack, options: { readonly source: string; readonly signal: AbortSignal }): Promise<Applied>;
  plan(of: { readonly stack: Stack } | { readonly name: string }, signal: AbortSignal): Promise<PlanAnswer>;
  /** States of the stack, newest last, until it has converged, failed or been removed. */
  progress(stack: string, signal: AbortSignal): AsyncIterable<Progress>;
  delete(stack: string): void;
  stop(stack: string, services: readonly string[]): void;
  start(stack: string, services: readonly string[]): void;
  restart(stack: string, services: readonly string[]): Promise<void>;
  /** Resolve with the slots that were meant (`web.1`). @throws TsorchError `container.not-running` */
  pause(stack: string, services: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  unpause(stack: string, services: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** With a name only that one. */
  list(stack?: string): Promise<readonly StackStatus[]>;
  inspect(object: string): Promise<object>;
}

export interface Applied {
  readonly revision: number;
  readonly changed: boolean;
  readonly plan: Plan;
}

export interface PlanAnswer {
  readonly plan: Plan;
  /** The plan in words, as `tsorch plan` prints it. */
  readonly text: string;
}

export interface Progress {
  /** Absent when nothing is left of the stack. */
  readonly status?: StackStatus;
  readonly state: StackState;
}

export interface ContainerBackend {
  logs(query: LogQuery): AsyncIterable<readonly LogDocument[]>;
  /** One look at once, then one every interval, until the signal fires. */
  stats(query: StatsQuery): AsyncIterable<readonly ContainerUsage[]>;
  exec(object: string, request: ExecQuery): Promise<SessionHandle>;
  attach(object: string, signal: AbortSignal): Promise<AttachedSession>;
}

export interface LogQuery {
  readonly stack: string;
  readonly services: readonly string[];
  readonly follow: boolean;
  readonly tail?: number;
  readonly since?: EpochMs;
  readonly signal: AbortSignal;
}

export interface StatsQuery {
  /** Absent = all. */
  readonly stack?: string;
  /** Empty = all of the stack. */
  readonly services: readonly string[];
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

export interface LogDocument {
  readonly slot: string;
  /** RFC 3339, UTC, nine digits. */
  readonly time: string;
  readonly stderr: boolean;
  readonly text: string;
}

export interface ExecQuery {
  readonly args: readonly string[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly user?: string;
  readonly workingDir?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly size?: TerminalSize;
  /** The program and all that it has started are killed after that. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** As `engine/host/session.ts` has it. */
export interface SessionHandle {
  readonly output: AsyncIterable<SessionOutput>;
  readonly exit: Promise<{ readonly code: number }>;
  write(data: Uint8Array): Promise<void>;
  endInput(): void;
  resize(size: TerminalSize): Promise<void>;
  close(): void;
}

export interface SessionOutput {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
  /** Bytes left out before it, as the client was too slow. */
  readonly lost?: number;
}

export interface AttachedSession {
  readonly session: SessionHandle;
  /** `shop-web-1` */
  readonly container: string;
  readonly tty: boolean;
  readonly stdin: boolean;
}

export interface ImageBackend {
  list(): Promise<readonly ImageDocument[]>;
  /** Everything that its documents say; printed as JSON (engine/images/image-manager.ts, ImageDetails). */
  inspect(reference: string): Promise<object>;
  /** Which rule of the trust policy holds, and what came of it; printed as JSON (engine/images/image-manager.ts, ExplainedTrust). */
  explainTrust(reference: string, options: { readonly signal: AbortSignal }): Promise<object>;
  tag(reference: string, name: string): Promise<void>;
  remove(reference: string): Promise<void>;
  /** engine/images/image-manager.ts, PruneReport */
  prune(options: { readonly all: boolean; readonly dryRun: boolean }): Promise<object>;
  /** engine/images/image-manager.ts, Reasons */
  why(object: string): Promise<object>;
  /** engine/images/image-manager.ts, VerifyReport */
  verify(options: VerifyOptions): Promise<object>;
  pull(
    reference: string,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: PullProgress) => void },
  ): Promise<ImageDocument>;
  /** `reference` and `command` may be empty: the archive's own names, no default command. */
  importArchive(data: AsyncIterable<Uint8Array>, options: ImportOptions): Promise<readonly ImageDocument[]>;
}

/** Images between registries, store and archives (engine/images/image-transfers.ts). */
export interface TransferBackend {
  copy(request: CopyQuery): Promise<readonly CopiedImage[]>;
  tags(repository: string, options: { readonly signal: AbortSignal }): Promise<readonly string[]>;
  referrers(
    reference: string,
    options: { readonly artifactType?: string; readonly signal: AbortSignal },
  ): Promise<readonly Descriptor[]>;
}

export interface CopyQuery {
  readonly sources: readonly string[];
  readonly destination: string;
  readonly choice: 'all' | 'present' | 'one';
  readonly platform?: Platform;
  readonly withReferrers: boolean;
  readonly archive: AsyncIterable<Uint8Array>;
  /** Takes the files of an archive or folder that is copied to. */
  readonly sink: (name: string, size: number, bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  readonly onProgress: (progress: CopyProgress) => void;
  readonly signal: AbortSignal;
}

export interface CopyProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly blobsDone: number;
  readonly blobsTotal: number;
}

export interface CopiedImage {
  readonly source: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly isOneOfIndex: boolean;
}

export interface VerifyOptions {
  readonly references: readonly string[];
  readonly all: boolean;
  readonly repair: boolean;
  readonly signal: AbortSignal;
}

/** Who the node is at registries. */
export interface AccountBackend {
  login(
    registry: string,
    credentials: { readonly username: string; readonly password: string },
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly registry: string; readonly keptIn: string }>;
  logout(registry: string): Promise<{ readonly registry: string }>;
}

export interface ImportOptions {
  readonly reference?: string;
  readonly command: readonly string[];
  readonly signal: AbortSignal;
}

export interface PullProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly layersDone: number;
  readonly layersTotal: number;
}

export interface ImageDocument {
  readonly reference: string;
  readonly manifest: Digest;
  readonly sizeBytes: number;
  readonly created?: EpochMs;
  readonly inUse: boolean;
  readonly platform: string;
}

export interface EventQuery {
  readonly stack?: string;
  readonly follow: boolean;
  readonly after: number;
  readonly signal: AbortSignal;
}

/** One line of the node's history (`state/`). */
export interface EventDocument {
  readonly seq: number;
}
