import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EGraph } from '../../src/egraph/egraph.ts';
import { checkInvariants } from '../../src/egraph/invariants.ts';
import type { Rule } from '../../src/egraph/rule.ts';
import { type SaturateOptions, Saturation } from '../../src/egraph/saturate.ts';
import { backoffScheduler, simpleScheduler } from '../../src/egraph/scheduler.ts';
import { build, commands } from './support/random-graph.ts';
import { rule } from './support/read.ts';
import { someRules } from './support/rule-pool.ts';

/** What each step leaves, and which of the first e-nodes are equal. */
function run(
  script: Parameters<typeof build>[1],
  rules: readonly Rule<number>[],
  options: SaturateOptions,
): { readonly counts: readonly string[]; readonly partition: readonly number[] } {
  const egraph = new EGraph<number>();
  const ids = build(egraph, script);
  const saturation = new Saturation(egraph, rules, options);
  for (let step = 0; step < 5 && egraph.nodeCount < 400; step++) saturation.step();
  expect(checkInvariants(egraph)).toEqual([]);
  return {
    counts: saturation.iterations.map((each) => `${each.nodeCount}/${each.classCount}`),
    partition: ids.map((id) => ids.findIndex((other) => egraph.same(id, other))),
  };
}

test('matching only what is new gives the same e-graph after each iteration', () => {
  let iterations = 0;
  fc.assert(
    fc.property(commands, someRules, (script, rules) => {
      const all = run(script, rules, { scheduler: simpleScheduler(), matching: 'all' });
      const fresh = run(script, rules, { scheduler: simpleScheduler(), matching: 'new' });
      expect(fresh).toEqual(all);
      iterations += all.counts.length;
    }),
    { seed: 20261129, numRuns: 150 },
  );
  expect(iterations).toBeGreaterThan(300);
});

test('the order of rules makes no difference', () => {
  fc.assert(
    fc.property(commands, someRules, (script, rules) => {
      const options = { matching: 'new' } as const;
      const forth = run(script, rules, { ...options, scheduler: simpleScheduler() });
      const back = run(script, rules.toReversed(), { ...options, scheduler: simpleScheduler() });
      expect(back).toEqual(forth);
    }),
    { seed: 20261130, numRuns: 60 },
  );
});

test('matches of a banned rule are found when the ban ends', () => {
  const grow = rule('grow', '(f ?x) => (g ?x)');
  const egraph = new EGraph<number>();
  for (let leaf = 0; leaf < 10; leaf++) egraph.add('f', [egraph.add(`x${leaf}`)]);
  const saturation = new Saturation(egraph, [grow], {
    matching: 'new',
    scheduler: backoffScheduler({ matchesMax: 4, banLength: 2 }),
  });
  while (saturation.step() === undefined);
  expect(saturation.iterations.map((each) => each.banned.length)).toEqual([1, 1, 0, 0]);
  expect(egraph.nodesWith('g')).toHaveLength(10);
});

test('what a host adds between steps is new', () => {
  const egraph = new EGraph<number>();
  const saturation = new Saturation(egraph, [rule('rename', '(f ?x) => (g ?x)')], {
    matching: 'new',
  });
  const x = egraph.add('x');
  egraph.add('f', [x]);
  saturation.step();
  expect(saturation.step()).toEqual({ kind: 'saturated' });
  const y = egraph.add('f', [egraph.add('y')]);
  saturation.step();
  expect(egraph.same(y, egraph.add('g', [egraph.add('y')]))).toBe(true);
  expect(saturation.iterations.map((each) => each.found.get('rename') ?? 0)).toEqual([1, 0, 1]);
});

test('a run that was cut short between search and application loses no match', () => {
  const egraph = new EGraph<number>();
  for (let leaf = 0; leaf < 10; leaf++) egraph.add('f', [egraph.add(`x${leaf}`)]);
  let asked = 0;
  const saturation = new Saturation(egraph, [rule('rename', '(f ?x) => (g ?x)')], {
    matching: 'new',
    isInterrupted: () => ++asked === 2,
  });
  expect(saturation.step()).toEqual({ kind: 'interrupted' });
  expect(egraph.nodesWith('g')).toHaveLength(0);
  saturation.step();
  expect(egraph.nodesWith('g')).toHaveLength(10);
});
