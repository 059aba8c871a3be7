/** The program text of atoms, literals, heads and clauses. */

import { assertNever } from '../base/assert.ts';
import type { Atom, Clause, ClauseKind, Head, HeadArgument, Literal } from './clause.ts';
import type { Expression } from './expression.ts';
import { enclosed, followed, type Pieces, separated, whole } from './layout.ts';
import {
  expressionPieces,
  printAggregated,
  printDestination,
  printExpression,
} from './print-expression.ts';

export const clauseOperators: Readonly<Record<ClauseKind, string>> = {
  now: ':-',
  next: ':+',
  send: ':~',
};

export function printAtom(atom: Atom): string {
  return atomPieces(atom).join(' ');
}

export function printLiteral(literal: Literal): string {
  return literalPieces(literal).join(' ');
}

export function printHead(head: Head): string {
  return headPieces(head).join(' ');
}

/** One line, whatever its length. */
export function printClause(clause: Clause): string {
  return clausePieces(clause).join(' ');
}

/** With `persist` where that says the same. */
export function clausePieces(clause: Clause): Pieces {
  const [first, ...rest] = clause.body;
  if (clause.written === 'persist' && rest.length === 0) return [`persist ${clause.head.relation}`];
  if (clause.written === 'persist-until' && first?.kind === 'atom') {
    const [condition] = rest;
    if (rest.length === 1 && condition?.kind === 'negated' && condition.atom.at === null) {
      const until: Literal = { kind: 'atom', atom: condition.atom };
      return persistPieces(clause.head.relation, first.atom.args, [until]);
    }
  }
  return ruleOf(clause.head, clause.kind, clause.body);
}

/** `persist r(..) until ..` */
export function persistPieces(
  relation: string,
  args: readonly Expression[],
  until: readonly Literal[],
): Pieces {
  const kept = whole(enclosed(`persist ${relation}(`, args.map(printExpression), ')'));
  const [first, ...rest] = bodyPieces(until);
  return [...kept, `until ${first ?? ''}`, ...rest];
}

export function ruleOf(head: Head, kind: ClauseKind, body: readonly Literal[]): Pieces {
  return [...followed(whole(headPieces(head)), ` ${clauseOperators[kind]}`), ...bodyPieces(body)];
}

export function bodyPieces(body: readonly Literal[]): Pieces {
  return separated(body.map((literal) => whole(literalPieces(literal))));
}

export function literalPieces(literal: Literal): Pieces {
  switch (literal.kind) {
    case 'atom':
      return atomPieces(literal.atom);
    case 'negated':
      return atomPieces(literal.atom, '!');
    case 'stable':
      return atomPieces(literal.atom, 'stable ');
    case 'expired':
      return atomPieces(literal.atom, `after ${printExpression(literal.delayMs)} since `);
    case 'condition':
      return expressionPieces(literal.expression);
    case 'bind': {
      const [first, ...rest] = expressionPieces(literal.value);
      return [`${literal.variable} = ${first ?? ''}`, ...rest];
    }
    default:
      return assertNever(literal);
  }
}

function atomPieces(atom: Atom, prefix: string = ''): Pieces {
  const at = atom.at === null ? '' : `@${printDestination(atom.at)}`;
  return enclosed(`${prefix}${atom.relation}${at}(`, atom.args.map(printExpression), ')');
}

function headPieces(head: Head): Pieces {
  const to = head.destination === null ? '' : `@${printDestination(head.destination)}`;
  return enclosed(`${head.relation}${to}(`, head.args.map(printHeadArgument), ')');
}

export function printHeadArgument(argument: HeadArgument): string {
  switch (argument.kind) {
    case 'plain':
      return printExpression(argument.value);
    case 'index':
      return `index<${argument.of.map(printAggregated).join(', ')}>`;
    case 'aggregate': {
      const text = `${argument.aggregate}<${argument.of.map(printAggregated).join(', ')}>`;
      const { fallback } = argument;
      return fallback === null
        ? text
        : `${text} default ${printExpression(fallback.value)} over ${printAtom(fallback.over)}`;
    }
    default:
      return assertNever(argument);
  }
}
