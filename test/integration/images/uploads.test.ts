import { beforeEach, describe, expect, it } from 'vitest';
import type { HttpRegistryClient } from '../../../src/engine/images/registry/http-registry-client.ts';
import type { UploadOutcome } from '../../../src/engine/images/registry/registry-writer.ts';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import { parseImageReference } from '../../../src/model/image-reference.ts';
import { digestOf } from '../../support/images/image-fixture.ts';
import { testClient } from '../../support/images/image-node.ts';
import { refuse } from '../../support/images/refusal.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

const bytes = Buffer.alloc(200_000, 'some bytes of a blob ');
const blob: Descriptor = { mediaType: 'x/y', digest: digestOf(bytes), size: bytes.length };
/** Small, so that the blob goes as one that can be taken up again. */
const uploads = { monolithicBytes: 1000, chunkBytes: 50_000 };

let registry: TestRegistry;
let client: HttpRegistryClient;

beforeEach(async () => {
  registry = await TestRegistry.start();
  client = testClient({ uploads });
});

function target(repository = 'team/web') {
  return parseImageReference(`${registry.domain}/${repository}:1`) ?? expect.fail('no reference');
}

async function* from(offset: number): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < bytes.length; at += 10_000)
    yield bytes.subarray(at, Math.min(at + 10_000, bytes.length));
}

function put(options: Partial<Parameters<typeof client.writer.putBlob>[2]> = {}): Promise<UploadOutcome> {
  return client.writer.putBlob(target(), blob, { open: from, ...options });
}

