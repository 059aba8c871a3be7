/**
 * What a coordinated spread adds to the two sides of a part. The coordinator takes orders in turns, with all processes
 * locked: a turn is one tick of the whole, of which each process does its share. Nothing of it needs a number: one turn
 * ends, with a word from every process, before the next one begins.
 */

import type { Clause, Literal } from '../../ir/clause.ts';
import { type Expression, int, variable } from '../../ir/expression.ts';
import type { Channel } from '../../ir/program.ts';
import { any, holds, lacks, now, tell, variables } from '../clauses.ts';
import type { PartView } from '../part.ts';
import type { Construction, Fresh } from '../rule.ts';
import { atCoordinator, coordinates, sayingSums } from './coordinator.ts';
import {
  broadcasts,
  channelsOf,
  type Names,
  namesFor,
  relationsOf,
  toAll,
  toOne,
} from './names.ts';
import { atProcess, obeys } from './process.ts';
import type { Sides } from './sides.ts';

/** The clauses of both sides, and what they use that the program doesn't have. */
export interface Coordinated extends Construction {
  readonly stay: readonly Clause[];
  readonly move: readonly Clause[];
  /** Channels whose first column is the number of a process. */
  readonly numbered: readonly Channel[];
  readonly broadcasts: readonly string[];
  readonly names: Names;
}

/** How many processes the work of a coordinator is counted for. */
const PROCESSES_COUNTED = 8;

export function coordinated(
  view: PartView,
  sides: Sides,
  copies: readonly Clause[],
  fresh: Fresh,
): Coordinated {
  const names = namesFor({ view, sides, copies }, fresh);
  const channels = channelsOf(sides.role, names);
  const here = atCoordinator(names);
  const obeying = obeys(names);
  const process = atProcess(sides, copies, names);
  const told = new Set(broadcasts(names));
  return {
    relations: relationsOf(names, { view, sides, copies }),
    channels,
    parameters: [names.parts],
    observed: observed(names, process.slice(0, copies.length)),
    stay: [
      ...[...sides.replicated, ...sides.told].map(here),
      ...coordinates(names),
      ...sayingSums(sides, names),
    ],
    move: [...obeying, ...process],
    numbered: channels.filter(({ name }) => told.has(name) || name === names.channel.turn),
    broadcasts: [...told],
    names,
  };
}

/**
 * What is counted in a run of the whole: inputs pass as if never locked, and every tick with orders is a turn, whose
 * messages come once to each process, and for several processes to the coordinator.
 */
function observed(names: Names, copies: readonly Clause[]): readonly Clause[] {
  const { parcels, gates, sums, channel, coordinator: c } = names;
  const orders = parcels.filter(({ kind }) => kind === 'order');
  const passes = gates.map(({ channel: { name }, now: taken, variables: columns }) =>
    now(taken, variables(columns), [holds(name, variables(columns))], `${taken}1`),
  );
  const taken = orders.map(({ of, now: known, got, variables: columns }) =>
    now(known, variables(columns), [holds(of, variables(columns))], `${got}Taken`),
  );
  const cause = holds(c.wants, []);
  const wants = orders.map(({ of, variables: columns }) =>
    now(c.wants, [], [holds(of, any(columns))], `${c.wants}${of}`),
  );
  const each = Array.from({ length: PROCESSES_COUNTED }, (_, at) =>
    now(c.each, [int(at)], [cause], `${c.each}Counted${at + 1}`),
  );
  const p = variable('p');
  const started = now(names.process.started, [], [lacks(c.begun, [])]);
  const one = (name: string, id: string, args: readonly Expression[], body: Literal): Clause => {
    return { ...tell(name, [int(0), ...args], [body]), id };
  };
  const many = (name: string, id: string, args: readonly Expression[], body: Literal): Clause => {
    return { ...tell(name, [p, ...args], [body, holds(c.each, [p])]), id };
  };
  const told = (name: string, args: readonly Expression[], body: Literal): readonly Clause[] => [
    one(name, name, args, body),
    many(name, toAll(name), args, body),
  ];
  const answered = (name: string, width: number): readonly Clause[] => [
    one(name, toOne(name), zeros(width), cause),
    many(name, name, zeros(width), cause),
  ];
  return [
    ...passes,
    ...taken,
    ...copies,
    started,
    ...wants,
    ...each,
    ...told(channel.lock, [], cause),
    ...answered(channel.locked, 0),
    ...told(channel.unlock, zeros(parcels.length), cause),
    one(channel.turn, channel.turn, zeros(sums.length), cause),
    ...answered(channel.taken, sums.length),
    ...orders.flatMap(({ of, told: name, variables: columns }) =>
      told(name, variables(columns), holds(of, variables(columns))),
    ),
  ];
}

function zeros(width: number): readonly Expression[] {
  return Array.from({ length: width }, () => int(0));
}
