/**
 * The coordinator of a coordinated spread. Orders wait for a turn: all processes are locked, then the orders are taken
 * and handed on, then the processes are unlocked. The replicated clauses run here as well, with their disk and with the
 * messages that follow from them alone.
 */

import type { Clause, HeadArgument, Literal } from '../../ir/clause.ts';
import { type Expression, int, variable, WILDCARD } from '../../ir/expression.ts';
import {
  any,
  atom,
  binary,
  count,
  holds,
  is,
  kept,
  lacks,
  next,
  now,
  plain,
  tell,
  variables,
} from '../clauses.ts';
import { type DiskNames, type Names, type Parcel, type SumNames, toAll } from './names.ts';
import { type Renaming, renamed } from './rename.ts';
import type { Sides } from './sides.ts';

const p = variable('p');

/** The clauses that the coordinator has besides those of the program. */
export function coordinates(names: Names): readonly Clause[] {
  const { parcels, sums, coordinator: c, channel } = names;
  const parts: Expression = { kind: 'parameter', name: names.parts };
  const n = parcels.map((_, at) => variable(`n${at + 1}`));
  const m = sums.map((_, at) => variable(`m${at + 1}`));
  const counted = parcels.map(({ size }, at) => holds(size, [n[at] ?? WILDCARD]));
  return [
    // The first tick after every start is a turn: no process knows anything before it.
    now(c.starting, [], [lacks(c.begun, [])]),
    next(c.begun, [], [holds(c.starting, [])]),
    next(c.begun, [], [holds(c.begun, [])], `${c.begun}Stays`),
    now(c.each, [int(0)], [holds(c.locks, [])], `${c.each}1`),
    now(c.each, [int(0)], [holds(c.grants, [])], `${c.each}2`),
    now(c.each, [int(0)], [holds(c.unlocks, any(n))], `${c.each}3`),
    now(
      c.each,
      [binary(p, '+', int(1))],
      [holds(c.each, [p]), is(below(binary(p, '+', int(1)), parts))],
      `${c.each}4`,
    ),
    now(c.locks, [], [holds(c.wants, []), lacks(c.busy, []), lacks(c.starting, [])]),
    toEach(channel.lock, [p], [holds(c.locks, []), holds(c.each, [p])]),
    next(c.busy, [], [holds(c.locks, [])], `${c.busy}1`),
    next(c.busy, [], [holds(c.starting, [])], `${c.busy}2`),
    kept(c.busy, [], lacks(c.ends, [])),
    now(c.lockedBy, [p], [holds(channel.locked, [p])]),
    kept(c.lockedBy, [p], lacks(c.grants, [])),
    now(c.lockedCount, [count([p], null)], [holds(c.lockedBy, [p])]),
    now(c.grants, [], [holds(c.lockedCount, [parts])], `${c.grants}1`),
    now(c.grants, [], [holds(c.starting, [])], `${c.grants}2`),
    ...parcels.flatMap((each) => hands(each, names)),
    // A tick later, since what leaves then leaves when the disk has what the turn wrote.
    next(c.unlocks, n, counted),
    toEach(channel.unlock, [p, ...n], [holds(c.unlocks, n), holds(c.each, [p])]),
    now(c.takenBy, [p, ...m], [holds(channel.taken, [p, ...m])]),
    kept(c.takenBy, [p, ...m], lacks(c.ends, [])),
    now(c.takenCount, [count([p], null)], [holds(c.takenBy, [p, ...any(m)])]),
    ...sums.flatMap((each, at) => addsUp(each, at, names)),
    now(
      c.ends,
      [],
      [
        holds(c.takenCount, [parts]),
        ...sums.flatMap(({ owed, have }, at) => {
          const x = m[at] ?? WILDCARD;
          return [holds(owed, [x]), holds(have, [x])];
        }),
      ],
    ),
  ];
}

function below(left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator: '<', left, right };
}

function toEach(channel: string, args: readonly Expression[], body: readonly Literal[]): Clause {
  return { ...tell(channel, args, body), id: toAll(channel) };
}

/** What a turn takes, and that it goes to every process. */
function hands(parcel: Parcel, { coordinator: c }: Names): readonly Clause[] {
  const { kind, of, taken, size, told, held, fresh, variables: columns } = parcel;
  const x = variables(columns);
  const all = [
    toEach(told, [p, ...x], [holds(taken, x), holds(c.each, [p])]),
    now(size, [count(x, atom(c.grants, []))], [holds(c.grants, []), holds(taken, x)]),
  ];
  switch (kind) {
    case 'order':
      return [
        now(held, x, [holds(of, x)]),
        kept(held, x, lacks(c.grants, [])),
        now(c.wants, [], [holds(held, any(x))], `${c.wants}${of}`),
        now(taken, x, [holds(held, x), holds(c.grants, [])]),
        ...all,
      ];
    case 'seed':
      return [now(taken, x, [holds(c.starting, []), holds(of, x)]), ...all];
    case 'disk':
      // A flush is news that no process has by itself: it takes a turn, like an order.
      return [
        now(fresh, x, [{ kind: 'stable', atom: atom(of, x) }, lacks(held, x)]),
        now(c.wants, [], [holds(fresh, any(x))], `${c.wants}${of}Disk`),
        now(taken, x, [holds(fresh, x), holds(c.grants, [])]),
        ...all,
        ...knowsDisk(parcel, x, taken, of),
      ];
  }
}

