/** Merges of lattice-typed columns: associative, commutative, idempotent. */
import { assertNever, defined } from '../base/assert.ts';
import type { Column, Lattice } from '../ir/type.ts';
import type { Merging } from './fact-set.ts';
import { EvaluationAbort } from './fault.ts';
import {
  compareValues,
  type Fact,
  isTuple,
  keyOfFact,
  type MapValue,
  makeMap,
  makeSet,
  type Value,
} from './value.ts';

export type Merge = (a: Value, b: Value) => Value;

/** The least upper bound of two elements; `declared` gives the merges that the program declares. */
export function mergeOf(lattice: Lattice, declared: (name: string) => Merge): Merge {
  switch (lattice.kind) {
    case 'max':
      return (a, b) => (compareValues(a, b) >= 0 ? a : b);
    case 'min':
      return (a, b) => (compareValues(a, b) <= 0 ? a : b);
    case 'or':
      return (a, b) => a === true || b === true;
    case 'set':
      return (a, b) => makeSet([...itemsOf(a), ...itemsOf(b)]);
    case 'map':
      return mergeMaps(mergeOf(lattice.value, declared));
    case 'lex':
      return mergeLexicographic(mergeOf(lattice.value, declared));
    case 'declared':
      return declared(lattice.name);
    default:
      return assertNever(lattice);
  }
}

/** How the facts of a relation with these columns merge; null without a lattice column. */
export function mergingOf(
  columns: readonly Column[],
  declared: (name: string) => Merge,
): Merging | null {
  const merges = columns.map((column) =>
    column.type.kind === 'lattice' ? mergeOf(column.type.lattice, declared) : null,
  );
  if (merges.every((merge) => merge === null)) return null;
  return {
    keyOf: (fact) => keyOfFact(fact.filter((_, column) => merges[column] === null)),
    merge: (a, b) => mergeFacts(a, b, merges),
  };
}

function mergeFacts(a: Fact, b: Fact, merges: readonly (Merge | null)[]): Fact {
  return a.map((value, column) => {
    const merge = merges[column];
    return merge == null ? value : merge(value, defined(b[column], 'facts of one relation'));
  });
}

/** The elements of a set. */
export function itemsOf(value: Value): readonly Value[] {
  if (typeof value === 'object' && !isTuple(value) && value.kind === 'set') return value.items;
  throw new EvaluationAbort('expression', 'a set was expected');
}

/** The entries of a map; the empty map is the empty set. */
export function entriesOf(value: Value): MapValue['entries'] {
  if (typeof value === 'object' && !isTuple(value)) {
    if (value.kind === 'map') return value.entries;
    if (value.items.length === 0) return [];
  }
  throw new EvaluationAbort('expression', 'a map was expected');
}

function mergeMaps(merge: Merge): Merge {
  return (a, b) => {
    const entries = new Map<string, readonly [Value, Value]>();
    for (const [key, value] of [...entriesOf(a), ...entriesOf(b)]) {
      const text = keyOfFact([key]);
      const there = entries.get(text);
      entries.set(text, [key, there === undefined ? value : merge(there[1], value)]);
    }
    return makeMap(entries.values());
  };
}

function mergeLexicographic(merge: Merge): Merge {
  return (a, b) => {
    const [versionA, valueA] = pairOf(a);
    const [versionB, valueB] = pairOf(b);
    const order = compareValues(versionA, versionB);
    if (order !== 0) return order > 0 ? a : b;
    return [versionA, merge(valueA, valueB)];
  };
}

function pairOf(value: Value): readonly [Value, Value] {
  if (isTuple(value) && value.length === 2) {
    return [defined(value[0], 'two items'), defined(value[1], 'two items')];
  }
  throw new EvaluationAbort('expression', 'a pair of version and value was expected');
}
