import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { observedContainer } from '../../../../src/engine/containers/container-phase.ts';
import { ShimConnections } from '../../../../src/engine/host/shim-connections.ts';
import type { ExecParams, ShimMethods } from '../../../../src/engine/host/shim-methods.ts';
import { FakeNativePeer, type PeerConnection } from '../../../fakes/fake-native-peer.ts';
import { aContainerSpec } from '../../../support/service.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Vector {
  readonly method: string;
  readonly params: object;
  readonly result: object;
}

/** The tests of the shim read them, too. */
const { methods, events } = JSON.parse(readFileSync('test/fixtures/protocol/shim.json', 'utf8')) as {
  readonly methods: readonly Vector[];
  readonly events: readonly { readonly event: string; readonly seq: number; readonly data: object }[];
};
const page = readFileSync('schemas/protocol/shim.md', 'utf8');

function vector(method: string): Vector {
  return methods.find((one) => one.method === method) ?? expect.fail(`there is no vector of ${method}`);
}

const record: ShimMethods['wait']['result'] = {
  id: '00112233445566778899aabbccddeeff',
  task: 1,
  startedAt: 1_700_000_000_000,
  exitedAt: 1_700_000_001_500,
  code: 137,
  signal: 9,
  oomKilled: true,
  oomKills: 2,
  coreDumped: false,
  reason: 'exited',
  rusage: { userUs: 1200, sysUs: 800, maxRssKb: 2048 },
  drained: true,
};
const process = { args: ['/bin/sh', '-c', 'id'], env: ['A=b'], cwd: '/' };
const exec: ExecParams = {
  process,
  user: 'www-data',
  tty: false,
  stdin: false,
  timeoutMs: 5000,
  startTimeoutMs: 2000,
  key: '5f0c4f0e-8a57-4f6e-9d5b-0d6d1f3f7a10',
};

/** The vectors once more, as our types have them: what one side renames does not compile or is not equal. */
const typed: {
  readonly [Name in keyof ShimMethods]: {
    readonly params: ShimMethods[Name]['params'];
    readonly result: ShimMethods[Name]['result'];
  };
} = {
  state: {
    params: {},
    result: {
      phase: 'exited',
      task: 1,
      pid: 4711,
      startedAt: 1_700_000_000_000,
      exit: record,
      health: 'unhealthy',
      healthSince: 1_700_000_001_000,
      lastProbeOutput: 'cannot connect to port 80: Connection refused (os error 111)',
      probes: [
        {
          at: 1_700_000_000_900,
          durationMs: 1,
          outcome: 'failed',
          output: 'cannot connect to port 80: Connection refused (os error 111)',
        },
      ],
      seq: 12,
    },
  },
  start: { params: { task: 1 }, result: { pid: 4711, startedAt: 1_700_000_000_000 } },
  stop: { params: { signal: 'SIGTERM', graceMs: 10_000 }, result: {} },
  kill: { params: { signal: 'SIGHUP', all: false }, result: {} },
  pause: { params: {}, result: {} },
  resume: { params: {}, result: {} },
  wait: { params: { task: 1 }, result: record },
  update: { params: vector('update').params, result: {} },
  subscribe: { params: { from: 11 }, result: { seq: 12 } },
  ack: { params: { task: 1 }, result: {} },
  exec: { params: exec, result: { exec: 3, pid: 4720 } },
  execSync: {
    params: {
      process: { args: ['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'] },
      timeoutMs: 5000,
      maxOutput: 4096,
      key: 'an operation',
    },
    result: { code: 3, timedOut: false, stdout: 'b3V0Cg==', stderr: 'ZXJyCg==', truncated: false },
  },
  resize: { params: { exec: 3, width: 80, height: 24 }, result: {} },
  release: { params: {}, result: {} },
};

/** What the daemon does not call, or not by `ProtocolClient`. */
const others = ['execWait', 'keep', 'reopenLog', 'stream'];

