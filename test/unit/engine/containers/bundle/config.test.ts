import { describe, expect, it } from 'vitest';
import { buildConfig } from '../../../../../src/engine/containers/bundle/build-config.ts';
import { type OciConfig, stringifyConfig } from '../../../../../src/engine/containers/bundle/oci-config.ts';
import { changedResources, initialResources } from '../../../../../src/engine/containers/bundle/resources.ts';
import type { ContainerSpec } from '../../../../../src/model/container-spec.ts';
import type { ImageConfig } from '../../../../../src/model/image-config.ts';
import type { Service } from '../../../../../src/model/stack.ts';
import { aContainerSpec, aService } from '../../../../support/service.ts';

const anImage: ImageConfig = {
  environment: ['LANG=C'],
  command: ['/bin/server'],
  volumes: [],
  exposedPorts: [],
  labels: {},
};

function configOf(
  service: Partial<Service> = {},
  options: { image?: Partial<ImageConfig>; spec?: Partial<ContainerSpec>; netns?: string } = {},
): OciConfig {
  return buildConfig({
    spec: aContainerSpec({ definition: aService(service), ...options.spec }),
    image: { ...anImage, ...options.image },
    cgroupParent: 'tsorch',
    netns: options.netns,
    volumeDirectories: { data: '/var/lib/tsorch/volumes/shop_data/data' },
    hostFiles: { '/etc/hosts': '/run/tsorch/bundles/x/etc/hosts' },
  });
}

describe('process', () => {
  it('runs the image command with the defaults of every container', () => {
    const { process, hostname } = configOf();
    expect(process).toMatchObject({
      args: ['/bin/server'],
      cwd: '/',
      user: { uid: 0, gid: 0 },
      terminal: false,
    });
    expect(process.env).toEqual([
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'HOSTNAME=aaaaaaaaaaaa',
      'HOME=/root',
      'LANG=C',
    ]);
    expect(hostname).toBe('aaaaaaaaaaaa');
  });

  it('lets image and service override the defaults', () => {
    const { process } = configOf(
      { environment: { PATH: '/opt/bin', HOME: '/data' }, tty: true, hostname: 'shop' },
      { image: { environment: ['TERM=dumb', 'HOME=/image'] } },
    );
    expect(process.env).toEqual(['HOSTNAME=shop', 'TERM=dumb', 'HOME=/data', 'PATH=/opt/bin']);
  });

  it('leaves the home of a user by name to the shim, who can look it up', () => {
    expect(configOf({ user: 'www-data' }).process.env.join()).not.toContain('HOME=');
    expect(configOf({ user: '1000:1000' }).process).toMatchObject({ user: { uid: 1000, gid: 1000 } });
    expect(configOf({ user: '1000:1000' }).process.env).toContain('HOME=/');
  });

  it('refuses a container without any program', () => {
    expect(() => configOf({}, { image: { command: [] } })).toThrow(
      'neither the image busybox:latest nor the service "web" names a program to run',
    );
  });

  it('writes limits beyond what a number holds', () => {
    const config = configOf({
      ulimits: { memlock: { soft: -1, hard: -1 }, nofile: { soft: 1024, hard: 4096 } },
    });
    const text = stringifyConfig(config);
    expect(text).toContain(
      '{"type":"RLIMIT_MEMLOCK","soft":18446744073709551615,"hard":18446744073709551615}',
    );
    expect(text).toContain('{"type":"RLIMIT_NOFILE","soft":1024,"hard":4096}');
  });

  it('writes no limit where a text only looks like one', () => {
    const config = configOf({ command: ['u64:7'], ulimits: { core: { soft: 0, hard: 0 } } });
    const parsed = JSON.parse(stringifyConfig(config));
    expect(parsed.process.args).toEqual(['u64:7']);
    expect(parsed.process.rlimits).toEqual([{ type: 'RLIMIT_CORE', soft: 0, hard: 0 }]);
  });
});

