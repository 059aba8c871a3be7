/** Expressions, by precedence. Null means that the error has been reported and the caller gives up too. */

import type { BinaryOperator, Expression } from '../ir/expression.ts';
import type { Cursor } from './cursor.ts';
import { decodeString, type TokenKind } from './lexer.ts';
import { syntaxMessages } from './messages.ts';
import { aggregateWords } from './words.ts';

type Reader = (c: Cursor) => Expression | null;

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

export function parseExpression(c: Cursor): Expression | null {
  if (c.isWord('if')) return c.inside(() => parseIf(c));
  return parseChain(c, ['||'], (d) => parseChain(d, ['&&'], parseComparison));
}

/** What may stand between the `<` and `>` of an aggregate: no comparison outside of parentheses. */
export function parseSum(c: Cursor): Expression | null {
  return parseChain(c, ['+', '-'], (d) => parseChain(d, ['*', '/', '%'], parseUnary));
}

/** One or more expressions, separated by commas. */
export function parseExpressions(c: Cursor, read: Reader = parseExpression): Expression[] | null {
  const list: Expression[] = [];
  do {
    const item = read(c);
    if (item === null) return null;
    list.push(item);
  } while (c.accept(','));
  return list;
}

/** `( .. )` with nothing or expressions inside, from its `(` on. */
export function parseArguments(c: Cursor): Expression[] | null {
  const opened = c.here();
  if (!c.expect('(')) return null;
  if (c.accept(')')) return [];
  const args = c.inside(() => parseExpressions(c));
  if (args === null) return null;
  return close(c, ')', 'this list of arguments', opened) ? args : null;
}

/** Expects a closing bracket, and otherwise says which one is open. */
export function close(
  c: Cursor,
  closer: TokenKind,
  what: string,
  opened: { readonly start: number; readonly end: number },
): boolean {
  if (c.accept(closer)) return true;
  const canContinue = c.kind() !== 'end' && c.kind() !== '}' && !c.atClause();
  if (canContinue) c.unexpected(`\`,\` or \`${closer}\``);
  else c.report(syntaxMessages.report('IR0102', c.here(), { what, opened, closer }));
  return false;
}

function parseIf(c: Cursor): Expression | null {
  const start = c.start();
  c.advance();
  const condition = parseExpression(c);
  if (condition === null || !c.expectWord('then')) return null;
  const then = parseExpression(c);
  if (then === null || !c.expectWord('else')) return null;
  const otherwise = parseExpression(c);
  if (otherwise === null) return null;
  return c.nested({ kind: 'if', condition, then, otherwise } as const, start, [
    condition,
    then,
    otherwise,
  ]);
}

function parseChain(
  c: Cursor,
  operators: readonly BinaryOperator[],
  operand: Reader,
): Expression | null {
  const start = c.start();
  let left = operand(c);
  while (left !== null) {
    const operator = operators.find((o) => o === c.kind());
    if (operator === undefined) return left;
    c.advance();
    left = binary(c, start, operator, left, operand(c));
  }
  return null;
}

function parseComparison(c: Cursor): Expression | null {
  const start = c.start();
  const left = parseSum(c);
  if (left === null) return null;
  const operator = c.kind();
  if (!isComparison(operator)) return left;
  c.advance();
  const compared = binary(c, start, operator, left, parseSum(c));
  if (compared === null || !isComparison(c.kind())) return compared;
  const isAggregate = left.kind === 'variable' && aggregateWords.has(left.name) && operator === '<';
  return isAggregate
    ? c.report(syntaxMessages.report('IR0115', c.from(start), { aggregate: left.name }))
    : c.report(syntaxMessages.report('IR0110', c.here(), {}));
}

function isComparison(kind: string): kind is BinaryOperator {
  return comparisons.has(kind);
}

function binary(
  c: Cursor,
  start: number,
  operator: BinaryOperator,
  left: Expression,
  right: Expression | null,
): Expression | null {
  if (right === null) return null;
  return c.nested({ kind: 'binary', operator, left, right } as const, start, [left, right]);
}

