/**
 * A proof obligation: named hypotheses, one goal, and the terms that explain a counterexample. It is
 * plain data, solver-independent, and identified by the hash of its own canonical text.
 */

import { invariant } from '../base/assert.ts';
import { sha256 } from '../base/order.ts';
import { collectDeclarations, type Declarations } from './declaration.ts';
import type { Formula, Term } from './formula.ts';
import { canonicalText } from './script.ts';

export interface Hypothesis {
  /** Unique in the obligation; what an unsat core reports. */
  readonly name: string;
  readonly formula: Formula;
  /** The hypothesis in the user's words. */
  readonly text: string;
}

/** A term whose value belongs to a printed counterexample. */
export interface Shown {
  readonly label: string;
  readonly term: Term;
}

export interface Obligation {
  /** `sha256:` and the hash of declarations, hypotheses and goal. */
  readonly id: string;
  /** The rewrite that asks. */
  readonly rule: string;
  readonly lemma: string;
  /** About one match, or about a bounded run of the rule itself. */
  readonly kind: 'instance' | 'bounded';
  readonly title: string;
  readonly declarations: Declarations;
  readonly hypotheses: readonly Hypothesis[];
  readonly goal: Formula;
  readonly show: readonly Shown[];
  /** Names of the hypotheses that are conditions of the rule: dropping one must refute the goal. */
  readonly conditions: readonly string[];
}

export type ObligationParts = Omit<Obligation, 'id' | 'declarations' | 'conditions'> & {
  readonly conditions?: readonly string[];
};

/** Completes an obligation: its declarations and its id are computed, never written. */
export function obligation(parts: ObligationParts): Obligation {
  const names = new Set(parts.hypotheses.map((hypothesis) => hypothesis.name));
  invariant(names.size === parts.hypotheses.length, 'hypotheses have names of their own');
  const conditions = parts.conditions ?? [];
  invariant(
    conditions.every((name) => names.has(name)),
    'conditions are hypotheses',
  );
  const declarations = collectDeclarations([
    ...parts.hypotheses.map((hypothesis) => hypothesis.formula),
    parts.goal,
    ...parts.show.map((shown) => shown.term),
  ]);
  const text = canonicalText(declarations, parts.hypotheses, parts.goal);
  const id = `sha256:${sha256(text)}`;
  return { ...parts, id, declarations, conditions };
}

/** The same obligation without one hypothesis, to see whether that one bears load. */
export function without(whole: Obligation, name: string): Obligation {
  const { id: _id, declarations: _declarations, ...parts } = whole;
  return obligation({
    ...parts,
    title: `${whole.title}, without ${name}`,
    hypotheses: whole.hypotheses.filter((hypothesis) => hypothesis.name !== name),
    conditions: whole.conditions.filter((condition) => condition !== name),
  });
}
