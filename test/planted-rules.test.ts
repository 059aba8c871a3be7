/**
 * Rules with one condition left out, each on a program where that condition matters: the judge must catch the
 * plan, or another condition must stop the rule all the same.
 */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { defined } from '../src/base/assert.ts';
import { createSolver } from '../src/smt/solver.ts';
import { load, pool } from './judge/judge.ts';
import { choosing, planProgram } from './support/choose-plan.ts';
import type { PlantedRule } from './support/planted-rule.ts';
import { plantedRules } from './support/planted-rule-cases.ts';
import { judgeTiny, search } from './support/rules-at-work.ts';

const solver = createSolver({ workersMax: 1 });
const table: string[] = [];
afterAll(async () => {
  await solver.dispose();
  process.stdout.write(`rule | without | what happens\n${table.join('\n')}\n`);
});

const refinements = rules.filter((rule) => rule.kind === 'refinement');
const equations = rules.filter((rule) => rule.kind === 'equation');

/** The worst verdict on the plans that the rule makes without these conditions, or what else stops it. */
async function judged(planted: PlantedRule, without: readonly string[]): Promise<string> {
  const rule = defined(
    refinements.find((each) => each.name === planted.rule),
    'cases name rules',
  );
  const weaker = { ...rule, where: rule.where.filter((each) => !without.includes(each.name)) };
  const base = load(planted.program);
  const saturated = await search(base, [...equations, weaker], solver);
  const verdicts = [...saturated.applications].flatMap(([node, { beside }]) => {
    // E-nodes of one match make one plan.
    if (beside.some((each) => each < node)) return [];
    const plan = planProgram(saturated, choosing(saturated, node));
    const scope = { statesMax: 200_000, statesPerSearchMax: 200_000, ...planted.scope };
    return [judgeTiny(base, plan, [pool(...planted.commands)], scope).verdict];
  });
  const worst = (['violated', 'stalls', 'unknown', 'incomplete', 'refines'] as const).find((each) =>
    verdicts.includes(each),
  );
  return worst ?? `declined: ${saturated.declined.map((each) => each.condition).join()}`;
}

for (const planted of plantedRules) {
  test(`${planted.rule} without ${planted.without}: ${planted.outcome}`, async () => {
    const found = await judged(planted, [planted.without]);
    table.push(`${planted.rule} | ${planted.without} | ${found}`);
    expect(found).toBe(planted.outcome);
    expect(planted.because !== undefined).toBe(planted.outcome === 'refines');
    const whole = await judged(planted, []);
    expect(whole === 'refines' || whole.includes(planted.without), whole).toBe(true);
  }, 120_000);
}

test('every condition that an example of a rule shows is planted', () => {
  const shown = refinements.flatMap((rule) =>
    rule.examples.declines.map((each) => `${rule.name} ${each.condition}`),
  );
  const done = plantedRules.map((each) => `${each.rule} ${each.without}`);
  expect(shown.filter((each) => !done.includes(each))).toEqual([]);
});
