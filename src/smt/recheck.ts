/**
 * Checking again what was proved, with solvers that share no code with the first one. Every obligation
 * becomes a file of plain SMT-LIB that says what is expected. Who writes the files and runs the solvers
 * is none of this module's business: it makes the texts and reads the answers.
 */

import { createNames } from './names.ts';
import type { Obligation } from './obligation.ts';
import { printDeclarations, printTerm } from './print.ts';
import { lines } from './script.ts';
import type { Verdict } from './verdict.ts';

export interface Answered {
  readonly obligation: Obligation;
  readonly verdict: Verdict;
}

/** `sat` and `unsat` are what a solver should say; null where nothing was claimed. */
export type Expectation = 'sat' | 'unsat' | null;

export function expectationOf(verdict: Verdict): Expectation {
  if (verdict.kind === 'proved') return 'unsat';
  return verdict.kind === 'refuted' ? 'sat' : null;
}

/** The file of one obligation: SMT-LIB 2.6 without options, so that any solver takes it. */
export function smtFile({ obligation, verdict }: Answered): string {
  const { rule, lemma, kind, title, id, declarations, hypotheses, goal } = obligation;
  const names = createNames();
  return lines([
    ...[title, `${rule}, ${lemma}, ${kind}`, id].map((text) => `; ${oneLine(text)}`),
    `; expect: ${expectationOf(verdict) ?? 'no answer'}`,
    '(set-logic ALL)',
    ...printDeclarations(declarations, names),
    ...hypotheses.flatMap(({ formula, text }) => [
      `; ${oneLine(text)}`,
      `(assert ${printTerm(formula, names)})`,
    ]),
    '; the goal, negated',
    `(assert (not ${printTerm(goal, names)}))`,
    '(check-sat)',
  ]);
}

/** The file's name: obligations of one text share a file. */
export function smtFileName({ id }: Obligation): string {
  return `${id.replace('sha256:', '')}.smt2`;
}

export interface NativeSolver {
  readonly command: string;
  /** Makes it read one text from its standard input. */
  readonly arguments: readonly string[];
}

export const nativeSolvers: readonly NativeSolver[] = [
  { command: 'z3', arguments: ['-in', '-smt2'] },
  // Without model-based instantiation cvc5 gives up on decidable quantified questions.
  { command: 'cvc5', arguments: ['--incremental', '--mbqi', '--lang', 'smt2', '-'] },
];

/** Everything that was proved or refuted as one text: starting a process takes longer than a question. */
export function recheckInput(answered: readonly Answered[]): string {
  return lines(claimed(answered).flatMap((one) => [smtFile(one).trimEnd(), '(reset)']));
}

export interface Disagreement {
  readonly obligation: Obligation;
  readonly expected: Expectation;
  readonly answered: string;
}

export type Recheck =
  | {
      readonly kind: 'checked';
      readonly count: number;
      readonly disagreements: readonly Disagreement[];
    }
  /** The output isn't one answer a question. */
  | { readonly kind: 'failed'; readonly message: string };

/** What a native solver printed for `recheckInput`; `unknown` is a disagreement as well. */
export function readRecheck(answered: readonly Answered[], output: string): Recheck {
  const questions = claimed(answered);
  const answers = output.split('\n').filter((line) => line !== '');
  const wellFormed = answers.every((answer) => /^(?:sat|unsat|unknown)$/.test(answer));
  if (!wellFormed || answers.length !== questions.length) {
    return {
      kind: 'failed',
      message: `unexpected output: ${JSON.stringify(output.slice(0, 400))}`,
    };
  }
  const disagreements = questions.flatMap(({ obligation, verdict }, index) => {
    const expected = expectationOf(verdict);
    const answer = answers[index] ?? '';
    return answer === expected ? [] : [{ obligation, expected, answered: answer }];
  });
  return { kind: 'checked', count: questions.length, disagreements };
}

function claimed(answered: readonly Answered[]): readonly Answered[] {
  return answered.filter(({ verdict }) => expectationOf(verdict) !== null);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
