/**
 * Run-time values: plain immutable data with one total order, one canonical text and one size.
 *
 * A logical id is the member's number, counted from 0; its role is known from the column's type, and
 * `printValue` uses that to write `participant:1`. Tuples, lists and elements of `lex` lattices are arrays.
 * Sets and maps are kept sorted, so equal values have equal keys. The empty map is the empty set: `{}`
 * is the bottom of both.
 */
import type { Type } from '../ir/type.ts';

export interface SetValue {
  readonly kind: 'set';
  /** In canonical order, without duplicates. */
  readonly items: readonly Value[];
}

export interface MapValue {
  readonly kind: 'map';
  /** In the canonical order of the keys, which differ; never empty. */
  readonly entries: readonly (readonly [Value, Value])[];
}

export type Value = number | boolean | string | readonly Value[] | SetValue | MapValue;

/** The values of the columns of one fact, in column order. */
export type Fact = readonly Value[];

export const EMPTY_SET: SetValue = { kind: 'set', items: [] };

export function isTuple(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Booleans, numbers, strings, arrays (element by element, a prefix first), sets, maps: in that order. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (typeof a !== 'object' || typeof b !== 'object') return a < b ? -1 : 1;
  if (isTuple(a)) return isTuple(b) ? compareSequences(a, b) : 0;
  if (a.kind === 'set')
    return !isTuple(b) && b.kind === 'set' ? compareSequences(a.items, b.items) : 0;
  return !isTuple(b) && b.kind === 'map' ? compareSequences(a.entries, b.entries) : 0;
}

/** Column by column. */
export function compareFacts(a: Fact, b: Fact): number {
  return compareSequences(a, b);
}

export function equalValues(a: Value, b: Value): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && compareValues(a, b) === 0);
}

/** Text that two values share exactly when they are equal. Strings carry their length, so nothing is escaped. */
export function keyOfValue(value: Value): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (isTuple(value)) return `(${value.map(keyOfValue).join(',')})`;
  if (value.kind === 'set') return `{${value.items.map(keyOfValue).join(',')}}`;
  return `{${value.entries.map(([k, v]) => `${keyOfValue(k)}:${keyOfValue(v)}`).join(',')}}`;
}

export function keyOfFact(fact: Fact): string {
  let key = '';
  for (let column = 0; column < fact.length; column++) {
    if (column > 0) key += ',';
    key += keyOfValue(fact[column] as Value);
  }
  return key;
}

export function makeSet(items: Iterable<Value>): SetValue {
  const sorted = distinctSorted(items);
  return sorted.length === 0 ? EMPTY_SET : { kind: 'set', items: sorted };
}

/** A later entry replaces an earlier one of the same key. */
export function makeMap(entries: Iterable<readonly [Value, Value]>): SetValue | MapValue {
  const byKey = new Map<string, readonly [Value, Value]>();
  for (const entry of entries) byKey.set(keyOfValue(entry[0]), entry);
  if (byKey.size === 0) return EMPTY_SET;
  const sorted = [...byKey.values()].sort((a, b) => compareValues(a[0], b[0]));
  return { kind: 'map', entries: sorted };
}

/** What `collect` makes: canonical order, without duplicates. */
export function distinctSorted(items: Iterable<Value>): readonly Value[] {
  const sorted = [...items].sort(compareValues);
  return sorted.filter((item, at) => at === 0 || !equalValues(item, sorted[at - 1] as Value));
}

/**
 * Bytes of a value on the wire, as the cost model counts them: 8 for a number, 1 for a boolean, the UTF-8
 * length of a string plus 4, and 4 for the length of a collection.
 */
export function sizeOfValue(value: Value): number {
  if (typeof value === 'number') return 8;
  if (typeof value === 'boolean') return 1;
  if (typeof value === 'string') return 4 + Buffer.byteLength(value, 'utf8');
  if (isTuple(value)) return 4 + sizeOfFact(value);
  if (value.kind === 'set') return 4 + sizeOfFact(value.items);
  return 4 + value.entries.reduce((sum, [k, v]) => sum + sizeOfValue(k) + sizeOfValue(v), 0);
}

export function sizeOfFact(fact: Fact): number {
  let size = 0;
  for (const value of fact) size += sizeOfValue(value);
  return size;
}

/** As the program would write it; ids as `role:member` when the type says so. */
export function printValue(value: Value, type?: Type): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number')
    return type?.kind === 'id' ? `${type.role}:${value}` : String(value);
  if (typeof value === 'boolean') return String(value);
  if (isTuple(value)) {
    const texts = value.map((item, at) => printValue(item, itemType(type, at)));
    return type?.kind === 'list' ? `[${texts.join(', ')}]` : `(${texts.join(', ')})`;
  }
  const lattice = type?.kind === 'lattice' ? type.lattice : null;
  if (value.kind === 'set') {
    const of = lattice?.kind === 'set' ? lattice.of : undefined;
    return `{${value.items.map((item) => printValue(item, of)).join(', ')}}`;
  }
  const keyType = lattice?.kind === 'map' ? lattice.key : undefined;
  return `{${value.entries.map(([k, v]) => `${printValue(k, keyType)}: ${printValue(v)}`).join(', ')}}`;
}

/** Element by element, a proper prefix first; entries of maps are pairs, so they compare as sequences too. */
function compareSequences(a: readonly Value[], b: readonly Value[]): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const order = compareValues(a[at] as Value, b[at] as Value);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function rankOf(value: Value): number {
  if (typeof value === 'boolean') return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (isTuple(value)) return 3;
  return value.kind === 'set' ? 4 : 5;
}

function itemType(type: Type | undefined, at: number): Type | undefined {
  if (type === undefined) return undefined;
  if (type.kind === 'list') return type.item;
  if (type.kind === 'tuple') return type.items[at];
  if (type.kind === 'lattice' && type.lattice.kind === 'lex' && at === 0)
    return type.lattice.version;
  return undefined;
}
