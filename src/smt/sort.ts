/**
 * Sorts of the solver-independent logic. Ids, keys and values are uninterpreted, tagged messages and
 * tuples are datatypes, integers are for what is counted or compared. Sorts are plain data that carry
 * their own definition, so an obligation can't mention one that it forgot to declare.
 */

import { invariant } from '../base/assert.ts';

export type Sort =
  | { readonly kind: 'bool' }
  | { readonly kind: 'int' }
  /** Uninterpreted: equality is all that is known of its elements. */
  | { readonly kind: 'named'; readonly name: string }
  | DatatypeSort;

/** A sum of products. Never recursive: a recursive sort has no finite counterexample to print. */
export interface DatatypeSort {
  readonly kind: 'datatype';
  readonly name: string;
  readonly constructors: readonly Constructor[];
}

export interface Constructor {
  readonly name: string;
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly sort: Sort;
}

/** A function, or with no parameter a constant, or with result `bool` a relation. */
export interface FunctionSymbol {
  readonly name: string;
  readonly parameters: readonly Sort[];
  readonly result: Sort;
}

export const boolSort: Sort = { kind: 'bool' };
export const intSort: Sort = { kind: 'int' };

export function namedSort(name: string): Sort {
  return { kind: 'named', name };
}

export function datatypeSort(name: string, constructors: readonly Constructor[]): DatatypeSort {
  invariant(constructors.length > 0, 'a datatype has a constructor');
  return { kind: 'datatype', name, constructors };
}

/** One constructor named after its fields' sorts: tuples of equal shape have equal sorts. */
export function tupleSort(items: readonly Sort[]): DatatypeSort {
  const name = `tuple(${items.map(sortKey).join(',')})`;
  return datatypeSort(name, [
    { name, fields: items.map((sort, index) => ({ name: `${index}`, sort })) },
  ]);
}

export function functionSymbol(
  name: string,
  parameters: readonly Sort[],
  result: Sort,
): FunctionSymbol {
  return { name, parameters, result };
}

/** Equal for equal sorts, and only for those. */
export function sortKey(sort: Sort): string {
  return sort.kind === 'named' || sort.kind === 'datatype'
    ? `${sort.kind}:${sort.name}`
    : sort.kind;
}

export function sameSort(left: Sort, right: Sort): boolean {
  return sortKey(left) === sortKey(right);
}

/** Equal for equal names with equal signatures: what tells two symbols apart. */
export function symbolKey(symbol: FunctionSymbol): string {
  return `${symbol.name}(${symbol.parameters.map(sortKey).join(',')})${sortKey(symbol.result)}`;
}
