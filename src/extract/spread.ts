/**
 * How much of a part's work the busiest of k processes gets when its facts are spread by a key. A key of few
 * values, or one value of which is in most messages, leaves most of the work on one process.
 */

import type { KeySpread } from '../plan/load-profile.ts';
import type { Policy } from '../rewrite/language.ts';
import type { PartLoad } from './part-load.ts';

/**
 * The share of the busiest of so many processes: between 1/k and 1, and never larger for a larger k. Work
 * follows the messages that cause it, so channels count by their messages; one that brought none says nothing.
 */
export function busiestShare(load: PartLoad, policy: Policy): (processes: number) => number {
  const channels = keyedChannels(load, policy);
  return (processes) => {
    if (channels.length === 0) return 1;
    let share = 0;
    for (const { weight, columns } of channels) {
      share += weight * smallest(columns, (column) => columnShare(column, processes));
    }
    return share;
  };
}

/** The share of the messages that carry the most frequent key: tells good keys from lucky ones. */
export function heaviestShare(load: PartLoad, policy: Policy): number {
  const channels = keyedChannels(load, policy);
  if (channels.length === 0) return 1;
  return channels.reduce(
    (sum, { weight, columns }) => sum + weight * smallest(columns, (column) => column.heaviest),
    0,
  );
}

interface KeyedChannel {
  /** Its share of the part's messages. */
  readonly weight: number;
  /** Those of the key. */
  readonly columns: readonly KeySpread[];
}

function keyedChannels(load: PartLoad, policy: Policy): readonly KeyedChannel[] {
  const total = load.arrivals.reduce((sum, each) => sum + each.messages, 0);
  return load.arrivals
    .filter((arrival) => arrival.messages > 0)
    .map(({ channel, messages, keys, functions = () => undefined }) => ({
      weight: messages / total,
      columns: (policy[channel] ?? []).flatMap((part) => {
        const spread = typeof part === 'number' ? keys[part] : functions(part);
        return spread ?? [];
      }),
    }));
}

/**
 * A key of several columns takes at least as many values as any of them, and no value of it is more
 * frequent than that of any column. Without a column everything has one key.
 */
function smallest(columns: readonly KeySpread[], shareOf: (column: KeySpread) => number): number {
  let share = 1;
  for (const column of columns) share = Math.min(share, shareOf(column));
  return share;
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
