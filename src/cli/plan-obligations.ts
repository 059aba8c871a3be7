/** The obligations behind a plan's steps, as the solver gets them: found by asking each rule's conditions again. */

import type { PlanDocument, TraceStep } from '../plan/document.ts';
import { boundedOf } from '../rewrite/rule.ts';
import type { Application, Saturated } from '../rewrite/saturate.ts';
import type { Obligation } from '../smt/obligation.ts';

export interface StepObligations {
  readonly step: TraceStep;
  /** Null when no application of this search has the step's rule and proofs. */
  readonly application: Application | null;
  readonly obligations: readonly Obligation[];
}

export function planObligations(
  { trace }: PlanDocument,
  { applications }: Saturated,
): readonly StepObligations[] {
  const byProofs = new Map<string, Application>();
  for (const application of applications.values()) {
    byProofs.set(keyOf(application.rule.name, application.proofs), application);
  }
  return trace.map((step) => {
    const application = byProofs.get(keyOf(step.rule, step.obligations)) ?? null;
    return { step, application, obligations: application === null ? [] : asked(application) };
  });
}

/** What an application asks of the solver: its conditions about the match, its theorem within a bound. */
export function asked({ rule, match }: Application): readonly Obligation[] {
  const own = rule.where.flatMap((condition) => {
    const holds = condition.holds(match);
    return holds.kind === 'ask' ? holds.obligations : [];
  });
  return [...own, ...boundedOf(rule)];
}

function keyOf(rule: string, proofs: TraceStep['obligations']): string {
  return JSON.stringify([rule, proofs.map(({ kind, lemma, id }) => [kind, lemma, id])]);
}
