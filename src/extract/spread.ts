/**
 * How much of a part's work the busiest of k processes gets when its facts are spread by a key. A key of few
 * values, or one value of which is in most messages, leaves most of the work on one process.
 */

import type { KeySpread } from '../plan/load-profile.ts';
import type { Policy } from '../rewrite/language.ts';
import type { Arrival, PartLoad } from './part-load.ts';

/**
 * Between 1/k and 1, and never larger for a larger k. Work follows the messages that cause it, so channels
 * count by their messages; a channel that brought none says nothing.
 */
export function busiestShare(load: PartLoad, policy: Policy, processes: number): number {
  return meanShare(load, policy, (column) => columnShare(column, processes));
}

/** The share of the messages that carry the most frequent key: tells good keys from lucky ones. */
export function heaviestShare(load: PartLoad, policy: Policy): number {
  return meanShare(load, policy, (column) => column.heaviest);
}

function meanShare(load: PartLoad, policy: Policy, shareOf: (column: KeySpread) => number): number {
  const total = load.arrivals.reduce((sum, each) => sum + each.messages, 0);
  if (total === 0) return 1;
  const parts = load.arrivals.map((arrival) => {
    return arrival.messages * channelShare(arrival, policy[arrival.channel] ?? [], shareOf);
  });
  return parts.reduce((sum, each) => sum + each, 0) / total;
}

/**
 * A key of several columns takes at least as many values as any of them, and no value of it is more
 * frequent than that of any column.
 */
function channelShare(
  arrival: Arrival,
  key: readonly number[],
  shareOf: (column: KeySpread) => number,
): number {
  const columns = key.flatMap((column) => arrival.keys[column] ?? []);
  if (columns.length === 0) return 1;
  return Math.min(...columns.map(shareOf));
}

/**
 * Values that keep being new (command ids, slots) divide evenly in the long run. Others are a fixed set:
 * the busiest process has the most values, or the most frequent one.
 */
function columnShare(column: KeySpread, processes: number): number {
  const alwaysNew = column.distinct > 1 && column.late * 3 >= column.distinct;
  const even = 1 / column.distinct;
  if (alwaysNew && column.heaviest < 10 * even) return 1 / processes;
  const most = Math.ceil(column.distinct / processes) / column.distinct;
  return Math.max(most, column.heaviest);
}
