/**
 * What an analysis says. Three-way: a property holds, fails for named reasons, or is open until the questions
 * are answered by a proof. An open one never counts as holding.
 */

import { sortedStrings } from '../base/order.ts';

export type ReasonKind =
  | 'shared-reference'
  | 'reads-output'
  | 'negation'
  | 'aggregate'
  | 'equality-with-aggregate'
  | 'index'
  | 'lattice'
  | 'join'
  | 'recursion'
  | 'state'
  | 'initial-fact'
  | 'timer'
  | 'next-tick'
  | 'no-event'
  | 'input-not-persisted'
  | 'input-read-elsewhere'
  | 'forgets-elsewhere'
  | 'forgets'
  | 'counts-ticks'
  | 'ephemeral'
  | 'not-durable'
  | 'repeats'
  | 'not-idempotent'
  | 'duplicate-visible'
  | 'no-common-key'
  | 'keyless'
  | 'search-limit';

export interface Reason {
  readonly kind: ReasonKind;
  /** Id of the clause at fault, if one is. */
  readonly clause: string | null;
  /** The relations it is about, in the program's names. */
  readonly relations: readonly string[];
  /** One sentence without a full stop. */
  readonly text: string;
}

/**
 * A fact about the program's meaning that no syntactic test decides.
 * - `forgetting`: what `clause` no longer keeps of `relation` can't lead to a new output (soundness.md, 7);
 * - `settles`: from every state, empty ticks reach one that they don't change (soundness.md, 3).
 */
export interface Question {
  readonly kind: 'forgetting' | 'settles';
  readonly role: string;
  readonly relation: string;
  /** For `settles`, the relations that feed each other; for `forgetting`, those that the condition reads. */
  readonly among: readonly string[];
  /** Ids of the clauses that the question is about. */
  readonly clauses: readonly string[];
  readonly text: string;
}

export type Finding =
  | { readonly kind: 'holds' }
  | { readonly kind: 'open'; readonly questions: readonly Question[] }
  | { readonly kind: 'fails'; readonly reasons: readonly Reason[] };

export const HOLDS: Finding = { kind: 'holds' };

export function fails(...reasons: readonly Reason[]): Finding {
  return { kind: 'fails', reasons };
}

export function reason(
  kind: ReasonKind,
  clause: string | null,
  relations: Iterable<string>,
  text: string,
): Reason {
  return { kind, clause, relations: sortedStrings(relations), text };
}

/** Holds without reasons and questions; fails if there is any reason. */
export function finding(reasons: readonly Reason[], questions: readonly Question[] = []): Finding {
  if (reasons.length > 0) return { kind: 'fails', reasons };
  return questions.length > 0 ? { kind: 'open', questions } : HOLDS;
}

/** All of them: every reason, else every question. */
export function conjunction(findings: Iterable<Finding>): Finding {
  const reasons: Reason[] = [];
  const questions: Question[] = [];
  for (const each of findings) {
    if (each.kind === 'fails') reasons.push(...each.reasons);
    if (each.kind === 'open') questions.push(...each.questions);
  }
  return finding(reasons, questions);
}
