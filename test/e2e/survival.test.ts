import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isMissing, runtimes } from './settings.ts';
import { freePort, TestNode, until } from './test-node.ts';

function isAlive(pid: number | undefined): boolean {
  return pid !== undefined && existsSync(`/proc/${pid}`);
}

async function endsSoon(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await until(`process ${pid} ends`, () => !isAlive(pid));
}

function stack(port: number): string {
  return `services:
  web: {image: hello:latest, command: [sh, -c, 'echo up > /srv/index.html; exec httpd -f -p 80 -h /srv'], ports: ["${port}:80"], restart: always, stop_grace_period: 0s}
  short: {image: hello:latest, command: [sh, -c, 'while ! test -e /stop/now; do sleep 0.1; done; exit 7'], volumes: [stop:/stop], stop_grace_period: 0s}
volumes: {stop: {}}
`;
}

async function fetchPage(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) });
  return (await response.text()).trim();
}

describe.each(runtimes)('survival, on $name', (setting) => {
  const it = test.skipIf(isMissing(setting));
  it('keeps containers over a killed daemon and learns what ended meanwhile', async () => {
    await using node = await TestNode.withImage(setting);
    const port = await freePort();
    const file = node.stackFile('keep', stack(port));
    await node.apply(file);
    const before = await node.containers('keep');
    const web = before.find(({ service }) => service === 'web');
    const short = before.find(({ service }) => service === 'short');

    await endsSoon(node.pidOf('tsorchd'));
    expect(isAlive(web?.task?.pid)).toBe(true);
    expect(await fetchPage(port)).toBe('up');
    const stop = join(node.root, 'volumes/keep_stop/data/now');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(stop, '');
    await until('the short one has ended', () => !isAlive(short?.task?.pid));

    const applied = await node.tsorch('apply', '-f', file, '--timeout', '30s');
    expect(applied.stderr).toContain('starting the tsorch daemon');
    const after = await node.containers('keep');
    expect(after.find(({ service }) => service === 'web')?.task).toEqual(web?.task);
    expect(after.find(({ service }) => service === 'short')).toMatchObject({
      phase: 'exited',
      exit: { code: 7 },
    });
  });

  it('keeps containers and published ports over a killed hostd, and adopts them', async () => {
    await using node = await TestNode.withImage(setting);
    const port = await freePort();
    const file = node.stackFile('host', stack(port));
    await node.apply(file);
    const before = await node.containers('host');
    const hostd = node.pidOf('tsorch-hostd');
    await endsSoon(hostd);
    for (const { task } of before) expect(isAlive(task?.pid)).toBe(true);
    await until('another hostd', () => {
      try {
        return node.pidOf('tsorch-hostd') !== hostd;
      } catch {
        return false;
      }
    });
    await until('the page', async () => (await fetchPage(port).catch(() => '')) === 'up');
    await node.apply(file);
    expect((await node.containers('host')).map(({ task }) => task)).toEqual(before.map(({ task }) => task));
  });

  it('goes on with the container of a killed shim, and tells it', async () => {
    await using node = await TestNode.withImage(setting);
    const port = await freePort();
    const tick = 'i=0; while :; do i=$$((i+1)); echo tick $$i; sleep 0.1; done';
    const check = `healthcheck: {test: [CMD, 'true'], interval: 1s}`;
    const clock = `  clock: {image: hello:latest, command: [sh, -c, '${tick}'], ${check}, stop_grace_period: 0s}\n`;
    await node.apply(
      node.stackFile(
        'shim',
        stack(port).replace('volumes: {', () => `${clock}volumes: {`),
      ),
    );
    const before = await node.containers('shim');
    for (const service of ['web', 'clock']) {
      const container = before.find((one) => one.service === service);
      const state = join(node.runDir, 'shims', container?.id ?? '', 'state.json');
      const { tsorch } = JSON.parse(readFileSync(state, 'utf8')) as { tsorch: { shimPid: number } };
      await endsSoon(tsorch.shimPid);
      expect(await fetchPage(port)).toBe('up');
    }
    const told = () => node.expect('events', 'shim');
    await until('both are told', async () => (await told()).split('its shim was killed').length === 3);
    const after = await node.containers('shim');
    expect(after.map(({ task, phase, health }) => ({ task, phase, health }))).toEqual(
      before.map(({ task, phase, health }) => ({ task, phase, health })),
    );
    const ticks = async () =>
      Number((await node.expect('logs', 'shim', 'clock')).trim().split('tick ').pop());
    const seen = await ticks();
    await until('the log goes on', async () => (await ticks()) > seen + 5);
    expect(await told()).toContain('its shim was killed; task 1 goes on under another one');
    expect(await node.expect('exec', 'shim/clock', 'echo', 'inside')).toContain('inside');
  });

  it('leaves nothing on the host when all three were killed and the stack deleted', async () => {
    await using node = await TestNode.withImage(setting);
    const file = node.stackFile('all', stack(await freePort()));
    await node.apply(file);
    await endsSoon(node.pidOf('tsorchd'));
    await endsSoon(node.pidOf('tsorch-hostd'));
    await node.apply(file);
    await node.expect('delete', 'all', '--timeout', '60s');
    expect(await node.end()).toEqual([]);
  });
});
