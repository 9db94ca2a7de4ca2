import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Descriptor } from '../../src/model/descriptor.ts';
import type { Digest } from '../../src/model/digest.ts';
import type { ImageFixture } from '../support/images/image-fixture.ts';
import {
  policyFile,
  pushSimple,
  signingKey,
  simplePayload,
  simpleSignature,
} from '../support/images/signing.ts';
import { TestRegistry } from '../support/images/test-registry.ts';
import { TestNode, until } from './test-node.ts';

interface Layout {
  readonly manifests: readonly Descriptor[];
}

/** The image that the node has, for a registry to serve. */
function imageOf(node: TestNode): ImageFixture {
  const images = join(node.root, 'images');
  const blob = (digest: string) => readFileSync(join(images, 'blobs/sha256', digest.replace('sha256:', '')));
  const { manifests } = JSON.parse(readFileSync(join(images, 'index.json'), 'utf8')) as Layout;
  const [{ mediaType, digest, size }] = manifests as [Descriptor];
  const { config, layers } = JSON.parse(blob(digest).toString()) as {
    config: Descriptor;
    layers: readonly Descriptor[];
  };
  const blobs = new Map<Digest, Buffer>(
    [config.digest, ...layers.map((layer) => layer.digest), digest].map((one) => [one, blob(one)]),
  );
  return { manifest: { mediaType, digest, size }, config, layers, diffIds: [], blobs };
}

const services = (image: string) =>
  `services:\n  web: {image: "${image}", command: [sleep, infinity], init: true, stop_grace_period: 0s, restart: always}\n`;

describe('a trust policy', () => {
  it('lets the signed image run, and refuses the same one unsigned, in plan and apply', async () => {
    await using node = await TestNode.withImage();
    const registry = await TestRegistry.start();
    const image = imageOf(node);
    const key = signingKey();
    registry.add('team/signed', '1', image);
    registry.add('team/unsigned', '1', image);
    const repository = `${registry.domain}/team/signed`;
    const payload = simplePayload(image.manifest.digest, repository);
    pushSimple(registry, 'team/signed', {
      beside: image.manifest.digest,
      signatures: [simpleSignature(key, payload)],
    });
    await node.expect('node', 'stop', '--daemon-only');
    node.variables['TSORCH_TRUST_POLICY'] = policyFile({
      default: { require: 'signature', keys: [key.file] },
      scopes: { 'docker.io': { require: 'reject', imported: 'accept' } },
    });

    const signed = node.stackFile('signed', services(`${repository}:1`));
    await node.apply(signed);
    expect((await node.containers('signed')).map(({ phase }) => phase)).toEqual(['running']);

    const unsigned = `${registry.domain}/team/unsigned:1`;
    const file = node.stackFile('unsigned', services(unsigned));
    for (const verb of ['plan', 'apply']) {
      const refused = await node.tsorch(verb, '-f', file);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain(
        `error[image.untrusted]: image ${unsigned} may not run here: it is not signed`,
      );
      expect(refused.stderr).toMatch(/hint: .*tsorch image trust/);
    }
    const explained = await node.tsorch('image', 'trust', unsigned);
    expect(explained.status).toBe(1);
    expect(explained.stdout).toMatch(/may not run: it is not signed\n.*manifest.*\n.*default of/);
    expect(await node.expect('image', 'trust', `${repository}:1`)).toContain(`signed by key ${key.file}`);
    expect(await node.expect('image', 'trust', 'hello:latest')).toContain('may run: it was imported');
  });

  it('stops nothing when it changes, but starts nothing any more either, until it does again', async () => {
    await using node = await TestNode.withImage();
    await node.expect('node', 'stop', '--daemon-only');
    const policy = policyFile({ default: { require: 'accept' } });
    node.variables['TSORCH_TRUST_POLICY'] = policy;
    await node.apply(node.stackFile('shop', services('hello:latest')));
    const [before] = await node.containers('shop');

    writeFileSync(policy, 'default: {require: acept}\n');
    // Time for the daemon to see the change, and for the round that follows.
    await new Promise((resume) => setTimeout(resume, 3_000));
    expect((await node.containers('shop'))[0]?.task).toEqual(before?.task);

    process.kill(before?.task?.pid ?? 0, 'SIGKILL');
    await until('its end is seen', async () => (await node.containers('shop'))[0]?.phase === 'exited');
    const blocked = await until('the plan says why', async () => {
      const { stdout } = await node.tsorch('plan', 'shop');
      return stdout.includes('trust.bad-policy') || stdout.includes('is no trust policy')
        ? stdout
        : undefined;
    });
    expect(blocked).toContain('trust.yaml:1:20');
    expect((await node.containers('shop'))[0]?.phase).toBe('exited');

    writeFileSync(policy, 'default: {require: accept}\n');
    await until('it runs again', async () => (await node.containers('shop'))[0]?.phase === 'running');
  });
});
