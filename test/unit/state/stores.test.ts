import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/model/digest.ts';
import type { Stack } from '../../../src/model/stack.ts';
import { openDatabase } from '../../../src/state/database.ts';
import { EventStore } from '../../../src/state/event-store.ts';
import { JournalStore } from '../../../src/state/journal-store.ts';
import { LedgerStore } from '../../../src/state/ledger-store.ts';
import { StackStore } from '../../../src/state/stack-store.ts';

const stack: Stack = { name: 'shop', services: {}, networks: {}, volumes: {} };
const digest = (letter: string) => `sha256:${letter.repeat(64)}` as Digest;

function revision(letter: string) {
  return { stack, images: {}, digest: digest(letter), source: 'stack.yaml', createdAt: 1 };
}

describe('StackStore', () => {
  it('makes no new revision of what is current already', () => {
    const stacks = new StackStore(openDatabase(':memory:'));
    expect(stacks.apply(revision('a'))).toEqual({ number: 1, changed: true });
    expect(stacks.apply(revision('a'))).toEqual({ number: 1, changed: false });
    expect(stacks.apply(revision('b'))).toEqual({ number: 2, changed: true });
    expect(stacks.find('shop')).toEqual({
      stack,
      images: {},
      wanted: 'running',
      revision: { number: 2, digest: digest('b') },
    });
  });

  it('wants a deleted stack again when it is applied again', () => {
    const stacks = new StackStore(openDatabase(':memory:'));
    stacks.apply(revision('a'));
    stacks.setWanted('shop', 'removed');
    expect(stacks.apply(revision('a'))).toEqual({ number: 1, changed: true });
    expect(stacks.find('shop')?.wanted).toBe('running');
  });

  it('keeps the newest revisions', () => {
    const stacks = new StackStore(openDatabase(':memory:'), { keepRevisions: 2 });
    for (const letter of ['a', 'b', 'c']) stacks.apply(revision(letter));
    expect(stacks.revisions('shop').map(({ number }) => number)).toEqual([3, 2]);
  });
});

describe('LedgerStore', () => {
  it('raises the sequence with every change and forgets all with the stack', () => {
    const db = openDatabase(':memory:');
    const stacks = new StackStore(db);
    const ledger = new LedgerStore(db);
    stacks.apply(revision('a'));
    const before = ledger.read('shop')?.sequence ?? 0;
    ledger.putHold('shop', { key: 'web', reason: 'operator', since: 5, bootId: 'b' });
    ledger.putNonce('shop', 'web.1', 2);
    ledger.leaseSubnet('shop_default', '10.201.0.0/24');
    expect(ledger.read('shop')).toMatchObject({
      sequence: before + 2,
      holds: [{ key: 'web', reason: 'operator', since: 5, bootId: 'b' }],
      nonces: { 'web.1': 2 },
      subnets: { shop_default: '10.201.0.0/24' },
    });
    ledger.dropHolds('shop', 'nothing of that name');
    expect(ledger.read('shop')?.sequence).toBe(before + 2);
    stacks.forget('shop');
    expect(ledger.read('shop')).toBeUndefined();
    expect(ledger.subnets()).toEqual({ shop_default: '10.201.0.0/24' });
  });
});

describe('LedgerStore, about what several things share', () => {
  it('never takes the subnet of one network for another', () => {
    const ledger = new LedgerStore(openDatabase(':memory:'));
    ledger.leaseSubnet('shop_default', '10.201.0.0/24');
    expect(() => ledger.leaseSubnet('blog_default', '10.201.0.0/24')).toThrow(/UNIQUE/);
    ledger.leaseSubnet('shop_default', '10.201.1.0/24');
    expect(ledger.subnets()).toEqual({ shop_default: '10.201.1.0/24' });
  });

  it('lifts the hold of a service with those of its slots', () => {
    const db = openDatabase(':memory:');
    new StackStore(db).apply(revision('a'));
    const ledger = new LedgerStore(db);
    const hold = { reason: 'operator', since: 5, bootId: 'b' } as const;
    for (const key of ['web', 'web.2', 'web-two']) ledger.putHold('shop', { key, ...hold });
    ledger.dropHolds('shop', 'web');
    expect(ledger.read('shop')?.holds.map(({ key }) => key)).toEqual(['web-two']);
  });
});

describe('EventStore', () => {
  it('numbers events, keeps their causes and the newest of them', () => {
    const events = new EventStore(openDatabase(':memory:'), { bootId: 'boot', keep: 150 });
    const first = events.append(
      { stack: 'shop', key: 'web.1', type: 'task-exited', message: 'exited with 137' },
      10,
    );
    events.append(
      { stack: 'shop', key: 'web.1', type: 'step-done', message: 'started', causeSeq: first.seq },
      11,
    );
    events.append({ stack: 'blog', key: '', type: 'applied', message: 'revision 1' }, 12);
    expect(events.read({ after: 0, stack: 'shop' })).toMatchObject([
      { seq: 1, at: 10 },
      { seq: 2, causeSeq: 1 },
    ]);
    expect(events.last('shop', 'web.1')?.seq).toBe(2);
    for (let at = 0; at < 300; at++) events.append({ stack: 'blog', key: '', type: 'tick', message: '' }, at);
    expect(events.read({ after: 0 }).length).toBeLessThanOrEqual(250);
  });
});

describe('JournalStore', () => {
  it('tells which steps were begun and never ended', () => {
    const journal = new JournalStore(openDatabase(':memory:'));
    const step = (id: string) =>
      ({ id, kind: 'stopTask', target: 'web.1', args: {}, after: [], causes: [], impact: 'none' }) as never;
    const [one = 0] = journal.begin({ stack: 'shop', round: 1, at: 1 }, [step('a'), step('b')]);
    journal.end(one, { at: 2, text: 'done' });
    expect(journal.open('shop')).toEqual([
      { seq: 2, step: 'b', kind: 'stopTask', target: 'web.1', intentAt: 1 },
    ]);
    expect(journal.settle(5)).toBe(1);
    expect(journal.open('shop')).toEqual([]);
  });
});
