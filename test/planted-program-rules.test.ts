/** As `planted-rules.test.ts`, for the rules that rewrite the whole program before it is cut. */
import { afterAll, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { defined } from '../src/base/assert.ts';
import { printProgram } from '../src/ir/print.ts';
import { normalize } from '../src/rewrite/normalize.ts';
import { createSolver } from '../src/smt/solver.ts';
import { loadProgram } from '../src/syntax/load.ts';
import { load, pool } from './judge/judge.ts';
import { type PlantedProgramRule, plantedProgramRules } from './support/planted-program-rules.ts';
import { judgeTiny } from './support/rules-at-work.ts';

const solver = createSolver({ workersMax: 1 });
afterAll(() => solver.dispose());

const programRules = rules.filter((rule) => rule.kind === 'program');

async function judged(
  planted: PlantedProgramRule,
  without: readonly string[],
): Promise<{ readonly verdict: string; readonly declined: readonly string[] }> {
  const rule = defined(
    programRules.find((each) => each.name === planted.rule),
    'cases name rules',
  );
  const weaker = { ...rule, where: rule.where.filter((each) => !without.includes(each.name)) };
  const base = load(planted.program);
  const { program, steps, declined } = await normalize(base, {
    rules: [weaker],
    solver,
    aboutRules: new Map(),
  });
  const conditions = declined.map((each) => each.condition);
  if (steps.length === 0) return { verdict: 'as it was', declined: conditions };
  const again = loadProgram({ name: 'plan.ir', text: printProgram(program) });
  if (again.kind === 'err') return { verdict: 'no program', declined: conditions };
  const scope = { statesMax: 200_000, statesPerSearchMax: 200_000, ...planted.scope };
  const pools = [pool(...planted.commands)];
  const { verdict } = judgeTiny(base, again.value.program, pools, scope);
  return { verdict, declined: conditions };
}

for (const planted of plantedProgramRules) {
  test(`${planted.rule} without ${planted.without}: ${planted.outcome}`, async () => {
    const found = await judged(planted, [planted.without]);
    expect(found.verdict).toBe(planted.outcome);
    expect(planted.because !== undefined).toBe(planted.outcome === 'refines');
    const whole = await judged(planted, []);
    expect(whole.declined).toContain(planted.without);
    expect(['as it was', 'refines']).toContain(whole.verdict);
  });
}

test('every condition that an example of a rule shows is planted', () => {
  const shown = programRules.flatMap((rule) =>
    rule.examples.declines.map((each) => `${rule.name} ${each.condition}`),
  );
  const done = plantedProgramRules.map((each) => `${each.rule} ${each.without}`);
  expect(shown.filter((each) => !done.includes(each))).toEqual([]);
});
