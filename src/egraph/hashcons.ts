/**
 * The hashcons: from symbol and canonical children to the one live node that has them. Open
 * addressing with linear probing; each entry is a node number plus one beside its hash, so most
 * misses are decided without touching the node. Entries are never deleted: a node that is made
 * canonical again is entered anew and its old entry goes stale, a dead node compares unequal to
 * everything, and both vanish when the table is rebuilt.
 */
import { at } from './ints.ts';
import type { NodeStore } from './node-store.ts';

/** The table is rebuilt above this share of used entries. */
const loadMax = 5 / 8;
const empty = 0;

export class Hashcons {
  readonly #store: NodeStore;
  #table: Int32Array = new Int32Array(2 * 32);
  #used = 0;

  constructor(store: NodeStore) {
    this.#store = store;
  }

  /** Number of integers held, for accounts of memory. */
  get length(): number {
    return this.#table.length;
  }

  /** The live node with this symbol and these children, or -1. */
  lookup(hash: number, symbol: number, children: Int32Array, arity: number): number {
    const table = this.#table;
    const mask = table.length - 2;
    for (let entry = (hash << 1) & mask; ; entry = (entry + 2) & mask) {
      const stored = at(table, entry);
      if (stored === empty) return -1;
      if (at(table, entry + 1) !== hash) continue;
      if (this.#matches(stored - 1, symbol, children, arity)) return stored - 1;
    }
  }

  /** Enters a node that `lookup` didn't find. */
  insert(hash: number, node: number): void {
    if (this.#used >= (this.#table.length >> 1) * loadMax) this.#rebuild();
    this.#used++;
    place(this.#table, hash, node);
  }

  /**
   * Enters a node whose children changed, unless a live twin is there: returns the twin, or -1. The
   * node's own stale entry may stand in the probe sequence with an equal hash, so finding the node
   * itself doesn't end the search.
   */
  reinsert(hash: number, node: number): number {
    const store = this.#store;
    const table = this.#table;
    const mask = table.length - 2;
    const symbol = at(store.symbols, node);
    const start = at(store.starts, node);
    const arity = at(store.starts, node + 1) - start;
    let present = false;
    for (let entry = (hash << 1) & mask; ; entry = (entry + 2) & mask) {
      const stored = at(table, entry);
      if (stored === empty) break;
      if (at(table, entry + 1) !== hash) continue;
      const other = stored - 1;
      if (other === node) present = true;
      else if (this.#equal(other, symbol, start, arity)) return other;
    }
    if (!present) this.insert(hash, node);
    return -1;
  }

  #matches(node: number, symbol: number, children: Int32Array, arity: number): boolean {
    const store = this.#store;
    if (at(store.symbols, node) !== symbol) return false;
    const start = at(store.starts, node);
    if (at(store.starts, node + 1) - start !== arity) return false;
    const slots = store.children;
    for (let position = 0; position < arity; position++) {
      if (at(slots, start + position) !== at(children, position)) return false;
    }
    return true;
  }

  #equal(node: number, symbol: number, from: number, arity: number): boolean {
    const store = this.#store;
    if (at(store.symbols, node) !== symbol) return false;
    const start = at(store.starts, node);
    if (at(store.starts, node + 1) - start !== arity) return false;
    const slots = store.children;
    for (let position = 0; position < arity; position++) {
      if (at(slots, start + position) !== at(slots, from + position)) return false;
    }
    return true;
  }

  /** Enters the live nodes into a new table, larger if they need it. */
  #rebuild(): void {
    const store = this.#store;
    let capacity = this.#table.length >> 1;
    while (store.liveCount >= (capacity * loadMax) / 2) capacity *= 2;
    const table = new Int32Array(2 * capacity);
    let used = 0;
    for (let node = 0; node < store.nodeCount; node++) {
      const symbol = at(store.symbols, node);
      if (symbol < 0) continue;
      const start = at(store.starts, node);
      const arity = at(store.starts, node + 1) - start;
      place(table, hashSlots(symbol, store.children, start, arity), node);
      used++;
    }
    this.#table = table;
    this.#used = used;
  }
}

function place(table: Int32Array, hash: number, node: number): void {
  const mask = table.length - 2;
  let entry = (hash << 1) & mask;
  while (at(table, entry) !== empty) entry = (entry + 2) & mask;
  table[entry] = node + 1;
  table[entry + 1] = hash;
}

/** Multiply and rotate over symbol and children, then a finalizer that mixes high bits into low. */
export function hashSlots(symbol: number, slots: Int32Array, start: number, arity: number): number {
  let hash = Math.imul(symbol + 1, 0x9e3779b1);
  for (let slot = start; slot < start + arity; slot++) {
    hash = Math.imul((hash << 5) ^ (hash >>> 27) ^ at(slots, slot), 0x85ebca6b);
  }
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 13);
}
