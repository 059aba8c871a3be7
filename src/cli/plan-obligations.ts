/** The obligations behind a plan's steps, as the solver gets them: found by asking each rule's conditions again. */

import type { ProofRecord } from '../base/search-record.ts';
import type { PlanDocument, TraceStep } from '../plan/document.ts';
import { boundedOf, type ProvenRule } from '../rewrite/rule.ts';
import type { Saturated } from '../rewrite/saturate.ts';
import type { Obligation } from '../smt/obligation.ts';

export interface StepObligations {
  readonly step: TraceStep;
  /** False when no application of this search has the step's rule and proofs. */
  readonly isFound: boolean;
  readonly obligations: readonly Obligation[];
}

export function planObligations(
  { trace }: PlanDocument,
  saturated: Saturated,
): readonly StepObligations[] {
  const byProofs = new Map(
    appliedIn(saturated).map((each) => [keyOf(each.rule.name, each.proofs), each]),
  );
  return trace.map((step) => {
    const applied = byProofs.get(keyOf(step.rule, step.obligations));
    return { step, isFound: applied !== undefined, obligations: applied?.ask() ?? [] };
  });
}

/** A rewrite of a search, whatever it was applied to. */
export interface Applied {
  readonly rule: { readonly name: string };
  readonly proofs: readonly ProofRecord[];
  /** What it asks of the solver: its conditions about the match, its theorem within a bound. */
  readonly ask: () => readonly Obligation[];
}

export function appliedIn({ applications, normalized }: Saturated): readonly Applied[] {
  return [
    ...normalized.steps.map(({ rule, match, proofs }) => ({
      rule,
      proofs,
      ask: () => asked(rule, match),
    })),
    ...[...applications.values()].map(({ rule, match, proofs }) => ({
      rule,
      proofs,
      ask: () => asked(rule, match),
    })),
  ];
}

function asked<M>(rule: ProvenRule<M>, match: M): readonly Obligation[] {
  const own = rule.where.flatMap((condition) => {
    const holds = condition.holds(match);
    return holds.kind === 'ask' ? holds.obligations : [];
  });
  return [...own, ...boundedOf(rule)];
}

function keyOf(rule: string, proofs: TraceStep['obligations']): string {
  return JSON.stringify([rule, proofs.map(({ kind, lemma, id }) => [kind, lemma, id])]);
}
