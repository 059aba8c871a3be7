/** What the pieces of a coordinated spread are called, and the columns that they have. */

import type { Channel, Relation } from '../../ir/program.ts';
import { type Column, INT } from '../../ir/type.ts';
import { relation } from '../batch/names.ts';
import type { PartView } from '../part.ts';
import type { Fresh } from '../rule.ts';
import { readOnDisk, relationNamed, type Sides, type Sum, seeds } from './sides.ts';

/** Facts that the coordinator hands to all processes in one turn. */
export interface Parcel {
  readonly kind: 'order' | 'seed' | 'disk';
  /** The channel or relation that it is of. */
  readonly of: string;
  readonly columns: readonly Column[];
  /** Variables for the columns. */
  readonly variables: readonly string[];
  /** At the coordinator: what the turn takes, and how many facts they are. */
  readonly taken: string;
  readonly size: string;
  readonly told: string;
  /** At each process: what has arrived, how many, and what the turn takes. */
  readonly got: string;
  readonly have: string;
  readonly now: string;
  /** Orders: those that wait for a turn. Disk: what is known to be on disk, and what more is. */
  readonly held: string;
  readonly fresh: string;
  /** Disk, at each process: what the turn takes, what is known to be on disk, and what was in the tick before. */
  readonly copied: DiskNames;
}

export interface DiskNames {
  readonly fresh: string;
  readonly now: string;
  readonly held: string;
}

export interface SumNames {
  readonly sum: Sum;
  readonly variables: readonly string[];
  readonly shares: string;
  readonly told: string;
  readonly got: string;
  readonly have: string;
  readonly owed: string;
  readonly total: string;
}

/** A channel whose messages wait while the process is locked. */
export interface Gate {
  readonly channel: Channel;
  readonly variables: readonly string[];
  readonly now: string;
  readonly held: string;
}

export interface Names {
  /** The parameter that says how many processes there are. */
  readonly parts: string;
  readonly parcels: readonly Parcel[];
  readonly sums: readonly SumNames[];
  readonly gates: readonly Gate[];
  /** Of replicated relations. */
  readonly copies: ReadonlyMap<string, string>;
  /** What sums are read together with, as it was in the turn. */
  readonly kept: ReadonlyMap<string, string>;
  readonly keptDisk: ReadonlyMap<string, string>;
  readonly coordinator: Readonly<Record<CoordinatorName, string>>;
  readonly process: Readonly<Record<ProcessName, string>>;
  readonly channel: Readonly<Record<ChannelName, string>>;
}

const coordinatorNames = [
  'begun',
  'starting',
  'each',
  'wants',
  'busy',
  'locks',
  'lockedBy',
  'lockedCount',
  'grants',
  'unlocks',
  'takenBy',
  'takenCount',
  'ends',
] as const;
type CoordinatorName = (typeof coordinatorNames)[number];

const processNames = [
  'free',
  'locking',
  'unlocked',
  'arrives',
  'takes',
  'opens',
  'started',
] as const;
type ProcessName = (typeof processNames)[number];

const channelNames = ['lock', 'locked', 'unlock', 'turn', 'taken'] as const;
type ChannelName = (typeof channelNames)[number];

export interface Copies {
  readonly view: PartView;
  readonly sides: Sides;
  /** Replicated clauses of which every process has a copy. */
  readonly copies: Sides['replicated'];
}

export function namesFor({ view, sides, copies }: Copies, fresh: Fresh): Names {
  const stem = sides.role;
  const named = <K extends string>(names: readonly K[]): Readonly<Record<K, string>> =>
    Object.fromEntries(
      names.map((each) => [each, fresh(`${stem}${each.charAt(0).toUpperCase()}${each.slice(1)}`)]),
    ) as Record<K, string>;
  const disk = [
    ...readOnDisk([...sides.replicated, ...sides.told, ...sides.spread, ...sides.summed]),
  ].filter((name) => sides.replicated.some((clause) => clause.head.relation === name));
  const parcels = [
    ...sides.orders.map(({ name, columns }) => parcel('order', name, columns, fresh)),
    ...seeds(view, copies).map(({ name, columns }) => parcel('seed', name, columns, fresh)),
    ...disk.map((name) => parcel('disk', name, relationNamed(view, name).columns, fresh)),
  ];
  const heads = new Set(copies.map((clause) => clause.head.relation));
  const sumNames = new Set(sides.sums.map((sum) => sum.relation.name));
  const orders = new Set(sides.orders.map(({ name }) => name));
  const own = new Set(sides.replicated.map((clause) => clause.head.relation));
  const atoms = sides.summed.flatMap(({ body }) =>
    body.flatMap((literal) =>
      literal.kind === 'condition' || literal.kind === 'bind' ? [] : [literal],
    ),
  );
  const read = new Set(
    atoms.flatMap(({ kind, atom }) => (kind === 'stable' ? [] : [atom.relation])),
  );
  const keptNames = [...read].filter(
    (name) => !sumNames.has(name) && (orders.has(name) || own.has(name)),
  );
  return {
    parts: fresh(`${stem}Parts`),
    parcels,
    sums: sides.sums.map((sum) => sumNamesFor(sum, fresh)),
    gates: sides.inputs.map((channel) => ({
      channel,
      variables: numbered(channel.columns),
      now: fresh(`${channel.name}Now`),
      held: fresh(`${channel.name}Held`),
    })),
    copies: new Map([...heads].map((name) => [name, fresh(`${name}Copy`)])),
    kept: new Map(keptNames.map((name) => [name, fresh(`${name}Then`)])),
    keptDisk: new Map(
      [...readOnDisk(sides.summed)].map((name) => [name, fresh(`${name}DiskThen`)]),
    ),
    coordinator: named(coordinatorNames),
    process: named(processNames),
    channel: named(channelNames),
  };
}

