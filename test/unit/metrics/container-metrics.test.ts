import { readFileSync } from 'node:fs';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ContainerMetrics } from '../../../src/metrics/container-metrics.ts';
import type { ContainerStats, MeasuredContainer } from '../../../src/model/container-stats.ts';
import { aContainerSpec, anId } from '../../support/service.ts';

/** As hostd sends it. */
function measured(): MeasuredContainer {
  const { methods } = JSON.parse(readFileSync('test/fixtures/protocol/hostd.json', 'utf8')) as {
    readonly methods: readonly { readonly method: string; readonly result: unknown }[];
  };
  const result = methods.find(({ method }) => method === 'container.stats')?.result;
  const { containers } = result as { readonly containers: readonly [ContainerStats] };
  return { spec: aContainerSpec(), stats: containers[0] };
}

const own = `id="${anId('a')}",name="shop-web-1",image="busybox:latest",stack="shop",service="web"`;

describe('ContainerMetrics', () => {
  it('shows what containers use in base units under the usual names', async () => {
    const registry = new Registry();
    await new ContainerMetrics(registry, async () => [measured()]).refresh();
    const lines = (await registry.metrics()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE container_cpu_usage_seconds_total counter',
        `container_cpu_usage_seconds_total{${own}} 0.15`,
        `container_cpu_cfs_throttled_seconds_total{${own}} 0.03`,
        '# TYPE container_memory_working_set_bytes gauge',
        `container_memory_working_set_bytes{${own}} 6291456`,
        `container_spec_memory_limit_bytes{${own}} 67108864`,
        `container_oom_events_total{${own}} 1`,
        `container_fs_writes_bytes_total{${own},device="254:0"} 8192`,
        `container_network_receive_bytes_total{${own},interface="eth0"} 1500`,
        `container_network_transmit_packets_total{${own},interface="eth0"} 8`,
        `container_threads{${own}} 3`,
        `container_pressure_cpu_waiting_seconds_total{${own}} 0.004711`,
        'container_scrape_error 0',
      ]),
    );
  });

  it('shows counters as they are at each scrape, and nothing of containers that are gone', async () => {
    const registry = new Registry();
    let now: readonly MeasuredContainer[] = [measured()];
    const metrics = new ContainerMetrics(registry, async () => now);
    await metrics.refresh();
    await metrics.refresh();
    expect(await registry.metrics()).toContain(`container_cpu_usage_seconds_total{${own}} 0.15`);
    now = [];
    await metrics.refresh();
    expect(await registry.metrics()).not.toContain('shop-web-1');
  });

  it('leaves out what the host does not count', async () => {
    const registry = new Registry();
    const { spec } = measured();
    await new ContainerMetrics(registry, async () => [{ spec, stats: { at: 1 } }]).refresh();
    expect(await registry.metrics()).not.toContain('shop-web-1');
  });

  it('tells that the containers could not be measured', async () => {
    const registry = new Registry();
    await new ContainerMetrics(registry, async () => Promise.reject(new Error('no hostd'))).refresh();
    expect(await registry.metrics()).toContain('container_scrape_error 1');
  });
});
