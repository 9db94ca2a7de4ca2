import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/model/digest.ts';
import {
  buildImage,
  buildIndex,
  type ImageFixture,
  thisArchitecture,
} from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { refuse } from '../../support/images/refusal.ts';
import { cutAfter, TestRegistry } from '../../support/images/test-registry.ts';

const large = 'a line of the large file\n'.repeat(20_000);

let registry: TestRegistry;
let node: ImageNode;
let image: ImageFixture;
let reference: string;

beforeEach(async () => {
  registry = await TestRegistry.start();
  node = imageNode();
  image = buildImage({
    layers: [[{ name: 'etc' }, { name: 'etc/motd', text: 'hello' }], [{ name: 'large', text: noise() }]],
  });
  registry.add('team/web', '1', image);
  reference = `${registry.domain}/team/web:1`;
});

/** Does not compress to nothing, so that a cut is in the middle of it. */
function noise(): string {
  let state = 1;
  return large.replaceAll('line', () => {
    state = (state * 48_271) % 2_147_483_647;
    return state.toString(36);
  });
}

const largeLayer = () => image.layers[1]?.digest ?? expect.fail('no layer');

/** Nothing of a failed pull may be visible. */
function expectNothingHalfDone(): void {
  expect(node.names.list().size).toBe(0);
  const layers = join(node.directory, 'layers');
  expect(existsSync(layers) ? readdirSync(layers) : []).toHaveLength(0);
}

