import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { mediaType } from '../../../src/engine/images/documents/media-types.ts';
import { type Digest, digestHex } from '../../../src/model/digest.ts';
import { CopiedMembers } from '../../support/images/copy-target.ts';
import {
  buildImage,
  buildIndex,
  digestOf,
  type ImageFixture,
  json,
  thisArchitecture,
} from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { refuse } from '../../support/images/refusal.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

let registry: TestRegistry;
let node: ImageNode;
let image: ImageFixture;
let other: ImageFixture;
let index: ReturnType<typeof buildIndex>;

beforeEach(async () => {
  registry = await TestRegistry.start();
  node = imageNode();
  image = buildImage();
  other = buildImage({ architecture: 's390x', layers: [[{ name: 'other', text: 'x' }]] });
  index = buildIndex({ s390x: other, [thisArchitecture]: image });
  registry.add('team/web', 'this', image);
  registry.add('team/web', 'other', other);
  registry.addDocument('team/web', '1', index.descriptor, index.bytes);
});

const at = (name: string, prefix = 'docker://') => `${prefix}${registry.domain}/${name}`;

function copy(
  source: string,
  destination: string,
  more: Partial<Parameters<typeof node.images.copy>[0]> = {},
) {
  return node.images.copy({ sources: [source], destination, choice: 'one', ...more });
}

function storedAt(repository: string, tag: string): Digest | undefined {
  const document = registry.document(repository, tag);
  return document && digestOf(document.bytes);
}

describe('push', () => {
  it('brings blobs, then the manifest, bit by bit', async () => {
    const { manifest } = await node.images.pull(at('team/web:this', ''));
    registry.requests.length = 0;
    const seen: number[] = [];
    const onProgress = ({ bytesDone }: { bytesDone: number }) => void seen.push(bytesDone);
    const copied = await copy(at('team/web:this', 'store:'), at('other/web:2'), {
      choice: 'present',
      onProgress,
    });
    expect(copied).toMatchObject([{ digest: manifest, isOneOfIndex: false }]);
    expect(storedAt('other/web', '2')).toBe(image.manifest.digest);
    expect(seen.at(-1)).toBe([image.config, ...image.layers].reduce((sum, { size }) => sum + size, 0));
    const puts = registry.lines().filter((line) => /PUT .*manifests/.test(line));
    expect(registry.lines().slice(-puts.length)).toEqual(puts);
  });

  it('mounts what the registry has already in another repository', async () => {
    await node.images.pull(at('team/web:this', ''));
    await copy(at('team/web:this', 'store:'), at('other/web:2'));
    expect(registry.uploads.bytesReceived).toBe(0);
    expect(registry.count(/mount=.*from=team%2Fweb/)).toBe(2);
  });

  it('asks for nothing but the name when all is there', async () => {
    await node.images.pull(at('team/web:this', ''));
    registry.requests.length = 0;
    await copy(at('team/web:this', 'store:'), at('team/web:again'));
    expect(registry.lines()).toEqual([
      `HEAD /v2/team/web/manifests/${image.manifest.digest}`,
      'PUT /v2/team/web/manifests/again',
    ]);
  });

  it('takes the index with all its platforms when they are on the node', async () => {
    await copy(at('team/web:1'), 'store:multi:1', { choice: 'all' });
    const [copied] = await copy('store:multi:1', at('other/multi:1'), { choice: 'present' });
    expect(copied).toMatchObject({ digest: index.descriptor.digest, isOneOfIndex: false });
    expect(registry.document('other/multi', '1')?.bytes).toEqual(index.bytes);
    expect(registry.document('other/multi', other.manifest.digest)).toBeDefined();
  });

  it('takes the image of this platform and says so when only that is on the node', async () => {
    await node.images.pull(at('team/web:1', ''));
    const [copied] = await copy(at('team/web:1', 'store:'), at('other/multi:1'), { choice: 'present' });
    expect(copied).toMatchObject({ digest: image.manifest.digest, isOneOfIndex: true });
    await expect(
      copy(at('team/web:1', 'store:'), at('other/multi:1'), { choice: 'all' }),
    ).rejects.toMatchObject({
      code: 'image.not-found',
      message: expect.stringContaining(other.manifest.digest),
    });
  });

  it('gives no name to what did not arrive whole', async () => {
    await node.images.pull(at('team/web:this', ''));
    registry.uploads.mounts = false;
    registry.faults.push({
      on: /POST .*other/,
      answer: (_, response) => refuse(response, { status: 403, code: 'DENIED' }),
    });
    await expect(copy(at('team/web:this', 'store:'), at('other/web:2'))).rejects.toMatchObject({
      code: 'registry.denied',
    });
    expect(registry.count(/PUT .*manifests/)).toBe(0);
  });

  it('does not give away layers that must not be', async () => {
    const foreign = {
      ...image.layers[0],
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    };
    const bytes = json({
      schemaVersion: 2,
      mediaType: mediaType.manifest,
      config: image.config,
      layers: [foreign],
    });
    const descriptor = { mediaType: mediaType.manifest, digest: digestOf(bytes), size: bytes.length };
    registry.addDocument('team/web', 'foreign', descriptor, bytes);
    const destination = await TestRegistry.start();
    registry.faults.length = 0;
    destination.faults.push({
      on: /PUT .*manifests/,
      answer: (request, response) => {
        request.resume();
        response.writeHead(201).end();
      },
    });
    await copy(at('team/web:foreign'), `docker://${destination.domain}/x:1`);
    expect(destination.holds('x', image.config.digest)).toBe(true);
    expect(destination.holds('x', image.layers[0]?.digest ?? image.config.digest)).toBe(false);
  });
});

