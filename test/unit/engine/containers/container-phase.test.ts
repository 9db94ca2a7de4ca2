import { describe, expect, it } from 'vitest';
import {
  type ContainerEvidence,
  observedContainer,
} from '../../../../src/engine/containers/container-phase.ts';
import type { ExitRecordBody } from '../../../../src/engine/host/shim-methods.ts';
import { aContainerSpec } from '../../../support/service.ts';

const base: ContainerEvidence = { spec: aContainerSpec(), isComplete: true, addresses: {} };
const exit: ExitRecordBody = {
  id: base.spec.id,
  task: 2,
  startedAt: 10,
  exitedAt: 20,
  code: 137,
  signal: 9,
  oomKilled: true,
  oomKills: 3,
  coreDumped: false,
  rusage: { userUs: 1_000, sysUs: 2_000, maxRssKb: 512 },
  drained: true,
  reason: 'exited',
};

describe('what a look makes of its witnesses', () => {
  it('is partial without all parts and created with them', () => {
    expect(observedContainer({ ...base, isComplete: false }).phase).toBe('partial');
    expect(observedContainer(base).phase).toBe('created');
  });

  it('says that the disk takes nothing of its log', () => {
    const logBlocked = 'no space left';
    const state = { phase: 'running', health: 'none', logBlocked, seq: 4 } as const;
    expect(observedContainer({ ...base, state })).toMatchObject({ phase: 'running', logBlocked });
  });

  it('follows a living shim', () => {
    const state = { phase: 'running', task: 3, pid: 9, startedAt: 30, health: 'starting', seq: 4 } as const;
    const shim = { id: base.spec.id, alive: true };
    expect(observedContainer({ ...base, state, shim })).toEqual({
      spec: base.spec,
      addresses: {},
      phase: 'running',
      health: 'starting',
      task: { number: 3, pid: 9, startedAt: 30 },
    });
  });

  it('follows the record of a dead one', () => {
    const observed = observedContainer({ ...base, shim: { id: base.spec.id, alive: false, exit } });
    expect(observed).toMatchObject({
      phase: 'exited',
      task: { number: 2 },
      exit: { code: 137, oomKilled: true, oomKills: 3, usage: exit.rusage, coreDumped: false, drained: true },
    });
  });

  it('is lost when nobody saw the end', () => {
    const lost = { ...exit, reason: 'monitorLost' as const };
    expect(observedContainer({ ...base, shim: { id: base.spec.id, alive: false, exit: lost } }).phase).toBe(
      'lost',
    );
  });
});
