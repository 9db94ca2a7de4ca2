import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CriLogReader } from '../../../../src/engine/logs/cri-log-reader.ts';
import type { LogOptions } from '../../../../src/engine/logs/log-reader.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const stamp = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000000Z`;
const line = (second: number, text: string, tag = 'F', stream = 'stdout'): string =>
  `${stamp(second)} ${stream} ${tag} ${text}\n`;

class FakeLog {
  readonly folder: string;

  constructor(root: string, name: string) {
    this.folder = join(root, name);
    mkdirSync(this.folder, { recursive: true });
  }

  append(...lines: readonly string[]): void {
    appendFileSync(join(this.folder, 'container.log'), lines.join(''));
  }

  /** As the shim does it. */
  rotate(): void {
    for (const [from, to] of [
      ['container.log.1', 'container.log.2'],
      ['container.log', 'container.log.1'],
    ] as const) {
      try {
        renameSync(join(this.folder, from), join(this.folder, to));
      } catch {
        // There is none yet.
      }
    }
    writeFileSync(join(this.folder, 'container.log'), '');
  }
}

function logs() {
  const root = temporaryFolder();
  const reader = new CriLogReader((name) => join(root, name));
  return { a: new FakeLog(root, 'a'), b: new FakeLog(root, 'b'), reader, root };
}

async function texts(
  reader: CriLogReader,
  names: readonly string[],
  options?: LogOptions,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { container, text } of reader.read(names, options)) found.push(`${container}:${text}`);
  return found;
}

describe('reading logs', () => {
  it('goes from the oldest rotated file to the newest', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'one'));
    a.rotate();
    a.append(line(2, 'two'));
    a.rotate();
    a.append(line(3, 'three'));
    expect(await texts(reader, ['a'])).toEqual(['a:one', 'a:two', 'a:three']);
  });

  it('merges containers by time', async () => {
    const { a, b, reader } = logs();
    a.append(line(1, '1'), line(4, '4'));
    b.append(line(2, '2'), line(3, '3'), line(5, '5'));
    expect(await texts(reader, ['a', 'b'])).toEqual(['a:1', 'b:2', 'b:3', 'a:4', 'b:5']);
  });

  it('joins parts of a line per stream, and skips what is no entry', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'long ', 'P'), line(1, 'error', 'F', 'stderr'), 'half an entr\n', line(2, 'line'));
    expect(await texts(reader, ['a'])).toEqual(['a:error', 'a:long line']);
  });

  it('gives the last lines only, across files', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'one'), line(2, 'two'));
    a.rotate();
    a.append(line(3, 'three'));
    expect(await texts(reader, ['a'], { tail: 2 })).toEqual(['a:two', 'a:three']);
    expect(await texts(reader, ['a'], { tail: 0 })).toEqual([]);
  });

  it('keeps to a range of time', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'one'), line(2, 'two'), line(3, 'three'));
    const at = (second: number): number => Date.parse(stamp(second));
    expect(await texts(reader, ['a'], { since: at(2), until: at(2) })).toEqual(['a:two']);
  });

  it('is empty for a container without a log', async () => {
    expect(await texts(logs().reader, ['unknown'])).toEqual([]);
  });
});

describe('following logs', () => {
  it('goes on over rotations and loses nothing', async () => {
    const { a, reader } = logs();
    a.append(line(1, '0'));
    const abort = new AbortController();
    const found: string[] = [];
    for await (const { text } of reader.read(['a'], { follow: true, signal: abort.signal })) {
      found.push(text);
      const next = found.length;
      if (next % 3 === 0) a.rotate();
      if (next < 20) a.append(line(1 + next, String(next)));
      else abort.abort();
    }
    expect(found).toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  });

  it('gives lines of several containers as they come', async () => {
    const { a, b, reader } = logs();
    const found: string[] = [];
    a.append(line(1, 'first'));
    for await (const { container, text } of reader.read(['a', 'b'], { follow: true })) {
      found.push(`${container}:${text}`);
      if (found.length === 1) b.append(line(2, 'second'));
      if (found.length === 2) a.append(line(3, 'third'));
      if (found.length === 3) break;
    }
    expect(found).toEqual(['a:first', 'b:second', 'a:third']);
  });

  it('goes on behind the last lines that were asked for', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'oldest'), line(2, 'old'));
    const found: string[] = [];
    for await (const { text } of reader.read(['a'], { follow: true, tail: 1 })) {
      found.push(text);
      if (text === 'new') break;
      a.append(line(3, 'new'));
    }
    expect(found).toEqual(['old', 'new']);
  });

  it('ends when the container is removed', async () => {
    const { a, reader } = logs();
    a.append(line(1, 'last'));
    const found: string[] = [];
    for await (const { text } of reader.read(['a'], { follow: true })) {
      found.push(text);
      rmSync(a.folder, { recursive: true });
    }
    expect(found).toEqual(['last']);
  });
});
