/**
 * Patterns over e-nodes. One name space holds all variables of a rule; a name stands for one kind of
 * thing everywhere: an e-class, a payload, or a list of e-classes (`rest`).
 */

export type Pattern<P> = VariablePattern | NodePattern<P>;

/** Any e-class; a second occurrence must be the same e-class. */
export type VariablePattern = { readonly kind: 'variable'; readonly name: string };

/** E-nodes of one operator whose payload and children match. */
export type NodePattern<P> = {
  readonly kind: 'node';
  readonly op: string;
  readonly payload: PayloadPattern<P>;
  /**
   * Without a `rest` the number of children is fixed. A left side has at most one per node, which
   * makes the match unique; a right side may concatenate several.
   */
  readonly children: readonly ChildPattern<P>[];
};

export type ChildPattern<P> = Pattern<P> | RestPattern;

/** Any number of adjacent children, also none. */
export type RestPattern = { readonly kind: 'rest'; readonly name: string };

export type PayloadPattern<P> =
  /** Only e-nodes without payload. */
  | { readonly kind: 'none' }
  | { readonly kind: 'literal'; readonly value: P }
  /** Binds the payload; e-nodes without payload don't match. */
  | { readonly kind: 'variable'; readonly name: string }
  /** With or without payload; not for the right-hand side of a rule. */
  | { readonly kind: 'any' };

/** `variable = pattern` of a multi-pattern. */
export type Atom<P> = { readonly variable: string; readonly pattern: Pattern<P> };

export function variable(name: string): VariablePattern {
  return { kind: 'variable', name };
}

export function rest(name: string): RestPattern {
  return { kind: 'rest', name };
}

/** A pattern for e-nodes; without a payload pattern it matches those without payload. */
export function node<P = never>(
  op: string,
  children: readonly ChildPattern<P>[] = [],
  payload: PayloadPattern<P> = { kind: 'none' },
): NodePattern<P> {
  return { kind: 'node', op, payload, children };
}

export function literal<P>(value: P): PayloadPattern<P> {
  return { kind: 'literal', value };
}

export function payloadVariable(name: string): PayloadPattern<never> {
  return { kind: 'variable', name };
}

export const anyPayload: PayloadPattern<never> = { kind: 'any' };

export function atom<P>(name: string, pattern: Pattern<P>): Atom<P> {
  return { variable: name, pattern };
}
