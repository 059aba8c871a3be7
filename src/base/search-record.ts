/**
 * What a search leaves behind: the proofs of its steps, what it declined, and how it ended. The rewriter
 * writes these records and the plan document carries them; they are plain data and belong to neither.
 */

export type ObligationVerdict = 'proved' | 'refuted' | 'unknown';

export interface ProofRecord {
  /** `sha256:` and the hash of the solver script, or of the argument's text. */
  readonly id: string;
  readonly kind: 'instance' | 'bounded' | 'syntactic' | 'argued';
  readonly lemma: string;
  readonly verdict: ObligationVerdict;
  /** In the program's words: what was shown. */
  readonly claim: string;
  /** What the proof used: declared dependencies, invariants, conditions of the rule. */
  readonly hypotheses: readonly string[];
  readonly solver?: string;
}

export interface DeclinedRewrite {
  readonly rule: string;
  readonly at: string;
  /** The condition that failed, in the user's names. */
  readonly condition: string;
  readonly reason: string;
  readonly verdict: 'refuted' | 'unknown' | 'not-applicable';
  /** Facts of the program that would have met and no longer do, or that show the difference. */
  readonly counterexample: readonly string[];
}

export type StopReason = 'saturated' | 'iterations' | 'nodes' | 'matches' | 'time' | 'interrupted';

export interface SearchReport {
  readonly enodes: number;
  readonly eclasses: number;
  readonly iterations: number;
  readonly stop: StopReason;
  /** True when the extraction is the optimum of the searched space. */
  readonly optimal: boolean;
  /** How often each rule was applied. */
  readonly rules: Readonly<Record<string, number>>;
  /** Candidates that a named bound cut off, by bound. */
  readonly cutOff: Readonly<Record<string, number>>;
  readonly elapsedMs?: number;
}
