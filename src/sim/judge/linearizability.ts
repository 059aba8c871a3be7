/**
 * Is a client history linearizable, for registers that are read, written and compared-and-set? The search of Wing and
 * Gong (1993) with Lowe's memory of visited configurations (2017), one key at a time: a history is linearizable
 * exactly when its restriction to each object is (Herlihy and Wing 1990).
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

/**
 * A violation of any key wins over an unknown one, so every key first gets an equal share of the work, and those that
 * need more get what is left. A register that was never written reads null.
 */
export function checkLinearizable(
  operations: readonly ClientOperation[],
  limits: LinearizabilityLimits = defaultLinearizabilityLimits,
): LinearizabilityVerdict {
  const groups = groupBy(operations, (each) => each.key);
  const share = Math.floor(limits.workMax / Math.max(groups.size, 1));
  let left = limits.workMax;
  const open: (string | number)[] = [];
  for (const [key, group] of groups) {
    const outcome = searchKey(group, share);
    left -= outcome.work;
    if (outcome.kind === 'violated') return { ...outcome.found, kind: 'violated', key };
    if (outcome.kind === 'unknown') open.push(key);
  }
  for (const key of open) {
    const outcome = searchKey(defined(groups.get(key), 'a key of the history'), left);
    left -= outcome.work;
    if (outcome.kind === 'violated') return { ...outcome.found, kind: 'violated', key };
    if (outcome.kind === 'unknown') return { kind: 'unknown', key, workMax: limits.workMax };
  }
  return { kind: 'linearizable', keys: groups.size, operations: operations.length };
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
  const search = newSearch(
    withoutUnseen(group)
      .slice()
      .sort((a, b) => a.invoked - b.invoked),
  );
  let from = search.next[search.end] ?? search.end;
  for (;;) {
    if (search.answeredLeft === 0) return { kind: 'linearizable', work: search.work };
    if (search.work >= workMax) return { kind: 'unknown', work: search.work };
    if (takeNext(search, from)) {
      from = search.next[search.end] ?? search.end;
      continue;
    }
    remember(search);
    const undone = undo(search);
    if (undone < 0) return { kind: 'violated', work: search.work, found: explain(search) };
    from = search.next[undone] ?? search.end;
  }
}

/** What was written without an answer and never seen may as well never have happened. */
function withoutUnseen(group: readonly ClientOperation[]): readonly ClientOperation[] {
  const seen = new Set<ClientValue>();
  for (const each of group) {
    if (each.f === 'read') seen.add(each.value);
    if (each.f === 'cas') seen.add(each.expected ?? null);
  }
  return group.filter((each) => each.returned !== null || seen.has(each.value));
}

/** One operation of the order so far, after those of its parent. */
interface Step {
  readonly index: number;
  /** The register, and the highest operation taken, before it. */
  readonly before: ClientValue;
  readonly highBefore: number;
  readonly parent: Step | null;
  readonly depth: number;
}

interface Search {
  readonly operations: readonly ClientOperation[];
  /** Operations that aren't taken, as a ring in the order of invocation that starts and ends at `end`. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly end: number;
  readonly seen: Set<string>;
  last: Step | null;
  value: ClientValue;
  /** The highest operation that is taken; -1 for none. */
  high: number;
  answeredLeft: number;
  work: number;
  /** The deepest dead end, and the operation that could not follow it. */
  best: Step | null;
  stuck: number;
}

function newSearch(operations: readonly ClientOperation[]): Search {
  const end = operations.length;
  const next = new Int32Array(end + 1);
  const previous = new Int32Array(end + 1);
  for (let at = 0; at <= end; at++) {
    next[at] = at === end ? 0 : at + 1;
    previous[at] = at === 0 ? end : at - 1;
  }
  return {
    ...{ operations, next, previous, end, seen: new Set<string>() },
    ...{ last: null, value: null, high: -1, work: 0, best: null, stuck: -1 },
    answeredLeft: operations.filter((each) => each.returned !== null).length,
  };
}

function operationAt(search: Search, index: number): ClientOperation {
  return defined(search.operations[index], 'an index of the search is one of an operation');
}

/** Takes the first operation from there on that may come next and leads to a configuration not seen before. */
function takeNext(search: Search, from: number): boolean {
  const { deadline } = firstAnswer(search);
  for (let index = from; index !== search.end; index = search.next[index] ?? search.end) {
    const operation = operationAt(search, index);
    if (operation.invoked > deadline) return false;
    search.work++;
    if (operation.f === 'read' && operation.value !== search.value) continue;
    if (operation.f === 'cas' && (operation.expected ?? null) !== search.value) continue;
    take(search, index, operation);
    if (!search.seen.has(configuration(search))) return true;
    undo(search);
  }
  return false;
}

/** The earliest answer among the operations that aren't taken: whatever is invoked later must come after it. */
function firstAnswer(search: Search): { readonly deadline: number; readonly index: number } {
  let deadline = Number.POSITIVE_INFINITY;
  let found = -1;
  let index = search.next[search.end] ?? search.end;
  for (; index !== search.end; index = search.next[index] ?? search.end) {
    const { invoked, returned } = operationAt(search, index);
    if (invoked > deadline) break;
    if (returned === null || returned >= deadline) continue;
    deadline = returned;
    found = index;
  }
  return { deadline, index: found };
}

function take(search: Search, index: number, operation: ClientOperation): void {
  const { next, previous, last } = search;
  next[previous[index] ?? 0] = next[index] ?? 0;
  previous[next[index] ?? 0] = previous[index] ?? 0;
  search.last = {
    index,
    before: search.value,
    highBefore: search.high,
    parent: last,
    depth: (last?.depth ?? 0) + 1,
  };
  if (operation.f !== 'read') search.value = operation.value;
  if (operation.returned !== null) search.answeredLeft--;
  search.high = Math.max(search.high, index);
}

/** Puts the last operation back; its index, or -1 when none was taken. */
function undo(search: Search): number {
  const { last, next, previous } = search;
  if (last === null) return -1;
  const { index } = last;
  next[previous[index] ?? 0] = index;
  previous[next[index] ?? 0] = index;
  search.value = last.before;
  search.high = last.highBefore;
  if (operationAt(search, index).returned !== null) search.answeredLeft++;
  search.last = last.parent;
  return index;
}

/** The present configuration leads nowhere. */
function remember(search: Search): void {
  search.seen.add(configuration(search));
  if (search.stuck >= 0 && (search.last?.depth ?? 0) <= (search.best?.depth ?? 0)) return;
  search.best = search.last;
  search.stuck = firstAnswer(search).index;
}

/** Which operations are taken, and the register's value: short, since few below the highest taken one are not. */
function configuration(search: Search): string {
  let key = `${typeof search.value}${String(search.value)}|${search.high}`;
  let index = search.next[search.end] ?? search.end;
  for (; index < search.high; index = search.next[index] ?? search.end) key += `,${index}`;
  return key;
}

function explain(search: Search): {
  readonly ordered: readonly ClientOperation[];
  readonly stuck: ClientOperation;
} {
  const ordered: ClientOperation[] = [];
  for (let step = search.best; step !== null; step = step.parent) {
    ordered.push(operationAt(search, step.index));
  }
  return { ordered: ordered.reverse(), stuck: operationAt(search, search.stuck) };
}
