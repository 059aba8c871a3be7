/** Counts the values of each column of a channel, message by message, and sums them up as `KeySpread`s. */

import type { KeySpread } from './load-profile.ts';

export interface KeySketch {
  /** The values of one message as text, by column. */
  readonly add: (values: readonly string[]) => void;
  readonly spread: () => readonly KeySpread[];
}

export function keySketch(): KeySketch {
  const columns: Map<string, { count: number; readonly first: number }>[] = [];
  let messages = 0;
  return {
    add: (values) => {
      for (const [at, value] of values.entries()) {
        columns[at] ??= new Map();
        const seen = columns[at].get(value);
        if (seen === undefined) columns[at].set(value, { count: 1, first: messages });
        else seen.count += 1;
      }
      messages += 1;
    },
    spread: () =>
      columns.map((values) => {
        const seen = [...values.values()];
        return {
          distinct: seen.length,
          late: seen.filter(({ first }) => first * 2 >= messages).length,
          heaviest: seen.reduce((most, { count }) => Math.max(most, count), 0) / messages,
        };
      }),
  };
}
