import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EGraph } from '../../src/egraph/egraph.ts';
import type { ClassId } from '../../src/egraph/ids.ts';
import { matchesOf } from '../../src/egraph/matcher.ts';
import {
  type Atom,
  atom,
  node,
  type Pattern,
  payloadVariable,
  rest,
  variable,
} from '../../src/egraph/pattern.ts';
import { naiveMatches } from './support/naive-matcher.ts';
import { build, commands } from './support/random-graph.ts';
import { pattern } from './support/read.ts';

const seed = 20261123;

const patternTexts: readonly string[] = [
  '?x',
  'f',
  'f[1]',
  'g[?p]',
  'g[_]',
  '(f ?x)',
  '(f ?x ?x)',
  '(f ?x (g ?y))',
  '(f (g ?x) (g ?x))',
  '(f (f ?x ?y) ?y)',
  '(f[?p] (g[?p] ?x) ?y)',
  '(f[_] ?x f)',
  '(g (h) ?x)',
  '(f ?xs...)',
  '(f ?x ?xs...)',
  '(f ?xs... ?x)',
  '(f[_] ?x ?xs... ?x)',
  '(f[_] (g[_] ?xs...) ?xs...)',
  '(f (g (h ?x) ?y) (h ?z))',
];

test.each(patternTexts)('%s matches what a naive matcher finds', (text) => {
  agrees([atom('root', pattern(text))]);
});

const multiPatterns: readonly (readonly [string, readonly Atom<number>[]])[] = [
  [
    'two atoms that share a child',
    [atom('x', pattern('(f ?a ?b)')), atom('y', pattern('(g ?b ?c)'))],
  ],
  ['two atoms of one class', [atom('x', pattern('(f ?a)')), atom('x', pattern('(g ?b)'))]],
  [
    'an atom about a variable of another',
    [atom('x', pattern('(f ?a)')), atom('a', pattern('(g ?b)'))],
  ],
  [
    'atoms without a shared variable',
    [atom('x', pattern('(f ?a)')), atom('y', pattern('(h[?p])'))],
  ],
  ['an atom that is a variable', [atom('x', pattern('(f ?a)')), atom('a', variable('x'))]],
  ['a ground atom', [atom('x', pattern('(f ?a)')), atom('a', pattern('h'))]],
];

test.each(multiPatterns)('%s match what a naive matcher finds', (_, atoms) => {
  agrees(atoms);
});

function agrees(atoms: readonly Atom<number>[]): void {
  let matched = 0;
  fc.assert(
    fc.property(commands, (script) => {
      const egraph = new EGraph<number>();
      build(egraph, script);
      const found = matchesOf(egraph, atoms).map(({ root, substitution }) => {
        const entries = substitution
          .entries()
          .map(([name, binding]) => `${name}=${JSON.stringify(binding)}`);
        return [root, ...entries.sort()].join(' ');
      });
      const expected = naiveMatches(egraph, atoms);
      matched += expected.length;
      expect([...new Set(found)].sort()).toEqual([...new Set(expected)].sort());
    }),
    { seed, numRuns: 50 },
  );
  expect(matched).toBeGreaterThan(0);
}

test('a rest variable in the middle keeps the order of children', () => {
  const egraph = new EGraph();
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => egraph.add(name));
  const all = [a, b, c, d].filter((id) => id !== undefined);
  egraph.add('all', all);
  const found = matchesOf(egraph, [
    atom('root', node('all', [variable('first'), rest('middle'), variable('last')])),
  ]);
  expect(found.map(({ substitution }) => substitution.rest('middle'))).toEqual([[b, c]]);
  expect(found.map(({ substitution }) => substitution.class('last'))).toEqual([d]);
});

test('a payload variable gives the payload itself', () => {
  const egraph = new EGraph<{ readonly column: string }>();
  egraph.add('key', [], { column: 'slot' });
  const key: Pattern<{ readonly column: string }> = node('key', [], payloadVariable('k'));
  const [match] = matchesOf(egraph, [atom('root', key)]);
  expect(match?.substitution.payload('k')).toEqual({ column: 'slot' });
  expect(() => match?.substitution.class('k')).toThrow('`?k` is not bound to a class');
});

test('two rest variables in one node of a left side are refused', () => {
  const twice = node('all', [rest('a'), rest('b')]);
  expect(() => matchesOf(new EGraph(), [atom('root', twice)])).toThrow('at most one');
});

test('a limit cuts the search short', () => {
  const egraph = new EGraph();
  const ids: ClassId[] = ['a', 'b', 'c'].map((name) => egraph.add(name));
  for (const id of ids) egraph.add('f', [id]);
  expect(matchesOf(egraph, [atom('root', node('f', [variable('x')]))], 2)).toHaveLength(2);
});
