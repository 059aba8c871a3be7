import { expect, test } from 'vitest';
import { EGraph } from '../../src/egraph/egraph.ts';
import { multiRewrite, type Rule, rewrite, searchRewrite } from '../../src/egraph/rule.ts';
import { Saturation, saturate } from '../../src/egraph/saturate.ts';
import { backoffScheduler, simpleScheduler } from '../../src/egraph/scheduler.ts';
import { substitution } from '../../src/egraph/substitution.ts';
import { sumGraph, sumRules } from './support/math-language.ts';
import { pattern, rule, termOf } from './support/read.ts';

const grow = rule('grow', '(f ?x) => (f (g ?x))');

function start(text: string): EGraph<number> {
  const egraph = new EGraph<number>();
  egraph.addTerm(termOf(text));
  return egraph;
}

test('saturation is reported, with what each iteration did', () => {
  const egraph = start('(+ a b)');
  const { stop, iterations } = saturate(egraph, [rule('commute', '(+ ?a ?b) => (+ ?b ?a)')]);
  expect(stop).toEqual({ kind: 'saturated' });
  expect(iterations).toEqual([
    {
      nodeCount: 4,
      classCount: 3,
      found: new Map([['commute', 1]]),
      applied: new Map([['commute', 1]]),
      banned: [],
      congruences: 0,
    },
    {
      nodeCount: 4,
      classCount: 3,
      found: new Map([['commute', 2]]),
      applied: new Map(),
      banned: [],
      congruences: 0,
    },
  ]);
});

test('a run without rules is saturated', () => {
  expect(saturate(start('x'), []).stop).toEqual({ kind: 'saturated' });
});

test.each([
  [{ iterationsMax: 7 }, { kind: 'iterations', limit: 7 }],
  [
    { iterationsMax: 100, nodesMax: 20 },
    { kind: 'nodes', limit: 20 },
  ],
  [
    { iterationsMax: 100, matchesMax: 12 },
    { kind: 'matches', limit: 12 },
  ],
])('limit %o stops a run that would go on for ever', (options, reason) => {
  const egraph = start('(f x)');
  const { stop, iterations } = saturate(egraph, [grow], options);
  expect(stop).toEqual(reason);
  expect(egraph.isRebuilt).toBe(true);
  expect(egraph.nodeCount).toBeLessThan(50);
  expect(iterations.length).toBeLessThanOrEqual(100);
});

test('the limit of nodes holds within one rule of many matches', () => {
  const egraph = sumGraph(10);
  const { stop } = saturate(egraph, sumRules, { scheduler: simpleScheduler(), nodesMax: 1000 });
  expect(stop).toEqual({ kind: 'nodes', limit: 1000 });
  expect(egraph.nodeCount).toBeLessThan(1010);
});

test('an interruption ends the run between rules', () => {
  let asked = 0;
  const { stop } = saturate(start('(f x)'), [grow], { isInterrupted: () => ++asked > 5 });
  expect(stop).toEqual({ kind: 'interrupted' });
});

test('back-off bans a rule that finds too much, and saturation waits for the end of bans', () => {
  const egraph = sumGraph(4);
  const { stop, iterations } = saturate(egraph, sumRules, {
    scheduler: backoffScheduler({ matchesMax: 5, banLength: 2 }),
    iterationsMax: 100,
  });
  expect(stop).toEqual({ kind: 'saturated' });
  expect(iterations.some((each) => each.banned.includes('commute'))).toBe(true);
  expect(egraph.classCount).toBe(15);
});

test('conditions see the e-graph as it was rebuilt, whatever rules came before', () => {
  const egraph = start('(f a)');
  const seen: boolean[] = [];
  const rules: readonly Rule<number>[] = [
    rule('rename', '(f ?x) => (g ?x)'),
    rewrite('watch', pattern('(f ?x)'), pattern('?x'), {
      when: (graph, found) => {
        seen.push(graph.lookup('g', [found.class('x')]) !== undefined);
        return false;
      },
    }),
  ];
  saturate(egraph, rules);
  saturate(egraph, rules.toReversed());
  expect(seen).toEqual([false, true, true]);
  expect(egraph.same(egraph.add('a'), egraph.addTerm(termOf('(f a)')))).toBe(false);
});

test('an applier can decline, and can compute what a pattern cannot', () => {
  const egraph = start('(half num[6])');
  egraph.addTerm(termOf('(half num[7])'));
  const halve = rewrite<number>('halve', pattern('(half num[?n])'), (graph, found) => {
    const n = found.payload('n');
    return n % 2 === 0 ? graph.add('num', [], n / 2) : null;
  });
  const { iterations } = saturate(egraph, [halve]);
  expect(iterations[0]?.found).toEqual(new Map([['halve', 2]]));
  expect(iterations[0]?.applied).toEqual(new Map([['halve', 1]]));
  const same = (left: string, right: string): boolean =>
    egraph.same(egraph.addTerm(termOf(left)), egraph.addTerm(termOf(right)));
  expect(same('(half num[6])', 'num[3]')).toBe(true);
  expect(egraph.lookupTerm(termOf('num[3]'))).toBeDefined();
});

