import { expect, test } from 'vitest';
import { saturate } from '../../src/egraph/saturate.ts';
import { backoffScheduler, simpleScheduler } from '../../src/egraph/scheduler.ts';
import { mathGraph, mathRules, sumGraph, sumRules } from './support/math-language.ts';

/*
 * With unconditional rules and "search all, apply all, rebuild", the e-graph after k iterations is
 * unique up to numbering: other engines publish these counts, and a correct engine has no choice.
 */

test.each(['all', 'new'] as const)(
  'the math microbenchmark has the published counts after each iteration, matching %s',
  (matching) => {
    const egraph = mathGraph();
    expect([egraph.nodeCount, egraph.classCount]).toEqual([35, 35]);
    const { iterations } = saturate(egraph, mathRules, {
      matching,
      scheduler: simpleScheduler(),
      iterationsMax: 9,
      nodesMax: 1_000_000,
    });
    expect(iterations.map((each) => [each.nodeCount, each.classCount])).toEqual([
      [69, 50],
      [118, 71],
      [208, 116],
      [389, 197],
      [784, 361],
      [1576, 666],
      [3160, 1347],
      [8113, 3576],
      [28303, 12445],
    ]);
  },
);

test('under back-off it has them too, through bans and the fast-forward after iteration 13', () => {
  const egraph = mathGraph();
  const { iterations } = saturate(egraph, mathRules, {
    scheduler: backoffScheduler({ matchesMax: 1000, banLength: 5 }),
    iterationsMax: 20,
    nodesMax: 1_000_000,
  });
  const counts = (iteration: number): readonly unknown[] => {
    const found = iterations[iteration - 1];
    return [found?.nodeCount, found?.classCount];
  };
  expect([10, 12, 13, 14, 16, 20].map(counts)).toEqual([
    [13106, 7190],
    [13666, 7559],
    [13958, 7757],
    [13958, 7757],
    [22690, 12457],
    [24329, 13470],
  ]);
});

test.each([
  [7, 'all'],
  [8, 'all'],
  [7, 'new'],
  [8, 'new'],
  [9, 'new'],
] as const)('a sum of %i leaves saturates to the closed form, matching %s', (leaves, matching) => {
  const egraph = sumGraph(leaves);
  const { stop } = saturate(egraph, sumRules, {
    matching,
    scheduler: simpleScheduler(),
    nodesMax: 1_000_000,
  });
  expect(stop).toEqual({ kind: 'saturated' });
  expect(egraph.classCount).toBe(2 ** leaves - 1);
  expect(egraph.nodeCount).toBe(3 ** leaves - 2 ** (leaves + 1) + 1 + leaves);
});

test('explanations change no count, and neither does the order of rules', () => {
  const options = { iterationsMax: 8, nodesMax: 1_000_000 };
  const explained = mathGraph(true);
  saturate(explained, mathRules, { ...options, scheduler: simpleScheduler() });
  const reversed = mathGraph();
  saturate(reversed, mathRules.toReversed(), { ...options, scheduler: simpleScheduler() });
  expect([explained.nodeCount, explained.classCount]).toEqual([8113, 3576]);
  expect([reversed.nodeCount, reversed.classCount]).toEqual([8113, 3576]);
});
