import { type FileHandle, open } from 'node:fs/promises';
import { type JoinedLine, LineJoiner, parseCriLine } from './cri-line.ts';
import { type LogFile, listLogFiles } from './log-files.ts';

const readBytes = 64 * 1024;
const lineFeed = 0x0a;

/**
 * Reads the log of one container across rotations: `read` gives all lines up to the present end, and called again what
 * came since. Files are told apart by inode, so that a rotation between two reads loses and repeats nothing, as long as the
 * files in between still exist.
 */
export class ContainerLog {
  readonly #folder: string;
  #joiner = new LineJoiner();
  readonly #buffer = Buffer.allocUnsafe(readBytes);
  #file: FileHandle | undefined;
  #inode: number | undefined;
  #rest: Buffer = Buffer.alloc(0);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Begins anew, with this file. */
  async startAt(file: LogFile): Promise<void> {
    this.#joiner = new LineJoiner();
    await this.#switchTo(file);
  }

  async *read(): AsyncGenerator<JoinedLine> {
    if (this.#file === undefined && !(await this.#openNext())) return;
    do {
      yield* this.#readToEnd();
      // A rotation that happens from here on is seen by the next call; before it, all was written to this file.
    } while (this.#isRotated() && (yield* this.#finishAndGoOn()));
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#rest = Buffer.alloc(0);
    await file?.close();
  }

  /** What was written between the end that was read and the rotation; then the file that follows. */
  async *#finishAndGoOn(): AsyncGenerator<JoinedLine, boolean> {
    yield* this.#readToEnd();
    return this.#openNext();
  }

  #isRotated(): boolean {
    return listLogFiles(this.#folder).at(-1)?.inode !== this.#inode;
  }

  /** False when there is none. A file of ours that is no longer listed was older than all that are. */
  async #openNext(): Promise<boolean> {
    const files = listLogFiles(this.#folder);
    const next = files[files.findIndex(({ inode }) => inode === this.#inode) + 1];
    return next !== undefined && this.#switchTo(next);
  }

  /** A rotation between the listing and the opening has given its name to a younger file: then it is looked for anew. */
  async #switchTo(file: LogFile): Promise<boolean> {
    let wanted: LogFile | undefined = file;
    while (wanted !== undefined) {
      const { path, inode }: LogFile = wanted;
      const opened = await openFile(path);
      if (opened !== undefined && (await opened.stat()).ino === inode) {
        await this.close();
        this.#file = opened;
        this.#inode = inode;
        return true;
      }
      await opened?.close();
      const files = listLogFiles(this.#folder);
      // One that is gone was older than all that are there.
      wanted = files.find((other) => other.inode === inode) ?? files[0];
    }
    return false;
  }

  async *#readToEnd(): AsyncGenerator<JoinedLine> {
    for (;;) {
      const { bytesRead } = (await this.#file?.read(this.#buffer, 0, readBytes)) ?? { bytesRead: 0 };
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([this.#rest, this.#buffer.subarray(0, bytesRead)]);
      yield* this.#lines(bytes);
    }
  }

  *#lines(bytes: Buffer): Generator<JoinedLine> {
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      const entry = parseCriLine(bytes.subarray(start, end));
      start = end + 1;
      const line = entry === undefined ? undefined : this.#joiner.add(entry);
      if (line !== undefined) yield line;
    }
    this.#rest = bytes.subarray(start);
  }
}

/** Undefined when it was rotated away between being listed and being opened: the next look finds its successor. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
