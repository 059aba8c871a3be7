/** What the pieces of a batched cut are called, and the columns that they have. */

import { unusedName } from '../../base/unused-name.ts';
import type { Channel, Relation } from '../../ir/program.ts';
import { type Column, INT } from '../../ir/type.ts';
import type { Fresh } from '../rule.ts';
import type { BatchedParts } from './construct.ts';

export interface CrossingNames {
  /** In the moved part: what this tick has for the other, with its stream; and how many facts. */
  readonly news: string;
  readonly count: string;
  /** The channel of the facts. */
  readonly sent: string;
  /** In the staying part: facts that have arrived, and how many of a batch. */
  readonly got: string;
  readonly have: string;
  /** Variables for the relation's columns. */
  readonly columns: readonly string[];
}

export interface Names {
  readonly crossings: readonly CrossingNames[];
  /** In the moved part: a stream has news; a batch is sent, is under way, was taken; the last one that wasn't. */
  readonly crosses: string;
  readonly opens: string;
  readonly open: string;
  readonly closed: string;
  readonly alive: string;
  readonly last: string;
  /** What a tick sends has to wait for this batch. */
  readonly waits: string;
  /** Channels: how many facts a batch has; it was taken; there may be another one. */
  readonly batch: string;
  readonly taken: string;
  readonly turn: string;
  /** In the staying part: sizes of batches, the first of each stream, those that are whole, and the one that is taken. */
  readonly size: string;
  readonly first: string;
  readonly whole: string;
  readonly arrives: string;
  readonly taking: string;
  /** Variables for the key of a stream, and of another one. */
  readonly key: readonly string[];
  readonly other: readonly string[];
}

export function namesFor({ key, crossings }: BatchedParts, fresh: Fresh): Names {
  const stem = crossings[0]?.relation.name ?? '';
  const made = (suffix: string): string => fresh(`${stem}${suffix}`);
  return {
    crossings: crossings.map(({ relation: { name, columns } }) => ({
      news: fresh(`${name}News`),
      count: fresh(`${name}Count`),
      sent: fresh(`${name}Sent`),
      got: fresh(`${name}Got`),
      have: fresh(`${name}Have`),
      columns: columns.map((_, at) => `x${at + 1}`),
    })),
    crosses: made('Crosses'),
    opens: made('Opens'),
    open: made('Open'),
    closed: made('Closed'),
    alive: made('Alive'),
    last: made('Last'),
    waits: made('Waits'),
    batch: made('Batch'),
    taken: made('Taken'),
    turn: made('Turn'),
    size: made('Size'),
    first: made('First'),
    whole: made('Whole'),
    arrives: made('Arrives'),
    taking: made('Taking'),
    key: key.map((_, at) => `k${at + 1}`),
    other: key.map((_, at) => `j${at + 1}`),
  };
}

export function relationsOf({ key, crossings }: BatchedParts, names: Names): readonly Relation[] {
  const { open, opens, closed, alive, last, waits, first, whole, taking } = names;
  const numbered = [...key, BATCH];
  return [
    ...crossings.flatMap(({ relation: { columns } }, at) => {
      const own = names.crossings[at];
      if (own === undefined) return [];
      return [
        relation(own.news, [...key, ...columns]),
        relation(own.count, [...key, sizeColumn(0)]),
        relation(own.got, [...numbered, ...columns]),
        relation(own.have, [...numbered, sizeColumn(0)]),
      ];
    }),
    relation(names.crosses, key),
    ...[opens, open, closed, alive, last, waits, first, whole, taking].map((name) =>
      relation(name, numbered),
    ),
    relation(names.size, [...numbered, ...crossings.map((_, at) => sizeColumn(at))]),
    relation(names.arrives, []),
  ];
}

/** They keep the order of sending: the numbers of a stream may start anew. */
export function channelsOf(
  { role, key, crossings }: BatchedParts,
  names: Names,
): readonly Channel[] {
  const numbered = [...key, BATCH];
  const flags = { lossy: false, duplicating: false, ordered: true, bag: false };
  const channel = (name: string, columns: readonly Column[]): Channel => {
    const all = distinct(columns);
    return { name, columns: all, dependencies: [], from: role, to: role, flags, route: [] };
  };
  return [
    ...crossings.flatMap(({ relation: { columns } }, at) => {
      const own = names.crossings[at];
      return own === undefined ? [] : [channel(own.sent, [...numbered, ...columns])];
    }),
    channel(names.batch, [...numbered, ...crossings.map((_, at) => sizeColumn(at))]),
    channel(names.taken, numbered),
    channel(names.turn, []),
  ];
}

export const BATCH: Column = { name: 'batch', type: INT };

function sizeColumn(at: number): Column {
  return { name: `n${at + 1}`, type: INT };
}

export function relation(name: string, columns: readonly Column[]): Relation {
  return { name, columns: distinct(columns), dependencies: [], durable: false };
}

/** Columns with names of their own. */
function distinct(columns: readonly Column[]): readonly Column[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    const name = unusedName(column.name, taken);
    taken.add(name);
    return { ...column, name };
  });
}
