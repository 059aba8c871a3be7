/**
 * The base program with every candidate forward observed: one simulated run of it counts how often each
 * would be sent, how many bytes it would carry and how its columns spread, whatever plan is chosen later.
 * What is observed goes to the clients, who ignore it, so the observed nodes take no more ticks than before.
 */

import { defined } from '../base/assert.ts';
import type { Clause, HeadArgument } from '../ir/clause.ts';
import { int, variable } from '../ir/expression.ts';
import type { Channel, Program, Relation, Role } from '../ir/program.ts';
import type { Introduced } from '../rewrite/part.ts';
import type { ForwardInfo } from '../rewrite/space.ts';

/**
 * Forwards in the order in which they were made: a later one may read an earlier one, or the relation that
 * keeps its facts. A program without clients has no workload to run, and comes back as it is.
 */
export function instrument(
  base: Program,
  forwards: readonly ForwardInfo[],
  introduced: Introduced,
): Program {
  const client = base.roles.find((role) => role.external)?.name;
  if (client === undefined) return base;
  const observations = forwards.map((info) => observe(info, introduced, client));
  const roles = base.roles.map((role): Role => {
    const own = observations.filter((each) => each.role === role.name);
    return {
      ...role,
      relations: [...role.relations, ...own.flatMap((each) => each.relations)],
      clauses: [...role.clauses, ...own.flatMap((each) => each.clauses)],
    };
  });
  return { ...base, roles, channels: [...base.channels, ...observations.map((o) => o.channel)] };
}

/** Under this name a run's profile tells how the columns of a forward spread; no program can use it. */
export function observedChannel(forward: string): string {
  return `observed ${forward}`;
}

interface Observation {
  readonly role: string;
  readonly relations: readonly Relation[];
  readonly clauses: readonly Clause[];
  readonly channel: Channel;
}

/** The forward as a relation, for later ones to read, and a message of each of its facts. */
function observe(info: ForwardInfo, introduced: Introduced, client: string): Observation {
  const { forward, role, clause } = info;
  const { name } = forward;
  const forwarded = defined(introduced.channels.get(name), 'every forward is a channel');
  const { columns, dependencies } = forwarded;
  const args = forward.columns.map((column): HeadArgument => {
    return { kind: 'plain', value: variable(column) };
  });
  const atom = { relation: name, args: forward.columns.map(variable), at: null };
  const body = [{ kind: 'atom', atom }] as const;
  const kept = introduced.relations.get(`${name}Kept`);
  const written = 'clause';
  return {
    role,
    relations: [
      { name, columns, dependencies, durable: false },
      ...(kept === undefined ? [] : [kept]),
    ],
    clauses: [
      {
        id: `${name}Holds`,
        kind: 'now',
        head: { relation: name, args, destination: null },
        body: clause.body,
        written,
      },
      {
        id: name,
        kind: 'send',
        head: { relation: observedChannel(name), args, destination: int(0) },
        body,
        written,
      },
      ...(kept === undefined ? [] : keeping(kept.name, args, body)),
    ],
    channel: { ...forwarded, name: observedChannel(name), to: client },
  };
}

/** `kept :- forward` and `kept :+ kept`, with the ids that the moved part's clauses have. */
function keeping(
  name: string,
  args: readonly HeadArgument[],
  arriving: Clause['body'],
): readonly Clause[] {
  const head = { relation: name, args, destination: null };
  const values = args.flatMap((arg) => (arg.kind === 'plain' ? [arg.value] : []));
  const atom = { relation: name, args: values, at: null };
  return [
    { id: `${name}Arrives`, kind: 'now', head, body: arriving, written: 'clause' },
    { id: `${name}Stays`, kind: 'next', head, body: [{ kind: 'atom', atom }], written: 'persist' },
  ];
}
