/** Expressions compiled to closures over the frame of a clause. */
import { assertNever, defined, invariant } from '../base/assert.ts';
import type { BinaryOperator, Expression } from '../ir/expression.ts';
import { EvaluationAbort } from './fault.ts';
import type { Evaluate, Frame } from './node-code.ts';
import { compareValues, equalValues, isTuple, makeMap, makeSet, type Value } from './value.ts';

export type Apply = (args: readonly Value[]) => Value;

export interface ExpressionScope {
  /** The place of a variable in the frame. */
  readonly variable: (name: string) => number;
  readonly parameter: (name: string) => number;
  /** How to call a function: built in, declared with a body, or bound by the user. */
  readonly call: (name: string) => Apply;
}

export function compileExpression(expression: Expression, scope: ExpressionScope): Evaluate {
  const compile = (sub: Expression): Evaluate => compileExpression(sub, scope);
  switch (expression.kind) {
    case 'variable': {
      const at = scope.variable(expression.name);
      return (frame) => frame.variables[at] as Value;
    }
    case 'int':
    case 'bool':
    case 'string': {
      const value = expression.value;
      return () => value;
    }
    case 'parameter': {
      const value = scope.parameter(expression.name);
      return () => value;
    }
    case 'me':
      return (frame) => frame.me;
    case 'binary':
      return compileBinary(
        expression.operator,
        compile(expression.left),
        compile(expression.right),
      );
    case 'unary':
      return compileUnary(expression.operator, compile(expression.operand));
    case 'if': {
      const condition = compile(expression.condition);
      const then = compile(expression.then);
      const otherwise = compile(expression.otherwise);
      return (frame) => (condition(frame) === true ? then(frame) : otherwise(frame));
    }
    case 'call': {
      const apply = scope.call(expression.function);
      const args = expression.args.map(compile);
      return (frame) => apply(args.map((arg) => arg(frame)));
    }
    case 'tuple': {
      const items = expression.items.map(compile);
      return (frame) => items.map((item) => item(frame));
    }
    case 'component':
      return compileComponent(compile(expression.of), expression.index);
    case 'set': {
      const items = expression.items.map(compile);
      return (frame) => makeSet(items.map((item) => item(frame)));
    }
    case 'map': {
      const keys = expression.entries.map((entry) => compile(entry.key));
      const values = expression.entries.map((entry) => compile(entry.value));
      return (frame) =>
        makeMap(keys.map((key, at) => [key(frame), defined(values[at], 'a pair')(frame)]));
    }
    case 'wildcard':
      invariant(false, 'the checker allows `_` only as an argument of a body atom');
      break;
    default:
      return assertNever(expression);
  }
}

function compileBinary(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '+':
      return (frame) => exact(integer(left, frame) + integer(right, frame));
    case '-':
      return (frame) => exact(integer(left, frame) - integer(right, frame));
    case '*':
      return (frame) => exact(integer(left, frame) * integer(right, frame));
    case '/':
      return (frame) => Math.floor(integer(left, frame) / divisor(right, frame));
    case '%':
      return (frame) => floorModulo(integer(left, frame), divisor(right, frame));
    case '==':
      return (frame) => equalValues(left(frame), right(frame));
    case '!=':
      return (frame) => !equalValues(left(frame), right(frame));
    case '<':
      return (frame) => compareValues(left(frame), right(frame)) < 0;
    case '<=':
      return (frame) => compareValues(left(frame), right(frame)) <= 0;
    case '>':
      return (frame) => compareValues(left(frame), right(frame)) > 0;
    case '>=':
      return (frame) => compareValues(left(frame), right(frame)) >= 0;
    case '&&':
      return (frame) => left(frame) === true && right(frame) === true;
    case '||':
      return (frame) => left(frame) === true || right(frame) === true;
    default:
      return assertNever(operator);
  }
}

function compileUnary(operator: '-' | '!', operand: Evaluate): Evaluate {
  return operator === '!'
    ? (frame) => operand(frame) !== true
    : (frame) => -integer(operand, frame) + 0;
}

function compileComponent(of: Evaluate, index: number): Evaluate {
  return (frame) => {
    const whole = of(frame);
    const item = typeof whole === 'object' && isTuple(whole) ? whole[index] : undefined;
    if (item === undefined) throw new EvaluationAbort('expression', `no component ${index}`);
    return item;
  };
}

/** Never negative for a positive divisor. */
export function floorModulo(value: number, by: number): number {
  const rest = value % by;
  return rest !== 0 && rest < 0 !== by < 0 ? rest + by : rest + 0;
}

function integer(evaluate: Evaluate, frame: Frame): number {
  const value = evaluate(frame);
  if (typeof value === 'number') return value;
  throw new EvaluationAbort('expression', 'arithmetic on a value that is no integer');
}

function divisor(evaluate: Evaluate, frame: Frame): number {
  const value = integer(evaluate, frame);
  if (value === 0) throw new EvaluationAbort('expression', 'division by zero');
  return value;
}

function exact(value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new EvaluationAbort('expression', 'an integer exceeds 2^53');
}