function parseUnary(c: Cursor): Expression | null {
  const start = c.start();
  const operator = c.kind();
  if (operator !== '-' && operator !== '!') return parsePostfix(c);
  c.advance();
  if (operator === '-' && c.kind() === 'int') {
    const value = Number(c.word());
    c.advance();
    return parseComponents(c, c.at({ kind: 'int', value: value === 0 ? 0 : -value }, start), start);
  }
  const operand = c.inside(() => parseUnary(c));
  if (operand === null) return null;
  return c.nested({ kind: 'unary', operator, operand } as const, start, [operand]);
}

function parsePostfix(c: Cursor): Expression | null {
  const start = c.start();
  const primary = parsePrimary(c);
  return primary === null ? null : parseComponents(c, primary, start);
}

/** `.0.1`: components of components. */
function parseComponents(c: Cursor, of: Expression, start: number): Expression | null {
  let whole: Expression | null = of;
  while (whole !== null && c.kind() === '.' && c.kind(1) === 'int') {
    const index = Number(c.word(1));
    c.advance();
    c.advance();
    whole = c.nested({ kind: 'component', of: whole, index } as const, start, [whole]);
  }
  return whole;
}

function parsePrimary(c: Cursor): Expression | null {
  const start = c.start();
  switch (c.kind()) {
    case 'int': {
      const value = Number(c.word());
      c.advance();
      return c.at({ kind: 'int', value } as const, start);
    }
    case 'string': {
      // A string with a reported escape stands for an empty one.
      const value = decodeString(c.word()) ?? '';
      c.advance();
      return c.at({ kind: 'string', value } as const, start);
    }
    case 'name':
      return parseName(c);
    case '(':
      return parseParenthesized(c);
    case '{':
      return parseBraces(c);
    default:
      return c.unexpected('an expression');
  }
}

function parseName(c: Cursor): Expression | null {
  const start = c.start();
  const name = c.word();
  if (name === 'if') return c.inside(() => parseIf(c));
  if (c.kind(1) === '(') {
    c.advance();
    const args = parseArguments(c);
    if (args === null) return null;
    return c.nested({ kind: 'call', function: name, args } as const, start, args);
  }
  if (name === 'then' || name === 'else' || name === 'stable' || name === 'after') {
    return c.unexpected('an expression');
  }
  c.advance();
  if (name === '_') return c.at({ kind: 'wildcard' } as const, start);
  if (name === 'me') return c.at({ kind: 'me' } as const, start);
  if (name === 'true' || name === 'false') {
    return c.at({ kind: 'bool', value: name === 'true' } as const, start);
  }
  return c.at({ kind: 'variable', name } as const, start);
}

function parseParenthesized(c: Cursor): Expression | null {
  const start = c.start();
  const opened = c.here();
  c.advance();
  const items = c.inside(() => parseExpressions(c));
  if (items === null || !close(c, ')', 'this parenthesis', opened)) return null;
  const [first] = items;
  if (items.length === 1 && first !== undefined) return first;
  return c.nested({ kind: 'tuple', items } as const, start, items);
}

function parseBraces(c: Cursor): Expression | null {
  const start = c.start();
  const opened = c.here();
  c.advance();
  if (c.accept('}')) return c.at({ kind: 'set', items: [] } as const, start);
  const braces = c.inside(() => parseBracesInside(c));
  if (braces === null || !close(c, '}', 'this brace', opened)) return null;
  const parts =
    braces.kind === 'set' ? braces.items : braces.entries.flatMap((e) => [e.key, e.value]);
  return c.nested(braces, start, parts);
}

type Braces = Extract<Expression, { readonly kind: 'set' | 'map' }>;

function parseBracesInside(c: Cursor): Braces | null {
  const first = parseExpression(c);
  if (first === null) return null;
  if (c.kind() !== ':') {
    if (!c.accept(',')) return { kind: 'set', items: [first] };
    const rest = parseExpressions(c);
    return rest === null ? null : { kind: 'set', items: [first, ...rest] };
  }
  const entries: { readonly key: Expression; readonly value: Expression }[] = [];
  let key: Expression | null = first;
  while (key !== null) {
    if (!c.expect(':')) return null;
    const value = parseExpression(c);
    if (value === null) return null;
    entries.push({ key, value });
    if (!c.accept(',')) return { kind: 'map', entries };
    key = parseExpression(c);
  }
  return null;
}