test('a payload bound on the left is used on the right', () => {
  const egraph = start('(project[3] (filter[4] x))');
  saturate(egraph, [
    rule('swap', '(project[?p] (filter[?q] ?x)) => (filter[?q] (project[?p] ?x))'),
  ]);
  expect(egraph.lookupTerm(termOf('(filter[4] (project[3] x))'))).toBeDefined();
});

test('lists of children are spliced', () => {
  const egraph = start('(or a (or b c) d)');
  const flatten = rule('flatten', '(or ?x (or ?ys...) ?zs...) => (or ?x ?ys... ?zs...)');
  saturate(egraph, [flatten, rule('single', '(or ?x) => ?x')]);
  const flat = egraph.lookupTerm(termOf('(or a b c d)'));
  expect(flat !== undefined && egraph.same(flat, egraph.addTerm(termOf('(or a (or b c) d)')))).toBe(
    true,
  );
});

test('a multi-pattern joins e-nodes of unrelated classes', () => {
  const egraph = start('(pair (parent ann bob) (parent bob cid))');
  const grandparent = rule(
    'grandparent',
    '?p = (parent ?x ?y), ?q = (parent ?y ?z), ?t = (pair ?p ?q) => ?t = (grandparent ?x ?z)',
  );
  saturate(egraph, [grandparent]);
  expect(egraph.lookupTerm(termOf('(grandparent ann cid)'))).toBeDefined();
  expect(egraph.lookupTerm(termOf('(grandparent bob cid)'))).toBeUndefined();
});

test('a multi-pattern can unite several classes at once', () => {
  const egraph = start('(eq (f a) (g a))');
  const equate = rule('equate', '?e = (eq ?x ?y), ?t = true => ?e = true, ?x = ?y');
  egraph.add('true');
  saturate(egraph, [equate]);
  const ids = ['(f a)', '(g a)'].map((text) => egraph.addTerm(termOf(text)));
  expect(ids[0] !== undefined && ids[1] !== undefined && egraph.same(ids[0], ids[1])).toBe(true);
  expect(egraph.same(egraph.addTerm(termOf('(eq (f a) (g a))')), egraph.add('true'))).toBe(true);
});

test('a host can search by itself', () => {
  const egraph = start('(set b a c)');
  const sorted: Rule<number> = searchRewrite(
    'sort',
    (graph) =>
      graph.nodesWith('set').map((node) => ({
        root: graph.find(node),
        substitution: substitution({ rests: { members: graph.childrenOf(node) } }),
      })),
    (graph, found) =>
      graph.add(
        'set',
        [...found.rest('members')].sort((a, b) => graph.find(b) - graph.find(a)),
      ),
  );
  const { stop } = saturate(egraph, [sorted]);
  expect(stop).toEqual({ kind: 'saturated' });
  expect(egraph.nodesWith('set')).toHaveLength(2);
});

test('a host acts between steps', () => {
  const egraph = start('(ask x)');
  const answers = new Set<number>();
  const questions = new Set<number>();
  const trust = rewrite('trust', pattern('(ask ?x)'), pattern('?x'), {
    when: (_, found) => {
      questions.add(found.class('x'));
      return answers.has(found.class('x'));
    },
  });
  const run = new Saturation(egraph, [trust]);
  expect(run.step()).toEqual({ kind: 'saturated' });
  for (const question of questions) answers.add(question);
  expect(run.step()).toBeUndefined();
  expect(run.step()).toEqual({ kind: 'saturated' });
  expect(egraph.same(egraph.add('x'), egraph.addTerm(termOf('(ask x)')))).toBe(true);
  expect(run.iterations).toHaveLength(3);
});

test.each<readonly [string, () => Rule<number>, string]>([
  ['an unbound variable', () => rule('bad', '(f ?x) => (g ?y)'), "doesn't bind `?y`"],
  ['a variable of two kinds', () => rule('bad', '(f[?x] ?x) => ?x'), '`?x` is a'],
  [
    'a payload that is not said',
    () => rule('bad', '(f ?x) => (g[_] ?x)'),
    'no node of any payload',
  ],
  [
    'one pattern for several',
    () => ({
      ...multiRewrite('bad', [{ variable: 'x', pattern: pattern('(f ?y)') }], []),
      right: { kind: 'pattern', pattern: pattern('?y') },
    }),
    'a multi-pattern is rewritten to a multi-pattern',
  ],
])('a rule with %s is refused before the run', (_, make, message) => {
  expect(() => saturate(new EGraph<number>(), [make()])).toThrow(message);
});

test('rules of one name are refused', () => {
  expect(() => saturate(new EGraph<number>(), [grow, grow])).toThrow('names of their own');
});
