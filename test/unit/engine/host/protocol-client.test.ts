import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProtocolClient } from '../../../../src/engine/host/protocol-client.ts';
import { FakeNativePeer, type Handler, PeerError } from '../../../fakes/fake-native-peer.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

interface Methods {
  readonly double: {
    readonly params: { readonly value: number };
    readonly result: { readonly value: number };
  };
  readonly never: { readonly params: object; readonly result: object };
  readonly refuse: { readonly params: object; readonly result: object };
}

const answering: Readonly<Record<string, Handler>> = {
  double: ({ value }: { value: number }) => ({ value: 2 * value }),
  never: () => new Promise(() => {}),
  refuse: () => {
    throw new PeerError('network.port-in-use', 'tcp port 80 is taken');
  },
};

async function connected(handlers = answering) {
  const path = join(temporaryFolder(), 'sock');
  const peer = new FakeNativePeer(handlers);
  await peer.listen(path);
  const events: unknown[] = [];
  const closed: string[] = [];
  const client = await ProtocolClient.open<Methods>({
    path,
    peer: 'hostd',
    version: '0.0.0',
    onEvent: (event) => events.push(event),
    onClose: ({ code }) => closed.push(code),
  });
  if (client === undefined) throw new Error('nobody listens');
  onTestFinished(async () => {
    client.close();
    await peer.kill();
  });
  return { client, peer, events, closed };
}

describe('calls to a native process', () => {
  it('pipelines calls and matches the answers', async () => {
    const { client } = await connected();
    const calls = [1, 2, 3].map((value) => client.call('double', { value }));
    expect(await Promise.all(calls)).toEqual([{ value: 2 }, { value: 4 }, { value: 6 }]);
  });

  it('throws the error that was answered, with its code', async () => {
    const { client } = await connected();
    await expect(client.call('refuse', {})).rejects.toMatchObject({
      name: 'TsorchError',
      code: 'network.port-in-use',
      message: 'tcp port 80 is taken',
      retryable: false,
    });
  });

  it('is undefined when nobody listens', async () => {
    const options = { path: join(temporaryFolder(), 'sock'), peer: 'hostd', version: '0.0.0' };
    const client = await ProtocolClient.open({ ...options, onEvent: () => {}, onClose: () => {} });
    expect(client).toBeUndefined();
  });

  it('fails what waits when the other process ends, and says so', async () => {
    const { client, peer, closed } = await connected();
    const call = client.call('never', {});
    await peer.kill();
    await expect(call).rejects.toMatchObject({ code: 'protocol.connection-lost', retryable: true });
    expect(closed).toEqual(['protocol.connection-lost']);
    await expect(client.call('double', { value: 1 })).rejects.toMatchObject({
      code: 'protocol.connection-lost',
    });
  });

  it('gives up after the deadline, and other calls go on', async () => {
    const { client } = await connected();
    await expect(client.call('never', {}, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'protocol.timed-out',
    });
    expect(await client.call('double', { value: 4 })).toEqual({ value: 8 });
  });

  it('gives up when the signal fires, with its reason', async () => {
    const { client } = await connected();
    const abort = new AbortController();
    const call = client.call('never', {}, { signal: abort.signal });
    abort.abort(new Error('the round was replaced'));
    await expect(call).rejects.toThrow('the round was replaced');
  });

  it('hands events on', async () => {
    const { client, peer, events } = await connected();
    peer.tell({ event: 'exit', seq: 3, data: { task: 1 } });
    await client.call('double', { value: 1 });
    expect(events).toEqual([{ event: 'exit', seq: 3, data: { task: 1 } }]);
  });

  it('closes the connection of a peer that does not keep to the protocol', async () => {
    const { client, peer, closed } = await connected();
    const call = client.call('never', {});
    peer.tell([] as unknown as object);
    await expect(call).rejects.toMatchObject({ code: 'protocol.bad-frame' });
    expect(closed).toEqual(['protocol.bad-frame']);
  });

  it('refuses a peer of another protocol', async () => {
    const path = join(temporaryFolder(), 'sock');
    const peer = new FakeNativePeer({}, 2);
    await peer.listen(path);
    onTestFinished(() => peer.kill());
    const opening = ProtocolClient.open({
      path,
      peer: 'hostd',
      version: '0',
      onEvent: () => {},
      onClose: () => {},
    });
    await expect(opening).rejects.toMatchObject({ code: 'protocol.bad-frame' });
  });
});
