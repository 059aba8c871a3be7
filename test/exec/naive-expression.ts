/** Expressions of the reference evaluator: a plain interpreter of what its random programs use. */
import { builtinKernel } from '../../src/exec/builtin-functions.ts';
import { compareValues, equalValues, makeSet, type Value } from '../../src/exec/value.ts';
import { parameterValues } from '../../src/ir/constant.ts';
import type { Expression } from '../../src/ir/expression.ts';
import type { Program } from '../../src/ir/program.ts';

export type Binding = ReadonlyMap<string, Value>;

export function isKnown(expression: Expression, binding: Binding): boolean {
  if (expression.kind === 'variable') return binding.has(expression.name);
  if (expression.kind === 'binary') {
    return isKnown(expression.left, binding) && isKnown(expression.right, binding);
  }
  if (expression.kind === 'tuple') return expression.items.every((e) => isKnown(e, binding));
  if (expression.kind === 'call') return expression.args.every((e) => isKnown(e, binding));
  return true;
}

export function evaluate(
  expression: Expression,
  binding: Binding,
  world: { readonly program: Program; readonly me: number },
): Value {
  const of = (e: Expression): Value => evaluate(e, binding, world);
  switch (expression.kind) {
    case 'variable':
      return binding.get(expression.name) as Value;
    case 'int':
    case 'bool':
    case 'string':
      return expression.value;
    case 'parameter':
      return parameterValues(world.program).get(expression.name) as number;
    case 'me':
      return world.me;
    case 'tuple':
      return expression.items.map(of);
    case 'set':
      return makeSet(expression.items.map(of));
    case 'call':
      return (builtinKernel(expression.function) as (args: readonly Value[]) => Value)(
        expression.args.map(of),
      );
    case 'binary':
      return arithmetic(expression.operator, of(expression.left), of(expression.right));
    default:
      throw new Error(`the reference has no ${expression.kind}`);
  }
}

function arithmetic(operator: string, a: Value, b: Value): Value {
  if (operator === '==') return equalValues(a, b);
  if (operator === '!=') return !equalValues(a, b);
  if (operator === '<') return compareValues(a, b) < 0;
  if (operator === '<=') return compareValues(a, b) <= 0;
  const [x, y] = [Number(a), Number(b)];
  if (operator === '+') return x + y;
  if (operator === '-') return x - y;
  if (operator === '%') return ((x % y) + y) % y;
  throw new Error(`the reference has no ${operator}`);
}
