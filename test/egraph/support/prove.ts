/** Proofs about small terms, for tests of what makes and what checks them. */
import { EGraph } from '../../../src/egraph/egraph.ts';
import { explainTerms } from '../../../src/egraph/explain.ts';
import type { Proof } from '../../../src/egraph/proof.ts';
import type { Rule } from '../../../src/egraph/rule.ts';
import { saturate } from '../../../src/egraph/saturate.ts';
import { printTerm } from '../../../src/egraph/term.ts';
import { rule, termOf } from './read.ts';

export const arithmetic: readonly Rule<number>[] = [
  rule('commute', '(+ ?a ?b) => (+ ?b ?a)'),
  rule('zero', '(+ ?a num[0]) => ?a'),
  rule('double', '(+ ?a ?a) => (* num[2] ?a)'),
];

export function proved(left: string, right: string, rules: readonly Rule<number>[]): Proof<number> {
  const egraph = new EGraph<number>();
  egraph.addTerm(termOf(left));
  egraph.addTerm(termOf(right));
  saturate(egraph, rules);
  const proof = explainTerms(egraph, termOf(left), termOf(right));
  if (proof === undefined) throw new Error(`${left} and ${right} are not equal`);
  return proof;
}

/** What each step uses and where it leads. */
export function outline(proof: Proof<number>): readonly string[] {
  return proof.steps.map((step) => {
    const by = step.kind === 'rule' ? `${step.rule} ${step.direction}` : step.kind;
    return `${by}: ${printTerm(step.after)}`;
  });
}
