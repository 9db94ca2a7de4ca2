import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Digest } from '../model/digest.ts';

/** What a read of a path gives. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type ReadFile = (path: string) => FileContent;

/** A file that a load looked at; `digest` null = it was not there. */
export interface InputFile {
  readonly path: string;
  readonly digest: Digest | null;
}

const maxBytes = 4 * 1024 * 1024;

/** Reads a text file of at most 4 MiB. Never waits: a pipe or a device is refused. `-` is standard input. */
export function readTextFile(path: string): FileContent {
  try {
    return { kind: 'text', text: decode(path === '-' ? readFileSync(0) : readRegularFile(path)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'unreadable', reason: message };
  }
}

function readRegularFile(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const status = fstatSync(file);
    // /dev/null says "no file" where one is expected.
    if (status.isCharacterDevice() && path === '/dev/null') return Buffer.alloc(0);
    if (!status.isFile()) throw new Error(`${path} is not a regular file`);
    if (status.size > maxBytes) throw new Error(`${path} is larger than ${maxBytes / 1024 / 1024} MiB`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Buffer): string {
  if (bytes.length > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024 / 1024} MiB`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Error('it is not UTF-8 text', { cause: error });
  }
}

/** Reads files once and remembers which were looked at, so that a load can be known to be still good. */
export class InputFiles {
  private readonly readFile: ReadFile;
  private readonly contents = new Map<string, FileContent>();

  constructor(readFile: ReadFile) {
    this.readFile = readFile;
  }

  read(path: string): FileContent {
    const known = this.contents.get(path);
    if (known !== undefined) return known;
    const content = this.readFile(path);
    this.contents.set(path, content);
    return content;
  }

  /** In the order of the first look. */
  list(): readonly InputFile[] {
    return [...this.contents].map(([path, content]) => ({
      path,
      digest: content.kind === 'text' ? digestOf(content.text) : null,
    }));
  }
}

function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}` as Digest;
}
