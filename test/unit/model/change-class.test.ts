import { describe, expect, it } from 'vitest';
import { serviceFieldClasses, specHashes } from '../../../src/model/change-class.ts';
import type { Service } from '../../../src/model/stack.ts';
import {
  buildNetwork,
  buildService,
  imageDigest,
  probe,
  type ServiceFields,
} from '../../support/stack-builder.ts';

const surroundings = {
  manifest: imageDigest('web:1'),
  networks: [buildNetwork('shop_default')],
  volumes: {},
};

/** One change for every field, with the classes that must notice it. */
const changes: {
  readonly [Field in keyof Required<Service>]: readonly [ServiceFields | { name: string }, readonly string[]];
} = {
  name: [{ name: 'other' }, []],
  image: [{ image: 'web:2' }, ['live']],
  pullPolicy: [{ pullPolicy: 'always' }, []],
  runtime: [{ runtime: 'runc' }, ['recreate']],
  entrypoint: [{ entrypoint: ['/bin/sh'] }, ['recreate']],
  command: [{ command: ['true'] }, ['recreate']],
  environment: [{ environment: { A: 'b' } }, ['recreate']],
  user: [{ user: 'nobody' }, ['recreate']],
  workingDir: [{ workingDir: '/srv' }, ['recreate']],
  hostname: [{ hostname: 'host' }, ['recreate']],
  labels: [{ labels: { a: 'b' } }, ['live']],
  readOnly: [{ readOnly: true }, ['recreate']],
  init: [{ init: true }, ['recreate']],
  tty: [{ tty: true }, ['recreate']],
  stdinOpen: [{ stdinOpen: true }, ['recreate']],
  capAdd: [{ capAdd: ['CAP_NET_ADMIN'] }, ['recreate']],
  capDrop: [{ capDrop: ['ALL'] }, ['recreate']],
  mounts: [{ mounts: [{ kind: 'tmpfs', target: '/t' }] }, ['recreate']],
  ulimits: [{ ulimits: { nofile: { soft: 1, hard: 2 } } }, ['recreate']],
  sysctls: [{ sysctls: { 'net.core.somaxconn': '1' } }, ['recreate']],
  extraHosts: [{ extraHosts: { a: '10.0.0.1' } }, ['recreate']],
  network: [{ network: { kind: 'host' } }, ['recreate', 'live']],
  ports: [{ ports: [{ protocol: 'tcp', hostPort: 1, containerPort: 1 }] }, ['live']],
  dependsOn: [
    { dependsOn: [{ service: 'db', condition: 'service_started', restart: false, required: true }] },
    [],
  ],
  restart: [{ restart: { kind: 'no' } }, []],
  healthCheck: [{ healthCheck: probe }, ['live']],
  stopSignal: [{ stopSignal: 'SIGINT' }, []],
  stopGraceMs: [{ stopGraceMs: 1 }, []],
  replicas: [{ replicas: 2 }, []],
  resources: [{ resources: { cpus: 1 } }, ['live']],
  log: [{ log: { maxFiles: 2 } }, ['live']],
  update: [{ update: { order: 'start-first', parallelism: 0, delayMs: 0 } }, []],
};

describe('change classes', () => {
  it.each(Object.keys(serviceFieldClasses) as (keyof Service)[])('of %s', (field) => {
    const [change, classes] = changes[field];
    const before = specHashes(buildService('web'), surroundings);
    const after = specHashes({ ...buildService('web'), ...change }, surroundings);
    const noticed = (['recreate', 'restart', 'live'] as const).filter((name) => before[name] !== after[name]);
    expect(noticed).toEqual(classes);
  });

  it('recreate for a new image, another network or volume of the same key', () => {
    const before = specHashes(buildService('web'), surroundings);
    for (const other of [
      { ...surroundings, manifest: imageDigest('web:2') },
      { ...surroundings, networks: [buildNetwork('shop_default', { subnet: '10.0.0.0/24' })] },
      { ...surroundings, volumes: { data: 'other' } },
    ])
      expect(specHashes(buildService('web'), other).recreate).not.toBe(before.recreate);
  });

  it('live for another alias, recreate for another static address', () => {
    const attached = (fields: { aliases?: string[]; ipv4Address?: string }) =>
      specHashes(
        buildService('web', {
          network: { kind: 'networks', attachments: [{ network: 'default', aliases: [], ...fields }] },
        }),
        surroundings,
      );
    const before = attached({});
    expect(attached({ aliases: ['www'] }).recreate).toBe(before.recreate);
    expect(attached({ aliases: ['www'] }).live).not.toBe(before.live);
    expect(attached({ ipv4Address: '10.201.0.9' }).recreate).not.toBe(before.recreate);
  });

  it('do not see the order of keys', () => {
    const one = buildService('web', { environment: { A: '1', B: '2' } });
    const other = buildService('web', { environment: { B: '2', A: '1' } });
    expect(specHashes(one, surroundings)).toEqual(specHashes(other, surroundings));
  });
});
