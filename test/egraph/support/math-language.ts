/**
 * The rules and terms on which e-graph engines are commonly compared: symbolic differentiation and
 * integration, 24 unconditional rules and 7 terms, as in egg's benchmark of e-matching and egglog's
 * microbenchmark, in our own notation. `(i f x)` integrates, `(d x f)` differentiates.
 */
import { EGraph } from '../../../src/egraph/egraph.ts';
import type { Rule } from '../../../src/egraph/rule.ts';
import { rule, termOf } from './read.ts';

export const mathRules: readonly Rule<number>[] = [
  rule('commute-sum', '(+ ?a ?b) => (+ ?b ?a)'),
  rule('commute-product', '(* ?a ?b) => (* ?b ?a)'),
  rule('associate-sum', '(+ ?a (+ ?b ?c)) => (+ (+ ?a ?b) ?c)'),
  rule('associate-product', '(* ?a (* ?b ?c)) => (* (* ?a ?b) ?c)'),
  rule('difference-as-sum', '(- ?a ?b) => (+ ?a (* -1 ?b))'),
  rule('add-zero', '(+ ?a 0) => ?a'),
  rule('multiply-zero', '(* ?a 0) => 0'),
  rule('multiply-one', '(* ?a 1) => ?a'),
  rule('cancel-difference', '(- ?a ?a) => 0'),
  rule('distribute', '(* ?a (+ ?b ?c)) => (+ (* ?a ?b) (* ?a ?c))'),
  rule('factor', '(+ (* ?a ?b) (* ?a ?c)) => (* ?a (+ ?b ?c))'),
  rule('multiply-powers', '(* (pow ?a ?b) (pow ?a ?c)) => (pow ?a (+ ?b ?c))'),
  rule('power-one', '(pow ?x 1) => ?x'),
  rule('power-two', '(pow ?x 2) => (* ?x ?x)'),
  rule('differentiate-sum', '(d ?x (+ ?a ?b)) => (+ (d ?x ?a) (d ?x ?b))'),
  rule('differentiate-product', '(d ?x (* ?a ?b)) => (+ (* ?a (d ?x ?b)) (* ?b (d ?x ?a)))'),
  rule('differentiate-sine', '(d ?x (sin ?x)) => (cos ?x)'),
  rule('differentiate-cosine', '(d ?x (cos ?x)) => (* -1 (sin ?x))'),
  rule('integrate-one', '(i 1 ?x) => ?x'),
  rule('integrate-cosine', '(i (cos ?x) ?x) => (sin ?x)'),
  rule('integrate-sine', '(i (sin ?x) ?x) => (* -1 (cos ?x))'),
  rule('integrate-sum', '(i (+ ?f ?g) ?x) => (+ (i ?f ?x) (i ?g ?x))'),
  rule('integrate-difference', '(i (- ?f ?g) ?x) => (- (i ?f ?x) (i ?g ?x))'),
  rule(
    'integrate-by-parts',
    '(i (* ?a ?b) ?x) => (- (* ?a (i ?b ?x)) (i (* (d ?x ?a) (i ?b ?x)) ?x))',
  ),
];

const mathTerms: readonly string[] = [
  '(i (ln x) x)',
  '(i (+ x (cos x)) x)',
  '(i (* (cos x) x) x)',
  '(d x (+ 1 (* 2 x)))',
  '(d x (- (pow x 3) (* 7 (pow x 2))))',
  '(+ (* y (+ x y)) (- (+ x 2) (+ x x)))',
  '(/ 1 (- (/ (+ 1 (sqrt five)) 2) (/ (- 1 (sqrt five)) 2)))',
];

export function mathGraph(explanations: boolean = false): EGraph<number> {
  const egraph = new EGraph<number>({ explanations });
  for (const text of mathTerms) egraph.addTerm(termOf(text));
  return egraph;
}

export const sumRules: readonly Rule<number>[] = [
  rule('commute', '(+ ?a ?b) => (+ ?b ?a)'),
  rule('associate', '(+ (+ ?a ?b) ?c) => (+ ?a (+ ?b ?c))'),
];

/** A right-nested sum of `count` distinct leaves. */
export function sumGraph(count: number, explanations: boolean = false): EGraph<number> {
  const egraph = new EGraph<number>({ explanations });
  let sum = egraph.add('x0');
  for (let leaf = 1; leaf < count; leaf++) sum = egraph.add('+', [egraph.add(`x${leaf}`), sum]);
  return egraph;
}
