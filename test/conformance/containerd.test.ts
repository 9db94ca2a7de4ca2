import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContainerd } from './support/peer-engines.ts';
import { areInstalled, PeerHost } from './support/peer-host.ts';

const isThere = areInstalled('/usr/bin/containerd', '/usr/bin/ctr');

describe.skipIf(!isThere)('containerd with tsorch-runtime as BinaryName', () => {
  let host: PeerHost;
  let ctr: readonly string[];
  let run: readonly string[];
  let rootfs: string;
  beforeAll(async () => {
    host = new PeerHost();
    ctr = await startContainerd(host);
    run = [...ctr, 'run', '--runtime', 'io.containerd.runc.v2', '--runc-binary', host.runtime, '--rootfs'];
    rootfs = await host.rootfs();
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  it('gives output and exit code of a container', async () => {
    expect(await host.run(...run, '--rm', rootfs, 'a1', 'sh', '-c', 'echo out; exit 7')).toMatchObject({
      status: 7,
      stdout: 'out\n',
    });
  });

  it('executes, pauses, measures, kills and deletes', async () => {
    await host.expect(...run, '-d', '--memory-limit', '67108864', rootfs, 'b1', 'sleep', '1000');
    const task = (...args: readonly string[]) => host.run(...ctr, 'task', ...args);
    expect(await task('exec', '--exec-id', 'e1', 'b1', 'sh', '-c', 'id -u; exit 5')).toMatchObject({
      status: 5,
      stdout: '0\n',
    });
    await task('pause', 'b1');
    expect((await task('ls')).stdout).toContain('PAUSED');
    await task('resume', 'b1');
    expect((await task('ps', 'b1')).stdout).toMatch(/\d+/);
    expect((await task('metrics', 'b1')).stdout).toMatch(/memory.*67108864/);
    await task('kill', '-s', 'SIGKILL', 'b1');
    await expect.poll(async () => (await task('ls')).stdout, { timeout: 10_000 }).toContain('STOPPED');
    expect((await task('delete', 'b1')).stderr).toContain('137');
    await host.expect(...ctr, 'container', 'rm', 'b1');
    expect(await host.expect(...ctr, 'container', 'ls', '-q')).toBe('');
  });

  it('passes on why a container cannot be created', async () => {
    const failed = await host.run(...run, '--rm', rootfs, 'c1', '/no/such');
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/\/no\/such: no such file or directory/);
  });
});
