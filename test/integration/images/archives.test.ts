import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { mediaType } from '../../../src/engine/images/documents/media-types.ts';
import { digestHex } from '../../../src/model/digest.ts';
import {
  buildImage,
  buildIndex,
  digestOf,
  type ImageFixture,
  json,
  thisArchitecture,
} from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { type TarMember, tar } from '../../support/images/tar.ts';

let node: ImageNode;
beforeEach(() => {
  node = imageNode();
});

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

function importTar(bytes: Uint8Array, reference?: string, command: readonly string[] = []) {
  return node.images.importArchive(stream(bytes), { reference, command });
}

function layout(image: ImageFixture, index: object): TarMember[] {
  const blobs = [...image.blobs].map(([digest, text]) => ({
    name: `blobs/sha256/${digestHex(digest)}`,
    text,
  }));
  return [
    { name: 'blobs/' },
    { name: 'blobs/sha256/' },
    ...blobs,
    { name: 'index.json', text: json(index) },
    { name: 'oci-layout', text: '{"imageLayoutVersion":"1.0.0"}' },
  ];
}

const named = (image: ImageFixture, name: string) => ({
  schemaVersion: 2,
  manifests: [{ ...image.manifest, annotations: { 'org.opencontainers.image.ref.name': name } }],
});

describe('import of the root of a file system', () => {
  const root = tar([{ name: './' }, { name: './bin/' }, { name: './bin/sh', text: 'x' }]);

  it.each<[string, Buffer, string]>([
    ['plain', root, mediaType.layerTar],
    ['with gzip', gzipSync(root), mediaType.layerGzip],
  ])('makes an image of one layer, the very bytes: %s', async (_, archive, type) => {
    const [image] = await importTar(archive, 'hello:1', ['sh', '-c', 'x']);
    expect(image).toMatchObject({ reference: 'hello:1', platform: `linux/${thisArchitecture}` });
    const manifest = JSON.parse(String(await node.content.read(image?.manifest ?? digestOf(root))));
    expect(manifest.layers).toEqual([{ mediaType: type, digest: digestOf(archive), size: archive.length }]);
    const opened = await node.images.open(image?.manifest ?? digestOf(root));
    expect(opened).toMatchObject({ layers: [digestOf(root)], config: { command: ['sh', '-c', 'x'] } });
  });

  it('gives the same image each time', async () => {
    const [first] = await importTar(root, 'hello');
    const [second] = await importTar(root, 'other');
    expect(second?.manifest).toBe(first?.manifest);
    expect((await node.images.list()).map(({ reference }) => reference)).toEqual([
      'hello:latest',
      'other:latest',
    ]);
  });

  it('needs a name', async () => {
    await expect(importTar(root)).rejects.toMatchObject({ code: 'image.bad-archive' });
    expect(await node.images.list()).toEqual([]);
  });

  it('replaces what a name meant before', async () => {
    await importTar(root, 'hello');
    const [newer] = await importTar(tar([{ name: 'etc/' }]), 'hello');
    expect((await node.images.list()).map(({ manifest }) => manifest)).toEqual([newer?.manifest]);
  });
});

