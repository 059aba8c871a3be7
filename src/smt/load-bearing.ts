/**
 * Whether every condition of a rule is needed: without it the solver must find a counterexample. A condition
 * whose absence changes nothing is either superfluous or, worse, not modelled.
 */

import type { Obligation } from './obligation.ts';
import { without } from './obligation.ts';
import type { CheckOptions, Solver } from './solver.ts';
import type { Verdict } from './verdict.ts';

export interface LoadBearing {
  readonly condition: string;
  readonly withoutIt: Verdict;
}

/** One verdict a condition, in the obligation's order. */
export async function checkLoadBearing(
  solver: Solver,
  obligation: Obligation,
  options?: CheckOptions,
): Promise<readonly LoadBearing[]> {
  const weaker = obligation.conditions.map((name) => without(obligation, name));
  const verdicts = await solver.checkMany(weaker, options);
  return obligation.conditions.flatMap((condition, index) => {
    const withoutIt = verdicts[index];
    return withoutIt === undefined ? [] : [{ condition, withoutIt }];
  });
}
