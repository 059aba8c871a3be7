/** Rules of every form over the operators of `random-graph.ts`, sound or not: any equation is fine. */
import fc from 'fast-check';
import type { Rule } from '../../../src/egraph/rule.ts';
import { rule } from './read.ts';

export const rulePool: readonly Rule<number>[] = [
  rule('swap', '(f ?x ?y) => (f ?y ?x)'),
  rule('collapse', '(g (g ?x)) => ?x'),
  rule('lift', '(f (g ?x) ?y) => (g (f ?x ?y))'),
  rule('same', '(f ?x ?x) => (g ?x)'),
  rule('deep', '(f ?x (g (h ?y))) => (h ?x)'),
  rule('twice', '(f (h ?x) (h ?x)) => (h ?x)'),
  rule('tagged', '(f[?p] ?x) => (h[?p] ?x)'),
  rule('any', '(g[_] ?x ?y) => (g ?x)'),
  rule('list', '(h ?x ?xs...) => (h ?xs...)'),
  rule('nested', '(f ?xs... (g ?ys...)) => (h ?ys... ?xs...)'),
  rule('ground', '(f ?x f) => (g ?x)'),
  rule('constant', 'f => g'),
  rule('grow', '?x => (g ?x)'),
  rule('join', '?a = (f ?x), ?b = (g ?x) => ?a = ?b'),
  rule('class', '?a = (f ?x ?y), ?a = (g ?z) => ?z = (h ?x)'),
  rule('pair', '?a = (h (g ?x)), ?b = (f ?x ?y) => ?b = (g ?x), ?a = (f ?y)'),
];

export const someRules: fc.Arbitrary<readonly Rule<number>[]> = fc.subarray([...rulePool], {
  minLength: 1,
  maxLength: 5,
});
