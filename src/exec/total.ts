/** Expressions that have a value whatever their variables are: when they are evaluated makes no difference. */
import type { Expression } from '../ir/expression.ts';
import type { Program } from '../ir/program.ts';

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '&&', '||']);

/** `isTotalFunction` says whether a call fails only if an argument does. Arithmetic may exceed what an integer can be. */
export function isTotal(
  expression: Expression,
  isTotalFunction: (name: string) => boolean,
): boolean {
  const of = (sub: Expression): boolean => isTotal(sub, isTotalFunction);
  switch (expression.kind) {
    case 'variable':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
    case 'me':
      return true;
    case 'tuple':
      return expression.items.every(of);
    case 'component':
      return of(expression.of);
    case 'binary':
      return comparisons.has(expression.operator) && of(expression.left) && of(expression.right);
    case 'unary':
      return expression.operator === '!' && of(expression.operand);
    case 'if':
      return of(expression.condition) && of(expression.then) && of(expression.otherwise);
    case 'call':
      return isTotalFunction(expression.function) && expression.args.every(of);
    case 'wildcard':
    case 'set':
    case 'map':
      return false;
  }
}

export const neverTotal: (name: string) => boolean = () => false;

/** Functions of the program whose bodies can't fail. They don't call themselves, says the checker. */
export function totalFunctions(program: Program): (name: string) => boolean {
  const isTotalFunction = (name: string): boolean => {
    const body = program.functions.find((each) => each.name === name)?.body;
    return body != null && isTotal(body, isTotalFunction);
  };
  return isTotalFunction;
}
