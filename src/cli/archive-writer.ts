import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import type { ArchiveMember } from '../api/contract/generated/tsorch/v1/node.ts';
import type { MemberWriter } from '../client/image-copy.ts';
import { TsorchError } from '../lib/errors.ts';
import { mergeLayoutIndex } from './merge-layout-index.ts';
import { tarBlock, tarHeader, tarPadding } from './tar-header.ts';

/** Makes an archive or folder of the members that come; nothing that is half done has the name asked for. */
export interface ArchiveWriter extends MemberWriter {
  finish(): Promise<void>;
  /** After `finish` nothing happens. */
  discard(): Promise<void>;
}

/** A tar; appears under its name when it is whole. */
export class TarFileWriter implements ArchiveWriter {
  readonly #path: string;
  readonly #partial: string;
  #file: FileHandle | undefined;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.partial`;
  }

  async begin({ name, size }: ArchiveMember): Promise<void> {
    this.#file ??= await open(this.#partial, 'w');
    await this.#file.write(tarPadding(this.#size));
    await this.#file.write(tarHeader(name, size));
    this.#size = size;
  }

  async write(data: Buffer): Promise<void> {
    await this.#file?.write(data);
  }

  async finish(): Promise<void> {
    await this.#file?.write(Buffer.concat([tarPadding(this.#size), Buffer.alloc(2 * tarBlock)]));
    await this.#file?.sync();
    await this.#close();
    await rename(this.#partial, this.#path);
  }

  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#partial, { force: true });
  }

  async #close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

/** A tar that goes to a stream, such as standard output, as it comes. */
export class TarStreamWriter implements ArchiveWriter {
  readonly #stream: Writable;
  #size = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  async begin({ name, size }: ArchiveMember): Promise<void> {
    await this.write(Buffer.concat([tarPadding(this.#size), tarHeader(name, size)]));
    this.#size = size;
  }

  async write(data: Buffer): Promise<void> {
    if (!this.#stream.write(data)) await once(this.#stream, 'drain');
  }

  finish(): Promise<void> {
    return this.write(Buffer.concat([tarPadding(this.#size), Buffer.alloc(2 * tarBlock)]));
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

interface OpenMember {
  readonly name: string;
  readonly file: FileHandle | undefined;
}

/** A folder. An image layout that is there already gets what it lacks, and one more image (or another by the same name). */
export class FolderWriter implements ArchiveWriter {
  readonly #root: string;
  #member: OpenMember | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  async begin({ name, size }: ArchiveMember): Promise<void> {
    await this.#end();
    if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(name) || name.includes('..'))
      throw new TsorchError('protocol.bad-request', `the daemon sent a file by the name "${name}"`);
    const path = join(this.#root, name);
    await mkdir(dirname(path), { recursive: true });
    const found = await stat(path).catch(() => undefined);
    // A blob's name says what is in it.
    const isThere = /[0-9a-f]{64}$/.test(name) && found?.size === size;
    this.#member = { name, file: isThere ? undefined : await open(`${path}.partial`, 'w') };
  }

  async write(data: Buffer): Promise<void> {
    await this.#member?.file?.write(data);
  }

  finish(): Promise<void> {
    return this.#end();
  }

  async discard(): Promise<void> {
    const { name, file } = this.#member ?? {};
    this.#member = undefined;
    await file?.close();
    if (name !== undefined) await rm(join(this.#root, `${name}.partial`), { force: true });
  }

  async #end(): Promise<void> {
    const { name = '', file } = this.#member ?? {};
    const path = join(this.#root, name);
    if (file !== undefined) {
      await file.sync();
      await file.close();
      if (name === 'index.json' && existsSync(path)) await mergeIndexes(path, `${path}.partial`);
      await rename(`${path}.partial`, path);
    }
    this.#member = undefined;
  }
}

async function mergeIndexes(path: string, partial: string): Promise<void> {
  const merged = mergeLayoutIndex(await readFile(path, 'utf8'), await readFile(partial, 'utf8'));
  const file = await open(partial, 'w');
  await file.writeFile(merged);
  await file.sync();
  await file.close();
}