function parcel(
  kind: Parcel['kind'],
  of: string,
  columns: readonly Column[],
  fresh: Fresh,
): Parcel {
  const stem = kind === 'order' ? of : `${of}${kind === 'seed' ? 'Start' : 'Disk'}`;
  return {
    kind,
    of,
    columns,
    variables: numbered(columns),
    taken: fresh(`${stem}Taken`),
    size: fresh(`${stem}Size`),
    told: fresh(`${stem}Told`),
    got: fresh(`${stem}Got`),
    have: fresh(`${stem}Have`),
    now: fresh(`${stem}Now`),
    held: fresh(`${stem}Held`),
    fresh: fresh(`${stem}New`),
    copied: {
      fresh: fresh(`${stem}CopyNew`),
      now: fresh(`${stem}CopyNow`),
      held: fresh(`${stem}CopyHeld`),
    },
  };
}

function sumNamesFor(sum: Sum, fresh: Fresh): SumNames {
  const { name, columns } = sum.relation;
  return {
    sum,
    variables: numbered(columns),
    shares: fresh(`${name}Shares`),
    told: fresh(`${name}Told`),
    got: fresh(`${name}Got`),
    have: fresh(`${name}Have`),
    owed: fresh(`${name}Owed`),
    total: fresh(`${name}Total`),
  };
}

function numbered(columns: readonly unknown[]): readonly string[] {
  return columns.map((_, at) => `x${at + 1}`);
}

const PART: Column = { name: 'part', type: INT };

function sizes(of: readonly unknown[]): readonly Column[] {
  return of.map((_, at) => ({ name: `n${at + 1}`, type: INT }));
}

/** Of both sides; those that are never used are left out by whoever views or prints a part. */
export function relationsOf(names: Names, { view }: Copies): readonly Relation[] {
  const { parcels, sums, gates, coordinator: c, process: p } = names;
  const one = sizes([0]);
  const columnsOf = (name: string): readonly Column[] =>
    parcels.find((each) => each.kind === 'order' && each.of === name)?.columns ??
    relationNamed(view, name).columns;
  const flags = [c.begun, c.starting, c.wants, c.busy, c.locks, c.grants, c.ends];
  const processFlags = [p.free, p.arrives, p.takes, p.opens, p.started];
  return [
    ...[...flags, ...processFlags].map((name) => relation(name, [])),
    ...[c.each, c.lockedBy, p.locking].map((name) => relation(name, [PART])),
    ...[c.lockedCount, c.takenCount].map((name) => relation(name, one)),
    relation(c.unlocks, sizes(parcels)),
    relation(c.takenBy, [PART, ...sizes(sums)]),
    relation(p.unlocked, [PART, ...sizes(parcels)]),
    ...parcels.flatMap(({ kind, columns, taken, size, got, have, now, held, fresh, copied }) => [
      ...[taken, got, now, held].map((name) => relation(name, columns)),
      ...(kind === 'disk' ? [fresh, ...Object.values(copied)] : []).map((name) =>
        relation(name, columns),
      ),
      ...[size, have].map((name) => relation(name, one)),
    ]),
    ...sums.flatMap(({ sum, shares, got, have, owed, total }) => [
      ...[shares, have, owed].map((name) => relation(name, one)),
      relation(got, [PART, ...sum.relation.columns]),
      relation(total, sum.relation.columns),
    ]),
    ...gates.flatMap(({ channel: { columns }, now, held }) =>
      [now, held].map((name) => relation(name, columns)),
    ),
    ...[...names.copies].map(([name, copy]) => ({
      ...relationNamed(view, name),
      name: copy,
      durable: false,
    })),
    ...[...names.kept, ...names.keptDisk].map(([name, kept]) => relation(kept, columnsOf(name))),
  ];
}

/** The clause that sends a channel to all processes, beside what one of them gets of it: loads are by name. */
export function toAll(channel: string): string {
  return `${channel}ToAll`;
}

/** The clause of one process that sends the channel, beside what the coordinator gets of all. */
export function toOne(channel: string): string {
  return `${channel}ToOne`;
}

/** Channels of the coordinator to each of the processes: their first column says to which. */
export function broadcasts(names: Names): readonly string[] {
  const { lock, unlock } = names.channel;
  return [lock, unlock, ...names.parcels.map(({ told }) => told)];
}

export function channelsOf(role: string, names: Names): readonly Channel[] {
  const { parcels, sums, channel: c } = names;
  const flags = { lossy: false, duplicating: false, ordered: false, bag: false };
  const channel = (name: string, columns: readonly Column[]): Channel => {
    // Distinct names of columns, as for relations.
    const all = relation(name, [PART, ...columns]).columns;
    return { name, columns: all, dependencies: [], from: role, to: role, flags, route: [] };
  };
  return [
    channel(c.lock, []),
    channel(c.locked, []),
    channel(c.unlock, sizes(parcels)),
    channel(c.turn, sizes(sums)),
    channel(c.taken, sizes(sums)),
    ...parcels.map(({ told, columns }) => channel(told, columns)),
    ...sums.map(({ told, sum }) => channel(told, sum.relation.columns)),
  ];
}
