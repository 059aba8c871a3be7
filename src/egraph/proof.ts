/**
 * Proofs of equality, as plain data without e-graph: what `explain` makes and `checkProof` checks.
 * Parts are shared objects (a proof is a graph without cycles), since written out as a tree it can be
 * exponentially larger.
 */
import type { Term } from './term.ts';

/** A chain of steps: the first starts at `left`, each continues where the one before ended. */
export type Proof<P> = {
  readonly left: Term<P>;
  readonly right: Term<P>;
  /** None when the two sides are the same term. */
  readonly steps: readonly ProofStep<P>[];
};

export type ProofStep<P> = RuleStep<P> | CongruenceStep<P> | GivenStep<P>;

/**
 * A rule used from left to right (`forward`: `before` is its left side) or from right to left.
 * For a rule whose left side is one pattern, the left side of the step is that pattern under the
 * substitution and `premises` is empty. For a multi-pattern, premise i proves that its i-th variable
 * equals its i-th pattern, and the step equates the variable of right-hand atom `atom` with that
 * atom's pattern.
 */
export type RuleStep<P> = {
  readonly kind: 'rule';
  readonly rule: string;
  readonly direction: 'forward' | 'backward';
  readonly before: Term<P>;
  readonly after: Term<P>;
  readonly substitution: ReadonlyMap<string, TermBinding<P>>;
  readonly premises: readonly Proof<P>[];
  readonly atom: number;
};

/** Same operator, same payload, children equal one by one. */
export type CongruenceStep<P> = {
  readonly kind: 'congruence';
  readonly before: Term<P>;
  readonly after: Term<P>;
  readonly children: readonly Proof<P>[];
};

/** A union that the host, or the `modify` of the analysis named by the label, made by itself. */
export type GivenStep<P> = {
  readonly kind: 'given';
  readonly label: string;
  readonly direction: 'forward' | 'backward';
  readonly before: Term<P>;
  readonly after: Term<P>;
};

export type TermBinding<P> =
  | { readonly kind: 'term'; readonly term: Term<P> }
  | { readonly kind: 'payload'; readonly value: P }
  | { readonly kind: 'terms'; readonly terms: readonly Term<P>[] };
