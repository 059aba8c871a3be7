/**
 * Conditions of a match to verdicts. The solver is asked between iterations, never from inside a
 * search; what it proved is recorded as the plan document shows it.
 */

import { defined } from '../base/assert.ts';
import { sha256 } from '../base/order.ts';
import type { ProofRecord } from '../base/search-record.ts';
import { nextTurn } from '../base/turns.ts';
import { printCounterexample } from '../smt/counterexample.ts';
import type { Obligation } from '../smt/obligation.ts';
import type { Solver } from '../smt/solver.ts';
import { describeVerdict, type Verdict, verdictWord } from '../smt/verdict.ts';
import { boundedOf, type Holds, type ProvenRule } from './rule.ts';

export interface Decided<R, M> {
  readonly rule: R;
  readonly match: M;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'proved'; readonly proofs: readonly ProofRecord[] }
  | {
      readonly kind: 'declined';
      readonly condition: string;
      readonly reason: string;
      readonly verdict: 'refuted' | 'unknown' | 'not-applicable';
      readonly counterexample: readonly string[];
    };

type Judged = { readonly condition: string; readonly holds: Holds };

/** Verdicts on bounded obligations, which are about rules and not about matches: asked once a search. */
export type RuleVerdicts = Map<Obligation, Verdict>;

/** Decides all matches of an iteration; obligations of one batch are asked together. */
export async function decide<M, R extends ProvenRule<M>>(
  candidates: readonly { readonly rule: R; readonly match: M }[],
  solver: Solver,
  context: { readonly signal: AbortSignal | undefined; readonly aboutRules: RuleVerdicts },
): Promise<readonly Decided<R, M>[]> {
  const { signal, aboutRules } = context;
  const judged: (readonly Judged[] | null)[] = [];
  for (const { rule, match } of candidates) {
    await nextTurn();
    judged.push(signal?.aborted === true ? null : judge(rule, match));
  }
  const asked = judged.flatMap((conditions, index) => {
    if (conditions === null || conditions.some(({ holds }) => holds.kind === 'no')) return [];
    const { rule } = defined(candidates[index], 'judged one by one');
    const bounded = boundedOf(rule).filter((each) => !aboutRules.has(each));
    const own = conditions.flatMap(({ holds }) => (holds.kind === 'ask' ? holds.obligations : []));
    return [...bounded, ...own];
  });
  const options = signal === undefined ? {} : { signal };
  const unique = [...new Set(asked)];
  const verdicts = await solver.checkMany(unique, options);
  const answers = new Map<Obligation, Verdict | undefined>(aboutRules);
  for (const [index, obligation] of unique.entries()) {
    const verdict = verdicts[index];
    answers.set(obligation, verdict);
    if (obligation.kind === 'bounded' && verdict !== undefined) aboutRules.set(obligation, verdict);
  }
  return candidates.map(({ rule, match }, index) => ({
    rule,
    match,
    outcome: outcomeOf(rule, judged[index] ?? null, answers, solver.engine),
  }));
}

/** Conditions in order, up to the first that fails by names alone. */
function judge<M>(rule: ProvenRule<M>, match: M): readonly Judged[] {
  const judged: Judged[] = [];
  for (const condition of rule.where) {
    const holds = condition.holds(match);
    judged.push({ condition: condition.name, holds });
    if (holds.kind === 'no') break;
  }
  return judged;
}

function outcomeOf(
  rule: Omit<ProvenRule<never>, 'where'>,
  judged: readonly Judged[] | null,
  answers: ReadonlyMap<Obligation, Verdict | undefined>,
  engine: string,
): Outcome {
  if (judged === null) return notAsked(rule.name);
  const proofs: ProofRecord[] = [];
  // Then nothing was asked of those before it.
  for (const { condition, holds } of judged) {
    if (holds.kind !== 'no') continue;
    const { reason, counterexample } = holds;
    return { kind: 'declined', condition, reason, verdict: 'not-applicable', counterexample };
  }
  for (const { condition, holds } of judged) {
    if (holds.kind === 'no') continue;
    if (holds.kind === 'yes') {
      proofs.push(record(condition, holds.claim, holds.hypotheses, 'syntactic'));
      continue;
    }
    const { assumed = [] } = holds;
    if (assumed.length > 0) proofs.push(record(condition, holds.claim, assumed, 'syntactic'));
    for (const obligation of holds.obligations) {
      const verdict = answers.get(obligation);
      if (verdict?.kind !== 'proved') return refusal(condition, obligation, verdict);
      proofs.push(proofOf(condition, obligation, verdict, engine));
    }
  }
  for (const obligation of boundedOf(rule)) {
    const verdict = answers.get(obligation);
    if (verdict?.kind !== 'proved') return refusal(obligation.lemma, obligation, verdict);
    proofs.push(proofOf(obligation.lemma, obligation, verdict, engine));
  }
  proofs.push(record(rule.name, rule.theorem, [], 'argued'));
  return { kind: 'proved', proofs };
}

function record(
  lemma: string,
  claim: string,
  hypotheses: readonly string[],
  kind: 'syntactic' | 'argued',
): ProofRecord {
  return { id: `sha256:${sha256(claim)}`, kind, lemma, verdict: 'proved', claim, hypotheses };
}

function proofOf(
  condition: string,
  obligation: Obligation,
  verdict: Extract<Verdict, { kind: 'proved' }>,
  solver: string,
): ProofRecord {
  const texts = new Map(obligation.hypotheses.map((each) => [each.name, each.text]));
  return {
    id: obligation.id,
    kind: obligation.kind,
    lemma: condition,
    verdict: 'proved',
    claim: obligation.title,
    hypotheses: verdict.core.map((name) => texts.get(name) ?? name),
    solver,
  };
}

function refusal(
  condition: string,
  obligation: Obligation,
  verdict: Verdict | undefined,
): Extract<Outcome, { kind: 'declined' }> {
  if (verdict === undefined) return notAsked(condition);
  const word = verdictWord(verdict);
  return {
    kind: 'declined',
    condition,
    reason: `${obligation.title}: ${describeVerdict(verdict)}`,
    verdict: word === 'refuted' ? 'refuted' : 'unknown',
    counterexample: verdict.kind === 'refuted' ? printCounterexample(verdict.values) : [],
  };
}

function notAsked(condition: string): Extract<Outcome, { kind: 'declined' }> {
  const reason = 'not asked: interrupted';
  return { kind: 'declined', condition, reason, verdict: 'unknown', counterexample: [] };
}
