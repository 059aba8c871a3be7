/** Clauses: the rules of a program. One head, one body, one of three times (theory.md, 1.0). */

import type { Expression } from './expression.ts';

/** `:-` in the same tick, `:+` in the next tick of the same node, `:~` as a message. */
export type ClauseKind = 'now' | 'next' | 'send';

export type AggregateName = 'count' | 'sum' | 'min' | 'max' | 'collect' | 'choose';

/**
 * An argument of a head.
 * An aggregate groups by all plain arguments of its head. `min` and `max` of several expressions are
 * lexicographic and fill as many columns; every other aggregate fills one.
 * `index<e, ..>` is the rank, from 0, of (e, ..) in the canonical order of the distinct values of this
 * tick; it fills one column and every other argument of the head must be a function of its expressions.
 */
export type HeadArgument =
  | { readonly kind: 'plain'; readonly value: Expression }
  | {
      readonly kind: 'aggregate';
      readonly aggregate: AggregateName;
      readonly of: readonly Expression[];
      /** `default 0 over d(g)`: the groups are those of `over`, and an empty one has this value. */
      readonly fallback: { readonly value: Expression; readonly over: Atom } | null;
    }
  | { readonly kind: 'index'; readonly of: readonly Expression[] };

export interface Head {
  readonly relation: string;
  readonly args: readonly HeadArgument[];
  /** The logical id that a `send` clause addresses (`ask@p(..)`); null for the other kinds. */
  readonly destination: Expression | null;
}

export interface Atom {
  readonly relation: string;
  readonly args: readonly Expression[];
  /** In an invariant only: the variable bound to the node that holds the fact (`commit@p(x, s)`). */
  readonly at: Expression | null;
}

/**
 * - `atom`: facts of a relation, channel, timer or role (`acceptor(a)` lists the members);
 * - `negated`: no such fact, after everything that derives it has settled within the tick;
 * - `stable`: facts of a durable relation that are on disk (soundness.md, 9);
 * - `expired`: `after MS since r(..)`, true in one tick, an arbitrary later one, for each fact of `r`;
 * - `condition`: a boolean expression;
 * - `bind`: `x = e` gives a new variable its value.
 */
export type Literal =
  | { readonly kind: 'atom'; readonly atom: Atom }
  | { readonly kind: 'negated'; readonly atom: Atom }
  | { readonly kind: 'stable'; readonly atom: Atom }
  | { readonly kind: 'expired'; readonly delayMs: Expression; readonly atom: Atom }
  | { readonly kind: 'condition'; readonly expression: Expression }
  | { readonly kind: 'bind'; readonly variable: string; readonly value: Expression };

export interface Clause {
  /** Unique in the program and stable under reordering of other roles: `leader.4`. */
  readonly id: string;
  readonly kind: ClauseKind;
  readonly head: Head;
  readonly body: readonly Literal[];
  /**
   * How the clause was written: a `next` clause made by `persist r` (every fact stays), or by
   * `persist r(..) until g(..)` (every fact stays until it is garbage; that forgetting is invisible is an
   * obligation, soundness.md, 7); else `clause`.
   */
  readonly written: 'clause' | 'persist' | 'persist-until';
}

/** The atoms of a literal: at most one. */
export function atomOf(literal: Literal): Atom | null {
  return literal.kind === 'condition' || literal.kind === 'bind' ? null : literal.atom;
}
