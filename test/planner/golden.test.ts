import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { checkPlan } from '../../src/control/planner/check-plan.ts';
import { planStack } from '../../src/control/planner/plan-stack.ts';
import { forecast, simulate as nextInput } from '../../src/control/planner/simulate.ts';
import {
  buildInput,
  bytesOf,
  describeBlocked,
  describePlan,
  describeRounds,
  type Scenario,
  shuffled,
} from './scenario.ts';

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

function outcomeOf(scenario: Scenario) {
  const input = buildInput(scenario);
  const plan = planStack(input);
  const { blocked, notes, recheckAt } = plan;
  return {
    plan: describePlan(plan, input),
    ...(blocked.length === 0 ? {} : { blocked: blocked.map(describeBlocked) }),
    ...(notes.length === 0 ? {} : { notes: notes.map(({ text, service }) => `${service}: ${text}`) }),
    ...(recheckAt === undefined ? {} : { recheckAt }),
    ...(scenario.later === undefined ? {} : { later: describeRounds(forecast(input).slice(1, -1)) }),
  };
}

/** `TSORCH_UPDATE=1` writes what is into the files, to be read as a diff before it is committed. */
function update(file: string, outcome: ReturnType<typeof outcomeOf>): void {
  const path = join(folder, file);
  const document = parseDocument(readFileSync(path, 'utf8'));
  for (const key of ['plan', 'blocked', 'notes', 'recheckAt', 'later']) {
    const value = outcome[key as keyof typeof outcome];
    if (value === undefined) document.delete(key);
    else document.set(key, document.createNode(value));
  }
  writeFileSync(path, document.toString({ lineWidth: 0 }));
}

describe.each(files)('%s', (file) => {
  const scenario = parse(readFileSync(join(folder, file), 'utf8')) as Scenario;

  it('plans as written', () => {
    const outcome = outcomeOf(scenario);
    if (process.env['TSORCH_UPDATE']) update(file, outcome);
    const { plan, blocked, notes, recheckAt, later } = process.env['TSORCH_UPDATE'] ? outcome : scenario;
    expect(outcome).toEqual({
      plan,
      ...(blocked === undefined ? {} : { blocked }),
      ...(notes === undefined ? {} : { notes }),
      ...(recheckAt === undefined ? {} : { recheckAt }),
      ...(later === undefined ? {} : { later }),
    });
  });

  it('is sound in every round, up to the last', () => {
    let input = buildInput(scenario);
    for (const plan of forecast(input)) {
      expect(checkPlan(plan, input)).toEqual([]);
      input = nextInput(input, plan);
    }
  });

  it('comes to an end', () => {
    const plans = forecast(buildInput(scenario), { maxRounds: 60 });
    expect(plans.length).toBeLessThan(60);
  });

  it('is the same for the same world in another order, and survives JSON', () => {
    const input = buildInput(scenario);
    const plan = planStack(input);
    expect(bytesOf(planStack(shuffled(input)))).toBe(bytesOf(plan));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
