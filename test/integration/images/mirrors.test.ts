import { beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/model/digest.ts';
import { buildImage, type ImageFixture } from '../../support/images/image-fixture.ts';
import { type ImageNode, imageNode } from '../../support/images/image-node.ts';
import { refuse } from '../../support/images/refusal.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

let origin: TestRegistry;
let mirror: TestRegistry;
let image: ImageFixture;

beforeEach(async () => {
  origin = await TestRegistry.start();
  mirror = await TestRegistry.start();
  image = buildImage();
  origin.add('team/web', '1', image);
  mirror.add('hub/team/web', '1', image);
});

function nodeWith({ tags = false } = {}): ImageNode {
  const mirrors = [{ location: `${mirror.domain}/hub`, tags }];
  return imageNode({ rules: { [origin.domain]: { mirrors } } });
}

function pull(node: ImageNode) {
  return node.images.pull(`${origin.domain}/team/web:1`);
}

describe('a mirror', () => {
  it('serves content, and the registry says what a tag means', async () => {
    const pulled = await pull(nodeWith());
    expect(pulled.reference).toBe(`${origin.domain}/team/web:1`);
    expect(origin.lines()).toEqual(['HEAD /v2/team/web/manifests/1']);
    expect(mirror.lines().every((line) => line.startsWith('GET /v2/hub/team/web/'))).toBe(true);
    expect(mirror.count(/blobs/)).toBeGreaterThan(0);
  });

  it('may say what a tag means where it is trusted to', async () => {
    await pull(nodeWith({ tags: true }));
    expect(origin.lines()).toEqual([]);
  });

  it('that lacks something is passed by for that', async () => {
    mirror.faults.push({
      on: /blobs/,
      answer: (_, response) => refuse(response, { status: 404, code: 'BLOB_UNKNOWN' }),
    });
    await pull(nodeWith());
    expect(mirror.count(/manifests/)).toBe(1);
    expect(origin.count(/blobs/)).toBe(mirror.count(/blobs/));
  });

  it('that fails is left alone for a while', async () => {
    mirror.faults.push({ on: /./, answer: (_, response) => refuse(response, { status: 503, code: 'DOWN' }) });
    await pull(nodeWith({ tags: true }));
    expect(mirror.requests).toHaveLength(1);
  });

  it('that is not there costs nothing but the attempt', async () => {
    const rules = { [origin.domain]: { mirrors: [{ location: '127.0.0.1:1', tags: true }] } };
    await pull(imageNode({ rules }));
    expect(origin.count(/blobs/)).toBeGreaterThan(0);
  });

  it('that wants to know who we are is told of, and asks for its own credentials', async () => {
    mirror.challenge = () => 'Basic realm="x"';
    const asked: string[] = [];
    const mirrors = [{ location: `${mirror.domain}/hub` }];
    const node = imageNode({
      rules: { [origin.domain]: { mirrors } },
      credentials: {
        find: ({ domain, path }) => {
          asked.push(`${domain}/${path}`);
          return Promise.resolve(undefined);
        },
      },
    });
    await expect(pull(node)).rejects.toMatchObject({
      code: 'registry.denied',
      message: expect.stringContaining(`${mirror.domain}, a mirror of registry ${origin.domain}`),
    });
    expect(asked).toEqual([`${mirror.domain}/hub/team/web`]);
  });

  it.each(['blobs', 'manifests'])('that passes off other %s is passed by', async (kind) => {
    mirror.faults.push({
      on: new RegExp(kind),
      answer: (request, response, self) => {
        const digest = (request.url ?? '').split('/').pop() as Digest;
        response.writeHead(200, { 'content-type': image.manifest.mediaType });
        response.end(Buffer.alloc(self.blob(digest).length, ' '));
      },
    });
    const node = nodeWith();
    await pull(node);
    expect(mirror.count(new RegExp(kind))).toBeGreaterThan(0);
    expect(origin.count(new RegExp(`GET .*${kind}`))).toBe(mirror.count(new RegExp(kind)));
    expect(await node.images.ready([image.manifest.digest])).toHaveLength(1);
  });
});
