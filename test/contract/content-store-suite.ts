import { describe, expect, it } from 'vitest';
import type { ContentStore } from '../../src/engine/images/content/content-store.ts';
import { digestOf } from '../support/images/image-fixture.ts';

export interface ContentStoreUnderTest {
  readonly store: ContentStore;
  /** The store as another process finds it after this one was killed. */
  reopen(): ContentStore;
}

const bytes = Buffer.from('0123456789'.repeat(1000));
const key = { digest: digestOf(bytes), size: bytes.length };

async function* chunks(data: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

async function* breaking(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* chunks(data);
  throw new Error('the connection broke');
}

async function gathered(data: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of data) all.push(chunk);
  return Buffer.concat(all);
}

/** What every content store keeps to (engine/images/content/content-store.ts). */
export function contentStoreSuite(make: () => ContentStoreUnderTest): void {
  describe('content store', () => {
    it('gives back what it took in, by its digest', async () => {
      const { store } = make();
      expect(await store.ingest(chunks(bytes))).toEqual(key);
      expect(store.size(key.digest)).toBe(bytes.length);
      expect(await store.read(key.digest)).toEqual(bytes);
      expect(await gathered(store.stream(key.digest))).toEqual(bytes);
      expect((await store.list()).map(({ digest }) => digest)).toEqual([key.digest]);
    });

    it('takes in nothing at all', async () => {
      const { store } = make();
      const empty = await store.ingest(chunks(Buffer.alloc(0)));
      expect(empty).toEqual({ digest: digestOf(Buffer.alloc(0)), size: 0 });
      expect(store.size(empty.digest)).toBe(0);
    });

    it('knows what it has not', async () => {
      const { store } = make();
      expect(store.size(key.digest)).toBeUndefined();
      expect(await store.read(key.digest)).toBeUndefined();
      store.remove(key.digest);
      expect(await store.list()).toEqual([]);
    });

    it('asks for an expected blob only once', async () => {
      const { store } = make();
      let opened = 0;
      const open = () => {
        opened += 1;
        return chunks(bytes);
      };
      await Promise.all([store.ingestExpected(key, open), store.ingestExpected(key, open)]);
      await store.ingestExpected(key, open);
      expect(opened).toBe(1);
      expect(await store.read(key.digest)).toEqual(bytes);
    });

    it.each<[string, Buffer, string]>([
      ['other bytes', Buffer.from(bytes.toString().replaceAll('5', 'x')), 'content.digest-mismatch'],
      ['fewer bytes', bytes.subarray(0, 9000), 'content.size-mismatch'],
      ['more bytes', Buffer.concat([bytes, Buffer.from('!')]), 'content.size-mismatch'],
    ])('refuses %s than expected and keeps none of them', async (_, wrong, code) => {
      const under = make();
      const attempt = under.store.ingestExpected(key, () => chunks(wrong));
      await expect(attempt).rejects.toMatchObject({ code });
      expect(await under.store.list()).toEqual([]);
      const offsets: number[] = [];
      await under.reopen().ingestExpected(key, (offset) => {
        offsets.push(offset);
        return chunks(bytes.subarray(offset));
      });
      expect(offsets).toEqual([0]);
    });

    it('goes on where an interrupted one ended, in the same process and in the next', async () => {
      const under = make();
      const broken = under.store.ingestExpected(key, () => breaking(bytes.subarray(0, 4000)));
      await expect(broken).rejects.toThrow('the connection broke');
      expect(under.store.size(key.digest)).toBeUndefined();
      const offsets: number[] = [];
      const next = under.reopen();
      await next.ingestExpected(key, (offset) => {
        offsets.push(offset);
        return chunks(bytes.subarray(offset));
      });
      expect(offsets[0]).toBeLessThanOrEqual(4000);
      expect(await next.read(key.digest)).toEqual(bytes);
    });

    it('begins again when the part from before was wrong', async () => {
      const under = make();
      const wrong = Buffer.from('x'.repeat(4000));
      await expect(under.store.ingestExpected(key, () => breaking(wrong))).rejects.toThrow();
      await under.reopen().ingestExpected(key, (offset) => chunks(bytes.subarray(offset)));
      expect(await under.reopen().read(key.digest)).toEqual(bytes);
    });

    it('calls the work off when the last one who waits has left', async () => {
      const { store } = make();
      const caller = new AbortController();
      let signal: AbortSignal | undefined;
      const open = async function* (_: number, given: AbortSignal): AsyncGenerator<Uint8Array> {
        signal = given;
        yield bytes.subarray(0, 10);
        await new Promise((_resolve, reject) =>
          given.addEventListener('abort', () => reject(given.reason), { once: true }),
        );
      };
      const waiting = store.ingestExpected(key, open, { signal: caller.signal });
      setImmediate(() => caller.abort(new Error('changed my mind')));
      await expect(waiting).rejects.toThrow('changed my mind');
      await expect.poll(() => signal?.aborted).toBe(true);
    });

    it('removes', async () => {
      const { store } = make();
      await store.ingest(chunks(bytes));
      store.remove(key.digest);
      expect(store.size(key.digest)).toBeUndefined();
    });
  });
}
