import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Digest, digestHex } from '../../../src/model/digest.ts';
import {
  buildImage,
  buildIndex,
  type ImageFixture,
  thisArchitecture,
} from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

let registry: TestRegistry;
let node: ImageNode;
let image: ImageFixture;
let layer: Digest;

beforeEach(async () => {
  registry = await TestRegistry.start();
  node = imageNode();
  image = buildImage({ layers: [[{ name: 'one', text: '1' }], [{ name: 'two', text: '2' }]] });
  layer = image.layers[1]?.digest ?? image.manifest.digest;
  registry.add('a', '1', image);
  await node.images.pull(name());
});

const name = () => `${registry.domain}/a:1`;
const options = { references: [] as string[], all: false, repair: false };
const path = (digest: Digest) => join(node.directory, 'blobs/sha256', digestHex(digest));

/** One bit is another; the size stays. */
function damage(digest: Digest): void {
  const bytes = Buffer.from(readFileSync(path(digest)));
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
  writeFileSync(path(digest), bytes);
}

describe('verify', () => {
  it('finds nothing wrong with what was pulled', async () => {
    const bytes = [...image.blobs.values()].reduce((sum, { length }) => sum + length, 0);
    expect(await node.images.verify(options)).toEqual({ blobs: 4, bytes, layers: 2, problems: [] });
  });

  it('tells damaged, cut and missing blobs with their image, and changes nothing unless asked to', async () => {
    damage(layer);
    writeFileSync(path(image.config.digest), '');
    rmSync(path(image.layers[0]?.digest ?? layer));
    const { problems } = await node.images.verify(options);
    expect(new Map(problems.map(({ digest, message }) => [digest, message]))).toEqual(
      new Map([
        [layer, expect.stringContaining('has become sha256:')],
        [image.config.digest, `has 0 bytes, not ${image.config.size}`],
        [image.layers[0]?.digest, 'is missing'],
      ]),
    );
    expect(problems).toEqual(problems.map((problem) => ({ ...problem, image: name(), repaired: false })));
    expect(readFileSync(path(image.config.digest))).toHaveLength(0);
  });

  it('fetches every damaged blob again, documents too, and then finds nothing wrong', async () => {
    for (const digest of image.blobs.keys()) damage(digest);
    const { problems } = await node.images.verify({ ...options, repair: true });
    expect(new Set(problems.map(({ digest }) => digest))).toEqual(new Set(image.blobs.keys()));
    expect(problems.every(({ repaired }) => repaired)).toBe(true);
    expect((await node.images.verify(options)).problems).toEqual([]);
    for (const [digest, bytes] of image.blobs) expect(readFileSync(path(digest))).toEqual(bytes);
  });

  it('unpacks a layer again that is gone', async () => {
    const diffId = image.diffIds[0] ?? layer;
    rmSync(join(node.directory, 'layers', digestHex(diffId)), { recursive: true });
    expect((await node.images.verify(options)).problems).toMatchObject([{ kind: 'layer', digest: diffId }]);
    await node.images.verify({ ...options, repair: true });
    expect(await node.images.ready([image.manifest.digest])).toHaveLength(1);
  });

  it('leaves and tells what the registry does not have any more', async () => {
    damage(layer);
    const before = readFileSync(path(layer));
    registry.faults.push({
      on: new RegExp(`GET .*${layer}`),
      times: 1,
      answer: (_, response) => response.writeHead(404).end(),
    });
    const { problems } = await node.images.verify({ ...options, repair: true });
    expect(problems).toMatchObject([
      { digest: layer, repaired: false, message: expect.stringContaining('not repaired') },
    ]);
    expect(readFileSync(path(layer))).toEqual(before);
  });

  it('asks for no manifest of another machine', async () => {
    const other = buildImage({ architecture: 's390x' });
    const index = buildIndex({ [thisArchitecture]: image, s390x: other });
    registry.addDocument('multi', '1', index.descriptor, index.bytes);
    for (const { blobs } of [image, other])
      for (const bytes of blobs.values()) registry.addBlob('multi', bytes);
    registry.addDocument(
      'multi',
      'this',
      image.manifest,
      image.blobs.get(image.manifest.digest) ?? Buffer.alloc(0),
    );
    await node.images.pull(`${registry.domain}/multi:1`);
    expect((await node.images.verify(options)).problems).toEqual([]);
  });

  it('looks at unnamed blobs only when asked for all, and at one image when that is named', async () => {
    const second = buildImage({ layers: [[{ name: 'three', text: '3' }]] });
    registry.add('b', '1', second);
    await node.images.pull(`${registry.domain}/b:1`);
    node.names.remove(`${registry.domain}/b:1`);
    damage(second.config.digest);
    expect((await node.images.verify({ ...options, references: [name()] })).problems).toEqual([]);
    expect((await node.images.verify(options)).problems).toEqual([]);
    const { problems } = await node.images.verify({ ...options, all: true, repair: true });
    expect(problems).toMatchObject([{ digest: second.config.digest, repaired: false }]);
  });

  it('does not know what is not there', async () => {
    const asked = node.images.verify({ ...options, references: ['nothing'] });
    await expect(asked).rejects.toMatchObject({ code: 'image.not-found' });
  });
});
