import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tarEntries } from '../../../../src/engine/images/archives/tar-entries.ts';
import { TsorchError } from '../../../../src/lib/errors.ts';
import { tar } from '../../../support/images/tar.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

async function* chunks(bytes: Uint8Array, size = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Uint8Array, size?: number) {
  const found: { readonly name: string; readonly type: string; readonly text: string }[] = [];
  for await (const { name, type, body } of tarEntries(chunks(bytes, size))) {
    let text = '';
    if (type === 'file') for await (const part of body) text += Buffer.from(part).toString('latin1');
    found.push({ name, type, text });
  }
  return found;
}

const sample = tar([
  { name: './a/' },
  { name: 'a/b', text: 'hello' },
  { name: 'l', target: 'a/b' },
  { name: 'c', text: '' },
]);

describe('entries of a tar', () => {
  it.each([1, 511, 512, 513, 100_000])('come in their order, in portions of %i bytes', async (size) => {
    expect(await read(sample, size)).toEqual([
      { name: 'a/', type: 'directory', text: '' },
      { name: 'a/b', type: 'file', text: 'hello' },
      { name: 'l', type: 'other', text: '' },
      { name: 'c', type: 'file', text: '' },
    ]);
  });

  it('that nobody reads, or only half, are passed over', async () => {
    const large = tar([
      { name: 'x', text: 'y'.repeat(5000) },
      { name: 'z', text: 'end' },
    ]);
    const names: string[] = [];
    for await (const { name, body } of tarEntries(chunks(large))) {
      names.push(name);
      for await (const _ of body) break;
    }
    expect(names).toEqual(['x', 'z']);
  });

  it.each(['gnu', 'pax', 'ustar'])('have long names in the %s form', async (format) => {
    const folder = temporaryFolder();
    const name = `${'d'.repeat(90)}/${'f'.repeat(format === 'ustar' ? 90 : 200)}`;
    mkdirSync(join(folder, 'd'.repeat(90)));
    writeFileSync(join(folder, name), 'text');
    const bytes = execFileSync('tar', [`--format=${format}`, '-C', folder, '-c', name]);
    expect(await read(bytes)).toEqual([{ name, type: 'file', text: 'text' }]);
  });

  it('are as long as PAX says, not as the header does (CVE-2025-62518)', async () => {
    const record = '12 size=600\n';
    const inner = tar([{ name: 'smuggled', text: 'x' }]);
    const body = Buffer.concat([inner, Buffer.alloc(600)]).subarray(0, 600);
    const pax = tar([{ name: 'pax', text: record }]).subarray(0, 1024);
    pax[156] = 'x'.charCodeAt(0);
    sumUp(pax);
    const member = tar([{ name: 'outer', text: '' }]).subarray(0, 512);
    const bytes = Buffer.concat([pax, member, body, Buffer.alloc(424), Buffer.alloc(1024)]);
    expect((await read(bytes)).map(({ name }) => name)).toEqual(['outer']);
  });

  it.each([
    ['half a member', sample.subarray(0, 1100)],
    ['no end', sample.subarray(0, 1536)],
    ['a wrong checksum', Buffer.concat([Buffer.alloc(512, 'x'), sample])],
  ])('end with an error: %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'image.bad-archive' });
  });

  it('throw nothing but that, whatever the bytes', async () => {
    const damaged = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(damaged, fc.boolean(), async (changes, isFixed) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of changes) bytes[at] = value;
        if (isFixed) sumUp(bytes);
        const thrown = await read(bytes).catch((error: unknown) => error);
        if (thrown instanceof Error) expect(thrown).toBeInstanceOf(TsorchError);
        else expect(Array.isArray(thrown)).toBe(true);
      }),
    );
  });
});

/** Makes the checksum of the first header true again. */
function sumUp(bytes: Buffer): void {
  bytes.write('        ', 148);
  const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
}
