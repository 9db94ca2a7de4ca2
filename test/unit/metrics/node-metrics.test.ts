import { describe, expect, it } from 'vitest';
import { MetricsServer } from '../../../src/metrics/metrics-server.ts';
import { NodeMetrics } from '../../../src/metrics/node-metrics.ts';

function observed(...phases: string[]) {
  const containers = phases.map((phase) => ({
    phase,
    spec: { slot: { stack: 'shop', service: 'web', ordinal: 1 } },
  }));
  return { kind: 'observed', stack: 'shop', round: 1, observed: { containers } } as never;
}

describe('NodeMetrics', () => {
  it('counts the containers of the newest look only', async () => {
    const metrics = new NodeMetrics(async () => []);
    metrics.listen(observed('running', 'running', 'exited'));
    metrics.listen(observed('running'));
    const text = await metrics.render();
    expect(text).toContain('tsorch_containers{stack="shop",service="web",phase="running"} 1');
    expect(text).not.toContain('phase="exited"');
  });

  it('refuses an address that is none', async () => {
    const server = new MetricsServer(new NodeMetrics(async () => []));
    await expect(server.listen('nowhere')).rejects.toMatchObject({ code: 'node.bad-config' });
  });
});
