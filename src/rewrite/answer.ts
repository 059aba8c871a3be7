/** The questions of a whole program's analysis, put to the solver: what `analyze` says beside each of them. */

import type { Question } from '../analysis/finding.ts';
import type { ProgramReport } from '../analysis/report.ts';
import { canonicalJson } from '../base/order.ts';
import type { ObligationVerdict } from '../base/search-record.ts';
import { printCounterexample } from '../smt/counterexample.ts';
import type { Solver } from '../smt/solver.ts';
import { verdictWord } from '../smt/verdict.ts';
import { type Asked, ask } from './questions.ts';

export interface Answer {
  readonly question: Question;
  /** `unknown` too for what can't be put to a solver. */
  readonly verdict: ObligationVerdict;
  /** The statements that were asked, each once; what a refuted one says isn't so. */
  readonly claims: readonly string[];
  readonly counterexample: readonly string[];
}

/** Every question that a finding of the report leaves open, each once. */
export function questionsOf({ roles, channels }: ProgramReport): readonly Question[] {
  const findings = [
    ...roles.flatMap((role) => [
      role.stutterInsensitive,
      role.stateMachine,
      role.monotone.finding,
      ...role.forgettings.map((each) => each.finding),
      ...role.messagesFollowKey,
    ]),
    ...channels.map((each) => each.delivery.duplicateInsensitive),
  ];
  const questions = findings.flatMap((each) => (each.kind === 'open' ? each.questions : []));
  return [...new Map(questions.map((each) => [canonicalJson(each), each])).values()];
}

export async function answerQuestions(
  about: Asked,
  questions: readonly Question[],
  solver: Solver,
  signal?: AbortSignal,
): Promise<readonly Answer[]> {
  const options = signal === undefined ? {} : { signal };
  const answers: Answer[] = [];
  for (const question of questions) {
    const obligations = ask(about, question);
    const verdicts = await solver.checkMany(obligations ?? [], options);
    const failed = verdicts.find((verdict) => verdict.kind !== 'proved');
    const claims = [...new Set((obligations ?? []).map((each) => each.title))];
    answers.push({
      question,
      claims,
      verdict:
        obligations === null ? 'unknown' : failed === undefined ? 'proved' : verdictWord(failed),
      counterexample: failed?.kind === 'refuted' ? printCounterexample(failed.values) : [],
    });
  }
  return answers;
}
