/**
 * How the value of an expression moves when the values of some of its variables grow: what makes a comparison with
 * a count a threshold (theory.md, 1.1: threshold operations over monotone lattices count as monotone).
 *
 * `count >= q` only turns from false to true; `count == q` turns back, so a reader that has seen it must not act
 * on it while more may arrive.
 */

import { assertNever } from '../base/assert.ts';
import { builtins, isBuiltin } from '../ir/builtins.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { BinaryOperator, Expression } from '../ir/expression.ts';
import type { Program } from '../ir/program.ts';
import type { Type } from '../ir/type.ts';

/** `up` and `down` in the order of the values (booleans: false before true); `mixed`: it may go either way. */
export type Direction = 'fixed' | 'up' | 'down' | 'mixed';

export function joinDirections(directions: Iterable<Direction>): Direction {
  let joined: Direction = 'fixed';
  for (const each of directions) {
    if (each === 'fixed' || each === joined) continue;
    joined = joined === 'fixed' ? each : 'mixed';
  }
  return joined;
}

export function flip(direction: Direction): Direction {
  if (direction === 'up') return 'down';
  return direction === 'down' ? 'up' : direction;
}

/** The direction in which a lattice column moves as facts are merged into it. */
export function latticeDirection(type: Type): Direction {
  if (type.kind !== 'lattice') return 'fixed';
  return type.lattice.kind === 'min' ? 'down' : 'up';
}

export function directionOf(
  program: Program,
  expression: Expression,
  variables: ReadonlyMap<string, Direction>,
): Direction {
  const of = (sub: Expression): Direction => directionOf(program, sub, variables);
  switch (expression.kind) {
    case 'variable':
      return variables.get(expression.name) ?? 'fixed';
    case 'wildcard':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
    case 'me':
      return 'fixed';
    case 'unary':
      return flip(of(expression.operand));
    case 'binary':
      return binaryDirection(program, expression.operator, expression, of);
    case 'if': {
      const branches = joinDirections([of(expression.then), of(expression.otherwise)]);
      return of(expression.condition) === 'fixed' ? branches : 'mixed';
    }
    case 'call':
      return callDirection(program, expression.function, expression.args, of);
    case 'tuple':
    case 'set':
      return joinDirections(expression.items.map(of));
    case 'map':
      return joinDirections(
        expression.entries.flatMap(({ key, value }) => [rigid(of(key)), of(value)]),
      );
    case 'component': {
      const whole = of(expression.of);
      // The first part decides the order of a tuple; the others start afresh when it grows.
      return expression.index === 0 ? whole : rigid(whole);
    }
    default:
      return assertNever(expression);
  }
}

/** For a place in which any change is a change for the worse. */
function rigid(direction: Direction): Direction {
  return direction === 'fixed' ? 'fixed' : 'mixed';
}

function binaryDirection(
  program: Program,
  operator: BinaryOperator,
  sides: { readonly left: Expression; readonly right: Expression },
  of: (sub: Expression) => Direction,
): Direction {
  const [left, right] = [of(sides.left), of(sides.right)];
  switch (operator) {
    case '+':
    case '&&':
    case '||':
      return joinDirections([left, right]);
    case '-':
    case '>':
    case '>=':
      return joinDirections([left, flip(right)]);
    case '<':
    case '<=':
      return joinDirections([flip(left), right]);
    case '*':
      if (right === 'fixed') return scaled(left, signOf(program, sides.right));
      return left === 'fixed' ? scaled(right, signOf(program, sides.left)) : 'mixed';
    case '/':
      return right === 'fixed' ? scaled(left, signOf(program, sides.right)) : 'mixed';
    case '%':
    case '==':
    case '!=':
      return rigid(joinDirections([left, right]));
    default:
      return assertNever(operator);
  }
}

function scaled(direction: Direction, sign: 'positive' | 'negative' | 'unknown'): Direction {
  if (sign === 'unknown') return rigid(direction);
  return sign === 'positive' ? direction : flip(direction);
}

function signOf(program: Program, factor: Expression): 'positive' | 'negative' | 'unknown' {
  const value = evaluateInteger(factor, parameterValues(program));
  if (value.kind === 'err') return 'unknown';
  return value.value >= 0 ? 'positive' : 'negative';
}

function callDirection(
  program: Program,
  name: string,
  args: readonly Expression[],
  of: (sub: Expression) => Direction,
): Direction {
  const given = args.map(of);
  if (given.every((direction) => direction === 'fixed')) return 'fixed';
  const declared = program.functions.find((each) => each.name === name);
  if (declared !== undefined && declared.body !== null) {
    const inner = declared.parameters.map(({ name: parameter }, index): [string, Direction] => [
      parameter,
      given[index] ?? 'fixed',
    ]);
    return directionOf(program, declared.body, new Map(inner));
  }
  if (declared !== undefined || !isBuiltin(name)) return 'mixed';
  // Lists and texts have no direction but `mixed`, so the signature for sets and maps is the one that counts.
  const signature = builtins[name].signatures.find((each) => each.growsIn.length > 0);
  if (signature === undefined) return 'mixed';
  return joinDirections(
    signature.parameters.map((parameter, index) => {
      const direction = given[index] ?? 'fixed';
      return signature.growsIn.includes(parameter.name) ? direction : rigid(direction);
    }),
  );
}