describe('pull', () => {
  it('brings in, verifies, unpacks and names an image', async () => {
    const seen: number[] = [];
    const pulled = await node.images.pull(reference, { onProgress: ({ bytesDone }) => seen.push(bytesDone) });
    expect(pulled).toMatchObject({
      reference,
      manifest: image.manifest.digest,
      platform: `linux/${thisArchitecture}`,
    });
    expect(await node.images.ready([image.manifest.digest])).toEqual([image.manifest.digest]);
    expect((await node.images.open(image.manifest.digest)).layers).toEqual(image.diffIds);
    expect(seen.at(-1)).toBe(image.layers.reduce((sum, { size }) => sum + size, 0));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  it('reads Docker schema 2 as well', async () => {
    const docker = buildImage({ isDocker: true });
    registry.add('old', 'x', docker);
    const { manifest } = await node.images.pull(`${registry.domain}/old:x`);
    expect(manifest).toBe(docker.manifest.digest);
  });

  it('asks once more by HEAD alone when all is here', async () => {
    await node.images.pull(reference);
    registry.requests.length = 0;
    await node.images.pull(reference);
    expect(registry.lines()).toEqual(['HEAD /v2/team/web/manifests/1']);
  });

  it('needs no network for what is here, and for a digest that is here', async () => {
    await node.images.pull(reference);
    registry.requests.length = 0;
    const manifest = await node.images.resolve({ reference, pullPolicy: 'missing' });
    await node.images.ensure({ reference, manifest });
    const pinned = `${registry.domain}/team/web@${manifest}`;
    expect(await node.images.resolve({ reference: pinned, pullPolicy: 'always' })).toBe(manifest);
    expect(registry.requests).toHaveLength(0);
  });

  it('chooses the manifest of this platform and keeps the index as it was', async () => {
    const other = buildImage({ architecture: 's390x', layers: [[{ name: 'other', text: 'x' }]] });
    const index = buildIndex({ s390x: other, [thisArchitecture]: image });
    registry.add('team/multi', 'other', other);
    registry.add('team/multi', 'this', image);
    registry.addDocument('team/multi', '1', index.descriptor, index.bytes);
    const pulled = await node.images.pull(`${registry.domain}/team/multi:1`);
    expect(pulled.manifest).toBe(image.manifest.digest);
    expect(await node.content.read(index.descriptor.digest)).toEqual(index.bytes);
    expect(node.content.size(other.manifest.digest)).toBeUndefined();
    expect(node.names.find(`${registry.domain}/team/multi:1`)?.digest).toBe(index.descriptor.digest);
  });

  it('names the platforms when none suits', async () => {
    const other = buildImage({ architecture: 's390x' });
    const index = buildIndex({ s390x: other });
    registry.addDocument('team/foreign', '1', index.descriptor, index.bytes);
    registry.add('team/lying', '1', other);
    await expect(node.images.pull(`${registry.domain}/team/foreign:1`)).rejects.toMatchObject({
      code: 'image.wrong-platform',
      message: expect.stringContaining('linux/s390x'),
    });
    await expect(node.images.pull(`${registry.domain}/team/lying:1`)).rejects.toMatchObject({
      code: 'image.wrong-platform',
    });
    expectNothingHalfDone();
  });

  it('fetches one copy for all who ask at the same time', async () => {
    const manifest = await node.images.resolve({ reference, pullPolicy: 'missing' });
    await Promise.all([1, 2, 3].map(() => node.images.ensure({ reference, manifest })));
    expect(registry.count(/GET .*\/blobs\//)).toBe(3);
  });

  it.each([
    ['at the same time', false],
    ['while one of them is called off', true],
  ])('fetches a layer once for two images that have it, %s', async (_, isCalledOff) => {
    const [shared] = image.layers.slice(-1);
    const own = [{ name: 'own', text: 'x' }];
    const both = [{ name: 'large', text: noise() }];
    registry.add('team/other', '1', buildImage({ layers: [both, own] }));
    const caller = new AbortController();
    const hasBegun = new Promise<void>((resolve) => {
      registry.faults.push({
        on: new RegExp(`GET .*${shared?.digest}`),
        times: 1,
        answer: (request, response, self) => {
          resolve();
          setTimeout(() => self.answer(request, response), 150);
        },
      });
    });
    const first = node.images.pull(reference, { signal: caller.signal }).catch((error: unknown) => error);
    await hasBegun;
    const second = node.images.pull(`${registry.domain}/team/other:1`);
    if (isCalledOff) setTimeout(() => caller.abort(new Error('called off')), 75);
    await second;
    if (isCalledOff) expect(await first).toMatchObject({ message: 'called off' });
    else expect(await first).toMatchObject({ reference });
    expect(registry.count(new RegExp(`GET .*${shared?.digest}`))).toBe(1);
  });

  it('does not move a name when a stack only asks what it means', async () => {
    await node.images.pull(reference);
    const newer = buildImage({ layers: [[{ name: 'newer', text: 'x' }]] });
    registry.add('team/web', '1', newer);
    expect(await node.images.resolve({ reference, pullPolicy: 'always' })).toBe(newer.manifest.digest);
    expect((await node.images.list())[0]?.manifest).toBe(image.manifest.digest);
    await node.images.ensure({ reference, manifest: newer.manifest.digest });
    expect((await node.images.list())[0]?.manifest).toBe(newer.manifest.digest);
    await node.images.ensure({ reference, manifest: image.manifest.digest });
    expect((await node.images.list())[0]?.manifest).toBe(newer.manifest.digest);
  });
});

describe('pull from a registry that misbehaves', () => {
  it.each([1, 20_000])('goes on after a connection that breaks at byte %i', async (count) => {
    registry.faults.push({ on: new RegExp(`GET .*${largeLayer()}`), times: 1, answer: cutAfter(count) });
    await node.images.pull(reference);
    const ranges = registry.requests
      .filter(({ path }) => path.includes(largeLayer()))
      .map(({ range }) => range);
    expect(ranges).toHaveLength(2);
    expect(ranges[1]).toMatch(/^bytes=\d+-$/);
  });

  it('survives many breaks as long as each brings something', async () => {
    registry.faults.push({ on: new RegExp(`GET .*${largeLayer()}`), times: 6, answer: cutAfter(3000) });
    await node.images.pull(reference);
    expect(registry.count(new RegExp(`GET .*${largeLayer()}`))).toBe(7);
  });

  it('goes on after the daemon was killed, without a byte twice', async () => {
    const caller = new AbortController();
    registry.faults.push({
      on: new RegExp(`GET .*${largeLayer()}`),
      times: 1,
      answer: (request, response, self) => {
        const bytes = self.blob(largeLayer());
        response.writeHead(200, { 'content-length': bytes.length });
        self.blobBytesSent += 20_000;
        response.write(bytes.subarray(0, 20_000), () =>
          setTimeout(() => caller.abort(new Error('killed')), 100),
        );
        request.socket.on('close', () => response.destroy());
      },
    });
    await expect(node.images.pull(reference, { signal: caller.signal })).rejects.toThrow('killed');
    await expect.poll(() => partialSize(node)).toBe(20_000);
    await node.restart().images.pull(reference);
    const all = [image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0);
    expect(registry.blobBytesSent).toBe(all);
  });

  it('copes with a registry that takes no ranges', async () => {
    registry.takesRanges = false;
    registry.faults.push({ on: new RegExp(`GET .*${largeLayer()}`), times: 1, answer: cutAfter(20_000) });
    await node.images.pull(reference);
    expect(await node.images.ready([image.manifest.digest])).toHaveLength(1);
  });

  it('refuses bytes of another digest and leaves nothing behind', async () => {
    registry.faults.push({
      on: new RegExp(`GET .*${largeLayer()}`),
      answer: (_request, response, self) => {
        const bytes = Buffer.from(self.blob(largeLayer()));
        bytes[100] = (bytes[100] ?? 0) ^ 1;
        response.writeHead(200, { 'content-length': bytes.length });
        response.end(bytes);
      },
    });
    await expect(node.images.pull(reference)).rejects.toMatchObject({
      code: 'content.digest-mismatch',
      message: expect.stringContaining(largeLayer()),
    });
    expect(node.content.size(largeLayer())).toBeUndefined();
    expect(node.names.list().size).toBe(0);
    expect(readdirSync(join(node.directory, 'ingest'))).toEqual([]);
  });

  it('refuses a manifest of another digest', async () => {
    const other = buildImage({ layers: [[{ name: 'evil', text: 'x' }]] });
    registry.faults.push({
      on: /GET .*manifests/,
      answer: (_request, response) => {
        const bytes = other.blobs.get(other.manifest.digest);
        response.writeHead(200, { 'content-type': other.manifest.mediaType });
        response.end(bytes);
      },
    });
    const pinned = `${registry.domain}/team/web@${image.manifest.digest}`;
    await expect(node.images.pull(pinned)).rejects.toMatchObject({ code: 'content.digest-mismatch' });
    expectNothingHalfDone();
  });

  it('refuses a layer whose content is not what the config says', async () => {
    const liar = buildImage({ diffIds: [`sha256:${'1'.repeat(64)}` as Digest] });
    registry.add('team/liar', '1', liar);
    await expect(node.images.pull(`${registry.domain}/team/liar:1`)).rejects.toMatchObject({
      code: 'content.digest-mismatch',
    });
    expectNothingHalfDone();
  });

  it('waits as 429 asks, and goes on', async () => {
    registry.faults.push({
      on: /GET .*blobs/,
      times: 2,
      answer: (_request, response) =>
        refuse(response, { status: 429, code: 'TOOMANYREQUESTS', headers: { 'retry-after': '0' } }),
    });
    await node.images.pull(reference);
    expect(registry.count(/GET .*blobs/)).toBe(5);
  });

  it.each([
    [429, 'registry.rate-limited'],
    [503, 'registry.protocol'],
    [403, 'registry.denied'],
    [404, 'image.not-found'],
  ])('gives up on an enduring %i with %s', async (status, code) => {
    registry.faults.push({
      on: /./,
      answer: (_request, response) => refuse(response, { status, code: 'TOLD' }),
    });
    await expect(node.images.pull(reference)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(registry.domain),
    });
    expectNothingHalfDone();
  });

  it('goes on after a 500 now and then', async () => {
    registry.faults.push({
      on: /GET/,
      times: 2,
      answer: (_request, response) => refuse(response, { status: 500, code: 'OOPS' }),
    });
    await node.images.pull(reference);
    expect(await node.images.list()).toHaveLength(1);
  });

  it('gives up on a connection that says nothing', async () => {
    const impatient = imageNode({ stallMs: 50 });
    registry.faults.push({ on: /HEAD/, answer: () => {} });
    await expect(impatient.images.pull(reference)).rejects.toMatchObject({ code: 'registry.unreachable' });
  });

  it('asks by GET where HEAD has no digest', async () => {
    registry.faults.push({ on: /HEAD/, answer: (_request, response) => response.end() });
    expect((await node.images.pull(reference)).manifest).toBe(image.manifest.digest);
  });

  it('refuses a manifest without end', async () => {
    registry.faults.push({
      on: /GET .*manifests/,
      answer: (_request, response) => {
        const send = (): void => {
          if (response.destroyed) return;
          response.write(Buffer.alloc(1 << 20, ' '), send);
        };
        send();
      },
    });
    await expect(node.images.pull(reference)).rejects.toMatchObject({ code: 'content.bad-document' });
  });
});

describe('an image that cannot be had', () => {
  it('names the registry that nobody answers at', async () => {
    await expect(node.images.pull('127.0.0.1:1/no/such:image')).rejects.toMatchObject({
      code: 'registry.unreachable',
      message: 'cannot reach registry 127.0.0.1:1 for image 127.0.0.1:1/no/such:image',
      cause: { message: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('says so when it must not be pulled', async () => {
    await expect(node.images.resolve({ reference: 'nothing', pullPolicy: 'never' })).rejects.toMatchObject({
      code: 'image.not-found',
      message: expect.stringContaining('nothing:latest'),
    });
    expect(registry.requests).toHaveLength(0);
  });

  it('refuses what is no reference', async () => {
    await expect(node.images.resolve({ reference: 'UPPER', pullPolicy: 'missing' })).rejects.toMatchObject({
      code: 'image.bad-reference',
    });
  });
});

function partialSize(of: ImageNode): number {
  const ingest = join(of.directory, 'ingest');
  const [name] = readdirSync(ingest);
  return name === undefined ? 0 : statSync(join(ingest, name)).size;
}