describe('import of an OCI layout', () => {
  it('takes over every byte, under the name it has', async () => {
    const image = buildImage();
    const bytes = tar(layout(image, named(image, 'registry.example/team/web:2')));
    const [imported] = await importTar(gzipSync(bytes));
    expect(imported).toMatchObject({
      reference: 'registry.example/team/web:2',
      manifest: image.manifest.digest,
    });
    for (const [digest, blob] of image.blobs) expect(await node.content.read(digest)).toEqual(blob);
    expect(await node.images.ready([image.manifest.digest])).toHaveLength(1);
  });

  it('does not keep the archive itself', async () => {
    const image = buildImage();
    const bytes = tar(layout(image, named(image, 'a/b:c')));
    await importTar(bytes);
    expect(node.content.size(digestOf(bytes))).toBeUndefined();
  });

  it('takes a tag alone for no name', async () => {
    const image = buildImage();
    const bytes = tar(layout(image, named(image, 'latest')));
    await expect(importTar(bytes)).rejects.toMatchObject({ code: 'image.bad-archive' });
    expect(await importTar(bytes, 'mine')).toMatchObject([{ reference: 'mine:latest' }]);
  });

  it('joins manifests that differ by platform only', async () => {
    const [mine, other] = [buildImage(), buildImage({ architecture: 's390x', layers: [] })];
    const { bytes } = buildIndex({ s390x: other, [thisArchitecture]: mine });
    const both = { ...mine, blobs: new Map([...mine.blobs, ...other.blobs]) };
    const [imported] = await importTar(tar(layout(both, JSON.parse(bytes.toString()))), 'mine');
    expect(imported?.manifest).toBe(mine.manifest.digest);
  });

  it('refuses an archive that lacks a blob, and names nothing', async () => {
    const image = buildImage();
    const members = layout(image, named(image, 'a/b:c')).filter(
      ({ name }) => !name.endsWith(digestHex(image.layers[0]?.digest ?? image.manifest.digest)),
    );
    await expect(importTar(tar(members))).rejects.toMatchObject({ code: 'image.bad-archive' });
    expect(await node.images.list()).toEqual([]);
  });

  it('refuses a blob that is not what its name promises', async () => {
    const image = buildImage();
    const members = layout(image, named(image, 'a/b:c')).map((member) =>
      member.name.endsWith(digestHex(image.layers[0]?.digest ?? image.manifest.digest))
        ? { ...member, text: Buffer.from('evil') }
        : member,
    );
    await expect(importTar(tar(members))).rejects.toMatchObject({ code: 'content.digest-mismatch' });
    expect(await node.images.list()).toEqual([]);
  });

  it('writes nowhere, whatever the members are called', async () => {
    const image = buildImage();
    const evil = [
      { name: 'blobs/sha256/../../../../evil', text: 'x' },
      { name: '/oci-layout', text: 'x' },
      { name: 'blobs/sha256', target: '/etc' },
    ];
    await importTar(tar([...evil.slice(0, 1), ...layout(image, named(image, 'a/b:c'))])).catch(
      () => undefined,
    );
    expect(readdirSync(join(node.directory, '..'))).toEqual(['images']);
  });
});

describe('import of docker save', () => {
  function dockerArchive(
    image: ImageFixture,
    tars: readonly Buffer[],
    repoTags: readonly string[] | null,
  ): Buffer {
    const config = `${digestHex(image.config.digest)}.json`;
    const layers = tars.map((_, at) => `${String(at).padStart(64, 'a')}/layer.tar`);
    return tar([
      ...layers.map((name, at) => ({ name, text: tars[at] ?? '' })),
      { name: config, text: image.blobs.get(image.config.digest) ?? '' },
      { name: 'manifest.json', text: json([{ Config: config, RepoTags: repoTags, Layers: layers }]) },
    ]);
  }
  const members = [[{ name: 'a', text: 'one' }], [{ name: 'b', text: 'two' }]];

  it('takes config and layers as they are', async () => {
    const image = buildImage({ layers: members, config: { Cmd: ['run'] } });
    const [imported] = await importTar(dockerArchive(image, members.map(tar), ['team/web:3']));
    expect(imported).toMatchObject({ reference: 'team/web:3' });
    const opened = await node.images.open(imported?.manifest ?? image.manifest.digest);
    expect(opened).toMatchObject({ layers: image.diffIds, config: { command: ['run'] } });
  });

  it('needs a name when it has none', async () => {
    const image = buildImage({ layers: members });
    const archive = dockerArchive(image, members.map(tar), null);
    await expect(importTar(archive)).rejects.toMatchObject({ code: 'image.bad-archive' });
    expect(await importTar(archive, 'mine:1')).toMatchObject([{ reference: 'mine:1' }]);
  });

  it('refuses layers that are not those of the config', async () => {
    const image = buildImage({ layers: members });
    const archive = dockerArchive(image, [tar([]), tar([{ name: 'x', text: 'y' }])], ['a/b:c']);
    await expect(importTar(archive)).rejects.toMatchObject({ code: 'content.digest-mismatch' });
    expect(await node.images.list()).toEqual([]);
  });
});

describe('import of anything else', () => {
  it.each<[string, Buffer]>([
    ['text', Buffer.from('this is no archive at all, only some text. '.repeat(40))],
    ['half a tar', tar([{ name: 'bin/sh', text: 'x'.repeat(5000) }]).subarray(0, 3000)],
    ['broken gzip', gzipSync(tar([{ name: 'a', text: 'x'.repeat(9999) }])).subarray(0, 60)],
  ])('refuses %s', async (_, bytes) => {
    await expect(importTar(bytes, 'x')).rejects.toMatchObject({
      code: expect.stringMatching(/^(image\.bad-archive|layer\.bad-tar)$/),
    });
    expect(await node.images.list()).toEqual([]);
  });
});
