import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HostdConnection } from '../../../../src/engine/host/hostd-connection.ts';
import { systemClock } from '../../../../src/lib/clock.ts';
import { FakeNativePeer, type Handler } from '../../../fakes/fake-native-peer.ts';
import { eventually } from '../../../support/eventually.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const nothing = { shims: [] };

function aNode(script?: string, options: { waits?: boolean; cgroupParent?: string } = {}) {
  const runDir = temporaryFolder();
  const binary = join(runDir, 'tsorch-rt');
  if (script !== undefined) {
    writeFileSync(binary, `#!/bin/sh\n${script}\n`);
    chmodSync(binary, 0o755);
  }
  const connection = new HostdConnection({
    socketPath: join(runDir, 'hostd.sock'),
    version: '0.0.0',
    clock: systemClock,
    program: options.waits
      ? undefined
      : { binary, root: '/nowhere', runDir, nodeKey: 'abc123', cgroupParent: options.cgroupParent },
  });
  onTestFinished(() => connection.close());
  return { runDir, connection };
}

async function listen(runDir: string, handlers: Readonly<Record<string, Handler>>): Promise<FakeNativePeer> {
  const peer = new FakeNativePeer(handlers);
  await peer.listen(join(runDir, 'hostd.sock'));
  onTestFinished(() => peer.kill());
  return peer;
}

describe('the connection to hostd', () => {
  it('tells why hostd could not be started, with the end of its log', async () => {
    const { connection } = aNode('echo "cannot open the journal" >&2; exit 3');
    await expect(connection.call('shim.list', {})).rejects.toMatchObject({
      code: 'host.failed',
      message: 'hostd ended with status 3 before it answered',
      cause: { message: 'cannot open the journal' },
    });
  });

  it('tells when there is no native program', async () => {
    await expect(aNode().connection.call('shim.list', {})).rejects.toMatchObject({
      code: 'host.failed',
      cause: { code: 'ENOENT' },
    });
  });

  it('starts hostd for this node, detached, and waits until it answers', async () => {
    const { runDir, connection } = aNode(`echo "$@" > "$(dirname "$0")/args"; sleep 1`);
    const call = connection.call('shim.list', {});
    await eventually(() => existsSync(join(runDir, 'args')));
    await listen(runDir, { 'shim.list': () => nothing });
    expect(await call).toEqual(nothing);
    expect(readFileSync(join(runDir, 'args'), 'utf8').trim()).toBe(
      `tsorch-hostd --root /nowhere --run-dir ${runDir} --node-key abc123`,
    );
  });

  it('tells hostd where the control groups of containers are to be', async () => {
    const { runDir, connection } = aNode(`echo "$@" > "$(dirname "$0")/args"; sleep 1`, {
      cgroupParent: '/box.slice/box.service',
    });
    const call = connection.call('shim.list', {});
    await eventually(() => existsSync(join(runDir, 'args')));
    await listen(runDir, { 'shim.list': () => nothing });
    await call;
    expect(readFileSync(join(runDir, 'args'), 'utf8')).toContain('--cgroup-parent /box.slice/box.service');
  });

  it('starts none where somebody else does, and waits for the next one when it is gone', async () => {
    const { runDir, connection } = aNode('touch "$(dirname "$0")/started"', { waits: true });
    const call = connection.call('shim.list', {});
    const first = await listen(runDir, { 'shim.list': () => nothing });
    expect(await call).toEqual(nothing);
    await first.kill();
    const again = connection.call('shim.list', {});
    await listen(runDir, { 'shim.list': () => nothing });
    expect(await again).toEqual(nothing);
    expect(existsSync(join(runDir, 'started'))).toBe(false);
  });

  it('uses the hostd that runs already', async () => {
    const { runDir, connection } = aNode();
    await listen(runDir, { 'shim.list': () => nothing });
    expect(await connection.call('shim.list', {})).toEqual(nothing);
    expect(connection.peerVersion()).toBe('0.0.0');
  });

  it('makes a call again that was cut off', async () => {
    const { runDir, connection } = aNode('sleep 1');
    let called = false;
    const first = await listen(runDir, {
      'shim.list': () => {
        called = true;
        return new Promise(() => {});
      },
    });
    const call = connection.call('shim.list', {});
    await eventually(() => called);
    await first.kill();
    await listen(runDir, { 'shim.list': () => nothing });
    expect(await call).toEqual(nothing);
  });

  it('does not wait longer than the signal allows', async () => {
    const { connection } = aNode('sleep 1');
    await expect(connection.call('shim.list', {}, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject(
      { name: 'TimeoutError' },
    );
  });
});
