/** Values of constant expressions: sizes of roles, delays, definitions of parameters. */

import { assertNever } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { BinaryOperator, Expression } from './expression.ts';
import type { Program } from './program.ts';

export type Constant = number | boolean;

/** Why an expression has no constant value, as a phrase that completes "the value is unknown: ..". */
export type ConstantError = string;

/** The values of the parameters by name; of a checked program, complete. */
export function parameterValues(program: Program): ReadonlyMap<string, number> {
  return new Map(program.parameters.map((parameter) => [parameter.name, parameter.value]));
}

/** The integer that a constant expression stands for under the given parameters. */
export function evaluateInteger(
  expression: Expression,
  parameters: ReadonlyMap<string, number>,
): Result<number, ConstantError> {
  const value = evaluateConstant(expression, parameters);
  if (value.kind === 'err') return value;
  return typeof value.value === 'number' ? ok(value.value) : err('it is not an integer');
}

/** Integers and booleans only; anything that depends on facts or functions has no constant value. */
export function evaluateConstant(
  expression: Expression,
  parameters: ReadonlyMap<string, number>,
): Result<Constant, ConstantError> {
  switch (expression.kind) {
    case 'int':
    case 'bool':
      return ok(expression.value);
    case 'parameter': {
      const value = parameters.get(expression.name);
      return value === undefined ? err(`\`${expression.name}\` has no value`) : ok(value);
    }
    case 'unary': {
      const operand = evaluateConstant(expression.operand, parameters);
      if (operand.kind === 'err') return operand;
      if (expression.operator === '!') {
        return typeof operand.value === 'boolean' ? ok(!operand.value) : err('`!` of an integer');
      }
      return typeof operand.value === 'number' ? ok(0 - operand.value) : err('`-` of a boolean');
    }
    case 'binary': {
      const left = evaluateConstant(expression.left, parameters);
      if (left.kind === 'err') return left;
      const right = evaluateConstant(expression.right, parameters);
      return right.kind === 'err' ? right : combine(expression.operator, left.value, right.value);
    }
    case 'if': {
      const condition = evaluateConstant(expression.condition, parameters);
      if (condition.kind === 'err') return condition;
      if (typeof condition.value !== 'boolean') return err('the condition of `if` is an integer');
      return evaluateConstant(condition.value ? expression.then : expression.otherwise, parameters);
    }
    case 'variable':
      return err(`\`${expression.name}\` is not a parameter`);
    case 'call':
      return err(`it calls \`${expression.function}\``);
    case 'wildcard':
    case 'string':
    case 'me':
    case 'tuple':
    case 'component':
    case 'set':
    case 'map':
      return err('it is not an integer');
    default:
      return assertNever(expression);
  }
}

function combine(
  operator: BinaryOperator,
  left: Constant,
  right: Constant,
): Result<Constant, ConstantError> {
  if (operator === '==') return ok(left === right);
  if (operator === '!=') return ok(left !== right);
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (operator === '&&') return ok(left && right);
    if (operator === '||') return ok(left || right);
  }
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    return err(`\`${operator}\` of a boolean and an integer, or of booleans`);
  }
  return combineIntegers(operator, left, right);
}

function combineIntegers(
  operator: BinaryOperator,
  left: number,
  right: number,
): Result<Constant, ConstantError> {
  switch (operator) {
    case '+':
      return exact(left + right);
    case '-':
      return exact(left - right);
    case '*':
      return exact(left * right);
    case '/':
      return right === 0 ? err('it divides by zero') : exact(Math.floor(left / right));
    case '%':
      return right === 0
        ? err('it divides by zero')
        : exact(left - right * Math.floor(left / right));
    case '<':
      return ok(left < right);
    case '<=':
      return ok(left <= right);
    case '>':
      return ok(left > right);
    case '>=':
      return ok(left >= right);
    default:
      return err(`\`${operator}\` of integers`);
  }
}

function exact(value: number): Result<Constant, ConstantError> {
  return Number.isSafeInteger(value) ? ok(value + 0) : err('it is too large');
}
