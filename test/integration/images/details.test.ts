import { beforeEach, describe, expect, it } from 'vitest';
import { buildImage, type ImageFixture } from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

let registry: TestRegistry;
let node: ImageNode;
let image: ImageFixture;
let reference: string;

beforeEach(async () => {
  registry = await TestRegistry.start();
  image = buildImage({
    layers: [[{ name: 'base', text: 'b' }], [{ name: 'top', text: 't' }]],
    config: { Env: ['A=1'], Labels: { team: 'web' } },
    history: [
      { created: '2026-01-02T03:04:05Z', created_by: 'ADD base' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'ADD top', comment: 'by hand', unknown: 1 },
    ],
  });
  registry.add('team/web', '1', image);
  reference = `${registry.domain}/team/web:1`;
  node = imageNode();
  await node.images.pull(reference);
});

describe('inspect', () => {
  it('tells everything that the documents say', async () => {
    expect(await node.images.inspect(reference)).toMatchObject({
      reference,
      names: [reference],
      manifest: image.manifest.digest,
      target: { digest: image.manifest.digest, size: image.manifest.size },
      id: image.config.digest,
      config: { environment: ['A=1'], labels: { team: 'web' } },
      layers: image.layers.map(({ digest, size }, at) => ({
        digest,
        sizeBytes: size,
        diffId: image.diffIds[at],
        unpacked: true,
      })),
      history: [
        { created: Date.UTC(2026, 0, 2, 3, 4, 5), createdBy: 'ADD base', emptyLayer: false },
        { createdBy: 'ENV A=1', emptyLayer: true },
        { createdBy: 'ADD top', comment: 'by hand', emptyLayer: false },
      ],
    });
  });

  it('says that an image is not here', async () => {
    await expect(node.images.inspect('other')).rejects.toMatchObject({ code: 'image.not-found' });
  });

  it('names the field of a history that is none', async () => {
    registry.add('team/odd', '1', buildImage({ history: [{ created_by: 7 }] }));
    await node.images.pull(`${registry.domain}/team/odd:1`);
    await expect(node.images.inspect(`${registry.domain}/team/odd:1`)).rejects.toMatchObject({
      code: 'content.bad-document',
      message: expect.stringContaining('history[0].created_by'),
    });
  });
});

describe('tag', () => {
  it('gives another name, and the image stays until it has lost both', async () => {
    await node.images.tag(reference, 'web:stable');
    expect((await node.images.inspect('web:stable')).names.toSorted()).toEqual(
      [reference, 'web:stable'].toSorted(),
    );
    await node.images.remove(reference);
    expect(await node.images.resolve({ reference: 'web:stable', pullPolicy: 'never' })).toBe(
      image.manifest.digest,
    );
    await node.images.remove('web:stable');
    expect(node.content.size(image.manifest.digest)).toBeUndefined();
  });

  it('takes a name from another image', async () => {
    registry.add('team/new', '1', buildImage());
    await node.images.pull(`${registry.domain}/team/new:1`);
    await node.images.tag(reference, 'web:stable');
    await node.images.tag(`${registry.domain}/team/new:1`, 'web:stable');
    expect((await node.images.inspect('web:stable')).manifest).not.toBe(image.manifest.digest);
  });

  it('names an image by its digest', async () => {
    await node.images.tag(`${registry.domain}/team/web@${image.manifest.digest}`, 'web:pinned');
    expect((await node.images.inspect('web:pinned')).manifest).toBe(image.manifest.digest);
  });

  it.each([
    ['no/such:image', 'web:stable', 'image.not-found'],
    ['UPPER', 'web:stable', 'image.bad-reference'],
    ['', `web@sha256:${'0'.repeat(64)}`, 'image.bad-reference'],
    ['', 'two words', 'image.bad-reference'],
  ])('refuses "%s" as "%s"', async (from, name, code) => {
    await expect(node.images.tag(from || reference, name)).rejects.toMatchObject({ code });
    expect((await node.images.list()).map((listed) => listed.reference)).toEqual([reference]);
  });
});
