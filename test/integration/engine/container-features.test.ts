import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExecRequest } from '../../../src/engine/containers/container-driver.ts';
import type { ContainerSpec } from '../../../src/model/container-spec.ts';
import type { Service } from '../../../src/model/stack.ts';
import type { Engine } from '../../support/engine-node.ts';
import { eventually } from '../../support/eventually.ts';
import { nativeNode } from '../../support/native-node.ts';
import { aContainerSpec, anId, aService } from '../../support/service.ts';

const id = anId('c');

/** A container in the host's network that runs until it is stopped, unless told otherwise. */
async function running(service: Partial<Service>, changes: Partial<ContainerSpec> = {}) {
  const node = await nativeNode();
  await runIn(node.engine, service, changes);
  return node;
}

async function runIn(
  engine: Engine,
  service: Partial<Service>,
  changes: Partial<ContainerSpec> = {},
): Promise<void> {
  const definition = aService({ network: { kind: 'host' }, command: ['sleep', '1000'], ...service });
  await engine.containers.create(aContainerSpec({ id, definition, ...changes }));
  await engine.containers.start(id, 1);
}

async function output(engine: Engine, script: string, request: Partial<ExecRequest> = {}): Promise<string> {
  const args = ['sh', '-c', `${script} 2>&1`];
  const session = await engine.containers.exec(id, { args, tty: false, stdin: false, ...request });
  let text = '';
  for await (const { data } of session.output) text += Buffer.from(data).toString();
  return text.trim();
}

async function logText(engine: Engine): Promise<string> {
  let text = '';
  for await (const line of engine.logs.read([id])) text += `${line.stream}: ${line.text}\n`;
  return text;
}

