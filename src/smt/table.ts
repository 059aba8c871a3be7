/**
 * Many small questions over the same hypotheses, asked in one script: a search (which keys, which cut)
 * asks for the table of primitive facts and combines them itself. A check costs a fraction of a
 * millisecond here, against several in a script of its own. A table has no cores and no
 * counterexamples: what a plan relies on is asked again as an obligation.
 */

import { collectDeclarations } from './declaration.ts';
import type { Formula } from './formula.ts';
import { createNames } from './names.ts';
import type { Hypothesis } from './obligation.ts';
import { printTerm } from './print.ts';
import { lines, mainMark, printContext, printOptions, printVacuity } from './script.ts';

export interface Table {
  readonly hypotheses: readonly Hypothesis[];
  readonly goals: readonly Formula[];
}

export type TableAnswer = 'proved' | 'refuted' | 'unknown';

export type TableVerdict =
  /** One answer a goal, in their order. */
  | { readonly kind: 'answered'; readonly answers: readonly TableAnswer[] }
  | { readonly kind: 'vacuous' }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'error'; readonly message: string };

export function tableScript({ hypotheses, goals }: Table, rlimit: number): string {
  const names = createNames();
  const declarations = collectDeclarations([
    ...hypotheses.map((hypothesis) => hypothesis.formula),
    ...goals,
  ]);
  return lines([
    ...printOptions({ rlimit }),
    ...printContext({ declarations, hypotheses }, names),
    ...printVacuity,
    `(echo "${mainMark}")`,
    ...goals.map((goal) => `(push 1)(assert (not ${printTerm(goal, names)}))(check-sat)(pop 1)`),
  ]);
}
