/** Atoms, literals, heads and whole clauses. */

import type { Atom, ClauseKind, Head, HeadArgument, Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import type { ClauseMember } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { syntaxMessages } from './messages.ts';
import {
  close,
  parseArguments,
  parseExpression,
  parseExpressions,
  parseSum,
} from './parse-expression.ts';
import { aggregateWords } from './words.ts';

/** `head (":-" | ":+" | ":~") body`. */
export function parseClause(c: Cursor): ClauseMember | null {
  const start = c.start();
  const head = parseHead(c);
  if (head === null) return null;
  const operator = clauseKindOf(c.kind());
  if (operator === null) {
    return c.report(
      syntaxMessages.report('IR0107', c.here(), { relation: head.relation, found: c.found() }),
    );
  }
  c.advance();
  const body = parseBody(c);
  return body === null ? null : { kind: 'clause', operator, head, body, span: c.from(start) };
}

export function clauseKindOf(token: string): ClauseKind | null {
  switch (token) {
    case ':-':
      return 'now';
    case ':+':
      return 'next';
    case ':~':
      return 'send';
    default:
      return null;
  }
}

/** One or more literals, separated by commas. */
export function parseBody(c: Cursor): Literal[] | null {
  const literals: Literal[] = [];
  for (;;) {
    const literal = parseLiteral(c);
    if (literal === null) return null;
    literals.push(literal);
    const comma = c.here();
    if (!c.accept(',')) return literals;
    if (c.atClause() || c.kind() === '}' || c.kind() === 'end') {
      c.report(syntaxMessages.report('IR0117', comma, {}));
      return literals;
    }
  }
}

/** `name@x(..)` or `name(..)`. */
export function parseAtom(c: Cursor, what: string): Atom | null {
  const start = c.start();
  const name = c.name(what);
  if (name === null) return null;
  const at = c.kind() === '@' ? parseHolder(c) : null;
  if (at === undefined) return null;
  const args = parseArguments(c);
  if (args === null) return null;
  return c.at({ relation: name.text, args, at }, start);
}

/** Undefined after an error. */
function parseHolder(c: Cursor): Expression | undefined {
  c.advance();
  const start = c.start();
  const name = c.name('the variable that is bound to the node');
  if (name === null) return undefined;
  return c.at({ kind: 'variable', name: name.text } as const, start);
}

function parseLiteral(c: Cursor): Literal | null {
  const start = c.start();
  if (c.isWord('stable') && c.kind(1) === 'name') {
    c.advance();
    const atom = parseAtom(c, 'a durable relation');
    return atom === null ? null : c.at({ kind: 'stable', atom } as const, start);
  }
  if (c.isWord('after')) return parseExpired(c);
  if (c.isWord('not') && c.kind(1) === 'name') {
    const relation = c.word(1);
    return c.report(syntaxMessages.report('IR0108', c.here(), { relation }));
  }
  if (c.kind() === '!' && c.kind(1) === 'name' && c.kind(2) === '@') {
    c.advance();
    const atom = parseAtom(c, 'a relation');
    return atom === null ? null : c.at({ kind: 'negated', atom } as const, start);
  }
  if (c.kind() === 'name' && c.kind(1) === '@') {
    const atom = parseAtom(c, 'a relation');
    return atom === null ? null : c.at({ kind: 'atom', atom } as const, start);
  }
  if (c.kind() === 'name' && c.kind(1) === '=') return parseBind(c);
  return parseAtomOrCondition(c);
}

/** `f(x)` and `!f(x)` alone are atoms here; lowering knows which names are functions. */
function parseAtomOrCondition(c: Cursor): Literal | null {
  const start = c.start();
  const expression = parseExpression(c);
  if (expression === null) return null;
  if (c.kind() === '=') {
    const found = c.text.slice(start, c.previousEnd());
    return c.report(syntaxMessages.report('IR0111', c.here(), { found }));
  }
  if (expression.kind === 'call') {
    return c.at({ kind: 'atom', atom: atomOfCall(c, expression) } as const, start);
  }
  if (expression.kind === 'unary' && expression.operator === '!') {
    const { operand } = expression;
    if (operand.kind === 'call') {
      return c.at({ kind: 'negated', atom: atomOfCall(c, operand) } as const, start);
    }
  }
  return c.at({ kind: 'condition', expression } as const, start);
}

function atomOfCall(c: Cursor, call: Extract<Expression, { readonly kind: 'call' }>): Atom {
  const atom: Atom = { relation: call.function, args: call.args, at: null };
  c.spans.set(atom, c.spans.get(call) ?? c.here());
  return atom;
}

function parseBind(c: Cursor): Literal | null {
  const start = c.start();
  const name = c.name('a variable');
  if (name === null || !c.expect('=')) return null;
  const value = parseExpression(c);
  if (value === null) return null;
  return c.at({ kind: 'bind', variable: name.text, value } as const, start);
}

function parseExpired(c: Cursor): Literal | null {
  const start = c.start();
  c.advance();
  const delayMs = parseExpression(c);
  if (delayMs === null || !c.expectWord('since')) return null;
  const atom = parseAtom(c, 'a relation');
  return atom === null ? null : c.at({ kind: 'expired', delayMs, atom } as const, start);
}

function parseHead(c: Cursor): Head | null {
  const start = c.start();
  const name = c.name('a declaration or the head of a clause');
  if (name === null) return null;
  const destination = c.accept('@') ? parseDestination(c) : null;
  if (destination === undefined) return null;
  const opened = c.here();
  if (!c.expect('(', destination === null ? '`(` or `@`' : '`(`')) return null;
  const args = c.accept(')') ? [] : parseHeadArguments(c, opened);
  if (args === null) return null;
  return c.at({ relation: name.text, args, destination }, start);
}

/** A variable, `me`, or an expression in parentheses; undefined after an error. */
function parseDestination(c: Cursor): Expression | undefined {
  const start = c.start();
  if (c.kind() !== '(') {
    const name = c.name('the logical id to send to');
    if (name === null) return undefined;
    return name.text === 'me'
      ? c.at({ kind: 'me' } as const, start)
      : c.at({ kind: 'variable', name: name.text } as const, start);
  }
  const opened = c.here();
  c.advance();
  const expression = c.inside(() => parseExpression(c));
  if (expression === null || !close(c, ')', 'this parenthesis', opened)) return undefined;
  return expression;
}

function parseHeadArguments(
  c: Cursor,
  opened: { readonly start: number; readonly end: number },
): HeadArgument[] | null {
  const args: HeadArgument[] = [];
  do {
    const argument = parseHeadArgument(c);
    if (argument === null) return null;
    args.push(argument);
  } while (c.accept(','));
  return close(c, ')', 'this list of arguments', opened) ? args : null;
}

function parseHeadArgument(c: Cursor): HeadArgument | null {
  const start = c.start();
  if (c.kind() === 'name' && c.kind(1) === '<') {
    if (aggregateWords.has(c.word())) return parseAggregate(c);
    if (c.word() === 'index') {
      const of = parseAggregated(c);
      return of === null ? null : c.at({ kind: 'index', of } as const, start);
    }
  }
  const value = parseExpression(c);
  return value === null ? null : c.at({ kind: 'plain', value } as const, start);
}

function parseAggregate(c: Cursor): HeadArgument | null {
  const start = c.start();
  const aggregate = aggregateNameOf(c.word());
  const of = parseAggregated(c);
  if (of === null) return null;
  if (!c.acceptWord('default')) {
    return c.at({ kind: 'aggregate', aggregate, of, fallback: null } as const, start);
  }
  const value = parseExpression(c);
  if (value === null || !c.expectWord('over')) return null;
  const over = parseAtom(c, 'the relation that lists the groups');
  if (over === null) return null;
  return c.at({ kind: 'aggregate', aggregate, of, fallback: { value, over } } as const, start);
}

/** `NAME < exprs >` from its name on. */
function parseAggregated(c: Cursor): Expression[] | null {
  c.advance();
  const opened = c.here();
  c.advance();
  const of = c.inside(() => parseExpressions(c, parseSum));
  return of !== null && close(c, '>', 'this aggregate', opened) ? of : null;
}

function aggregateNameOf(word: string): Extract<HeadArgument, { kind: 'aggregate' }>['aggregate'] {
  switch (word) {
    case 'sum':
    case 'min':
    case 'max':
    case 'collect':
    case 'choose':
      return word;
    default:
      return 'count';
  }
}
