import { describe, expect, it } from 'vitest';
import { readConfigDocument } from '../../../../src/engine/images/documents/config-document.ts';
import { readManifestDocument } from '../../../../src/engine/images/documents/manifest.ts';
import { isLayer, layerTypeOf, mediaType } from '../../../../src/engine/images/documents/media-types.ts';
import { selectPlatform } from '../../../../src/engine/images/documents/select-platform.ts';
import type { Descriptor } from '../../../../src/model/descriptor.ts';
import type { Digest } from '../../../../src/model/digest.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as Digest;

function bytes(document: unknown): Buffer {
  return Buffer.from(JSON.stringify(document));
}

function descriptor(changes: Partial<Descriptor> = {}): Descriptor {
  return { mediaType: mediaType.manifest, digest: digest('a'), size: 10, ...changes };
}

const manifest = {
  schemaVersion: 2,
  config: descriptor({ mediaType: mediaType.config }),
  layers: [descriptor({ mediaType: mediaType.layerGzip, digest: digest('b') })],
};

describe('readManifestDocument', () => {
  it('reads OCI and Docker alike', () => {
    const oci = readManifestDocument(bytes(manifest), 'm', mediaType.manifest);
    const docker = readManifestDocument(bytes(manifest), 'm', mediaType.dockerManifest);
    expect(oci).toMatchObject({ kind: 'manifest', layers: [{ digest: digest('b') }] });
    expect(docker).toEqual({ ...oci, mediaType: mediaType.dockerManifest });
    const index = { schemaVersion: 2, manifests: [descriptor()] };
    for (const type of [mediaType.index, mediaType.dockerList, undefined])
      expect(readManifestDocument(bytes(index), 'm', type).kind).toBe('index');
  });

  it.each<[string, unknown, string?]>([
    ['is not JSON', undefined],
    ['schemaVersion', { ...manifest, schemaVersion: 3 }],
    ['schema 1', { schemaVersion: 1, fsLayers: [] }],
    ['announced as', { ...manifest, mediaType: mediaType.manifest }, mediaType.index],
    ['at once', { ...manifest, manifests: [] }, mediaType.manifest],
    ['at once', { schemaVersion: 2, manifests: [], layers: [] }, mediaType.index],
    ['no image', manifest, 'application/json'],
    ['no size', { ...manifest, config: descriptor({ size: -1 }) }, mediaType.manifest],
    ['no size', { ...manifest, config: descriptor({ size: 1.5 }) }, mediaType.manifest],
    ['no sha256', { ...manifest, config: descriptor({ digest: 'sha256:../../etc' as Digest }) }],
    ['more than 500', { ...manifest, layers: Array.from({ length: 501 }, () => descriptor()) }],
  ])('refuses a document that %s', (complaint, document, type) => {
    const text = document === undefined ? Buffer.from('\xff{', 'latin1') : bytes(document);
    expect(() => readManifestDocument(text, 'manifest x', type)).toThrowError(
      expect.objectContaining({ code: 'content.bad-document', message: expect.stringContaining(complaint) }),
    );
  });
});

describe('selectPlatform', () => {
  const host = { os: 'linux', architecture: 'amd64' };
  const entry = (architecture: string, changes: Partial<Descriptor> = {}) =>
    descriptor({ platform: { os: 'linux', architecture }, digest: digest('c'), ...changes });

  it('chooses the best match, and the first of equals', () => {
    const first = entry('amd64', { digest: digest('1') });
    const manifests = [entry('arm64'), entry('386'), first, entry('amd64', { digest: digest('2') })];
    expect(selectPlatform({ kind: 'index', mediaType: mediaType.index, manifests }, host)).toBe(first);
  });

  it('takes an entry without platform only when nothing matches', () => {
    const unknown = descriptor({ digest: digest('d') });
    expect(
      selectPlatform(
        { kind: 'index', mediaType: mediaType.index, manifests: [unknown, entry('amd64')] },
        host,
      ),
    ).not.toBe(unknown);
    expect(
      selectPlatform(
        { kind: 'index', mediaType: mediaType.index, manifests: [unknown, entry('s390x')] },
        host,
      ),
    ).toBe(unknown);
  });

  it('never chooses attestations or unknown types', () => {
    const attestation = descriptor({
      annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
    });
    const foreign = entry('amd64', { mediaType: 'application/vnd.example' });
    expect(
      selectPlatform({ kind: 'index', mediaType: mediaType.index, manifests: [attestation, foreign] }, host),
    ).toBeUndefined();
  });
});

