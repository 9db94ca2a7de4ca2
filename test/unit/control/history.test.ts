import { describe, expect, it } from 'vitest';
import { controlHost, startControl } from '../../support/control-node.ts';
import { buildStack } from '../../support/stack-builder.ts';

const shop = buildStack('shop', { services: { web: {} } });

describe('the history of a stack', () => {
  it('goes from an end of a task back to the apply', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(shop);
    const container = host.node.find('web.1');
    if (container === undefined) throw new Error('no container');
    host.clock.advance(20_000);
    host.node.endTask(container, { at: host.clock.now(), code: 137 });
    await control.settle('shop');
    const events = control.events.read({ after: 0, stack: 'shop' });
    const chain: string[] = [];
    let at = events.findLast(({ type }) => type === 'startTask');
    while (at !== undefined) {
      chain.push(`${at.type} ${at.key} ${at.message}`);
      const cause = at.causeSeq;
      at = events.find(({ seq }) => seq === cause);
    }
    expect(chain).toEqual([
      'startTask web.1 start web.1 (task 2): exited with status 137',
      'task-ended web.1 task 1 exited with 137',
      'startTask web.1 start web.1 (task 1): no container',
      'createContainer web.1 create web.1: no container',
      'applied  revision 1 from stack.yaml',
    ]);
    await control.stop();
  });

  it('tells an end once, whichever daemon saw it', async () => {
    const host = controlHost();
    host.node.behaviours.set('web', 'succeeds');
    const once = buildStack('shop', { services: { web: { restart: { kind: 'no' } } } });
    const first = startControl(host);
    expect(await first.apply(once)).toBe('converged');
    await first.stop();
    const second = startControl(host);
    expect(await second.settle('shop')).toBe('converged');
    const ends = second.events.read({ after: 0 }).filter(({ type }) => type === 'task-ended');
    expect(ends.map(({ message }) => message)).toEqual(['task 1 exited with 0']);
    await second.stop();
  });

  it('names no secret', async () => {
    const host = controlHost();
    const control = startControl(host);
    await control.apply(
      buildStack('shop', { services: { web: { environment: { PASSWORD: 'first secret' } } } }),
    );
    await control.apply(
      buildStack('shop', { services: { web: { environment: { PASSWORD: 'other secret' } } } }),
    );
    const told = JSON.stringify([
      control.events.read({ after: 0 }),
      control.trace.filter(({ kind }) => kind === 'planned'),
    ]);
    expect(told).toContain('PASSWORD');
    expect(told).not.toContain('secret');
    await control.stop();
  });
});
