/**
 * The facts of one relation: a set with lazy hash indexes and a lazy canonical text.
 *
 * It is filled by whoever makes it and shared unchanged afterwards; states of many ticks may hold the same
 * one. Relations with lattice columns keep one fact for each value of the other columns and merge into it.
 */
import { compareStrings } from '../base/order.ts';
import { equalValues, type Fact, keyOfFact, keyOfValue, type Value } from './value.ts';

/** How facts that agree on all columns but the lattice ones become one. */
export interface Merging {
  readonly keyOf: (fact: Fact) => string;
  readonly merge: (a: Fact, b: Fact) => Fact;
}

/** Below this many facts a scan beats building and probing an index. */
const indexedFrom = 9;

interface Index {
  readonly columns: readonly number[];
  readonly buckets: Map<string, Fact[]>;
}

export class FactSet {
  readonly #facts: Map<string, Fact>;
  readonly #merging: Merging | null;
  #indexes: Index[] | null = null;
  #text: string | null = null;
  /** The set that this one was copied from, and what was added since; null once something was replaced or removed. */
  #parent: FactSet | null = null;
  #added: Fact[] = [];

  private constructor(facts: Map<string, Fact>, merging: Merging | null) {
    this.#facts = facts;
    this.#merging = merging;
  }

  static make(merging: Merging | null = null): FactSet {
    return new FactSet(new Map(), merging);
  }

  static of(facts: Iterable<Fact>, merging: Merging | null = null): FactSet {
    const set = FactSet.make(merging);
    for (const fact of facts) set.add(fact);
    return set;
  }

  get size(): number {
    return this.#facts.size;
  }

  /**
   * A copy that can be filled further. It takes the indexes along: the newer set is the one that will be probed, and
   * the older one makes its own again should it need them.
   */
  copy(): FactSet {
    const copy = new FactSet(new Map(this.#facts), this.#merging);
    copy.#parent = this;
    copy.#indexes = this.#indexes;
    this.#indexes = null;
    return copy;
  }

  /** What was added to `older` to make this set; null when that isn't known, or more than additions happened. */
  addedSince(older: FactSet): readonly Fact[] | null {
    if (this === older) return [];
    if (this.#parent === null) return null;
    if (this.#parent === older) return this.#added;
    const before = this.#parent.addedSince(older);
    return before === null ? null : [...before, ...this.#added];
  }

  /** Forgets which set this one was copied from, so that old states can be freed. */
  forgetOrigin(): void {
    this.#parent = null;
    this.#added = [];
  }

  /** Adds or merges; the fact that now stands for it, or null when nothing changed. */
  add(fact: Fact): Fact | null {
    if (this.#merging !== null) return this.#mergeIn(fact, this.#merging);
    const key = keyOfFact(fact);
    if (this.#facts.has(key)) return null;
    this.#insert(key, fact);
    return fact;
  }

  /** Removes a fact of a set without lattice columns. */
  remove(fact: Fact): void {
    const key = keyOfFact(fact);
    if (!this.#facts.delete(key)) return;
    this.#text = null;
    this.forgetOrigin();
    if (this.#indexes !== null) for (const index of this.#indexes) unfile(index, fact);
  }

  /** Exactly this fact is there. */
  has(fact: Fact): boolean {
    if (this.#merging === null) return this.#facts.has(keyOfFact(fact));
    const there = this.#facts.get(this.#merging.keyOf(fact));
    return there !== undefined && sameFact(there, fact);
  }

  /** In insertion order. */
  values(): IterableIterator<Fact> {
    return this.#facts.values();
  }

  /** Key and fact, in insertion order; keys are of the columns that aren't lattices. */
  entries(): IterableIterator<[string, Fact]> {
    return this.#facts.entries();
  }

  /**
   * Facts that may have `values` in `columns` (ascending): all facts of a small set, else exactly those of
   * the index, so callers check the columns themselves when `size` is small.
   */
  probe(columns: readonly number[], values: readonly Value[]): Iterable<Fact> {
    if (this.#facts.size < indexedFrom) return this.#facts.values();
    const index = this.#indexOn(columns);
    return index.buckets.get(keyOfFact(values)) ?? nothing;
  }

  /** Same facts. */
  equals(other: FactSet): boolean {
    if (this === other) return true;
    if (this.#facts.size !== other.#facts.size) return false;
    for (const [key, fact] of this.#facts) {
      const there = other.#facts.get(key);
      if (there === undefined) return false;
      if (this.#merging !== null && !sameFact(there, fact)) return false;
    }
    return true;
  }

  /** Text that two sets of one relation share exactly when they are equal. */
  text(): string {
    this.#text ??= this.#makeText();
    return this.#text;
  }

  #makeText(): string {
    if (this.#facts.size === 0) return '';
    const keys = this.#merging === null ? this.#facts.keys() : this.#wholeKeys();
    // The one fact without columns has the empty key, and must not look like no fact.
    return [...keys].sort(compareStrings).join(';') || '()';
  }

  #wholeKeys(): readonly string[] {
    return Array.from(this.#facts.values(), keyOfFact);
  }

  #mergeIn(fact: Fact, merging: Merging): Fact | null {
    const key = merging.keyOf(fact);
    const there = this.#facts.get(key);
    if (there === undefined) {
      this.#insert(key, fact);
      return fact;
    }
    const merged = merging.merge(there, fact);
    if (sameFact(there, merged)) return null;
    this.#facts.set(key, merged);
    this.#indexes = null;
    this.#text = null;
    this.forgetOrigin();
    return merged;
  }

  #insert(key: string, fact: Fact): void {
    this.#facts.set(key, fact);
    this.#text = null;
    if (this.#parent !== null) this.#added.push(fact);
    if (this.#indexes !== null) for (const index of this.#indexes) fileIn(index, fact);
  }

  #indexOn(columns: readonly number[]): Index {
    this.#indexes ??= [];
    const found = this.#indexes.find((index) => sameColumns(index.columns, columns));
    if (found !== undefined) return found;
    const index: Index = { columns, buckets: new Map() };
    for (const fact of this.#facts.values()) fileIn(index, fact);
    this.#indexes.push(index);
    return index;
  }
}

const nothing: readonly Fact[] = [];

export const EMPTY: FactSet = FactSet.make();

function fileIn(index: Index, fact: Fact): void {
  const key = indexKey(index, fact);
  const bucket = index.buckets.get(key);
  if (bucket === undefined) index.buckets.set(key, [fact]);
  else bucket.push(fact);
}

function unfile(index: Index, fact: Fact): void {
  const key = indexKey(index, fact);
  const rest = index.buckets.get(key)?.filter((other) => !sameFact(other, fact)) ?? [];
  if (rest.length === 0) index.buckets.delete(key);
  else index.buckets.set(key, rest);
}

function indexKey(index: Index, fact: Fact): string {
  let key = '';
  for (const [at, column] of index.columns.entries()) {
    if (at > 0) key += ',';
    key += keyOfValue(fact[column] as Value);
  }
  return key;
}

function sameFact(a: Fact, b: Fact): boolean {
  return a === b || a.every((value, at) => equalValues(value, b[at] as Value));
}

function sameColumns(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((column, at) => column === b[at]));
}
