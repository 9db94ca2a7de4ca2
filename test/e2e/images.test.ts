import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { debianRegistry, skopeo } from '../support/images/debian-registry.ts';
import { run, TestNode } from './test-node.ts';

interface ListedImage {
  readonly reference: string;
  readonly manifest: string;
  readonly inUse: boolean;
}

/** Bytes that do not compress. */
const bigFile = 48 << 20;

describe('images', () => {
  it('pulls from a registry what a stack names, lists it, and removes it when nobody uses it', async () => {
    await using node = await TestNode.withImage();
    const registry = await debianRegistry();
    const reference = `${registry.domain}/team/hello:1`;
    skopeo(
      'copy',
      '--dest-tls-verify=false',
      `oci:${join(node.root, 'images')}:docker.io/library/hello:latest`,
      `docker://${reference}`,
    );
    await node.expect('image', 'rm', 'hello:latest');
    const stack = node.stackFile(
      'pulled',
      `services:\n  web: {image: "${reference}", command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s}\n`,
    );
    await node.apply(stack);
    expect(await node.json<ListedImage[]>('image', 'ls')).toMatchObject([{ reference, inUse: true }]);
    await node.expect('image', 'tag', reference, 'hello:again');
    const details = await node.json<{ usedBy?: string; names: string[] }>('image', 'inspect', 'hello:again');
    expect(details).toMatchObject({
      usedBy: 'pulled',
      names: expect.arrayContaining(['hello:again', reference]),
    });
    expect(await node.expect('image', 'history', 'hello:again')).toMatch(/BY|does not tell/);
    await node.expect('image', 'rm', 'hello:again');
    expect(await node.tsorch('image', 'rm', reference)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[image.in-use]'),
    });
    await node.expect('delete', 'pulled');
    await node.expect('image', 'rm', reference);
    expect(await node.json<ListedImage[]>('image', 'ls')).toEqual([]);
    expect(readdirSync(join(node.root, 'images/layers'))).toEqual([]);
    expect(readdirSync(join(node.root, 'images/blobs/sha256'))).toEqual([]);
  });

  it('says what keeps an image, finds what is damaged, and repairs it from the registry', async () => {
    await using node = await TestNode.withImage();
    const registry = await debianRegistry();
    const reference = `${registry.domain}/team/hello:1`;
    await node.expect('image', 'push', 'hello:latest', reference);
    await node.expect('image', 'rm', 'hello:latest');
    const file = `services:\n  web: {image: "${reference}", command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s}\n`;
    await node.apply(node.stackFile('kept', file));
    expect(await node.expect('image', 'why', reference)).toMatch(/named .*team\/hello:1\n.*used by kept/s);
    expect(await node.expect('image', 'prune', '--all', '--dry-run')).toMatch(
      /would be: 0 removed.*used by kept/s,
    );
    expect(await node.expect('image', 'verify')).toContain('all is well');
    damageLargestFile(join(node.root, 'images/blobs'));
    const found = await node.tsorch('image', 'verify');
    expect(found).toMatchObject({ status: 1, stdout: expect.stringContaining('1 not as they should be') });
    await node.expect('image', 'verify', '--repair');
    expect(await node.expect('image', 'verify')).toContain('all is well');
    await node.expect('delete', 'kept');
    expect(await node.expect('image', 'prune', '--all')).toContain(reference);
    expect(readdirSync(join(node.root, 'images/blobs/sha256'))).toEqual([]);
  });

  it('refuses bytes of a registry that are not those of the digest, and changes nothing', async () => {
    await using node = await TestNode.withImage();
    const registry = await debianRegistry();
    const reference = `${registry.domain}/team/hello:1`;
    const store = join(node.root, 'images');
    skopeo(
      'copy',
      '--dest-tls-verify=false',
      `oci:${store}:docker.io/library/hello:latest`,
      `docker://${reference}`,
    );
    await node.expect('image', 'rm', 'hello:latest');
    damageLargestFile(join(registry.storage, 'docker/registry/v2/blobs'));
    const stack = node.stackFile(
      'damaged',
      `services:\n  web: {image: "${reference}", command: [sleep, "1000"], network_mode: none}\n`,
    );
    const { status, stderr } = await node.tsorch('apply', '-f', stack, '--timeout', '30s');
    expect(status).not.toBe(0);
    expect(stderr).toContain('content.digest-mismatch');
    await node.tsorch('delete', 'damaged');
    expect(await node.json<ListedImage[]>('image', 'ls')).toEqual([]);
    expect(readdirSync(join(store, 'layers'))).toEqual([]);
  });

  it('says that the disk is full in the middle of an unpack, and leaves nothing half done', async () => {
    await using node = new TestNode();
    mkdirSync(node.root, { recursive: true });
    const rootfs = join(node.directory, 'big');
    mkdirSync(rootfs);
    const noise = execFileSync('head', ['-c', String(bigFile), '/dev/urandom'], { maxBuffer: bigFile + 1 });
    writeFileSync(join(rootfs, 'noise'), noise);
    const tar = join(node.directory, 'big.tar');
    execFileSync('tar', ['-C', rootfs, '-cf', tar, '.']);
    // Room for the archive (48 MiB), not for what is in it as well. A mount namespace of its own, so that nothing is left.
    const script = [
      'mount -t tmpfs -o size=72m none "$TSORCH_ROOT"',
      `node dist/tsorch.cjs image import ${tar} big:1`,
      'echo "status $?" >&2',
      'node dist/tsorch.cjs image ls -o json',
      'ls "$TSORCH_ROOT/images/layers" "$TSORCH_ROOT/images/staging"',
      'node dist/tsorch.cjs node stop >/dev/null',
    ].join('\n');
    const { stdout, stderr } = await run(
      'unshare',
      ['-m', '--propagation', 'private', 'sh', '-c', script],
      node.environment(),
    );
    expect(stderr).toContain('error[content.no-space]');
    expect(stderr).toContain('status 1');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/\[\] .*layers: .*staging: $/);
    expect(await node.leftovers()).toEqual([]);
  });
});

/** Changes a byte in the middle of the largest blob of a registry. */
function damageLargestFile(directory: string): void {
  const [largest] = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }))
    .sort((a, b) => b.bytes.length - a.bytes.length);
  if (largest === undefined) throw new Error(`${directory} has no files`);
  const middle = largest.bytes.length >> 1;
  largest.bytes[middle] = (largest.bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(largest.path, largest.bytes);
}
