/**
 * The facts of one relation: an immutable-looking set with hash indexes and a canonical text, all lazy.
 *
 * Sets that grow share one append-only store, each a view of its first `size` facts, as slices of one array do: adding
 * to the newest costs what is added, and what was added since an older one is known. Adding to an older view and replacing
 * copy. Relations with lattice columns keep one fact for each value of the other columns and merge
 * into it.
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
  /** Places in the store, ascending. */
  readonly buckets: Map<string, number[]>;
  /** Facts of the store that are filed. */
  filed: number;
}

interface Store {
  readonly facts: Fact[];
  /** By place: the key of the columns that aren't lattices. */
  readonly keys: string[];
  readonly places: Map<string, number>;
  indexes: Index[];
}

export class FactSet {
  #store: Store;
  #size: number;
  /** No other view looks at the store, so that it may be changed in place. */
  #isOwner: boolean;
  readonly #merging: Merging | null;
  #text: string | null = null;

  private constructor(store: Store, size: number, merging: Merging | null) {
    this.#store = store;
    this.#size = size;
    this.#isOwner = size === 0;
    this.#merging = merging;
  }

  static make(merging: Merging | null = null): FactSet {
    return new FactSet(emptyStore(), 0, merging);
  }

  static of(facts: Iterable<Fact>, merging: Merging | null = null): FactSet {
    const set = FactSet.make(merging);
    for (const fact of facts) set.add(fact);
    return set;
  }

  get size(): number {
    return this.#size;
  }

  /** A set with the same facts that can be filled further. */
  copy(): FactSet {
    if (this.#size === 0) return FactSet.make(this.#merging);
    this.#isOwner = false;
    return new FactSet(this.#store, this.#size, this.#merging);
  }

  /** Adds or merges; the fact that now stands for it, or null when nothing changed. */
  add(fact: Fact): Fact | null {
    if (this.#merging !== null) return this.#mergeIn(fact, this.#merging);
    const key = keyOfFact(fact);
    if (this.#placeOf(key) !== -1) return null;
    this.#append(key, fact);
    return fact;
  }

  /** A copy without some facts; for sets without lattice columns. */
  without(facts: readonly Fact[]): FactSet {
    const gone = FactSet.of(facts);
    const kept = FactSet.make(this.#merging);
    for (let place = 0; place < this.#size; place++) {
      const key = this.#store.keys[place] as string;
      if (gone.#placeOf(key) === -1) kept.#append(key, this.#store.facts[place] as Fact);
    }
    return kept;
  }

  /** Exactly this fact is there. */
  has(fact: Fact): boolean {
    if (this.#size === 0) return false;
    if (this.#merging === null) return this.#placeOf(keyOfFact(fact)) !== -1;
    const place = this.#placeOf(this.#merging.keyOf(fact));
    return place !== -1 && sameFact(this.#store.facts[place] as Fact, fact);
  }

  /** In insertion order. */
  values(): readonly Fact[] {
    const { facts } = this.#store;
    return this.#size === facts.length ? facts : facts.slice(0, this.#size);
  }

  /**
   * Facts that may have `values` in `columns` (ascending): all facts of a small set, else exactly those of
   * the index, so callers check the columns themselves when `size` is small.
   */
  probe(columns: readonly number[], values: readonly Value[]): readonly Fact[] {
    if (this.#size < indexedFrom) return this.values();
    const bucket = this.#indexOn(columns).buckets.get(keyOfFact(values));
    const found: Fact[] = [];
    for (const place of bucket ?? []) {
      if (place >= this.#size) break;
      found.push(this.#store.facts[place] as Fact);
    }
    return found;
  }

  /** What was added to `older` to make this set; null when that isn't known, or more than additions happened. */
  addedSince(older: FactSet): readonly Fact[] | null {
    if (this === older) return [];
    if (this.#store !== older.#store || older.#size > this.#size) return null;
    return older.#size === this.#size ? [] : this.#store.facts.slice(older.#size, this.#size);
  }

  /** The facts that `older` doesn't have. */
  missingIn(older: FactSet): readonly Fact[] {
    const added = this.addedSince(older);
    if (added !== null) return added;
    return this.values().filter((fact, place) => {
      const there = older.#placeOf(this.#store.keys[place] as string);
      if (there === -1) return true;
      return this.#merging !== null && !sameFact(older.#store.facts[there] as Fact, fact);
    });
  }

  /** Same facts. */
  equals(other: FactSet): boolean {
    if (this === other) return true;
    if (this.#size !== other.#size) return false;
    return this.#store === other.#store || this.missingIn(other).length === 0;
  }

  /** Text that two sets of one relation share exactly when they are equal. */
  text(): string {
    this.#text ??= this.#makeText();
    return this.#text;
  }

  #makeText(): string {
    if (this.#size === 0) return '';
    const { keys } = this.#store;
    const texts = this.#merging === null ? keys.slice(0, this.#size) : this.values().map(keyOfFact);
    // The one fact without columns has the empty key, and must not look like no fact.
    return texts.sort(compareStrings).join(';') || '()';
  }

  #placeOf(key: string): number {
    const place = this.#store.places.get(key);
    return place === undefined || place >= this.#size ? -1 : place;
  }

  #append(key: string, fact: Fact): void {
    if (this.#size !== this.#store.facts.length) this.#fork();
    put(this.#store, key, fact);
    this.#size += 1;
    this.#text = null;
  }

  #mergeIn(fact: Fact, merging: Merging): Fact | null {
    const key = merging.keyOf(fact);
    const place = this.#placeOf(key);
    if (place === -1) {
      this.#append(key, fact);
      return fact;
    }
    const there = this.#store.facts[place] as Fact;
    const merged = merging.merge(there, fact);
    if (sameFact(there, merged)) return null;
    if (!this.#isOwner) this.#fork();
    this.#store.facts[place] = merged;
    this.#store.indexes = [];
    this.#text = null;
    return merged;
  }

  /** A store of its own, with the facts of this view. */
  #fork(): void {
    const { facts, keys } = this.#store;
    const fork = emptyStore();
    for (let place = 0; place < this.#size; place++) {
      put(fork, keys[place] as string, facts[place] as Fact);
    }
    this.#store = fork;
    this.#isOwner = true;
  }

  #indexOn(columns: readonly number[]): Index {
    const { facts, indexes } = this.#store;
    let index = indexes.find((each) => sameColumns(each.columns, columns));
    if (index === undefined) {
      index = { columns, buckets: new Map(), filed: 0 };
      indexes.push(index);
    }
    for (; index.filed < facts.length; index.filed++) {
      const key = keyOfColumns(facts[index.filed] as Fact, columns);
      const bucket = index.buckets.get(key);
      if (bucket === undefined) index.buckets.set(key, [index.filed]);
      else bucket.push(index.filed);
    }
    return index;
  }
}

/** Never filled: `copy` of an empty set has a store of its own. */
export const EMPTY: FactSet = FactSet.make();

function emptyStore(): Store {
  return { facts: [], keys: [], places: new Map(), indexes: [] };
}

function put(store: Store, key: string, fact: Fact): void {
  store.places.set(key, store.facts.length);
  store.facts.push(fact);
  store.keys.push(key);
}

function keyOfColumns(fact: Fact, columns: readonly number[]): string {
  let key = '';
  for (const [at, column] of columns.entries()) {
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