interface Sent {
  readonly method: string;
  readonly params: object;
}

/** A shim that answers what the vectors show; `onExec` may break the connection instead. */
async function shimOfVectors(onExec: (connection: PeerConnection) => void = () => {}) {
  const sent: Sent[] = [];
  const handler =
    ({ method, result }: Vector) =>
    (params: object, connection: PeerConnection) => {
      sent.push({ method, params });
      if (method === 'exec') onExec(connection);
      return result;
    };
  const peer = new FakeNativePeer(Object.fromEntries(methods.map((one) => [one.method, handler(one)])));
  const path = join(temporaryFolder(), 'sock');
  await peer.listen(path);
  const heard: unknown[] = [];
  const shims = new ShimConnections({
    socketPath: () => path,
    version: '0.0.0',
    onEvent: (_, event) => heard.push(event),
    onLost: () => {},
  });
  onTestFinished(async () => {
    await shims.close();
    await peer.kill();
  });
  const client = (await shims.client('c')) ?? expect.fail('nobody listens');
  return {
    shims,
    client,
    peer,
    heard,
    sentTo: (method: string) => sent.filter((one) => one.method === method),
  };
}

describe('the protocol of a shim', () => {
  it('has the same methods on its page, in the vectors and here', () => {
    const section = page.split('## Methods')[1]?.split('Events:')[0] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const shown = [...new Set(methods.map(({ method }) => method))].sort();
    expect(named.sort()).toEqual(shown);
    expect([...Object.keys(typed), ...others].sort()).toEqual(shown);
  });

  it('has the same events on its page and in the vectors', () => {
    const paragraph = page.split('\nEvents: ')[1]?.split('\n\n')[0] ?? '';
    const named = [...paragraph.matchAll(/`(\w+) \{/g)].map(([, name]) => name).sort();
    expect([...new Set(events.map(({ event }) => event))].sort()).toEqual(named);
  });

  it.each(Object.keys(typed) as (keyof ShimMethods)[])(
    'sends and reads %s as the vector shows',
    async (method) => {
      const { client, sentTo } = await shimOfVectors();
      const result = await client.call(method, typed[method].params);
      expect(sentTo(method).at(-1)?.params).toEqual(vector(method).params);
      expect(result).toMatchObject(typed[method].result);
    },
  );

  it('hears every event with its number and data', async () => {
    const { peer, heard } = await shimOfVectors();
    for (const event of events) peer.tell(event);
    await expect.poll(() => heard.length).toBe(events.length);
    expect(heard).toEqual(events);
  });

  it('takes the state of an ended task for what it is', () => {
    const { result } = typed.state;
    const spec = aContainerSpec();
    const seen = observedContainer({ spec, state: result, isComplete: true, addresses: {} });
    expect(seen).toMatchObject({
      phase: 'exited',
      task: { number: 1 },
      exit: { code: 137, oomKilled: true },
    });
  });

  it('names each exec by a key of its own, and asks for its stream', async () => {
    const { shims, client, sentTo } = await shimOfVectors();
    const { key: _, ...params } = exec;
    for (let count = 0; count < 2; count += 1) (await shims.exec('c', client, params, {})).close();
    const keys = sentTo('exec').map((one) => (one.params as ExecParams).key);
    expect(sentTo('exec')[0]?.params).toEqual({ ...vector('exec').params, key: keys[0] });
    expect(new Set(keys).size).toBe(2);
    expect(sentTo('stream')[0]?.params).toEqual(vector('stream').params);
  });

  it('asks for an exec under the same key again when the connection breaks before its answer', async () => {
    let broken = 0;
    const { shims, client, sentTo } = await shimOfVectors((connection) => {
      broken += 1;
      if (broken === 1) connection.socket.destroy();
    });
    (await shims.exec('c', client, exec, {})).close();
    const [first, second] = sentTo('exec');
    expect(second?.params).toEqual(first?.params);
    expect(sentTo('exec')).toHaveLength(2);
  });
});
