import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { debianRegistry, skopeo } from '../support/images/debian-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestNode } from './test-node.ts';

/** Programs of others that a round trip needs. */
function installed(program: string): boolean {
  const found = ['/usr/bin', '/usr/local/bin'].some((folder) => existsSync(join(folder, program)));
  if (!found) process.stderr.write(`skipped: there is no ${program}\n`);
  return found;
}

interface Copied {
  readonly digest: string;
}

const inspected = (place: string) =>
  skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', place).trim();

describe('copies of images', () => {
  let tools: Readonly<Record<'umoci' | 'podman', boolean>>;
  beforeAll(() => {
    tools = { umoci: installed('umoci'), podman: installed('podman') };
  });

  it('are pushed, found by others with the same digest, listed, and pulled by them', async () => {
    await using node = await TestNode.withImage();
    const { domain } = await debianRegistry();
    const [pushed] = await node.json<Copied[]>('image', 'push', 'hello:latest', `${domain}/team/hello:1`);
    await node.expect('image', 'tag', 'hello:latest', `${domain}/team/hello:2`);
    expect(await node.expect('image', 'push', `${domain}/team/hello:2`)).toContain('pushed');
    expect(inspected(`docker://${domain}/team/hello:1`)).toBe(pushed?.digest);
    expect((await node.json<string[]>('image', 'tags', `${domain}/team/hello`)).sort()).toEqual(['1', '2']);
    expect(await node.expect('image', 'referrers', `${domain}/team/hello:1`)).toContain('nothing refers');
    if (!tools.podman) return;
    const storage = temporaryFolder();
    const podman = (...args: string[]) =>
      execFileSync(
        'podman',
        [
          '--root',
          join(storage, 'root'),
          '--runroot',
          join(storage, 'run'),
          '--storage-driver',
          'vfs',
          ...args,
        ],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      ).trim();
    podman('pull', '--quiet', '--tls-verify=false', `${domain}/team/hello:1`);
    expect(podman('image', 'inspect', '--format', '{{.Digest}}', `${domain}/team/hello:1`)).toBe(
      pushed?.digest,
    );
  });

  it('go through every form that skopeo knows and come back the same', async () => {
    await using node = await TestNode.withImage();
    const folder = temporaryFolder();
    const [{ digest }] = (await node.json<Copied[]>(
      'image',
      'copy',
      'hello',
      `oci:${folder}/layout:one`,
    )) as [Copied];
    expect(inspected(`oci:${folder}/layout:one`)).toBe(digest);
    if (tools.umoci)
      expect(
        execFileSync('umoci', ['stat', '--image', `${folder}/layout:one`], { encoding: 'utf8' }),
      ).toContain('LAYER');
    await node.expect('image', 'copy', `oci:${folder}/layout:one`, `oci-archive:${folder}/one.tar:one`);
    expect(inspected(`oci-archive:${folder}/one.tar:one`)).toBe(digest);
    await node.expect('image', 'copy', `oci-archive:${folder}/one.tar`, `dir:${folder}/flat`);
    expect(inspected(`dir:${folder}/flat`)).toBe(digest);
    await node.expect('image', 'copy', `dir:${folder}/flat`, `docker-archive:${folder}/docker.tar:back:1`);
    skopeo('copy', `docker-archive:${folder}/docker.tar`, `dir:${folder}/from-docker`);
    await node.expect('image', 'copy', `docker-archive:${folder}/docker.tar:back:1`, 'back:1');
    expect(await node.json('image', 'inspect', 'back:1')).toMatchObject({ manifest: digest });
    // What skopeo writes in each form, we read.
    for (const form of ['oci-archive', 'oci', 'dir'] as const) {
      skopeo('copy', '--preserve-digests', `oci:${folder}/layout:one`, `${form}:${folder}/skopeo-${form}`);
      const [copied] = await node.json<Copied[]>(
        'image',
        'copy',
        `${form}:${folder}/skopeo-${form}`,
        'again:1',
      );
      expect(copied?.digest).toBe(digest);
    }
    expect(readdirSync(folder).filter((name) => name.includes('.partial'))).toEqual([]);
  });

  it('add to a layout that is there, and replace what has the same name', async () => {
    await using node = await TestNode.withImage();
    const folder = temporaryFolder();
    await node.expect('image', 'copy', 'hello', `oci:${folder}/layout:one`);
    await node.expect('image', 'copy', 'hello', `oci:${folder}/layout:two`);
    await node.expect('image', 'copy', 'hello', `oci:${folder}/layout:one`);
    for (const name of ['one', 'two']) expect(inspected(`oci:${folder}/layout:${name}`)).toMatch(/^sha256:/);
    const [read] = await node.json<Copied[]>('image', 'copy', `oci:${folder}/layout:two`, 'two:1');
    expect(read?.digest).toMatch(/^sha256:/);
    const which = await node.tsorch('image', 'copy', `oci:${folder}/layout`, 'x');
    expect(which).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/name one behind the path: (one, two|two, one)/),
    });
  });

  it('saved are loaded again, and by podman', async () => {
    await using node = await TestNode.withImage();
    const archive = join(temporaryFolder(), 'saved.tar');
    await node.expect('image', 'tag', 'hello', 'second:1');
    await node.expect('image', 'save', 'hello', 'second:1', '--file', archive);
    await node.expect('image', 'rm', 'second:1');
    expect(await node.expect('image', 'load', '--file', archive)).toContain('second:1');
    if (!tools.podman) return;
    const storage = temporaryFolder();
    const loaded = execFileSync(
      'podman',
      [
        '--root',
        join(storage, 'root'),
        '--runroot',
        join(storage, 'run'),
        '--storage-driver',
        'vfs',
        'load',
        '-i',
        archive,
      ],
      { encoding: 'utf8' },
    );
    expect(loaded).toContain('second:1');
  });

  it('fail with one message, and leave no half archive', async () => {
    await using node = await TestNode.withImage();
    const folder = temporaryFolder();
    expect(await node.tsorch('image', 'copy', 'nowhere:1', `oci-archive:${folder}/x.tar`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[image.not-found]'),
    });
    expect(await node.tsorch('image', 'push', 'hello', '127.0.0.1:1/x:1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error[registry.unreachable]'),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
