import { beforeEach, describe, expect, it } from 'vitest';
import { mediaType } from '../../../src/engine/images/documents/media-types.ts';
import { referrersTag } from '../../../src/engine/images/registry/referrers-index.ts';
import type { Descriptor } from '../../../src/model/descriptor.ts';
import { parseImageReference } from '../../../src/model/image-reference.ts';
import { debianRegistry } from '../../support/images/debian-registry.ts';
import { buildImage, digestOf, type ImageFixture, json } from '../../support/images/image-fixture.ts';
import { testClient } from '../../support/images/image-node.ts';
import { refuse } from '../../support/images/refusal.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

let registry: TestRegistry;
let image: ImageFixture;

beforeEach(async () => {
  registry = await TestRegistry.start();
  image = buildImage();
  registry.add('team/web', '1', image);
});

const repository = (domain = registry.domain) =>
  parseImageReference(`${domain}/team/web:1`) ?? expect.fail('no reference');

/** An artifact that refers to the image. */
function artifactOf(subject: Descriptor, artifactType: string) {
  const bytes = json({
    schemaVersion: 2,
    mediaType: mediaType.manifest,
    artifactType,
    config: image.config,
    layers: [],
    subject,
    annotations: { made: 'by the test' },
  });
  const descriptor = { mediaType: mediaType.manifest, digest: digestOf(bytes), size: bytes.length };
  return { descriptor, bytes, entry: { ...descriptor, artifactType, annotations: { made: 'by the test' } } };
}

describe('the tags of a repository', () => {
  it('come page by page, as the registry says', async () => {
    for (const tag of ['2', '3', '4', '5']) registry.add('team/web', tag, image);
    expect(await testClient().catalog.tags(repository())).toEqual(['1', '2', '3', '4', '5']);
    expect(registry.count(/tags\/list/)).toBe(3);
  });

  it('end where a registry leads in a circle, or away', async () => {
    registry.faults.push({
      on: /tags\/list/,
      answer: (request, response) => {
        const link = `<${request.url}>; rel="next"`;
        response.writeHead(200, { link });
        response.end('{"tags": ["a"]}');
      },
    });
    expect(await testClient().catalog.tags(repository())).toEqual(['a']);
    registry.faults.length = 0;
    registry.faults.push({
      on: /tags\/list/,
      answer: (_, response) => {
        response.writeHead(200, { link: '<http://198.51.100.1/v2/x/tags/list>; rel="next"' });
        response.end('{"tags": null}');
      },
    });
    expect(await testClient().catalog.tags(repository())).toEqual([]);
  });

  it('of a repository that is not there are no list', async () => {
    registry.faults.push({
      on: /tags/,
      answer: (_, response) => refuse(response, { status: 404, code: 'NAME_UNKNOWN' }),
    });
    await expect(testClient().catalog.tags(repository())).rejects.toMatchObject({ code: 'image.not-found' });
  });
});

describe('what refers to an image', () => {
  it.each([true, false])('is found, whether the registry knows of such things: %s', async (knows) => {
    registry.knowsReferrers = knows;
    const { writer, catalog } = testClient();
    const [signature, sbom] = [
      artifactOf(image.manifest, 'test/signature'),
      artifactOf(image.manifest, 'test/sbom'),
    ];
    await Promise.all([signature, sbom].map((artifact) => writer.putDocument(repository(), artifact)));
    await writer.putDocument(repository(), sbom); // again
    const all = await catalog.referrers(repository(), image.manifest.digest);
    expect(all.map(({ digest }) => digest).sort()).toEqual(
      [signature, sbom].map(({ descriptor: { digest } }) => digest).sort(),
    );
    const some = await catalog.referrers(repository(), image.manifest.digest, { artifactType: 'test/sbom' });
    expect(some).toMatchObject([{ digest: sbom.descriptor.digest, artifactType: 'test/sbom' }]);
    const list = registry.document('team/web', referrersTag(image.manifest.digest));
    expect(list === undefined).toBe(knows);
    if (list !== undefined) expect(JSON.parse(list.bytes.toString()).manifests).toContainEqual(sbom.entry);
  });

  it('is nothing where nobody has written anything', async () => {
    registry.knowsReferrers = false;
    expect(await testClient().catalog.referrers(repository(), image.manifest.digest)).toEqual([]);
  });

  it('is not forgotten when somebody else writes the list at the same time', async () => {
    registry.knowsReferrers = false;
    const tag = referrersTag(image.manifest.digest);
    const [mine, other] = [artifactOf(image.manifest, 'test/mine'), artifactOf(image.manifest, 'test/other')];
    registry.addDocument('team/web', other.descriptor.digest, other.descriptor, other.bytes);
    registry.faults.push({
      on: new RegExp(`PUT .*${tag}`),
      times: 1,
      answer: (request, response, self) => {
        request.resume();
        const bytes = json({ schemaVersion: 2, mediaType: mediaType.index, manifests: [other.entry] });
        self.addDocument(
          'team/web',
          tag,
          { mediaType: mediaType.index, digest: digestOf(bytes), size: 0 },
          bytes,
        );
        refuse(response, { status: 412, code: 'PRECONDITION' });
      },
    });
    await testClient().writer.putDocument(repository(), mine);
    const found = await testClient().catalog.referrers(repository(), image.manifest.digest);
    expect(found.map(({ artifactType }) => artifactType)).toEqual(['test/other', 'test/mine']);
  });

  it('and tags are found in the registry of Debian, which knows no referrers', async () => {
    const { domain } = await debianRegistry();
    const { writer, catalog } = testClient();
    const reference = repository(domain);
    for (const blob of [image.config, ...image.layers]) {
      const bytes = image.blobs.get(blob.digest) ?? Buffer.alloc(0);
      await writer.putBlob(reference, blob, { open: (offset) => once(bytes.subarray(offset)) });
    }
    const bytes = image.blobs.get(image.manifest.digest) ?? Buffer.alloc(0);
    for (const tag of ['1', '2', '3'])
      await writer.putDocument(reference, { descriptor: image.manifest, bytes, tag });
    const artifact = artifactOf(image.manifest, 'test/signature');
    await writer.putDocument(reference, artifact);
    const tag = referrersTag(image.manifest.digest);
    expect([...(await catalog.tags(reference))].sort()).toEqual(['1', '2', '3', tag]);
    expect(await catalog.referrers(reference, image.manifest.digest)).toEqual([artifact.entry]);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
