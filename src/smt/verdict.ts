/**
 * What a solver said about an obligation. Three-way verdicts stay three-way: only `proved` counts as
 * proved, whatever the reason was for anything else.
 */

import { assertNever } from '../base/assert.ts';
import type { ShownValue } from './model.ts';

export type Verdict =
  /** The negated goal contradicts the hypotheses, and these do not contradict each other. */
  | {
      readonly kind: 'proved';
      /** Names of the hypotheses that the proof used, in the obligation's order. */
      readonly core: readonly string[];
      /** The solver's own, deterministic measure of work. */
      readonly rlimit: number;
    }
  /** The hypotheses hold and the goal does not: a counterexample, as the values of the terms to show. */
  | {
      readonly kind: 'refuted';
      readonly values: readonly ShownValue[];
      readonly rlimit: number;
    }
  /** The hypotheses contradict each other, so they would prove anything. */
  | { readonly kind: 'vacuous' }
  /** The solver gave up: its budget ran out, or it was interrupted. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** The obligation lies outside the decidable fragments and was not sent. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** The solver or its driver failed. */
  | { readonly kind: 'error'; readonly message: string };

/** The word for documents: everything that is neither proved nor refuted is unknown. */
export function verdictWord(verdict: Verdict): 'proved' | 'refuted' | 'unknown' {
  return verdict.kind === 'proved' || verdict.kind === 'refuted' ? verdict.kind : 'unknown';
}

/** One line for reports; the counterexample of a refutation is printed by the caller. */
export function describeVerdict(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proved':
      return verdict.core.length === 0 ? 'proved' : `proved from ${verdict.core.join(', ')}`;
    case 'refuted':
      return 'refuted';
    case 'vacuous':
      return 'not proved: the hypotheses contradict each other';
    case 'unknown':
      return `not proved: ${verdict.reason}`;
    case 'unsupported':
      return `not proved: outside the decidable fragments, ${verdict.reason}`;
    case 'error':
      return `not proved: the solver failed, ${verdict.message}`;
    default:
      return assertNever(verdict);
  }
}