describe('a real container', () => {
  it('is process 1 in namespaces of its own, with its own name', async () => {
    const { engine } = await running({ hostname: 'shop' });
    expect(
      await output(engine, 'cat /proc/1/comm; hostname; cat /etc/hostname; ls /proc | grep -c "^[0-9]*$"'),
    ).toMatch(/^sleep\nshop\nshop\n\d$/);
  });

  it('runs as the user that the image knows by name', async () => {
    const { engine } = await running({ user: 'www-data' });
    expect(await output(engine, 'id -u; id -g; echo $HOME')).toBe('33\n33\n/srv');
  });

  it('says when the image does not know the user', async () => {
    const node = await nativeNode();
    await expect(runIn(node.engine, { user: 'nobody-here' })).rejects.toMatchObject({
      code: 'container.bad-user',
    });
  });

  it('has the capabilities that it was given', async () => {
    const { engine } = await running({ capDrop: ['ALL'], capAdd: ['CAP_CHOWN'] });
    expect(await output(engine, 'grep CapEff /proc/self/status')).toBe('CapEff:\t0000000000000001');
  });

  it('keeps a named volume over its removal', async () => {
    const node = await nativeNode();
    await node.engine.volumes.ensure({ name: 'shop_data', external: false, labels: {} }, { stack: 'shop' });
    const mounts: Service['mounts'] = [{ kind: 'volume', volume: 'data', target: '/data', readOnly: false }];
    const volumes = { data: 'shop_data' };
    await runIn(node.engine, { mounts }, { volumes });
    await output(node.engine, 'echo kept > /data/file');
    await node.engine.containers.remove(id);
    await runIn(node.engine, { mounts }, { volumes });
    expect(await output(node.engine, 'cat /data/file')).toBe('kept');
  });

  it('mounts directories and files of the host, read-only where it is said', async () => {
    const node = await nativeNode();
    const folder = join(node.folder, 'site');
    mkdirSync(folder);
    writeFileSync(join(folder, 'page'), 'hello');
    const mounts: Service['mounts'] = [
      { kind: 'bind', source: folder, target: '/srv/site', readOnly: true, createSource: false },
      {
        kind: 'bind',
        source: join(folder, 'page'),
        target: '/etc/page',
        readOnly: false,
        createSource: false,
      },
      {
        kind: 'bind',
        source: join(node.folder, 'made'),
        target: '/made',
        readOnly: false,
        createSource: true,
      },
    ];
    await runIn(node.engine, { mounts });
    expect(await output(node.engine, 'cat /srv/site/page; echo x > /srv/site/page')).toContain(
      'Read-only file system',
    );
    await output(node.engine, 'echo changed > /etc/page; echo new > /made/file');
    expect(readFileSync(join(folder, 'page'), 'utf8')).toBe('changed\n');
    expect(readFileSync(join(node.folder, 'made', 'file'), 'utf8')).toBe('new\n');
  });

  it('says when a bind source does not exist', async () => {
    const node = await nativeNode();
    const bind = {
      kind: 'bind',
      source: '/no/such/place',
      target: '/x',
      readOnly: true,
      createSource: false,
    } as const;
    await expect(runIn(node.engine, { mounts: [bind] })).rejects.toMatchObject({
      code: 'volume.bad-source',
      message: 'the bind source /no/such/place does not exist',
    });
  });

  it('has a tmpfs of the size and mode that were asked for', async () => {
    const tmpfs = { kind: 'tmpfs', target: '/cache', sizeBytes: 1 << 20, mode: 0o700 } as const;
    const { engine } = await running({ mounts: [tmpfs] });
    expect(await output(engine, 'stat -c %a /cache; grep " /cache " /proc/mounts')).toMatch(
      /^700\ntmpfs \/cache tmpfs rw,nosuid,nodev,noexec,.*size=1024k/,
    );
  });

  it('cannot write to a read-only root, but to its tmpfs', async () => {
    const { engine } = await running({ readOnly: true, mounts: [{ kind: 'tmpfs', target: '/tmp' }] });
    expect(await output(engine, 'echo x > /file')).toContain('Read-only file system');
    expect(await output(engine, 'echo x > /tmp/file && cat /tmp/file')).toBe('x');
  });

  it('leaves no mount on the host', async () => {
    const node = await running({});
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(`${node.folder}/run/bundles`);
  });

  it('is limited as it was asked for, and differently after an update', async () => {
    const { engine } = await running({ resources: { pids: 20, memoryBytes: 64 << 20 } });
    const limit = 'cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null';
    expect(await output(engine, limit)).toContain('20');
    const spec = (await engine.containers.list())[0]?.spec ?? expect.fail('it is not there');
    const definition = { ...spec.definition, resources: { pids: 30 } };
    await engine.containers.update({ ...spec, definition }, ['resources']);
    expect(await output(engine, limit)).toContain('30');
  });

  it('tells that the kernel killed it for its memory', async () => {
    const node = await nativeNode();
    await runIn(node.engine, {
      command: ['sh', '-c', 'x=a; while true; do x="$x$x"; done'],
      resources: { memoryBytes: 32 << 20, memorySwapBytes: 32 << 20 },
    });
    const exit = await eventually(async () => (await node.engine.containers.list())[0]?.exit, 20_000);
    expect(exit).toMatchObject({ code: 137, oomKilled: true, oomKills: 1, drained: true });
    expect(exit?.usage?.maxRssKb).toBeGreaterThan(0);
  });

  it('has the limits of processes that were asked for', async () => {
    const { engine } = await running({
      ulimits: { nofile: { soft: 100, hard: 200 }, core: { soft: 0, hard: -1 } },
    });
    expect(await output(engine, 'ulimit -Sn; ulimit -Hn')).toBe('100\n200');
  });

  it('has the kernel settings of its namespaces that were asked for', async () => {
    const { engine } = await running({
      network: { kind: 'none' },
      sysctls: { 'net.ipv4.ip_unprivileged_port_start': '7' },
    });
    expect(await output(engine, 'cat /proc/sys/net/ipv4/ip_unprivileged_port_start')).toBe('7');
  });

  it('knows its own name and extra hosts', async () => {
    const { engine } = await running({
      hostname: 'shop',
      network: { kind: 'none' },
      extraHosts: { db: '10.9.9.9' },
    });
    expect(await output(engine, 'grep db /etc/hosts')).toBe('10.9.9.9\tdb');
  });

  it('is swept when it belongs to nobody', async () => {
    const { engine } = await running({ network: { kind: 'none' } });
    const removed = await engine.maintenance.sweep({ containers: [], networks: [] });
    expect(removed.join()).toContain(id);
    expect(await engine.containers.list()).toEqual([]);
    expect((await engine.network.observe()).attachments.size).toBe(0);
  });

  it('becomes healthy, and unhealthy when its probe fails', async () => {
    const probe = { intervalMs: 30, timeoutMs: 2_000, retries: 2, startPeriodMs: 0, startIntervalMs: 30 };
    const args = ['sh', '-c', 'test -e /ready || { echo not yet; exit 1; }'];
    const { engine } = await running({ healthCheck: { kind: 'exec', args, ...probe } });
    const health = async (wanted: string) => {
      const [container] = await engine.containers.list();
      return container?.health === wanted ? container : undefined;
    };
    expect((await eventually(() => health('unhealthy'))).lastProbeOutput).toBe('not yet');
    await output(engine, 'touch /ready');
    expect((await eventually(() => health('healthy'))).healthSince).toBeGreaterThan(0);
  });

  it('logs what it prints, stream by stream', async () => {
    const { engine } = await running({ command: ['sh', '-c', 'echo out; echo err >&2; printf end'] });
    await eventually(async () => (await engine.containers.list())[0]?.phase === 'exited');
    const lines = (await logText(engine)).split('\n').sort();
    expect(lines).toEqual(['', 'stderr: err', 'stdout: end', 'stdout: out']);
  });

  it('can be followed from its beginning to its removal', async () => {
    const node = await nativeNode();
    const definition = aService({
      network: { kind: 'host' },
      command: ['sh', '-c', 'for i in 1 2 3; do echo $i; done'],
    });
    await node.engine.containers.create(aContainerSpec({ id, definition }));
    const texts: string[] = [];
    const following = (async () => {
      for await (const { text } of node.engine.logs.read([id], { follow: true })) texts.push(text);
    })();
    await node.engine.containers.start(id, 1);
    await eventually(() => texts.length === 3);
    await node.engine.containers.remove(id);
    await following;
    expect(texts).toEqual(['1', '2', '3']);
  });

  it('is followed over many rotations of its log without a line missing or twice', async () => {
    const node = await nativeNode();
    const count = 60_000;
    const definition = aService({
      network: { kind: 'host' },
      command: ['sh', '-c', `seq 1 ${count}`],
      log: { maxBytes: 20_000, maxFiles: 500 },
    });
    await node.engine.containers.create(aContainerSpec({ id, definition }));
    const left = new AbortController();
    let expected = 1;
    const following = (async () => {
      const lines = node.engine.logs.read([id], { follow: true, signal: left.signal });
      for await (const { text } of lines) {
        if (text !== String(expected)) throw new Error(`${text} came where ${expected} belongs`);
        if (expected++ === count) return;
      }
    })();
    await node.engine.containers.start(id, 1);
    await following;
    left.abort();
    expect(expected).toBe(count + 1);
  });

  it('gives an exec a terminal of the size that is told', async () => {
    const { engine } = await running({});
    const args = ['sh', '-c', 'read line; stty size; tty'];
    const session = await engine.containers.exec(id, { args, tty: true, stdin: true });
    await session.resize({ width: 101, height: 41 });
    await session.write(Buffer.from('go\n'));
    let text = '';
    for await (const { data } of session.output) text += Buffer.from(data).toString();
    expect(text).toContain('41 101');
    expect(text).toContain('/dev/pts/');
    expect(await session.exit).toEqual({ code: 0 });
  });

  it('executes as another user, in another directory', async () => {
    const { engine } = await running({});
    const request = { user: 'www-data', workingDir: '/srv' };
    expect(await output(engine, 'id -u; pwd', request)).toBe('33\n/srv');
  });

  it('takes input and gives output to who is attached to it', async () => {
    const { engine } = await running({ command: ['cat'], stdinOpen: true });
    const session = await engine.containers.attach(id);
    await session.write(Buffer.from('hello\n'));
    for await (const { stream, data } of session.output) {
      expect(`${stream} ${Buffer.from(data).toString()}`).toBe('stdout hello\n');
      break;
    }
    session.close();
    expect((await engine.containers.list())[0]?.phase).toBe('running');
  });

  it('has a terminal that can be attached to', async () => {
    const { engine } = await running({
      command: ['sh', '-c', 'tty; read line; echo "got $line"'],
      tty: true,
      stdinOpen: true,
    });
    const session = await engine.containers.attach(id);
    await session.write(Buffer.from('this\n'));
    let text = '';
    for await (const { data } of session.output) text += Buffer.from(data).toString();
    expect(text).toContain('got this');
    expect(await logText(engine)).toMatch(/stdout: \/dev\/pts\/0|stdout: \/dev\/console/);
  });

  it('waits for nobody who is attached, and tells him what he has missed', async () => {
    const bytes = 20 << 20;
    const { engine } = await running({
      command: ['sh', '-c', `read go; head -c ${bytes} /dev/zero; exit 4`],
      stdinOpen: true,
    });
    const session = await engine.containers.attach(id);
    await session.write(Buffer.from('go\n'));
    await eventually(async () => (await engine.containers.list())[0]?.phase === 'exited', 20_000);
    let [received, lost] = [0, 0];
    for await (const chunk of session.output) {
      received += chunk.data.length;
      lost += chunk.lost ?? 0;
    }
    expect(lost).toBeGreaterThan(0);
    expect(received + lost).toBe(bytes);
    expect(await session.exit).toEqual({ code: 4 });
  });

  it('carries a megabyte through an exec and back', async () => {
    const { engine } = await running({});
    const session = await engine.containers.exec(id, { args: ['cat'], tty: false, stdin: true });
    const sent = Buffer.alloc(1 << 20, 'tsorch ');
    const sending = session.write(sent).then(() => session.endInput());
    const received: Uint8Array[] = [];
    for await (const { data } of session.output) received.push(Buffer.from(data));
    await sending;
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('ends an exec that takes too long', async () => {
    const { engine } = await running({});
    const session = await engine.containers.exec(id, {
      args: ['sleep', '1000'],
      tty: false,
      stdin: false,
      timeoutMs: 50,
    });
    for await (const _ of session.output) expect.fail('it printed something');
    expect((await session.exit).code).toBeGreaterThan(128);
  });

  it('says when a program to execute is not there', async () => {
    const { engine } = await running({});
    const exec = engine.containers.exec(id, { args: ['/no/such'], tty: false, stdin: false });
    await expect(exec).rejects.toMatchObject({ code: 'container.exec-failed' });
  });

  it('reaps orphans with an init of ours', async () => {
    const { engine } = await running({ init: true });
    await output(engine, 'sh -c "sleep 0.01 &"');
    await eventually(async () => !(await output(engine, 'ps -o stat,comm')).includes('Z'));
    expect(await output(engine, 'cat /proc/1/comm')).not.toBe('sleep');
  });

  it('obeys its stop signal within the grace period', async () => {
    const script = 'trap "echo bye; exit 5" HUP; while true; do sleep 0.01; done';
    const { engine } = await running({ command: ['sh', '-c', script], stopSignal: 'SIGHUP' });
    await eventually(
      async () => (await output(engine, 'grep SigCgt /proc/1/status')).match(/[13579bdf]$/) !== null,
    );
    await engine.containers.stop(id, { graceMs: 5_000 });
    expect((await engine.containers.list())[0]?.exit).toMatchObject({ code: 5, task: 1 });
    expect(await logText(engine)).toContain('bye');
  });
});
