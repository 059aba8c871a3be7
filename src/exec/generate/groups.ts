/**
 * An aggregate kept group by group: rows are added and taken back, and when asked only groups that changed are looked at. A
 * count and a sum are kept as numbers; the least and the greatest survive deletions by a heap of what is there.
 */
import { assertNever, defined } from '../../base/assert.ts';
import type { AggregateName } from '../../ir/clause.ts';
import { addend, type HeadPart } from '../aggregate.ts';
import { compareFacts, distinctSorted, type Fact, keyOfValue, type Value } from '../value.ts';
import { keyOfOne, keyOfTuple, type TupleKey } from './runners-up.ts';
import { TupleHeap } from './tuple-heap.ts';

/** Takes a head fact that ceases (-1) or begins (1) to hold. */
export type Emit = (sign: -1 | 1, head: Fact) => void;

interface Counted {
  readonly tuple: Fact;
  times: number;
}

interface Column {
  /** The distinct values of the expressions, with how many rows have each. */
  readonly tuples: Map<TupleKey, Counted>;
  sum: number;
  isExact: boolean;
  readonly heap: TupleHeap | null;
}

interface Group {
  readonly plain: Fact;
  readonly columns: readonly Column[];
  rows: number;
  head: Fact | null;
  isDirty: boolean;
}

type AggregatePart = Extract<HeadPart, { readonly kind: 'aggregate' }>;

export class GroupTable {
  readonly #parts: readonly HeadPart[];
  readonly #aggregates: readonly AggregatePart[];
  readonly #plain: readonly number[];
  readonly #groups = new Map<TupleKey, Group>();
  #dirty: Group[] = [];

  constructor(parts: readonly HeadPart[]) {
    this.#parts = parts;
    this.#aggregates = parts.filter((part) => part.kind === 'aggregate');
    this.#plain = parts.flatMap((part) => (part.kind === 'plain' ? [part.at] : []));
  }

  /** Groups, and what is remembered of their rows. */
  get size(): number {
    let size = 0;
    for (const { columns } of this.#groups.values()) {
      for (const { tuples } of columns) size += 1 + tuples.size;
    }
    return size;
  }

  get isDirty(): boolean {
    return this.#dirty.length > 0;
  }

  /** A row of the body: the plain values and those of every aggregate, where the head's parts say. */
  change(sign: number, row: Fact): void {
    const key = keyOfColumns(row, this.#plain);
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = this.#make(row);
      this.#groups.set(key, group);
    }
    if (!group.isDirty) {
      group.isDirty = true;
      this.#dirty.push(group);
    }
    group.rows += sign;
    for (const [at, part] of this.#aggregates.entries()) {
      count(defined(group.columns[at], 'a column for each aggregate'), part, sign, row);
    }
  }

  /** Tells what changed since the last call. */
  flush(emit: Emit): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const group of dirty) {
      group.isDirty = false;
      const old = group.head;
      const head = group.rows === 0 ? null : this.#headOf(group);
      if (group.rows === 0) this.#groups.delete(keyOfColumns(group.plain, this.#plain));
      if (old !== null && head !== null && compareFacts(old, head) === 0) continue;
      group.head = head;
      if (old !== null) emit(-1, old);
      if (head !== null) emit(1, head);
    }
  }

  clear(): void {
    this.#groups.clear();
    this.#dirty = [];
  }

  #make(row: Fact): Group {
    const columns = this.#aggregates.map(({ aggregate }): Column => {
      const heap =
        aggregate === 'max'
          ? new TupleHeap((a, b) => compareFacts(b, a))
          : aggregate === 'min' || aggregate === 'choose'
            ? new TupleHeap(compareFacts)
            : null;
      return { tuples: new Map(), sum: 0, isExact: true, heap };
    });
    return { plain: row, columns, rows: 0, head: null, isDirty: false };
  }

  #headOf(group: Group): Fact {
    const head: Value[] = [];
    let next = 0;
    for (const part of this.#parts) {
      if (part.kind !== 'aggregate') head.push(group.plain[part.at] as Value);
      else head.push(...valuesOf(defined(group.columns[next++], 'a column'), part.aggregate));
    }
    return head;
  }
}

function count(column: Column, part: AggregatePart, sign: number, row: Fact): void {
  const { at, width, aggregate } = part;
  const tuple = row.slice(at, at + width);
  const key = keyOfTuple(tuple);
  const there = column.tuples.get(key);
  if (there !== undefined) {
    there.times += sign;
    if (there.times !== 0) return;
    column.tuples.delete(key);
    if (aggregate === 'sum') addTo(column, -addend(there.tuple));
    return;
  }
  // Changes of one tick come in any order, so a row may be taken back before it is added.
  column.tuples.set(key, { tuple, times: sign });
  if (aggregate === 'sum') addTo(column, addend(tuple));
  column.heap?.push(tuple);
}

function addTo(column: Column, value: number): void {
  column.sum += value;
  if (!Number.isSafeInteger(column.sum)) column.isExact = false;
}

function valuesOf(column: Column, aggregate: AggregateName): readonly Value[] {
  switch (aggregate) {
    case 'count':
      return [column.tuples.size];
    case 'sum':
      return [column.isExact ? column.sum : sumOf(column)];
    case 'min':
    case 'max':
      return topOf(column);
    case 'collect':
      return [distinctSorted(Array.from(column.tuples.values(), ({ tuple }) => whole(tuple)))];
    case 'choose':
      return [whole(topOf(column))];
    default:
      return assertNever(aggregate);
  }
}

function sumOf(column: Column): number {
  let sum = 0;
  for (const { tuple } of column.tuples.values()) sum += addend(tuple);
  return sum;
}

function topOf(column: Column): Fact {
  const heap = defined(column.heap, 'an extremum has a heap');
  const { tuples } = column;
  const isThere = (tuple: Fact): boolean => tuples.has(keyOfTuple(tuple));
  const all = (): readonly Fact[] => Array.from(tuples.values(), ({ tuple }) => tuple);
  return heap.top(isThere, tuples.size, all);
}

function whole(tuple: Fact): Value {
  return tuple.length === 1 ? (tuple[0] as Value) : tuple;
}

function keyOfColumns(row: Fact, columns: readonly number[]): TupleKey {
  const [first] = columns;
  if (columns.length === 1) return keyOfOne(row[first ?? 0] as Value);
  let key = '';
  for (const column of columns) key += `${keyOfValue(row[column] as Value)},`;
  return key;
}
