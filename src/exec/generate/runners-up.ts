/** The rows of a group that aren't its first, while they come and go: they take its place when it goes. */
import { defined } from '../../base/assert.ts';
import { compareFacts, type Fact, keyOfFact, keyOfValue, type Value } from '../value.ts';
import { TupleHeap } from './tuple-heap.ts';

interface Counted {
  readonly tuple: Fact;
  times: number;
}

export class RunnersUp {
  readonly #tuples = new Map<TupleKey, Counted>();
  readonly #heap: TupleHeap;

  constructor(first: 'least' | 'greatest') {
    this.#heap = new TupleHeap(
      first === 'least' ? compareFacts : (a: Fact, b: Fact) => compareFacts(b, a),
    );
  }

  get size(): number {
    return this.#tuples.size;
  }

  /** Changes of one tick come in any order, so a row may be taken back before it is added. */
  change(sign: number, tuple: Fact): void {
    const key = keyOfTuple(tuple);
    const there = this.#tuples.get(key);
    if (there === undefined) {
      this.#tuples.set(key, { tuple, times: sign });
      this.#heap.push(tuple);
      return;
    }
    there.times += sign;
    if (there.times === 0) this.#tuples.delete(key);
  }

  /** Asked when a tick's changes are all in. */
  first(): Fact | null {
    const tuples = this.#tuples;
    if (tuples.size === 0) return null;
    const isThere = (tuple: Fact): boolean => tuples.has(keyOfTuple(tuple));
    const all = (): readonly Fact[] => Array.from(tuples.values(), ({ tuple }) => tuple);
    return this.#heap.top(isThere, tuples.size, all);
  }

  /** Takes the tuple out; how often it was there. */
  take(tuple: Fact): number {
    const key = keyOfTuple(tuple);
    const { times } = defined(this.#tuples.get(key), 'a tuple that is there');
    this.#tuples.delete(key);
    return times;
  }
}

export type TupleKey = string | number | boolean;

/** Tuples of one width that differ have keys that differ. */
export function keyOfTuple(tuple: Fact): TupleKey {
  const [first] = tuple;
  return tuple.length === 1 && first !== undefined ? keyOfOne(first) : keyOfFact(tuple);
}

/** Values of one column that differ have keys that differ. */
export function keyOfOne(value: Value): TupleKey {
  return typeof value === 'object' ? keyOfValue(value) : value;
}
