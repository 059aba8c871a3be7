/** The program text of expressions: as few parentheses as parse back to the same tree. */

import { assertNever } from '../base/assert.ts';
import type { BinaryOperator, Expression } from './expression.ts';
import { enclosed, type Pieces, whole } from './layout.ts';

/** How tightly an expression holds together; an operand that is tighter gets parentheses. */
const tightness = {
  if: 0,
  or: 1,
  and: 2,
  comparison: 3,
  sum: 4,
  product: 5,
  unary: 6,
  postfix: 7,
} as const;

type Tightness = (typeof tightness)[keyof typeof tightness];

const operatorTightness: Readonly<Record<BinaryOperator, Tightness>> = {
  '||': tightness.or,
  '&&': tightness.and,
  '==': tightness.comparison,
  '!=': tightness.comparison,
  '<': tightness.comparison,
  '<=': tightness.comparison,
  '>': tightness.comparison,
  '>=': tightness.comparison,
  '+': tightness.sum,
  '-': tightness.sum,
  '*': tightness.product,
  '/': tightness.product,
  '%': tightness.product,
};

export function printExpression(expression: Expression): string {
  return printAt(expression, tightness.if);
}

/** For the arguments of an aggregate, where a bare `<` or `>` would end the list. */
export function printAggregated(expression: Expression): string {
  return printAt(expression, tightness.sum);
}

/** For what follows `@` in a head: a variable or `me`, or anything in parentheses. */
export function printDestination(expression: Expression): string {
  if (expression.kind === 'variable' || expression.kind === 'me')
    return printExpression(expression);
  return `(${printExpression(expression)})`;
}

/** The text in pieces, between which a line may be broken. */
export function expressionPieces(expression: Expression): Pieces {
  return whole(breakable(expression));
}

function breakable(expression: Expression): Pieces {
  switch (expression.kind) {
    case 'if':
      return [
        `if ${printExpression(expression.condition)}`,
        `then ${printExpression(expression.then)}`,
        ...prefixed('else ', expressionPieces(expression.otherwise)),
      ];
    case 'binary': {
      const { operator, left, right } = expression;
      const own = operatorTightness[operator];
      if (own !== tightness.or && own !== tightness.and) return [printExpression(expression)];
      const before = tightnessOf(left) === own ? breakable(left) : [printAt(left, own)];
      return [...before, `${operator} ${printAt(right, tighter(own))}`];
    }
    case 'call':
      return enclosed(`${expression.function}(`, expression.args.map(printExpression), ')');
    default:
      return [printExpression(expression)];
  }
}

function prefixed(prefix: string, pieces: Pieces): Pieces {
  return pieces.map((piece, index) => (index === 0 ? prefix + piece : piece));
}

function printAt(expression: Expression, least: number): string {
  const text = printBare(expression);
  return tightnessOf(expression) < least ? `(${text})` : text;
}

function tightnessOf(expression: Expression): Tightness {
  switch (expression.kind) {
    case 'if':
      return tightness.if;
    case 'binary':
      return operatorTightness[expression.operator];
    case 'unary':
      return tightness.unary;
    case 'int':
      return expression.value < 0 ? tightness.unary : tightness.postfix;
    default:
      return tightness.postfix;
  }
}

function printBare(expression: Expression): string {
  switch (expression.kind) {
    case 'variable':
    case 'parameter':
      return expression.name;
    case 'wildcard':
      return '_';
    case 'me':
      return 'me';
    case 'int':
    case 'bool':
      return String(expression.value);
    case 'string':
      return JSON.stringify(expression.value);
    case 'binary': {
      const { operator, left, right } = expression;
      const own = operatorTightness[operator];
      // Comparisons don't chain; everything else groups to the left.
      const leftmost = own === tightness.comparison ? tighter(own) : own;
      return `${printAt(left, leftmost)} ${operator} ${printAt(right, tighter(own))}`;
    }
    case 'unary':
      return expression.operator + printOperand(expression.operator, expression.operand);
    case 'if': {
      const { condition, then, otherwise } = expression;
      return `if ${printExpression(condition)} then ${printExpression(then)} else ${printExpression(otherwise)}`;
    }
    case 'call':
      return `${expression.function}(${expression.args.map(printExpression).join(', ')})`;
    case 'tuple':
      return `(${expression.items.map(printExpression).join(', ')})`;
    case 'component':
      return `${printAt(expression.of, tightness.postfix)}.${expression.index}`;
    case 'set':
      return `{${expression.items.map(printExpression).join(', ')}}`;
    case 'map': {
      const entries = expression.entries.map(
        ({ key, value }) => `${printExpression(key)}: ${printExpression(value)}`,
      );
      return `{${entries.join(', ')}}`;
    }
    default:
      return assertNever(expression);
  }
}

/** `-5` is a number and `-(5)` the negation of one; `--x` needs nothing between. */
function printOperand(operator: '-' | '!', operand: Expression): string {
  if (operator === '-' && operand.kind === 'int') return `(${operand.value})`;
  return printAt(operand, tightness.unary);
}

function tighter(than: number): number {
  return than + 1;
}