describe('capabilities', () => {
  const names = (service: Partial<Service>) => configOf(service).process.capabilities.bounding;

  it.each([
    ['adds one to the default', { capAdd: ['CAP_NET_ADMIN'] }, 15],
    ['drops one of the default', { capDrop: ['CAP_NET_RAW'] }, 13],
    ['drops all and adds one', { capDrop: ['ALL'], capAdd: ['CAP_CHOWN'] }, 1],
    ['drops all', { capDrop: ['ALL'] }, 0],
    ['adds all', { capAdd: ['ALL'] }, 41],
    ['adds all and drops one', { capAdd: ['ALL'], capDrop: ['CAP_SYS_ADMIN'] }, 40],
  ])('%s', (_, service, count) => {
    expect(names(service)).toHaveLength(count);
  });

  it('are never inheritable or ambient', () => {
    expect(Object.keys(configOf().process.capabilities)).toEqual(['bounding', 'effective', 'permitted']);
  });
});

describe('mounts', () => {
  const targets = (service: Partial<Service>) =>
    configOf(service).mounts.map(({ destination }) => destination);

  it('come with parents before what lies in them', () => {
    const service: Partial<Service> = {
      mounts: [
        { kind: 'bind', source: '/srv/a', target: '/data/cache/deep', readOnly: true, createSource: true },
        { kind: 'tmpfs', target: '/run/', sizeBytes: 4096, mode: 0o700 },
        { kind: 'volume', volume: 'data', target: '/data', readOnly: false },
      ],
    };
    expect(targets(service).slice(7)).toEqual(['/run', '/data', '/etc/hosts', '/data/cache/deep']);
    expect(configOf(service).mounts.slice(7)).toMatchObject([
      { type: 'tmpfs', options: ['nosuid', 'nodev', 'noexec', 'mode=700', 'size=4096'] },
      { source: '/var/lib/tsorch/volumes/shop_data/data', options: ['rbind', 'rprivate', 'rw'] },
      { source: '/run/tsorch/bundles/x/etc/hosts', options: ['rbind', 'rprivate', 'rw'] },
      { source: '/srv/a', options: ['rbind', 'rprivate', 'ro'] },
    ]);
  });

  it('of a service take the place of ours at the same target', () => {
    const mounts: Service['mounts'] = [
      { kind: 'tmpfs', target: '/dev/shm', sizeBytes: 1 },
      { kind: 'bind', source: '/srv/hosts', target: '/etc//hosts', readOnly: true, createSource: false },
    ];
    const found = targets({ mounts });
    expect(found.filter((target) => target === '/dev/shm')).toHaveLength(1);
    expect(found.filter((target) => target === '/etc/hosts')).toHaveLength(1);
  });

  it('of a read-only root are read-only files of /etc', () => {
    const file = configOf({ readOnly: true }).mounts.find(({ destination }) => destination === '/etc/hosts');
    expect(file?.options).toContain('ro');
  });
});

describe('namespaces and cgroup', () => {
  it('join the prepared network namespace', () => {
    const { linux } = configOf({}, { netns: '/run/tsorch/netns/x' });
    expect(linux.namespaces).toContainEqual({ type: 'network', path: '/run/tsorch/netns/x' });
    expect(linux.cgroupsPath).toBe(`/tsorch/shop/${'a'.repeat(32)}`);
  });

  it('stay in the network of the host when there is none', () => {
    expect(configOf({ network: { kind: 'host' } }).linux.namespaces.map(({ type }) => type)).toEqual([
      'pid',
      'mount',
      'uts',
      'ipc',
      'cgroup',
    ]);
  });
});

describe('resources', () => {
  it('limit only what the service limits', () => {
    expect(Object.keys(initialResources({}))).toEqual(['devices']);
    expect(initialResources({ memoryBytes: 1000, cpus: 0.5, pids: 20 })).toMatchObject({
      memory: { limit: 1000, swap: 2000 },
      cpu: { quota: 50_000, period: 100_000 },
      pids: { limit: 20 },
    });
  });

  it('lift by name what is no longer limited', () => {
    expect(changedResources({ cpuset: '0-1' })).toEqual({
      memory: { limit: -1, swap: -1, reservation: 0 },
      cpu: { shares: 1024, quota: -1, period: 100_000, cpus: '0-1' },
      pids: { limit: -1 },
    });
  });
});
