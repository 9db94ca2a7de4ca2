import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Digest, digestHex } from '../../../src/model/digest.ts';
import { debianRegistry, skopeo } from '../../support/images/debian-registry.ts';
import { buildImage, type ImageFixture, json } from '../../support/images/image-fixture.ts';
import { nativeImages } from '../../support/images/native-images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const image = buildImage({
  layers: [
    [{ name: 'etc/' }, { name: 'etc/motd', text: 'hello' }, { name: 'etc/gone', text: 'x' }],
    [{ name: 'etc/' }, { name: 'etc/.wh.gone', text: '' }, { name: 'link', target: 'etc/motd' }],
  ],
  config: { Cmd: ['/bin/sh'] },
});

/** An OCI layout directory, as other tools make it. */
function layoutDirectory(of: ImageFixture): string {
  const folder = temporaryFolder();
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  for (const [digest, bytes] of of.blobs) writeFileSync(join(blobs, digestHex(digest)), bytes);
  writeFileSync(join(folder, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  const annotations = { 'org.opencontainers.image.ref.name': 'x' };
  writeFileSync(
    join(folder, 'index.json'),
    json({ schemaVersion: 2, manifests: [{ ...of.manifest, annotations }] }),
  );
  return folder;
}

function layerPath(directory: string, diffId: Digest | undefined, below: string): string {
  return join(directory, 'layers', digestHex(diffId ?? image.manifest.digest), 'fs', below);
}

describe('with the registry of Debian and skopeo', () => {
  it('runs what they push, and they read what we store', async () => {
    const registry = await debianRegistry();
    const node = nativeImages();
    const reference = `${registry.domain}/team/web:1`;
    skopeo('copy', '--dest-tls-verify=false', `oci:${layoutDirectory(image)}:x`, `docker://${reference}`);

    const pulled = await node.images.pull(reference);
    expect(pulled.manifest).toBe(image.manifest.digest);
    const [lower, upper] = image.diffIds;
    expect(readFileSync(layerPath(node.directory, lower, 'etc/motd'), 'utf8')).toBe('hello');
    expect(statSync(layerPath(node.directory, upper, 'etc/gone')).isCharacterDevice()).toBe(true);
    expect(lstatSync(layerPath(node.directory, upper, 'link')).isSymbolicLink()).toBe(true);

    const inspected = JSON.parse(skopeo('inspect', '--raw', `oci:${node.directory}:${reference}`));
    expect(inspected.layers.map(({ digest }: { digest: string }) => digest)).toEqual(
      image.layers.map(({ digest }) => digest),
    );
    const again = `docker://${registry.domain}/team/again:1`;
    skopeo('copy', '--dest-tls-verify=false', `oci:${node.directory}:${reference}`, again);
    const digest = skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', again).trim();
    expect(digest).toBe(image.manifest.digest);
  });

  it('takes what skopeo writes, as OCI archive and as docker save', async () => {
    const node = nativeImages();
    const source = `oci:${layoutDirectory(image)}:x`;
    const folder = temporaryFolder();
    skopeo('copy', source, `oci-archive:${join(folder, 'oci.tar')}:team/oci:1`);
    skopeo('copy', source, `docker-archive:${join(folder, 'docker.tar')}:team/docker:1`);
    const [oci] = await importFile(join(folder, 'oci.tar'));
    const [docker] = await importFile(join(folder, 'docker.tar'));
    expect(oci).toMatchObject({ reference: 'team/oci:1', manifest: image.manifest.digest });
    expect(docker).toMatchObject({ reference: 'team/docker:1' });
    // Uncompressed and in another manifest, but the same layers: nothing was unpacked twice.
    expect((await node.images.open(docker?.manifest ?? image.manifest.digest)).layers).toEqual(image.diffIds);
    expect(readdirSync(join(node.directory, 'layers'))).toHaveLength(2);

    function importFile(path: string) {
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield readFileSync(path);
      }
      return node.images.importArchive(bytes(), { command: [] });
    }
  });

  it('refuses a blob that the registry has damaged, and leaves nothing behind', async () => {
    const registry = await debianRegistry();
    const node = nativeImages();
    const reference = `${registry.domain}/team/web:1`;
    skopeo('copy', '--dest-tls-verify=false', `oci:${layoutDirectory(image)}:x`, `docker://${reference}`);
    const hex = digestHex(image.layers[0]?.digest ?? image.manifest.digest);
    const data = join(registry.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
    const bytes = readFileSync(data);
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    writeFileSync(data, bytes);

    await expect(node.images.pull(reference)).rejects.toMatchObject({ code: 'content.digest-mismatch' });
    expect(await node.images.list()).toEqual([]);
    expect(existsSync(layerPath(node.directory, image.diffIds[0], ''))).toBe(false);
  });
});

describe('unpacking by hostd', () => {
  it('learns the diffID of a root file system compressed with zstd', async () => {
    const node = nativeImages();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'root', 'etc'), { recursive: true });
    writeFileSync(join(folder, 'root', 'etc', 'motd'), 'hello');
    const archive = execFileSync('tar', ['--zstd', '-C', join(folder, 'root'), '-c', '.']);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield archive;
    }
    const [imported] = await node.images.importArchive(bytes(), { reference: 'z', command: [] });
    const { layers } = await node.images.open(imported?.manifest ?? image.manifest.digest);
    expect(readFileSync(layerPath(node.directory, layers[0], 'etc/motd'), 'utf8')).toBe('hello');
  });

  it('refuses a layer that wants out, by its code', async () => {
    const node = nativeImages();
    const evil = buildImage({ layers: [[{ name: '../../../evil', text: 'x' }]] });
    const archive = layoutDirectory(evil);
    const tarBytes = execFileSync('tar', ['-C', archive, '-c', '.']);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield tarBytes;
    }
    await expect(
      node.images.importArchive(bytes(), { reference: 'evil', command: [] }),
    ).rejects.toMatchObject({
      code: 'layer.unsafe-entry',
      message: expect.stringContaining('../../../evil'),
    });
    expect(readdirSync(join(node.directory, 'layers'))).toEqual([]);
    expect(readdirSync(join(node.directory, 'staging'))).toEqual([]);
  });

  it('removes layers with their image', async () => {
    const node = nativeImages();
    const tarBytes = execFileSync('tar', ['-C', layoutDirectory(image), '-c', '.']);
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield tarBytes;
    }
    await node.images.importArchive(bytes(), { reference: 'x', command: [] });
    await node.images.remove('x');
    expect(readdirSync(join(node.directory, 'layers'))).toEqual([]);
    expect(readdirSync(join(node.directory, 'blobs/sha256'))).toEqual([]);
    await expect.poll(() => readdirSync(join(node.directory, 'trash'))).toEqual([]);
  });
});
