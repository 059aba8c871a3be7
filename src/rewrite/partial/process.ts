/**
 * Each of the processes of a coordinated spread: copies of what is replicated, and a share of everything else. While
 * it is locked its inputs wait. A turn is a tick of its own, without any of them: one that arrived after another process
 * had shown the turn to somebody must not count as if it had come with the orders.
 */

import type { Clause, Literal } from '../../ir/clause.ts';
import { type Expression, variable, WILDCARD } from '../../ir/expression.ts';
import { any, atom, count, holds, kept, lacks, next, now, tell, variables } from '../clauses.ts';
import { knowsDisk } from './coordinator.ts';
import { type Gate, type Names, type Parcel, type SumNames, toOne } from './names.ts';
import { type Renaming, renamed } from './rename.ts';
import { isKeeping, type Sides } from './sides.ts';

const p = variable('p');

/** The clauses that a process has besides those of the program. */
export function obeys(names: Names): readonly Clause[] {
  const { parcels, sums, gates, process: own, channel } = names;
  const n = parcels.map((_, at) => variable(`n${at + 1}`));
  const m = sums.map((_, at) => variable(`m${at + 1}`));
  const whole = parcels.map(({ have }, at) => holds(have, [n[at] ?? WILDCARD]));
  return [
    // A process that has just started is locked: it knows nothing yet.
    next(own.free, [], [holds(own.opens, [])]),
    kept(own.free, [], lacks(channel.lock, [WILDCARD])),
    next(own.locking, [p], [holds(channel.lock, [p])]),
    // A tick later, since what leaves then leaves when the disk has what came before.
    toCoordinator(channel.locked, [p], [holds(own.locking, [p])]),
    ...gates.flatMap((gate) => waits(gate, names)),
    now(own.unlocked, [p, ...n], [holds(channel.unlock, [p, ...n])]),
    kept(own.unlocked, [p, ...n], lacks(own.takes, [])),
    now(own.arrives, [], [holds(channel.unlock, [WILDCARD, ...any(n)])], `${own.arrives}0`),
    ...parcels.flatMap((parcel, at) => receives(parcel, at, names)),
    now(own.takes, [], [holds(own.arrives, []), holds(own.unlocked, [WILDCARD, ...n]), ...whole]),
    now(own.started, [], [holds(own.takes, [])]),
    next(own.started, [], [holds(own.started, [])], `${own.started}Stays`),
    ...sums.flatMap((each) => shares(each, names)),
    tell(
      channel.turn,
      [p, ...m],
      [
        holds(own.takes, []),
        holds(own.unlocked, [p, ...any(n)]),
        ...sums.map((each, at) => holds(each.shares, [m[at] ?? WILDCARD])),
      ],
    ),
    // The turn has settled when its own message comes.
    now(own.opens, [], [holds(channel.turn, [WILDCARD, ...any(m)])]),
    toCoordinator(channel.taken, [p, ...m], [holds(channel.turn, [p, ...m])]),
  ];
}

function toCoordinator(
  channel: string,
  args: readonly Expression[],
  body: readonly Literal[],
): Clause {
  return { ...tell(channel, args, body), id: toOne(channel) };
}

function waits(
  { channel, variables: columns, now: taken, held }: Gate,
  { process: { free, opens } }: Names,
): readonly Clause[] {
  const x = variables(columns);
  const arrived = holds(channel.name, x);
  return [
    now(taken, x, [arrived, holds(free, [])], `${taken}1`),
    now(taken, x, [arrived, holds(opens, [])], `${taken}2`),
    now(taken, x, [holds(held, x), holds(opens, [])], `${taken}3`),
    next(held, x, [arrived, lacks(free, []), lacks(opens, [])]),
    kept(held, x, lacks(opens, [])),
  ];
}

function receives(parcel: Parcel, at: number, names: Names): readonly Clause[] {
  const { kind, of, told, got, have, now: known, copied, variables: columns } = parcel;
  const { arrives, takes, unlocked } = names.process;
  const x = variables(columns);
  const sizes = any(names.parcels);
  const copy = names.copies.get(of) ?? of;
  const taken = kind === 'order' ? known : kind === 'seed' ? copy : copied.fresh;
  return [
    now(got, x, [holds(told, [WILDCARD, ...x])]),
    kept(got, x, lacks(takes, [])),
    now(
      have,
      [count(x, atom(unlocked, [WILDCARD, ...sizes]))],
      [holds(got, x), holds(unlocked, [WILDCARD, ...sizes])],
    ),
    now(arrives, [], [holds(told, [WILDCARD, ...any(x)])], `${arrives}${at + 1}`),
    now(taken, x, [holds(takes, []), holds(got, x)], `${got}Taken`),
    ...(kind === 'disk' ? knowsDisk(copied, x, copied.fresh, copy) : []),
  ];
}

function shares(
  { sum, told, shares: size, variables: columns }: SumNames,
  names: Names,
): readonly Clause[] {
  const { takes, unlocked } = names.process;
  const x = variables(columns);
  const { name } = sum.relation;
  return [
    toCoordinator(
      told,
      [p, ...x],
      [holds(takes, []), holds(unlocked, [p, ...any(names.parcels)]), holds(name, x)],
    ),
    now(size, [count(x, atom(takes, []))], [holds(takes, []), holds(name, x)]),
  ];
}

/** Clauses of the program at a process: over copies, over inputs that needn't wait, and only when it knows the copies. */
export function atProcess(
  sides: Sides,
  copied: readonly Clause[],
  names: Names,
): readonly Clause[] {
  const reads = new Map([
    ...names.copies,
    ...names.gates.map((gate) => [gate.channel.name, gate.now] as const),
    ...names.parcels.flatMap((each) =>
      each.kind === 'order' ? [[each.of, each.now] as const] : [],
    ),
  ]);
  const disk = new Map(
    names.parcels.flatMap((each) =>
      each.kind === 'disk' ? [[each.of, each.copied.now] as const] : [],
    ),
  );
  const over: Renaming = { reads, disk, heads: names.copies };
  const inputs = new Set(sides.inputs.map(({ name }) => name));
  const isOfInput = (clause: Clause): boolean =>
    clause.body.some((literal) => literal.kind === 'atom' && inputs.has(literal.atom.relation));
  const gated = (clause: Clause): Clause => {
    const made = renamed(clause, over);
    if (isKeeping(clause) || isOfInput(clause)) return made;
    return { ...made, body: [...made.body, holds(names.process.started, [])], written: 'clause' };
  };
  return [
    ...copied.map((clause) => ({ ...renamed(clause, over), id: `${clause.id}Copy` })),
    ...sides.spread.map(gated),
    ...sides.sums.map(({ clause }) => gated(clause)),
  ];
}
