/**
 * Checking again what was proved, with solvers that share no code with the first one. Every obligation
 * becomes a file of plain SMT-LIB; the file says what is expected.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Writes one file an obligation, named by its id, and returns the paths. Equal obligations share a file. */
export function writeSmtFiles(folder: string, answered: readonly Answered[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return answered.map((one) => {
    const path = join(folder, `${one.obligation.id.replace('sha256:', '')}.smt2`);
    writeFileSync(path, smtFile(one));
    return path;
  });
}

export interface NativeSolver {
  readonly name: 'z3' | 'cvc5';
  readonly command: string;
  readonly arguments: readonly string[];
}

const natives: readonly NativeSolver[] = [
  { name: 'z3', command: 'z3', arguments: ['-in', '-smt2'] },
  // Without model-based instantiation cvc5 gives up on decidable quantified questions.
  { name: 'cvc5', command: 'cvc5', arguments: ['--incremental', '--mbqi', '--lang', 'smt2', '-'] },
];

/** The native solvers that can be started here. */
export function nativeSolvers(): readonly NativeSolver[] {
  return natives.filter(
    ({ command }) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

export interface Disagreement {
  readonly solver: string;
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
  | { readonly kind: 'failed'; readonly message: string };

/** Asks a native solver about everything that was proved or refuted, in one process. */
export function recheck(
  { name, command, arguments: args }: NativeSolver,
  answered: readonly Answered[],
  wallMs = 120_000,
): Recheck {
  const claimed = answered.filter(({ verdict }) => expectationOf(verdict) !== null);
  const input = lines(claimed.flatMap((one) => [smtFile(one).trimEnd(), '(reset)']));
  const run = spawnSync(command, args, { input, encoding: 'utf8', timeout: wallMs });
  if (run.error !== undefined) return { kind: 'failed', message: run.error.message };
  const answers = run.stdout.trim().split('\n');
  if (answers.length !== claimed.length || !answers.every((a) => /^(un)?sat$|^unknown$/.test(a))) {
    const output = `${run.stdout}${run.stderr}`.slice(0, 400);
    return { kind: 'failed', message: `${name} answers ${JSON.stringify(output)}` };
  }
  const disagreements = claimed.flatMap(({ obligation, verdict }, index) => {
    const expected = expectationOf(verdict);
    const answer = answers[index] ?? '';
    return answer === expected ? [] : [{ solver: name, obligation, expected, answered: answer }];
  });
  return { kind: 'checked', count: claimed.length, disagreements };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
