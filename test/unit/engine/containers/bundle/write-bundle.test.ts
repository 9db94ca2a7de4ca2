import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shimConfig, writeBundle } from '../../../../../src/engine/containers/bundle/write-bundle.ts';
import type { ContainerImage } from '../../../../../src/engine/images/container-images.ts';
import { aContainerSpec, aManifest, aService } from '../../../../support/service.ts';
import { temporaryFolder } from '../../../../support/temporary-folder.ts';

const image: ContainerImage = {
  config: {
    environment: [],
    command: ['/bin/server'],
    stopSignal: 'quit',
    user: 'www-data',
    healthCheck: {
      kind: 'exec',
      args: ['/bin/check'],
      intervalMs: 1000,
      timeoutMs: 500,
      retries: 2,
      startPeriodMs: 0,
      startIntervalMs: 5000,
    },
    volumes: [],
    exposedPorts: [],
    labels: {},
  },
  layers: [aManifest],
};

describe('the bundle', () => {
  it('has the files of schemas/protocol/bundle.md', () => {
    const directory = join(temporaryFolder(), 'bundle');
    const input = { spec: aContainerSpec(), image, directory, cgroupParent: 'tsorch', interfaces: [] };
    writeBundle({ ...input, volumeDirectories: {} });
    writeBundle({ ...input, volumeDirectories: {} });
    expect(readdirSync(directory).sort()).toEqual(['config.json', 'etc', 'rootfs', 'shim.json']);
    expect(readdirSync(join(directory, 'etc')).sort()).toEqual(['hostname', 'hosts', 'resolv.conf']);
    expect(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')).root).toEqual({
      path: 'rootfs',
      readonly: false,
    });
  });

  it('tells the shim how to watch, as the image says', () => {
    expect(shimConfig(aContainerSpec(), image)).toEqual({
      version: 1,
      id: 'a'.repeat(32),
      name: 'shop-web-1',
      layers: [aManifest],
      user: 'www-data',
      readOnlyRoot: false,
      init: false,
      tty: false,
      stdin: false,
      log: { maxBytes: 10_485_760, maxFiles: 3 },
      stop: { signal: 'SIGQUIT', graceMs: 10_000 },
      probe: {
        kind: 'exec',
        args: ['/bin/check'],
        intervalMs: 1000,
        timeoutMs: 500,
        retries: 2,
        startPeriodMs: 0,
        startIntervalMs: 5000,
      },
      seccomp: 'default',
    });
  });

  it("follows the service where it overrides the image's word", () => {
    const definition = aService({ user: '33:33', stopSignal: 'SIGHUP', healthCheck: { kind: 'disabled' } });
    const config = shimConfig(aContainerSpec({ definition }), image);
    expect(config.stop.signal).toBe('SIGHUP');
    expect(Object.keys(config)).not.toContain('user');
    expect(Object.keys(config)).not.toContain('probe');
  });
});
