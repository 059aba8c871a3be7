/** Short ways to write the clauses that a construction adds; ids are those that loads are counted under. */

import type { Atom, Clause, ClauseKind, HeadArgument, Literal } from '../ir/clause.ts';
import { type Expression, int, ME, variable, WILDCARD } from '../ir/expression.ts';

type Args = readonly (Expression | HeadArgument)[];

/** `relation(args) :- body`; the id tells apart clauses of one relation. */
export function now(
  relation: string,
  args: Args,
  body: readonly Literal[],
  id: string = relation,
): Clause {
  return clause('now', id, relation, args, body);
}

/** `relation(args) :+ body`. */
export function next(
  relation: string,
  args: Args,
  body: readonly Literal[],
  id: string = relation,
): Clause {
  return clause('next', id, relation, args, body);
}

/** `channel@me(args) :~ body`: to the other part of the same member. */
export function tell(channel: string, args: Args, body: readonly Literal[]): Clause {
  return clause('send', channel, channel, args, body);
}

/** `relation(args) :+ relation(args), !until`. */
export function kept(relation: string, args: readonly Expression[], until: Literal): Clause {
  return next(relation, args, [holds(relation, args), until], `${relation}Stays`);
}

function clause(
  kind: ClauseKind,
  id: string,
  relation: string,
  args: Args,
  body: readonly Literal[],
): Clause {
  const head = {
    relation,
    args: args.map((arg) => (isHeadArgument(arg) ? arg : plain(arg))),
    destination: kind === 'send' ? ME : null,
  };
  return { id, kind, head, body, written: 'clause' };
}

function isHeadArgument(arg: Expression | HeadArgument): arg is HeadArgument {
  return arg.kind === 'plain' || arg.kind === 'aggregate' || arg.kind === 'index';
}

export function plain(value: Expression): HeadArgument {
  return { kind: 'plain', value };
}

export function variables(names: readonly string[]): readonly Expression[] {
  return names.map(variable);
}

export function any(columns: readonly unknown[]): readonly Expression[] {
  return columns.map(() => WILDCARD);
}

export function atom(relation: string, args: readonly Expression[]): Atom {
  return { relation, args, at: null };
}

export function holds(relation: string, args: readonly Expression[]): Literal {
  return { kind: 'atom', atom: atom(relation, args) };
}

export function lacks(relation: string, args: readonly Expression[]): Literal {
  return { kind: 'negated', atom: atom(relation, args) };
}

export function is(expression: Expression): Literal {
  return { kind: 'condition', expression };
}

export function binary(
  left: Expression,
  operator: '+' | '<=' | '!=' | '||',
  right: Expression,
): Expression {
  return { kind: 'binary', operator, left, right };
}

/** How many facts; of columns that a relation doesn't have, there is one fact or none. */
export function count(columns: readonly Expression[], over: Atom | null): HeadArgument {
  const of = columns.length === 0 ? [int(1)] : columns;
  const fallback = over === null ? null : { value: int(0), over };
  return { kind: 'aggregate', aggregate: 'count', of, fallback };
}

export function least(of: readonly Expression[]): HeadArgument {
  return { kind: 'aggregate', aggregate: 'min', of, fallback: null };
}

export function greatest(of: readonly Expression[]): HeadArgument {
  return { kind: 'aggregate', aggregate: 'max', of, fallback: null };
}
