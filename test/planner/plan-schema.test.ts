import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/control/planner/simulate.ts';
import { worlds } from './random-world.ts';

describe('plan.schema.json', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema);

  it('fits every plan on the road of random worlds', { timeout: 60_000 }, () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(worlds, (world) => {
        for (const plan of forecast(world, { maxRounds: 40 })) {
          for (const { kind } of plan.steps) kinds.add(kind);
          const isValid = validate(plan);
          expect(validate.errors ?? []).toEqual([]);
          expect(isValid).toBe(true);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
    const all = schema.$defs.step.oneOf.map(
      (kind: { properties: { kind: { const: string } } }) => kind.properties.kind.const,
    );
    expect(all.filter((kind: string) => !kinds.has(kind))).toEqual(['ensureVolume']);
  });

  it('refuses a step of an unknown kind', () => {
    const step = {
      id: '0'.repeat(16),
      kind: 'explode',
      target: 'web',
      args: {},
      after: [],
      causes: [{ kind: 'drift', what: 'x' }],
      impact: 'none',
    };
    const digest = `sha256:${'0'.repeat(64)}`;
    const basis = { revision: digest, observed: digest, ledgerSequence: 0 };
    expect(validate({ stack: 'shop', basis, steps: [step], blocked: [], notes: [] })).toBe(false);
    expect(validate({ stack: 'shop', basis, steps: [], blocked: [], notes: [] })).toBe(true);
  });
});
