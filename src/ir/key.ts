/**
 * Keys by which facts of a relation or channel are spread over processes: columns, and what pure functions and arithmetic
 * make of columns. A part of a key that is no column is an expression whose variables are `#0`, `#1`, .. for the columns,
 * so that it means the same for a channel that carries the same facts under other names.
 */

import { type Expression, substitute, variable, variablesOf } from './expression.ts';
import { printExpression } from './print-expression.ts';

export type KeyPart = number | Expression;

/** Keys by relation and channel; keys of facts that meet have equal values, part by part. */
export type Keys = Readonly<Record<string, readonly KeyPart[]>>;

export function keyColumn(index: number): Expression {
  return variable(`#${index}`);
}

/** The part over a relation whose columns have these names. */
export function keyExpression(part: KeyPart, columns: readonly string[]): Expression {
  const named = new Map(columns.map((name, index) => [`#${index}`, variable(name)]));
  return substitute(typeof part === 'number' ? keyColumn(part) : part, named);
}

/** The columns that the part is made of. */
export function columnsOfKey(part: KeyPart): readonly number[] {
  if (typeof part === 'number') return [part];
  return variablesOf(part).map((name) => Number(name.slice(1)));
}

/** `put(k), audit(hash(v))` */
export function printKeys(keys: Keys, columnsOf: (name: string) => readonly string[]): string {
  return Object.entries(keys)
    .map(([name, parts]) => {
      const columns = columnsOf(name);
      const texts = parts.map((part) => printExpression(keyExpression(part, columns)));
      return `${name}(${texts.join(', ')})`;
    })
    .join(', ');
}
