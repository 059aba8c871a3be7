/**
 * Judges what clients recorded: answers to nothing, commands that were never answered, acknowledged writes that later
 * reads don't know of, and, where the program has a key-value interface, linearizability.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { compareNumbers, groupBy, sorted } from '../base/order.ts';
import {
  type ClientEvent,
  type ClientOperation,
  operationsOf,
  parseClientHistory,
} from '../sim/judge/client-history.ts';
import { checkLinearizable } from '../sim/judge/linearizability.ts';
import type { LoadTotals } from './load-reading.ts';

export interface HistoryVerdict {
  /** Commands that were answered. */
  readonly commands: number;
  /** Acknowledged, and not there any more when it was looked for; or never answered, where nothing was lost on the way. */
  readonly lost: number;
  /** Answers that one member gave to one request more often than it was asked, or that contradict each other. */
  readonly duplicated: number;
  readonly verdict: 'linearizable' | 'violated' | 'unknown';
  /** What a command is an operation of: one store for all, or nothing but itself. */
  readonly object: 'key-value' | 'request';
  /** One sentence when something is wrong. */
  readonly problem: string | null;
}

/** `isKeyValue`: the program says what its reads and writes are. */
export function checkHistory(
  file: string,
  totals: LoadTotals,
  isKeyValue: boolean,
): HistoryVerdict {
  const { answered, issued, duplicated, contradictory } = totals;
  const shared = { commands: answered, duplicated: duplicated + contradictory };
  const unanswered = issued - answered;
  if (!isKeyValue) {
    const isBad = contradictory > 0 || duplicated > 0;
    const problem = isBad
      ? `${duplicated} answers came twice, ${contradictory} contradict an earlier one`
      : null;
    const verdict = isBad ? 'violated' : unanswered > 0 ? 'unknown' : 'linearizable';
    return { ...shared, lost: unanswered, verdict, object: 'request', problem };
  }
  const object = 'key-value';
  const events = readHistory(file);
  const operations = typeof events === 'string' ? null : operationsOf(events);
  if (operations === null || operations.kind === 'err') {
    const problem = typeof events === 'string' ? events : 'the history has an answer to nothing';
    return { ...shared, lost: 0, verdict: 'unknown', object, problem };
  }
  const lost = lostWrites(operations.value);
  const found = checkLinearizable(operations.value);
  const problem =
    found.kind === 'violated'
      ? `key ${found.key}: the ${found.stuck.f} of ${found.stuck.value} by process ${found.stuck.process} fits nowhere`
      : contradictory > 0
        ? `${contradictory} answers contradict an earlier one to the same request`
        : null;
  const verdict = contradictory > 0 ? 'violated' : found.kind;
  return { ...shared, lost, verdict, object, problem };
}

/**
 * Acknowledged writes that a later read can't have seen: it gave what an older write, over before this one began, had
 * left, or nothing. Values are written once.
 */
export function lostWrites(operations: readonly ClientOperation[]): number {
  const lost = new Set<ClientOperation>();
  for (const group of groupBy(operations, ({ key }) => key).values()) {
    const writes = group.filter(({ f }) => f === 'write');
    const byValue = new Map(writes.map((write) => [write.value, write]));
    const done = sorted(
      writes.filter(({ returned }) => returned !== null),
      (a, b) => compareNumbers(a.returned ?? 0, b.returned ?? 0),
    );
    const newest = newestOf(done);
    for (const read of group) {
      if (read.f !== 'read') continue;
      const before = countBefore(done, read.invoked);
      const latest = newest[before - 1];
      if (latest === undefined) continue;
      const seen = byValue.get(read.value);
      const isStale = read.value === null || (seen?.returned ?? latest.invoked) < latest.invoked;
      if (isStale) lost.add(latest);
    }
  }
  return lost.size;
}

/** By number of writes that are over: the one of them that began last. */
function newestOf(done: readonly ClientOperation[]): readonly ClientOperation[] {
  const newest: ClientOperation[] = [];
  for (const write of done) {
    const last = newest.at(-1);
    newest.push(last === undefined || write.invoked > last.invoked ? write : last);
  }
  return newest;
}

/** How many of them were over by then. */
function countBefore(done: readonly ClientOperation[], position: number): number {
  let low = 0;
  let high = done.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((done[middle]?.returned ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

const chunkBytes = 4 << 20;

/** In pieces: a long history is longer than a text can be. The error is a sentence. */
export function readHistory(file: string): readonly ClientEvent[] | string {
  const events: ClientEvent[] = [];
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(chunkBytes);
  let rest = '';
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const count = readSync(handle, buffer, 0, buffer.length, null);
      const text = rest + decoder.write(buffer.subarray(0, count));
      const end = count === 0 ? text.length : text.lastIndexOf('\n') + 1;
      const parsed = parseClientHistory(text.slice(0, end));
      if (parsed.kind === 'err') return parsed.error[0]?.message ?? 'not a history';
      for (const event of parsed.value) events.push(event);
      rest = text.slice(end);
      if (count === 0) return events;
    }
  } finally {
    closeSync(handle);
  }
}