describe('readConfigDocument', () => {
  const minimal = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } };
  const read = (document: object) => readConfigDocument(bytes({ ...minimal, ...document }), 'config');

  it('reads all that running needs, cleaned', () => {
    const document = read({
      created: '2024-05-06T07:08:09.5Z',
      rootfs: { type: 'layers', diff_ids: [digest('e')] },
      config: {
        User: 'www-data:33',
        Env: ['A=1=2', 'A=3'],
        Entrypoint: ['/entry'],
        Cmd: ['serve'],
        WorkingDir: 'srv/../../data/',
        StopSignal: 'SIGQUIT',
        ExposedPorts: { '80': {}, '53/udp': {} },
        Volumes: { '/data/': {}, '../../etc': {} },
        Labels: { a: 'b' },
        Healthcheck: { Test: ['CMD-SHELL', 'wget -q localhost'], Interval: 5e9, Retries: 2 },
      },
    });
    expect(document).toEqual({
      platform: { os: 'linux', architecture: 'amd64' },
      created: Date.parse('2024-05-06T07:08:09.5Z'),
      diffIds: [digest('e')],
      config: {
        user: 'www-data:33',
        environment: ['A=1=2', 'A=3'],
        entrypoint: ['/entry'],
        command: ['serve'],
        workingDir: '/data',
        stopSignal: 'SIGQUIT',
        exposedPorts: ['53/udp', '80/tcp'].sort().reverse(),
        volumes: ['/data', '/etc'],
        labels: { a: 'b' },
        healthCheck: {
          kind: 'exec',
          args: ['/bin/sh', '-c', 'wget -q localhost'],
          intervalMs: 5000,
          timeoutMs: 30_000,
          retries: 2,
          startPeriodMs: 0,
          startIntervalMs: 5000,
        },
      },
    });
  });

  it('takes null for absent, and a text for a list of one', () => {
    const { config } = read({
      config: { User: '', Env: null, Entrypoint: 'single', Labels: null, Volumes: null },
    });
    expect(config).toEqual({
      environment: [],
      entrypoint: ['single'],
      volumes: [],
      exposedPorts: [],
      labels: {},
    });
  });

  it.each<[string, object, readonly string[] | undefined]>([
    ['NONE', { Test: ['NONE'] }, undefined],
    ['nothing', { Test: [] }, undefined],
    ['CMD', { Test: ['CMD', '/probe', 'x'] }, ['/probe', 'x']],
  ])('understands a health check of %s', (_, check, args) => {
    expect(read({ config: { Healthcheck: check } }).config.healthCheck?.args).toEqual(args);
  });

  it('runs a health check in the shell that the image names', () => {
    const { config } = read({
      config: { Shell: ['/bin/bash', '-ec'], Healthcheck: { Test: ['CMD-SHELL', 'x'] } },
    });
    expect(config.healthCheck?.args).toEqual(['/bin/bash', '-ec', 'x']);
  });

  it.each([
    ['another rootfs', { rootfs: { type: 'snapshots' } }],
    ['a bad diffID', { rootfs: { type: 'layers', diff_ids: ['sha256:x'] } }],
    ['an environment that is no list', { config: { Env: { A: 1 } } }],
    ['no rootfs', { rootfs: null }],
  ])('refuses %s', (_, document) => {
    expect(() => read(document)).toThrowError(expect.objectContaining({ code: 'content.bad-document' }));
  });
});

describe('media types', () => {
  it('knows layers of both families', () => {
    for (const type of [
      mediaType.layerTar,
      mediaType.layerGzip,
      mediaType.layerZstd,
      'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      'application/vnd.docker.image.rootfs.diff.tar.gzip',
      'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    ])
      expect(isLayer(type), type).toBe(true);
    expect(isLayer('application/vnd.oci.image.config.v1+json')).toBe(false);
  });

  it('tells compression from the first bytes', () => {
    expect(layerTypeOf(Buffer.from('1f8b08', 'hex'))).toBe(mediaType.layerGzip);
    expect(layerTypeOf(Buffer.from('28b52ffd', 'hex'))).toBe(mediaType.layerZstd);
    expect(layerTypeOf(Buffer.from('502a4d18', 'hex'))).toBe(mediaType.layerZstd);
    expect(layerTypeOf(Buffer.from('etc/passwd'))).toBe(mediaType.layerTar);
    expect(layerTypeOf(Buffer.alloc(0))).toBe(mediaType.layerTar);
  });
});
