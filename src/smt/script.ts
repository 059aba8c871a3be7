/**
 * Scripts for a solver. One canonical text serves the WebAssembly solver, the memo, the written `.smt2`
 * file and the native solvers, so all of them answer the same question.
 */

import type { Declarations } from './declaration.ts';
import type { Formula } from './formula.ts';
import { createNames, type Names } from './names.ts';
import type { Hypothesis, Obligation } from './obligation.ts';
import { printDeclarations, printTerm } from './print.ts';

/** Enough for every lemma of this project many times over; about one to five seconds when exhausted. */
export const defaultRlimit = 2_000_000;

/** The solver's running time is quadratic in the text; a larger one is refused rather than waited for. */
export const scriptCharactersMax = 1_000_000;

export interface ScriptOptions {
  /** Ask for an unsat core, which makes a check up to 1.7 times slower. */
  readonly withCore?: boolean;
  readonly rlimit?: number;
}

/** Marks in a solver's output, between which its answers stand. */
export const vacuityMark = '#vacuity';
export const mainMark = '#main';

/**
 * Every option stands at the top of every script: options set by one script leak into the next one that
 * runs in the same instance of the solver. The budget is `rlimit`, which is deterministic; time is not.
 */
export function printOptions({
  withCore = false,
  rlimit = defaultRlimit,
}: ScriptOptions): string[] {
  return [
    `(set-option :rlimit ${rlimit})`,
    '(set-option :timeout 4294967295)',
    `(set-option :produce-unsat-cores ${withCore})`,
    '(set-option :produce-models true)',
    '(set-option :smt.random_seed 0)',
    '(set-option :sat.random_seed 0)',
  ];
}

/** The text that identifies an obligation: no option, no comment. */
export function canonicalText(
  declarations: Declarations,
  hypotheses: readonly Hypothesis[],
  goal: Formula,
): string {
  const names = createNames();
  return lines([
    ...printDeclarations(declarations, names),
    ...hypotheses.map(({ formula }) => `(assert ${printTerm(formula, names)})`),
    `(assert (not ${printTerm(goal, names)}))`,
  ]);
}

/**
 * The script of one check: are the hypotheses satisfiable, do they contradict the negated goal. The
 * first `push` switches the solver to its incremental core, which is the faster one for small questions.
 */
export function smtScript(obligation: Obligation, options: ScriptOptions = {}): string {
  const names = createNames();
  return lines([
    ...printOptions(options),
    ...printContext(obligation, names),
    ...printVacuity,
    `(assert (! (not ${printTerm(obligation.goal, names)}) :named goal))`,
    `(echo "${mainMark}")`,
    '(check-sat)',
    '(get-info :reason-unknown)',
    '(get-info :rlimit)',
  ]);
}

/** What to ask after `sat`, in the same context: the values of the shown terms. */
export function valuesQuery(obligation: Obligation): string {
  if (obligation.show.length === 0) return '';
  const names = createNames();
  // Printing the declarations first gives every symbol the name that it has in the script.
  printContext(obligation, names);
  printTerm(obligation.goal, names);
  const terms = obligation.show.map(({ term }) => printTerm(term, names));
  return `(get-value (${terms.join(' ')}))\n`;
}

/** Declarations and named hypotheses. */
export function printContext(
  { declarations, hypotheses }: Pick<Obligation, 'declarations' | 'hypotheses'>,
  names: Names,
): readonly string[] {
  return [
    ...printDeclarations(declarations, names),
    ...hypotheses.map(
      ({ formula }, index) => `(assert (! ${printTerm(formula, names)} :named h.${index}))`,
    ),
  ];
}

export const printVacuity: readonly string[] = [
  '(push 1)',
  `(echo "${vacuityMark}")`,
  '(check-sat)',
  '(pop 1)',
];

export function lines(parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}
