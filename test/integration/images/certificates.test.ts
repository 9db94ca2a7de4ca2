import { describe, expect, it } from 'vitest';
import type { RegistryRule } from '../../../src/engine/images/registry/registry-host.ts';
import { buildImage } from '../../support/images/image-fixture.ts';
import { imageNode } from '../../support/images/image-node.ts';
import { TestAuthority } from '../../support/images/test-authority.ts';
import { TestRegistry } from '../../support/images/test-registry.ts';

/** 127.0.0.1 in another spelling: an address that is plainly of this machine may have any certificate. */
const host = '[::ffff:7f00:1]';

async function registryOf(authority: TestAuthority, wantsClient = false): Promise<TestRegistry> {
  const { certificate, key } = authority.issue('server', 'IP:::ffff:7f00:1');
  const client = wantsClient ? { requestCert: true, rejectUnauthorized: true } : {};
  const registry = await TestRegistry.start({ cert: certificate, key, ca: authority.certificate, ...client });
  registry.add('team/web', '1', buildImage());
  return registry;
}

function pull(registry: TestRegistry, rule: RegistryRule) {
  const domain = registry.domain.replace('127.0.0.1', host);
  return imageNode({ rules: { [domain]: rule } }).images.pull(`${domain}/team/web:1`);
}

describe('a registry with a certificate', () => {
  it('of nobody we know is not spoken to', async () => {
    const registry = await registryOf(new TestAuthority());
    await expect(pull(registry, {})).rejects.toMatchObject({ code: 'registry.unreachable' });
    expect(registry.requests).toEqual([]);
  });

  it('of the authority that the configuration names is', async () => {
    const authority = new TestAuthority();
    const registry = await registryOf(authority);
    await pull(registry, { tls: { authorities: authority.certificate } });
    const other = pull(registry, { tls: { authorities: new TestAuthority().certificate } });
    await expect(other).rejects.toMatchObject({ code: 'registry.unreachable' });
  });

  it('of anybody is, where it was said that this will do', async () => {
    const registry = await registryOf(new TestAuthority());
    await pull(registry, { insecure: true });
    expect(registry.requests).not.toEqual([]);
  });

  it('may want to see ours', async () => {
    const authority = new TestAuthority();
    const registry = await registryOf(authority, true);
    const authorities = authority.certificate;
    await expect(pull(registry, { tls: { authorities } })).rejects.toMatchObject({
      code: 'registry.unreachable',
    });
    const { certificate: clientCertificate, key: clientKey } = authority.issue('client', 'DNS:client');
    await pull(registry, { tls: { authorities, clientCertificate, clientKey } });
  });
});
