/** Obligations asked anew of a fresh solver, with nothing remembered: what `prove` reports. */

import { checkLoadBearing } from '../smt/load-bearing.ts';
import type { Obligation } from '../smt/obligation.ts';
import { type Answered, smtFile, smtFileName } from '../smt/recheck.ts';
import type { Solver } from '../smt/solver.ts';
import { describeVerdict, type Verdict, verdictWord } from '../smt/verdict.ts';

export const PROOFS_SCHEMA = 'compart/proofs@1';

export interface ProvedObligation {
  readonly id: string;
  readonly rule: string;
  readonly kind: 'instance' | 'bounded' | 'syntactic' | 'argued';
  readonly lemma: string;
  readonly verdict: 'proved' | 'refuted' | 'unknown';
  readonly claim: string;
  /** Where it stands: a step of a plan, or an example of a rule. */
  readonly at: string;
  /** Why it isn't proved; absent when it is. */
  readonly reason?: string;
  /** The hypotheses don't contradict each other; absent where the solver wasn't asked. */
  readonly satisfiable?: boolean;
  readonly loadBearing: readonly { readonly condition: string; readonly withoutIt: string }[];
}

export interface Proofs {
  readonly obligations: readonly ProvedObligation[];
  readonly answered: readonly Answered[];
}

/** Asks the solver each obligation, and each again without every one of its conditions. */
export async function proveAll(
  solver: Solver,
  asked: readonly { readonly at: string; readonly obligation: Obligation }[],
  signal: AbortSignal,
): Promise<Proofs> {
  const verdicts = await solver.checkMany(
    asked.map((each) => each.obligation),
    { signal },
  );
  const obligations: ProvedObligation[] = [];
  const answered: Answered[] = [];
  for (const [index, { at, obligation }] of asked.entries()) {
    const verdict = verdicts[index] ?? { kind: 'unknown', reason: 'not asked' };
    answered.push({ obligation, verdict });
    const bearing =
      verdict.kind === 'proved' ? await checkLoadBearing(solver, obligation, { signal }) : [];
    obligations.push({
      ...described(obligation, at, verdict),
      loadBearing: bearing.map(({ condition, withoutIt }) => ({
        condition,
        withoutIt: verdictWord(withoutIt),
      })),
    });
  }
  return { obligations, answered };
}

function described(
  obligation: Obligation,
  at: string,
  verdict: Verdict,
): Omit<ProvedObligation, 'loadBearing'> {
  const { id, rule, kind, lemma, title } = obligation;
  return {
    id,
    rule,
    kind,
    lemma,
    verdict: verdictWord(verdict),
    claim: title,
    at,
    ...(verdict.kind === 'proved' ? {} : { reason: describeVerdict(verdict) }),
    ...satisfiable(verdict),
  };
}

function satisfiable({ kind }: Verdict): { readonly satisfiable?: boolean } {
  if (kind === 'proved' || kind === 'refuted') return { satisfiable: true };
  return kind === 'vacuous' ? { satisfiable: false } : {};
}

/** Files for other solvers, by name: obligations of one text share one. */
export function scriptFiles({ answered }: Proofs): ReadonlyMap<string, string> {
  return new Map(answered.map((each) => [smtFileName(each.obligation), smtFile(each)]));
}