describe('copy', () => {
  it('from registry to registry leaves nothing on the node', async () => {
    const destination = await TestRegistry.start();
    await copy(at('team/web:1'), `docker://${destination.domain}/web:1`, { choice: 'all' });
    expect(destination.document('web', '1')?.bytes).toEqual(index.bytes);
    expect(await node.content.list()).toEqual([]);
  });

  it('takes artifacts and types that nobody knows as they are', async () => {
    const blob = Buffer.from('something');
    const layer = { mediaType: 'x/unknown', digest: digestOf(blob), size: blob.length };
    const empty = Buffer.from('{}');
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(empty), size: 2 };
    const bytes = Buffer.from(
      `{ "schemaVersion": 2,\n"mediaType": "${mediaType.manifest}", "artifactType": "x/y", "config": ${json(config)}, "layers": [${json(layer)}], "new": 1 }`,
    );
    const descriptor = { mediaType: mediaType.manifest, digest: digestOf(bytes), size: bytes.length };
    for (const part of [blob, empty]) registry.addBlob('team/web', part);
    registry.addDocument('team/web', 'artifact', descriptor, bytes);
    const strange = json({ anything: true });
    const strangeEntry = {
      mediaType: 'application/vnd.nobody.v9+json',
      digest: digestOf(strange),
      size: strange.length,
    };
    registry.addDocument('team/web', 'strange', strangeEntry, strange);
    const both = json({
      schemaVersion: 2,
      mediaType: mediaType.index,
      manifests: [descriptor, strangeEntry],
    });
    registry.addDocument(
      'team/web',
      'both',
      { mediaType: mediaType.index, digest: digestOf(both), size: 0 },
      both,
    );

    await copy(at('team/web:both'), 'store:both:1', { choice: 'all' });
    const out = new CopiedMembers();
    await copy('store:both:1', 'oci:x', { choice: 'all', sink: out.sink });
    await copy('archive:x', at('new/both:1'), { choice: 'all', archive: stream(out.tar()) });
    expect(registry.document('new/both', '1')?.bytes).toEqual(both);
    expect(registry.document('new/both', descriptor.digest)?.bytes).toEqual(bytes);
    expect(registry.document('new/both', strangeEntry.digest)).toMatchObject({
      bytes: strange,
      type: 'application/vnd.nobody.v9+json',
    });
  });

  it('takes signatures along, and theirs', async () => {
    const sign = (subject: ImageFixture['manifest'], artifactType: string) => {
      const bytes = json({
        schemaVersion: 2,
        mediaType: mediaType.manifest,
        artifactType,
        config: image.config,
        layers: [],
        subject,
      });
      const descriptor = { mediaType: mediaType.manifest, digest: digestOf(bytes), size: bytes.length };
      registry.addDocument('team/web', descriptor.digest, descriptor, bytes);
      return descriptor;
    };
    const signature = sign(image.manifest, 'x/signature');
    const second = sign(signature, 'x/signature-of-it');
    const destination = await TestRegistry.start();
    destination.knowsReferrers = false;
    await copy(at('team/web:this'), `docker://${destination.domain}/web:1`, { withReferrers: true });
    expect(destination.document('web', second.digest)).toBeDefined();
    const found = await node.images.referrers(`${destination.domain}/web:1`);
    expect(found).toMatchObject([{ digest: signature.digest, artifactType: 'x/signature' }]);
  });

  it.each(['oci', 'docker-archive', 'dir'])(
    'goes out and comes back as %s without another digest',
    async (form) => {
      const choice = form === 'docker-archive' ? 'one' : 'all';
      const out = new CopiedMembers();
      await copy(at('team/web:1'), `${form}:${form === 'dir' ? '' : 'web:1'}`, { choice, sink: out.sink });
      const label = form === 'dir' ? '' : 'web:1';
      await copy(`archive:${label}`, 'store:back:1', { choice: 'all', archive: stream(out.tar()) });
      const wanted = choice === 'all' ? index.descriptor.digest : image.manifest.digest;
      expect(node.names.find('docker.io/library/back:1')?.digest).toBe(wanted);
      await node.images.ensure({ reference: 'back:1', manifest: image.manifest.digest });
      expect(await node.images.ready([image.manifest.digest])).toHaveLength(1);
    },
  );

  it('names what an archive holds when it is asked for something else', async () => {
    const out = new CopiedMembers();
    await copy(at('team/web:this'), 'oci:web:1', { sink: out.sink });
    await expect(copy('archive:web:2', 'store:x', { archive: stream(out.tar()) })).rejects.toMatchObject({
      code: 'image.bad-archive',
      hint: expect.stringContaining('web:1'),
    });
    expect(node.names.list().size).toBe(0);
  });

  it('of several images into one archive writes what they share once', async () => {
    const out = new CopiedMembers();
    await copy(at('team/web:1'), 'store:multi', { choice: 'all' });
    await copy(at('team/web:this'), 'store:this');
    await node.images.copy({
      sources: ['store:multi', 'store:this'],
      destination: 'docker-archive:',
      choice: 'one',
      sink: out.sink,
    });
    const manifest = JSON.parse(String(out.members.get('manifest.json')));
    expect(manifest.map(({ RepoTags }: { RepoTags: string[] }) => RepoTags)).toEqual([
      ['multi:latest'],
      ['this:latest'],
    ]);
  });

  it.each(['registry', 'disk'])('lets no wrong byte of the %s into an archive', async (place) => {
    const layer = image.layers[0]?.digest ?? image.config.digest;
    await copy(at('team/web:this'), 'store:this');
    const wrong = Buffer.from(registry.blob(layer));
    wrong[20] = (wrong[20] ?? 0) ^ 1;
    registry.faults.push({ on: new RegExp(layer), answer: (_, response) => response.end(wrong) });
    if (place === 'disk') writeFileSync(`${node.directory}/blobs/sha256/${digestHex(layer)}`, wrong);
    const source = place === 'disk' ? 'store:this' : at('team/web:this');
    await expect(copy(source, 'oci:x', { sink: new CopiedMembers().sink })).rejects.toMatchObject({
      code: 'content.digest-mismatch',
    });
  });
});

async function* stream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 700) yield bytes.subarray(from, from + 700);
}
