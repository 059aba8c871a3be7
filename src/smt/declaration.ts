/**
 * The declarations that a set of terms needs, found by walking them: first come, first declared, so
 * equal obligations have equal texts.
 */

import { invariant } from '../base/assert.ts';
import { freeVariables, type Term, visit } from './formula.ts';
import { type DatatypeSort, type FunctionSymbol, type Sort, sortKey, symbolKey } from './sort.ts';

export interface Declarations {
  /** Names of uninterpreted sorts. */
  readonly sorts: readonly string[];
  /** Each after those that its fields mention. */
  readonly datatypes: readonly DatatypeSort[];
  /** Constants are functions without parameters. */
  readonly functions: readonly FunctionSymbol[];
}

export function collectDeclarations(terms: readonly Term[]): Declarations {
  const sorts = new Set<string>();
  const datatypes = new Map<string, DatatypeSort>();
  const functions = new Map<string, FunctionSymbol>();
  for (const term of terms) {
    visit(term, (inside) => {
      addSort(inside.sort, sorts, datatypes);
      if (inside.kind !== 'compound') return;
      const { operator } = inside;
      if (operator.kind === 'apply') addFunction(operator.function, sorts, datatypes, functions);
      if (operator.kind === 'forall' || operator.kind === 'exists') {
        for (const bound of operator.variables) addSort(bound.sort, sorts, datatypes);
      }
    });
    for (const free of freeVariables(term)) {
      const symbol = { name: free.name, parameters: [], result: free.sort };
      addFunction(symbol, sorts, datatypes, functions);
    }
  }
  return {
    sorts: [...sorts],
    datatypes: [...datatypes.values()],
    functions: [...functions.values()],
  };
}

function addFunction(
  symbol: FunctionSymbol,
  sorts: Set<string>,
  datatypes: Map<string, DatatypeSort>,
  functions: Map<string, FunctionSymbol>,
): void {
  for (const sort of [...symbol.parameters, symbol.result]) addSort(sort, sorts, datatypes);
  functions.set(symbolKey(symbol), symbol);
}

function addSort(sort: Sort, sorts: Set<string>, datatypes: Map<string, DatatypeSort>): void {
  if (sort.kind === 'named') sorts.add(sort.name);
  if (sort.kind !== 'datatype') return;
  const known = datatypes.get(sort.name);
  if (known !== undefined) {
    invariant(known === sort || shape(known) === shape(sort), 'one datatype has one definition');
    return;
  }
  for (const { fields } of sort.constructors) {
    for (const field of fields) addSort(field.sort, sorts, datatypes);
  }
  datatypes.set(sort.name, sort);
}

function shape(sort: DatatypeSort): string {
  return sort.constructors
    .map(({ name, fields }) => `${name}(${fields.map((f) => `${f.name}:${sortKey(f.sort)}`)})`)
    .join('|');
}
