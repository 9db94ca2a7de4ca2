import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerEngine, type PeerEngine, podmanEngine } from './support/peer-engines.ts';
import { areInstalled, type Outcome } from './support/peer-host.ts';

const trap = 'echo started; trap "exit 3" TERM; while :; do sleep 0.1; done';

// conmon 2.1 sees no kills on hybrid hosts, whatever the runtime.
describe.each([
  { name: 'podman', programs: ['/usr/bin/podman', '/usr/bin/conmon'], make: podmanEngine, tellsOom: 'false' },
  {
    name: 'docker',
    programs: ['/usr/bin/docker', '/usr/sbin/dockerd'],
    make: dockerEngine,
    tellsOom: 'true',
  },
])('$name with tsorch-runtime', ({ programs, make, tellsOom }) => {
  const test = it.skipIf(!areInstalled(...programs));
  let engine: PeerEngine;
  beforeAll(async () => {
    if (areInstalled(...programs)) engine = await make();
  });
  afterAll(() => engine?.[Symbol.asyncDispose]());

  const run = (...args: readonly string[]): Promise<Outcome> => engine.command('run', '--rm', ...args);

  test('gives output, input and exit code of a container', async () => {
    expect(await run('hello', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      status: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect((await engine.commandWithInput('text', 'run', '--rm', '-i', 'hello', 'cat')).stdout).toBe('text');
    expect((await run('-t', 'hello', 'tty')).stdout).toBe('/dev/pts/0\r\n');
  });

  test('says 127 for a program that is missing and 126 for one that is none', async () => {
    const missing = await run('hello', '/no/such');
    expect(missing.status).toBe(127);
    expect(missing.stderr).toContain('/no/such');
    expect((await run('hello', '/etc/passwd')).status).toBe(126);
  });

  test('executes, pauses, limits, stops, restarts and removes', async () => {
    const limits = ['--memory', '64m', '--pids-limit', '50', '--cpus', '0.5'];
    await engine.expect('run', '-d', '--name', 'shop', ...limits, 'hello', 'sh', '-c', trap);
    expect(await engine.command('exec', 'shop', 'sh', '-c', 'id -u; exit 5')).toMatchObject({
      status: 5,
      stdout: '0\n',
    });
    expect(
      await engine.expect(
        'exec',
        '-u',
        '33',
        '-w',
        '/tmp',
        '-e',
        'A=b',
        'shop',
        'sh',
        '-c',
        'id -u; pwd; echo $A',
      ),
    ).toBe('33\n/tmp\nb');
    expect((await engine.command('exec', '-t', 'shop', 'tty')).stdout).toContain('/dev/pts/');
    expect(await engine.expect('logs', 'shop')).toBe('started');
    await engine.expect('pause', 'shop');
    expect(await engine.inspect('shop', 'State.Status')).toBe('paused');
    await engine.expect('unpause', 'shop');
    expect(await engine.expect('top', 'shop')).toContain('sleep');
    expect(await engine.expect('stats', '--no-stream', 'shop')).toMatch(/64MiB|67\.11MB/);
    await engine.expect('stop', '-t', '30', 'shop');
    expect(await engine.inspect('shop', 'State.ExitCode')).toBe('3');
    await engine.expect('start', 'shop');
    await engine.expect('kill', '-s', 'KILL', 'shop');
    expect(await engine.expect('wait', 'shop')).toBe('137');
    await engine.expect('rm', '-f', 'shop');
  });

  test('ends a container that runs out of memory', async () => {
    const eat = ['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=100M', 'count=1'];
    expect((await engine.command('run', '--name', 'eater', '--memory', '20m', 'hello', ...eat)).status).toBe(
      137,
    );
    expect(await engine.inspect('eater', 'State.OOMKilled')).toBe(tellsOom);
    await engine.expect('rm', 'eater');
  });

  test('takes away what it is told to and gives what it is told to', async () => {
    const less = ['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'];
    const seen = await run(
      ...less,
      'hello',
      'sh',
      '-c',
      'touch /x; grep -E "CapEff|NoNewPrivs" /proc/self/status',
    );
    expect(seen.stdout).toMatch(/CapEff:\s0+\nNoNewPrivs:\s1/);
    expect(seen.stderr).toContain('Read-only file system');
    const more = [
      '--tmpfs',
      '/t:size=1m',
      '--device',
      '/dev/null:/dev/xx',
      '--sysctl',
      'net.ipv4.ip_unprivileged_port_start=80',
    ];
    const given = await run(
      ...more,
      'hello',
      'sh',
      '-c',
      'df /t | tail -1; ls -l /dev/xx; cat /proc/sys/net/ipv4/ip_unprivileged_port_start',
    );
    expect(given.stdout).toMatch(/1024[\s\S]*1,\s+3[\s\S]*\n80\n$/);
    expect((await run('--privileged', '--pid', 'host', 'hello', 'true')).status).toBe(0);
  });

  test('leaves no container in the runtime', async () => {
    expect(await engine.expect('ps', '-aq')).toBe('');
  });
});