describe('the upload of a blob', () => {
  it('of few bytes goes in one request, behind the question whether it is there', async () => {
    client = testClient();
    expect(await put()).toBe('uploaded');
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PUT']);
    expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
  });

  it('of many goes as one that can be taken up again', async () => {
    const seen: number[] = [];
    await put({ onProgress: (count) => seen.push(count) });
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
    expect(seen.at(-1)).toBe(bytes.length);
  });

  it('does not happen where the repository has it', async () => {
    registry.addBlob('team/web', bytes);
    expect(await put()).toBe('present');
    expect(registry.uploads.bytesReceived).toBe(0);
  });

  it('is a mount where another repository of the registry has it', async () => {
    registry.addBlob('team/base', bytes);
    expect(await put({ mountFrom: ['team/base'] })).toBe('mounted');
    expect(registry.holds('team/web', blob.digest)).toBe(true);
    expect(registry.uploads.bytesReceived).toBe(0);
  });

  it('uses the session that a registry opens in place of a mount', async () => {
    registry.uploads.mounts = false;
    expect(await put({ mountFrom: ['team/base'] })).toBe('uploaded');
    expect(registry.count(/POST/)).toBe(1);
  });

  it('goes on without a mount that is refused', async () => {
    registry.faults.push({
      on: /POST .*mount=/,
      answer: (_, response) => refuse(response, { status: 403, code: 'DENIED' }),
    });
    expect(await put({ mountFrom: ['other/secret'] })).toBe('uploaded');
  });

  it.each([
    ['a piece', 2000],
    ['next to nothing', 1],
  ])('goes on behind %s when the connection breaks', async (_, count) => {
    registry.faults.push({ on: /PATCH/, times: 1, answer: registry.uploads.cutAfter(count) });
    expect(await put()).toBe('uploaded');
    expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
    const lost = count === 1 ? 1 : 0; // `0-0` says nothing: from the beginning
    expect(registry.uploads.bytesReceived).toBe(bytes.length + lost);
  });

  it('survives many breaks as long as each brings something', async () => {
    registry.faults.push({ on: /PATCH/, times: 8, answer: registry.uploads.cutAfter(5000) });
    await put();
    expect(registry.uploads.bytesReceived).toBe(bytes.length);
  });

  it('gives up on a connection that always breaks', async () => {
    registry.faults.push({ on: /PATCH/, answer: ({ socket }) => socket.destroy() });
    await expect(put()).rejects.toMatchObject({ code: 'registry.unreachable', retryable: true });
    expect(registry.count(/PATCH/)).toBe(3);
  });

  it('is taken up by the next call after one that was called off', async () => {
    const caller = new AbortController();
    registry.faults.push({
      on: /PATCH/,
      times: 1,
      answer: (request) => {
        registry.uploads.cutAfter(60_000)(request);
        request.socket.on('close', () => caller.abort(new Error('called off')));
      },
    });
    await expect(put({ signal: caller.signal })).rejects.toThrow('called off');
    expect(await put()).toBe('uploaded');
    expect(registry.uploads.bytesReceived).toBe(bytes.length);
  });

  it('begins anew where the registry has forgotten it', async () => {
    registry.faults.push({
      on: /PATCH/,
      times: 1,
      answer: (request) => {
        registry.uploads.cutAfter(60_000)(request);
        request.socket.on('close', () => registry.uploads.forgetAll());
      },
    });
    await put();
    expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
    expect(registry.count(/POST/)).toBe(2);
  });

  it('has happened when only the last answer is lost', async () => {
    registry.faults.push({
      on: /PUT/,
      times: 1,
      answer: (request, _, self) => {
        self.addBlob('team/web', bytes);
        self.uploads.forgetAll();
        request.socket.destroy();
      },
    });
    expect(await put()).toBe('uploaded');
    expect(registry.count(/PUT/)).toBe(1);
    expect(registry.uploads.bytesReceived).toBe(bytes.length);
  });

  it('is cut into pieces where a request is too large, and not smaller than the registry wants', async () => {
    registry.uploads.largestBody = 80_000;
    registry.uploads.leastPiece = 70_000;
    await put();
    expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
    expect(registry.count(/PATCH/)).toBe(1 + 3);
    registry.requests.length = 0;
    await client.writer.putBlob(target('team/other'), blob, { open: from });
    expect(registry.count(/PATCH/)).toBe(3); // learnt
  });

  it.each(['takesPieces', 'losesPieces'] as const)(
    'goes in one request where pieces do not work: %s',
    async (kind) => {
      registry.uploads[kind] = kind === 'losesPieces';
      await put();
      expect(registry.blob(blob.digest).equals(bytes)).toBe(true);
      expect(registry.count(/PUT/)).toBe(1);
    },
  );

  it('waits as 429 asks', async () => {
    registry.faults.push({
      on: /POST|PATCH/,
      times: 2,
      answer: (request, response) => {
        request.resume();
        refuse(response, { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '0' } });
      },
    });
    expect(await put()).toBe('uploaded');
  });

  it('asks for one token with the rights to push here and to read there', async () => {
    const asked: string[] = [];
    registry.faults.push({
      on: /GET \/token/,
      answer: (request, response) => {
        asked.push(...new URL(request.url ?? '', registry.origin).searchParams.getAll('scope'));
        response.end('{"token": "T1"}');
      },
    });
    registry.challenge = ({ headers }) =>
      headers.authorization === 'Bearer T1'
        ? undefined
        : `Bearer realm="${registry.origin}/token",service="s",scope="repository:team/web:pull"`;
    await put({ mountFrom: ['team/base'] });
    expect(asked).toEqual(['repository:team/web:pull,push', 'repository:team/base:pull']);
  });

  it('follows a redirect that keeps the method, and tells nobody else who we are', async () => {
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    client = testClient({
      uploads,
      credentials: { find: () => Promise.resolve({ username: 'me', password: 'secret' }) },
    });
    const storage = await TestRegistry.start();
    registry.challenge = ({ headers }) => (headers.authorization === basic ? undefined : 'Basic realm="x"');
    registry.faults.push({
      on: /POST/,
      answer: (request, response) => {
        const location = `${storage.origin}${request.url}`;
        response.writeHead(request.headers.authorization === basic ? 307 : 401, {
          location,
          'www-authenticate': 'Basic realm="x"',
        });
        response.end();
      },
    });
    expect(await put()).toBe('uploaded');
    expect(storage.blob(blob.digest).equals(bytes)).toBe(true);
    expect(storage.requests.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is never sent to a mirror', async () => {
    const mirror = await TestRegistry.start();
    mirror.addBlob('team/web', bytes);
    const mirrors = [{ location: mirror.domain, tags: true }];
    client = testClient({ uploads, rules: { [registry.domain]: { mirrors } } });
    expect(await put()).toBe('uploaded');
    expect(mirror.requests).toEqual([]);
  });

  it.each([
    [413, /limits the size/],
    [403, /log in|undefined/],
  ])('says what to do about an enduring %i', async (status, hint) => {
    registry.faults.push({
      on: /POST/,
      answer: (_, response) => refuse(response, { status, code: 'TOLD' }),
    });
    const error = await put().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: expect.stringMatching(/^registry\./) });
    expect(String((error as { hint?: string }).hint)).toMatch(hint);
  });
});
