import { describe, expect, it } from 'vitest';
import { portMappings } from '../../../../src/engine/network/published-ports.ts';
import { type ServiceMember, serviceNames } from '../../../../src/engine/network/service-names.ts';
import { aContainerSpec, anId, aService } from '../../../support/service.ts';

const definition = aService({
  network: {
    kind: 'networks',
    attachments: [
      { network: 'front', aliases: ['Shop', 'web'] },
      { network: 'back', aliases: ['api'] },
    ],
  },
});

function member(ordinal: number): ServiceMember {
  return {
    spec: aContainerSpec({
      id: anId(String(ordinal)),
      slot: { stack: 'shop', service: 'web', ordinal },
      name: `shop-web-${ordinal}`,
      definition,
      networks: { front: 'shop_front', back: 'shop_back' },
    }),
    addresses: { shop_front: [`10.1.0.${ordinal}`, `fd00::${ordinal}`], shop_back: [`10.2.0.${ordinal}`] },
  };
}

function onNetwork(network: string, of: ReturnType<typeof serviceNames>): Record<string, readonly string[]> {
  return Object.fromEntries(
    of.filter((record) => record.network === network).map(({ name, addresses }) => [name, addresses]),
  );
}

describe('names of a service', () => {
  const names = serviceNames({ all: [member(1), member(2)], ready: [member(1)] });

  it('are answered by the ready containers, on each network by the addresses there', () => {
    expect(onNetwork('shop_back', names)).toEqual({
      web: ['10.2.0.1'],
      'web.shop': ['10.2.0.1'],
      api: ['10.2.0.1'],
      'tasks.web': ['10.2.0.1', '10.2.0.2'],
      '1.web': ['10.2.0.1'],
      'shop-web-1': ['10.2.0.1'],
      '2.web': ['10.2.0.2'],
      'shop-web-2': ['10.2.0.2'],
    });
  });

  it('are told once and in lower case, aliases that repeat one included', () => {
    const front = onNetwork('shop_front', names);
    expect(front['web']).toEqual(['10.1.0.1', 'fd00::1']);
    expect(front['shop']).toEqual(['10.1.0.1', 'fd00::1']);
  });
});

describe('published ports', () => {
  it('go to the first IPv4 address of every ready container', () => {
    const ports = [{ protocol: 'tcp', hostPort: 8080, containerPort: 80 } as const];
    expect(portMappings(ports, [member(1), member(2)])).toEqual([
      {
        protocol: 'tcp',
        hostPort: 8080,
        targets: [
          { address: '10.1.0.1', port: 80 },
          { address: '10.1.0.2', port: 80 },
        ],
      },
    ]);
  });
});
