/** Arguments of body atoms: which variables they bind, and which they only use. */

import type { Expression } from '../ir/expression.ts';
import { variablesOf } from '../ir/expression.ts';

/** Variables that a fact gives values to: arguments, and items of tuples that are arguments. */
export function boundBy(arg: Expression): readonly string[] {
  if (arg.kind === 'variable') return [arg.name];
  return arg.kind === 'tuple' ? arg.items.flatMap(boundBy) : [];
}

/** Expressions that must have a value before they can be compared with a column. */
export function computedIn(arg: Expression): readonly Expression[] {
  if (arg.kind === 'variable' || arg.kind === 'wildcard') return [];
  if (arg.kind === 'tuple') return arg.items.flatMap(computedIn);
  return variablesOf(arg).length > 0 || hasWildcard(arg) ? [arg] : [];
}

function hasWildcard(expression: Expression): boolean {
  if (expression.kind === 'wildcard') return true;
  return expression.kind === 'tuple' && expression.items.some(hasWildcard);
}
