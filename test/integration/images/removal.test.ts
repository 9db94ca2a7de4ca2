import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Digest } from '../../../src/model/digest.ts';
import { FakeLayerUnpacker } from '../../fakes/fake-layer-unpacker.ts';
import { buildImage, type ImageFixture } from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

const base = [{ name: 'base', text: 'shared by both' }];

let registry: TestRegistry;
let node: ImageNode;
let first: ImageFixture;
let second: ImageFixture;

beforeEach(async () => {
  registry = await TestRegistry.start();
  node = imageNode();
  first = buildImage({ layers: [base, [{ name: 'one', text: '1' }]] });
  second = buildImage({ layers: [base, [{ name: 'two', text: '2' }]] });
  registry.add('a', '1', first);
  registry.add('b', '1', second);
  await node.images.pull(name('a'));
  await node.images.pull(name('b'));
});

const name = (repository: string) => `${registry.domain}/${repository}:1`;

function stored(): { readonly blobs: number; readonly layers: number } {
  return {
    blobs: readdirSync(join(node.directory, 'blobs/sha256')).length,
    layers: readdirSync(join(node.directory, 'layers')).length,
  };
}

const used = (image: ImageFixture) => new Map<Digest, string>([[image.manifest.digest, 'shop-web-1']]);

describe('remove', () => {
  it('takes what no other image needs', async () => {
    expect(stored()).toEqual({ blobs: 7, layers: 3 });
    await node.images.remove(name('a'));
    expect(stored()).toEqual({ blobs: 4, layers: 2 });
    expect(await node.images.ready([second.manifest.digest])).toHaveLength(1);
    await node.images.remove(name('b'));
    expect(stored()).toEqual({ blobs: 0, layers: 0 });
  });

  it('refuses the last name of an image that is in use, and says by whom', async () => {
    await expect(node.images.remove(name('a'), { inUse: used(first) })).rejects.toMatchObject({
      code: 'image.in-use',
      message: expect.stringContaining('shop-web-1'),
    });
    expect(stored()).toEqual({ blobs: 7, layers: 3 });
  });

  it('gives up a name of an image that has another', async () => {
    registry.add('again', '1', first);
    await node.images.pull(name('again'));
    await node.images.remove(name('a'), { inUse: used(first) });
    expect((await node.images.list()).map(({ reference }) => reference)).toEqual([name('again'), name('b')]);
  });

  it('keeps what is in use without a name', async () => {
    const newer = buildImage({ layers: [[{ name: 'newer', text: 'x' }]] });
    registry.add('a', '1', newer);
    await node.images.pull(name('a'));
    await node.images.remove(name('a'), { inUse: used(first) });
    expect(await node.images.ready([first.manifest.digest, newer.manifest.digest])).toEqual([
      first.manifest.digest,
    ]);
  });

  it('does not know what is not there', async () => {
    await expect(node.images.remove('nothing')).rejects.toMatchObject({ code: 'image.not-found' });
  });
});

describe('an image of which a part is gone', () => {
  it('is told from one that is not there, with what mends it', async () => {
    rmSync(join(node.directory, 'blobs/sha256', first.manifest.digest.slice('sha256:'.length)));
    await expect(node.images.inspect(name('a'))).rejects.toMatchObject({
      message: `image ${name('a')} is not complete`,
      hint: expect.stringContaining(`image verify --repair ${name('a')}`),
    });
    await expect(node.images.inspect(name('c'))).rejects.toMatchObject({
      message: `image ${name('c')} is not on this node`,
    });
  });
});

describe('removeLongestUnused', () => {
  it('takes first what no container has used for longest', async () => {
    await node.images.open(second.manifest.digest);
    await delay(10);
    await node.images.open(first.manifest.digest);
    expect(await node.images.removeLongestUnused(new Map())).toBe(name('b'));
    expect(stored()).toEqual({ blobs: 4, layers: 2 });
    expect(await node.images.removeLongestUnused(new Map())).toBe(name('a'));
    expect(await node.images.removeLongestUnused(new Map())).toBeUndefined();
    expect(stored()).toEqual({ blobs: 0, layers: 0 });
  });

  it('leaves alone what is in use, and what no registry would give back', async () => {
    await node.images.remove(name('b'));
    node.names.set('docker.io/library/own:1', second.manifest, { isImported: true });
    expect(await node.images.removeLongestUnused(used(first))).toBeUndefined();
    expect(stored().blobs).toBe(4);
  });
});

