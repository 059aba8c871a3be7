/**
 * Is a client history linearizable, for registers that are read and written? The search of Wing and Gong (1993) with
 * Lowe's memory of visited configurations (2017), one key at a time: a history is linearizable exactly when its
 * restriction to each object is (Herlihy and Wing 1990).
 */

import { defined } from '../../base/assert.ts';
import { groupBy } from '../../base/order.ts';
import type { ClientOperation, ClientValue } from './client-history.ts';

export interface LinearizabilityLimits {
  /** Operations tried, over all keys, before the answer is `unknown`. */
  readonly workMax: number;
}

export const defaultLinearizabilityLimits: LinearizabilityLimits = { workMax: 5_000_000 };

export type LinearizabilityVerdict =
  | { readonly kind: 'linearizable'; readonly keys: number; readonly operations: number }
  | {
      readonly kind: 'violated';
      readonly key: string | number;
      /** The longest prefix that could be ordered, in that order. */
      readonly ordered: readonly ClientOperation[];
      /** The operation whose answer fits nowhere after it. */
      readonly stuck: ClientOperation;
    }
  | { readonly kind: 'unknown'; readonly key: string | number; readonly workMax: number };

/** A violation of any key wins over an unknown one. A register that was never written reads null. */
export function checkLinearizable(
  operations: readonly ClientOperation[],
  limits: LinearizabilityLimits = defaultLinearizabilityLimits,
): LinearizabilityVerdict {
  const groups = groupBy(operations, (each) => each.key);
  let work = limits.workMax;
  let unknown: LinearizabilityVerdict | null = null;
  for (const [key, group] of groups) {
    const outcome = searchKey(group, Math.max(work, 0));
    work -= outcome.work;
    if (outcome.kind === 'violated') return { ...outcome.found, kind: 'violated', key };
    if (outcome.kind === 'unknown') unknown ??= { kind: 'unknown', key, workMax: limits.workMax };
  }
  return unknown ?? { kind: 'linearizable', keys: groups.size, operations: operations.length };
}

type KeyOutcome =
  | { readonly kind: 'linearizable' | 'unknown'; readonly work: number }
  | {
      readonly kind: 'violated';
      readonly work: number;
      readonly found: {
        readonly ordered: readonly ClientOperation[];
        readonly stuck: ClientOperation;
      };
    };

/**
 * Depth first over the orders of the operations. An operation may come next when it was invoked before the first
 * answer of all that aren't ordered yet; one without an answer may be left out for ever.
 */
function searchKey(group: readonly ClientOperation[], workMax: number): KeyOutcome {
  const operations = [...group].sort((a, b) => a.invoked - b.invoked);
  const search = newSearch(operations);
  let work = 0;
  for (;;) {
    if (search.answeredLeft === 0) return { kind: 'linearizable', work };
    if (work >= workMax) return { kind: 'unknown', work };
    work++;
    const next = nextCandidate(search);
    if (next !== null) {
      take(search, next);
      continue;
    }
    remember(search);
    if (!undo(search)) return { kind: 'violated', work, found: explain(search) };
  }
}

interface Search {
  readonly operations: readonly ClientOperation[];
  readonly taken: Uint8Array;
  /** Orders by index; the last one is what was taken last. */
  readonly path: { readonly index: number; readonly before: ClientValue }[];
  readonly seen: Set<string>;
  value: ClientValue;
  /** All operations below are taken. */
  low: number;
  /** Operations from here on weren't looked at in the present configuration. */
  cursor: number;
  answeredLeft: number;
  best: readonly number[];
  stuck: number;
}

function newSearch(operations: readonly ClientOperation[]): Search {
  return {
    operations,
    taken: new Uint8Array(operations.length),
    path: [],
    seen: new Set(),
    value: null,
    low: 0,
    cursor: 0,
    answeredLeft: operations.filter((each) => each.returned !== null).length,
    best: [],
    stuck: -1,
  };
}

function operationAt(search: Search, index: number): ClientOperation {
  return defined(search.operations[index], 'an index of the search is one of an operation');
}

/** The first operation from the cursor on that may come next and leads to a configuration not seen before. */
function nextCandidate(search: Search): number | null {
  const deadline = firstAnswer(search);
  for (let index = Math.max(search.cursor, search.low); index < search.operations.length; index++) {
    const operation = operationAt(search, index);
    if (operation.invoked > deadline) break;
    if (search.taken[index] === 1) continue;
    if (operation.f === 'read' && operation.value !== search.value) continue;
    search.taken[index] = 1;
    const value = operation.f === 'write' ? operation.value : search.value;
    const fresh = !search.seen.has(configuration(search, value, search.path.length + 1));
    search.taken[index] = 0;
    if (fresh) return index;
  }
  return null;
}

/** The earliest answer among the operations that aren't taken: whatever is invoked later must come after it. */
function firstAnswer(search: Search): number {
  let first = Number.POSITIVE_INFINITY;
  for (let index = search.low; index < search.operations.length; index++) {
    const operation = operationAt(search, index);
    if (operation.invoked > first) break;
    if (search.taken[index] === 1 || operation.returned === null) continue;
    if (operation.returned < first) first = operation.returned;
  }
  return first;
}

function take(search: Search, index: number): void {
  const operation = operationAt(search, index);
  search.path.push({ index, before: search.value });
  search.taken[index] = 1;
  if (operation.f === 'write') search.value = operation.value;
  if (operation.returned !== null) search.answeredLeft--;
  while (search.low < search.operations.length && search.taken[search.low] === 1) search.low++;
  search.cursor = 0;
}

/** The present configuration leads nowhere. */
function remember(search: Search): void {
  search.seen.add(configuration(search, search.value, search.path.length));
  if (search.stuck >= 0 && search.path.length <= search.best.length) return;
  search.best = search.path.map((each) => each.index);
  const deadline = firstAnswer(search);
  search.stuck = search.operations.findIndex(
    (each, index) => search.taken[index] === 0 && each.returned === deadline,
  );
}

function undo(search: Search): boolean {
  const last = search.path.pop();
  if (last === undefined) return false;
  search.taken[last.index] = 0;
  search.value = last.before;
  if (operationAt(search, last.index).returned !== null) search.answeredLeft++;
  search.low = Math.min(search.low, last.index);
  search.cursor = last.index + 1;
  return true;
}

/** Which operations are taken, and the register's value: short, since all below the first gap are taken. */
function configuration(search: Search, value: ClientValue, takenCount: number): string {
  let low = search.low;
  while (low < search.taken.length && search.taken[low] === 1) low++;
  let key = `${typeof value}${String(value)}|${low}`;
  let left = takenCount - low;
  for (let index = low; index < search.taken.length && left > 0; index++) {
    if (search.taken[index] === 0) continue;
    key += `,${index}`;
    left--;
  }
  return key;
}

function explain(search: Search): {
  readonly ordered: readonly ClientOperation[];
  readonly stuck: ClientOperation;
} {
  return {
    ordered: search.best.map((index) => operationAt(search, index)),
    stuck: operationAt(search, search.stuck),
  };
}
