/**
 * Total orders, canonical text and hashes: what makes equal inputs give equal outputs. Strings
 * compare by UTF-16 code unit, never by locale.
 */
import { createHash } from 'node:crypto';
import { invariant } from './assert.ts';

/** Negative, zero or positive as `a` comes before, with or after `b`. */
export type Comparator<T> = (a: T, b: T) => number;

export function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function compareBooleans(a: boolean, b: boolean): number {
  return Number(a) - Number(b);
}

/** Element by element; a proper prefix comes first. */
export function compareArrays<T>(compare: Comparator<T>): Comparator<readonly T[]> {
  return (a, b) => {
    for (const [index, left] of a.entries()) {
      if (index >= b.length) return 1;
      const order = compare(left, b[index] as T);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  };
}

/** Orders by a key that is a string or a number. */
export function by<T>(key: (item: T) => string | number): Comparator<T> {
  return (a, b) => compareKeys(key(a), key(b));
}

export function reversed<T>(compare: Comparator<T>): Comparator<T> {
  return (a, b) => compare(b, a);
}

/** The first comparator that tells the two apart decides. */
export function inOrder<T>(...comparators: readonly Comparator<T>[]): Comparator<T> {
  return (a, b) => {
    for (const compare of comparators) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** A sorted copy; equal items keep their order. */
export function sorted<T>(items: Iterable<T>, compare: Comparator<T>): readonly T[] {
  return [...items].sort(compare);
}

export function sortedBy<T>(items: Iterable<T>, key: (item: T) => string | number): readonly T[] {
  return sorted(items, by(key));
}

/** Distinct strings in order. */
export function sortedStrings(items: Iterable<string>): readonly string[] {
  return sorted(new Set(items), compareStrings);
}

/** Groups in order of first appearance; members keep their order. */
export function groupBy<T, K>(
  items: Iterable<T>,
  key: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/**
 * JSON whose objects list their keys in code-unit order: equal values give equal text. Absent and
 * `undefined` fields are the same, as in JSON; what JSON would silently change (`NaN`, functions,
 * maps, holes) is a bug of the caller.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    invariant(Number.isFinite(value), 'canonical JSON holds finite numbers only');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  invariant(isPlainObject(value), 'canonical JSON holds plain data only');
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const texts = sortedBy(fields, ([key]) => key).map(
    ([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`,
  );
  return `{${texts.join(',')}}`;
}

/** Lower-case hexadecimal SHA-256 of the UTF-8 text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function compareKeys(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  invariant(typeof a === 'string' && typeof b === 'string', 'keys of one order have one type');
  return compareStrings(a, b);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