/** What is known to be on disk, for as long as the relation has it. */
export function knowsDisk(
  { now: known, held }: Pick<DiskNames, 'now' | 'held'>,
  x: readonly Expression[],
  taken: string,
  of: string,
): readonly Clause[] {
  return [
    now(known, x, [holds(taken, x)], `${known}1`),
    now(known, x, [holds(held, x), holds(of, x)], `${known}2`),
    next(held, x, [holds(taken, x)], `${held}1`),
    next(held, x, [holds(held, x), holds(of, x)], `${held}2`),
  ];
}

/** The shares of a turn, complete when there are as many as the processes say. */
function addsUp(each: SumNames, at: number, { coordinator: c, sums }: Names): readonly Clause[] {
  const { sum, told, got, have, owed, total } = each;
  const x = variables(each.variables);
  const m = sums.map((_, index) => (index === at ? variable('m') : WILDCARD));
  const folded = x[sum.column] ?? WILDCARD;
  const head = x.map((value, index): HeadArgument => {
    if (index !== sum.column) return plain(value);
    const adds = sum.fold === 'count' || sum.fold === 'sum';
    return {
      kind: 'aggregate',
      aggregate: adds ? 'sum' : sum.fold === 'min' ? 'min' : 'max',
      of: adds ? [folded, p] : [folded],
      fallback: null,
    };
  });
  const sized: HeadArgument = {
    kind: 'aggregate',
    aggregate: 'sum',
    of: [variable('m'), p],
    fallback: null,
  };
  return [
    now(got, [p, ...x], [holds(told, [p, ...x])]),
    kept(got, [p, ...x], lacks(c.ends, [])),
    now(
      have,
      [count([p, ...x], atom(c.takenCount, [WILDCARD]))],
      [holds(got, [p, ...x]), holds(c.takenCount, [WILDCARD])],
    ),
    now(owed, [sized], [holds(c.takenBy, [p, ...m])]),
    now(total, head, [holds(c.ends, []), holds(got, [p, ...x])]),
  ];
}

/** Clauses of the program at the coordinator: orders are read when it is their turn. */
export function atCoordinator(names: Names): (clause: Clause) => Clause {
  const { parcels } = names;
  const renaming: Renaming = {
    reads: new Map(
      parcels.flatMap(({ kind, of, taken }) => (kind === 'order' ? [[of, taken]] : [])),
    ),
    disk: diskNames(names),
    heads: new Map(),
  };
  return (clause) => renamed(clause, renaming);
}

export function diskNames({ parcels }: Names): ReadonlyMap<string, string> {
  return new Map(parcels.flatMap(({ kind, of, now: on }) => (kind === 'disk' ? [[of, on]] : [])));
}

/** Messages that read sums leave when all shares are there, and see the rest as it was in the turn. */
export function sayingSums({ summed }: Sides, names: Names): readonly Clause[] {
  const { kept: then, keptDisk, sums, parcels, coordinator: c } = names;
  const disk = diskNames(names);
  const orders = new Map(parcels.map(({ kind, of, taken }) => [kind === 'order' ? of : '', taken]));
  const snapshot = (name: string, copy: string, columns: readonly string[]): readonly Clause[] => {
    const x = variables(columns);
    return [
      next(copy, x, [holds(c.grants, []), holds(name, x)], `${copy}1`),
      kept(copy, x, lacks(c.ends, [])),
    ];
  };
  const renaming: Renaming = {
    reads: new Map([...then, ...sums.map(({ sum, total }) => [sum.relation.name, total] as const)]),
    disk: keptDisk,
    heads: new Map(),
  };
  const widths = widthsOf(summed);
  const columnsOf = (name: string): readonly string[] =>
    Array.from({ length: widths.get(name) ?? 0 }, (_, at) => `x${at + 1}`);
  return [
    ...[...then].flatMap(([name, copy]) =>
      snapshot(orders.get(name) ?? name, copy, columnsOf(name)),
    ),
    ...[...keptDisk].flatMap(([name, copy]) =>
      snapshot(disk.get(name) ?? name, copy, columnsOf(name)),
    ),
    ...summed.map((clause) => renamed(clause, renaming)),
  ];
}

function widthsOf(clauses: readonly Clause[]): ReadonlyMap<string, number> {
  return new Map(
    clauses.flatMap(({ body }) =>
      body.flatMap((literal): readonly (readonly [string, number])[] =>
        literal.kind === 'condition' || literal.kind === 'bind'
          ? []
          : [[literal.atom.relation, literal.atom.args.length]],
      ),
    ),
  );
}