describe('collectGarbage', () => {
  it('finds nothing to remove where all is named', async () => {
    expect(await node.images.collectGarbage(new Map())).toEqual({ blobs: [], layers: [] });
  });

  it('removes what an interrupted pull left', async () => {
    const third = buildImage({ layers: [[{ name: 'third', text: '3' }]] });
    registry.add('c', '1', third);
    await node.images.resolve({ reference: name('c'), pullPolicy: 'always' });
    node.names.remove(name('a'));
    const collected = await node.restart().images.collectGarbage(new Map());
    const { manifest, config, layers } = first;
    expect(new Set(collected.blobs)).toEqual(
      new Set([manifest.digest, config.digest, layers[1]?.digest, third.manifest.digest]),
    );
    expect(collected.layers).toEqual([first.diffIds[1]]);
  });

  it('spares what a running pull has brought in already', async () => {
    const third = buildImage({ layers: [[{ name: 'x', text: '1' }], [{ name: 'y', text: '2' }]] });
    registry.add('c', '1', third);
    let release = (): void => {};
    registry.faults.push({
      on: new RegExp(`GET .*${third.layers[1]?.digest}`),
      times: 1,
      answer: (request, response, self) => {
        release = () => self.answer(request, response);
      },
    });
    const pulling = node.images.pull(name('c'));
    await expect
      .poll(() => node.content.size(third.layers[0]?.digest ?? third.manifest.digest))
      .toBeDefined();
    await expect.poll(() => registry.count(new RegExp(`${third.layers[1]?.digest}`))).toBe(1);
    expect(await node.images.collectGarbage(new Map())).toEqual({ blobs: [], layers: [] });
    release();
    await pulling;
    expect(await node.images.ready([third.manifest.digest])).toHaveLength(1);
  });

  it('keeps what another tool has pinned in the index', async () => {
    const pinned = buildImage({ layers: [[{ name: 'pinned', text: 'x' }]] });
    registry.add('c', '1', pinned);
    await node.images.pull(name('c'));
    const { annotations: _, ...target } = node.names.find(name('c')) ?? expect.fail('no name');
    node.names.remove(name('c'));
    node.names.set('latest', target);
    expect(await node.images.collectGarbage(new Map())).toEqual({ blobs: [], layers: [] });
  });
});

describe('prune', () => {
  const options = { inUse: new Map<Digest, string>(), all: false, dryRun: false };

  it('says of each survivor every name and user that leads to it, and changes nothing when it is only asked', async () => {
    node.names.remove(name('b'));
    const report = await node.images.prune({ ...options, inUse: used(first), dryRun: true });
    const { manifest, config, layers } = second;
    expect(new Set(report.blobs)).toEqual(new Set([manifest.digest, config.digest, layers[1]?.digest]));
    expect(report.layers).toEqual([second.diffIds[1]]);
    expect(report.bytes).toBe(manifest.size + config.size + (layers[1]?.size ?? 0));
    const reasons = [`named ${name('a')}`, 'used by shop-web-1'];
    expect(report.kept).toHaveLength(6);
    expect(report.kept.map((kept) => kept.reasons)).toEqual(report.kept.map(() => reasons));
    expect(stored()).toEqual({ blobs: 7, layers: 3 });
  });

  it('takes names of unused images only when asked for all, and says the same before as after', async () => {
    expect((await node.images.prune(options)).names).toEqual([]);
    const all = { ...options, inUse: used(first), all: true };
    const before = await node.images.prune({ ...all, dryRun: true });
    expect(await node.images.prune(all)).toEqual(before);
    expect(before.names).toEqual([name('b')]);
    expect((await node.images.list()).map(({ reference }) => reference)).toEqual([name('a')]);
    expect(stored()).toEqual({ blobs: 4, layers: 2 });
  });

  it('spares what a pull brings in that ends while the sweep is at work', async () => {
    const third = buildImage({ layers: [[{ name: 'third', text: '3' }], [{ name: 'two', text: '2' }]] });
    registry.add('c', '1', third);
    node.names.remove(name('a'));
    node.names.remove(name('b'));
    let pulls = 0;
    const remove = FakeLayerUnpacker.prototype.remove;
    const spy = vi.spyOn(FakeLayerUnpacker.prototype, 'remove').mockImplementation(async function (
      this: FakeLayerUnpacker,
      diffId,
    ) {
      if (pulls++ === 0) await node.images.pull(name('c'));
      await remove.call(this, diffId);
    });
    await node.images.prune(options);
    spy.mockRestore();
    expect(pulls).toBeGreaterThan(0);
    for (const digest of third.blobs.keys()) expect(node.content.size(digest), digest).toBeDefined();
  });
});

describe('why', () => {
  it('names all that leads to a shared layer, blob or image, and nothing for garbage', async () => {
    const [blob, diffId] = [first.layers[0]?.digest ?? '', first.diffIds[0] ?? ''];
    const both = [`named ${name('a')}`, `named ${name('b')}`];
    expect(await node.images.why(blob, {})).toEqual({ digest: blob, reasons: both });
    expect(await node.images.why(diffId, {})).toEqual({ digest: diffId, reasons: both });
    expect(await node.images.why(name('a'), { inUse: used(first) })).toEqual({
      digest: first.manifest.digest,
      reasons: [`named ${name('a')}`, 'used by shop-web-1'],
    });
    node.names.remove(name('a'));
    expect((await node.images.why(first.manifest.digest, {})).reasons).toEqual([]);
  });

  it('does not know what is not there', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    await expect(node.images.why(digest, {})).rejects.toMatchObject({ code: 'image.not-found' });
  });
});
