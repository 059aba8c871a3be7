/**
 * The base program with every candidate forward observed: one simulated run of it counts how often each
 * would be sent, how many bytes it would carry and how its columns spread, whatever plan is chosen later.
 * What is observed goes to the clients, who ignore it, so the observed nodes take no more ticks than before.
 */

import { defined } from '../base/assert.ts';
import { canonicalJson } from '../base/order.ts';
import { atomOf, type Clause, type HeadArgument } from '../ir/clause.ts';
import { type Expression, int, variable } from '../ir/expression.ts';
import { keyColumn } from '../ir/key.ts';
import type { Channel, Program, Relation, Role } from '../ir/program.ts';
import { typeOf } from '../ir/typing.ts';
import type { Introduced } from '../rewrite/part.ts';
import type { Match } from '../rewrite/rule.ts';
import type { ConstructionInfo, ForwardInfo } from '../rewrite/space.ts';

/**
 * Forwards in the order in which they were made: a later one may read an earlier one, or the relation that
 * keeps its facts. A program without clients has no workload to run, and comes back as it is.
 */
export function instrument(
  base: Program,
  forwards: readonly ForwardInfo[],
  constructions: readonly ConstructionInfo[],
  introduced: Introduced,
  keys: readonly KeyInfo[] = [],
): Program {
  const client = base.roles.find((role) => role.external)?.name;
  if (client === undefined) return base;
  const observations = [
    ...forwards.map((info) => observe(info, introduced, client)),
    ...constructions.map((info) => observeClauses(info, base, introduced, client)),
    ...keys.map((info) => observeKey(info, base, introduced, client)),
  ];
  const roles = base.roles.map((role): Role => {
    const own = observations.filter((each) => each.role === role.name);
    return {
      ...role,
      relations: distinct([...role.relations, ...own.flatMap((each) => each.relations)]),
      clauses: [...role.clauses, ...own.flatMap((each) => each.clauses)],
    };
  });
  const channels = observations.flatMap((each) => each.channels);
  return { ...base, roles, channels: [...base.channels, ...channels] };
}

/** What one construction reads another one may have introduced. */
function distinct(relations: readonly Relation[]): readonly Relation[] {
  return [...new Map(relations.map((relation) => [relation.name, relation])).values()];
}

/** Under this name a run's profile tells how the columns of a forward spread; no program can use it. */
export function observedChannel(forward: string): string {
  return `observed ${forward}`;
}

/** A function of a channel's columns by which some plan spreads what a role receives. */
export interface KeyInfo {
  readonly role: string;
  readonly channel: string;
  readonly of: Expression;
}

/** How the values of a function spread is counted under this name, in the last column. */
export function observedKey(channel: string, of: Expression): string {
  return observedChannel(`${channel} by ${canonicalJson(of)}`);
}

/** The functions that are keys of channels in some plan of the space, each once. */
export function functionKeys(
  applications: Iterable<{ readonly match: Match }>,
): readonly KeyInfo[] {
  const found = new Map<string, KeyInfo>();
  for (const { match } of applications) {
    if (match.proposal.kind !== 'partition') continue;
    const { program, role } = match.site;
    for (const [channel, key] of Object.entries(match.proposal.policy)) {
      if (!program.channels.some((each) => each.name === channel)) continue;
      for (const of of key) {
        if (typeof of === 'number') continue;
        found.set(observedKey(channel, of), { role: role.name, channel, of });
      }
    }
  }
  return [...found.values()];
}

interface Observation {
  readonly role: string;
  readonly relations: readonly Relation[];
  readonly clauses: readonly Clause[];
  readonly channels: readonly Channel[];
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
  const read = clause.body.flatMap(namedIn).flatMap((each) => introduced.relations.get(each) ?? []);
  const written = 'clause';
  return {
    role,
    relations: [
      { name, columns, dependencies, durable: false },
      ...read,
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
    channels: [observed(forwarded, client)],
  };
}

/** With all columns beside the function, so that two messages of one tick stay two. */
function observeKey(
  { role, channel, of }: KeyInfo,
  base: Program,
  introduced: Introduced,
  client: string,
): Observation {
  const declared =
    introduced.channels.get(channel) ?? base.channels.find((each) => each.name === channel);
  const received = defined(declared, 'keys are of channels');
  const name = observedKey(channel, of);
  const type = defined(
    typeOf(of, {
      program: base,
      role: defined(
        base.roles.find((each) => each.name === role),
        'parts are of roles',
      ),
      types: new Map(received.columns.map((column, index) => [`#${index}`, column.type])),
    }),
    'functions in keys are typed',
  );
  const values = [...received.columns.map((_, index) => keyColumn(index)), of];
  const args = received.columns.map((_, index) => keyColumn(index));
  const clause: Clause = {
    id: name,
    kind: 'send',
    head: {
      relation: name,
      args: values.map((value): HeadArgument => ({ kind: 'plain', value })),
      destination: int(0),
    },
    body: [{ kind: 'atom', atom: { relation: channel, args, at: null } }],
    written: 'clause',
  };
  const columns = [...received.columns, { name: 'key', type }];
  const sent = { ...received, name, columns, from: role, to: client, dependencies: [], route: [] };
  return { role, relations: [], clauses: [clause], channels: [sent] };
}

function observed(channel: Channel, client: string): Channel {
  return { ...channel, name: observedChannel(channel.name), to: client };
}

/**
 * What a construction adds, as if both parts were one place without delay: its channels are relations. What it
 * derives of the program's own relations, or for the next tick, goes to relations that nobody reads: the program
 * does what it did before. Nothing is held back then, so what would be has no load.
 */
function observeClauses(
  { role, clauses }: ConstructionInfo,
  base: Program,
  introduced: Introduced,
  client: string,
): Observation {
  const relations = new Map<string, Relation>();
  const made: Clause[] = [];
  const channels = new Map<string, Channel>();
  const owner = base.roles.find((each) => each.name === role);
  const declare = (name: string, like: string): void => {
    const found =
      introduced.relations.get(like) ??
      introduced.channels.get(like) ??
      owner?.relations.find((each) => each.name === like);
    const { columns } = defined(found, 'constructions say what they introduce');
    relations.set(name, { name, columns, dependencies: [], durable: false });
  };
  for (const clause of clauses) {
    const { id, kind, head } = clause;
    for (const name of [...clause.body, ...head.args].flatMap(namedIn)) {
      if (introduced.relations.has(name) || introduced.channels.has(name)) declare(name, name);
    }
    if (kind === 'next' && carries(clause)) continue;
    if (kind === 'send') {
      const channel = defined(introduced.channels.get(head.relation), 'it sends to itself alone');
      declare(head.relation, head.relation);
      channels.set(channel.name, observed(channel, client));
      made.push(
        { ...clause, id: `${id}Holds`, kind: 'now', head: { ...head, destination: null } },
        {
          ...clause,
          head: { ...head, relation: observedChannel(head.relation), destination: int(0) },
        },
      );
      continue;
    }
    const isOwn = kind === 'now' && introduced.relations.has(head.relation);
    const shadow = isOwn ? head.relation : `observed ${id}`;
    declare(shadow, head.relation);
    made.push({ ...clause, kind: 'now', head: { ...head, relation: shadow } });
  }
  return {
    role,
    relations: [...relations.values()],
    clauses: made,
    channels: [...channels.values()],
  };
}

function namedIn(part: Clause['body'][number] | HeadArgument): readonly string[] {
  if (part.kind === 'aggregate') return part.fallback === null ? [] : [part.fallback.over.relation];
  if (part.kind === 'plain' || part.kind === 'index') return [];
  const atom = atomOf(part);
  return atom === null ? [] : [atom.relation];
}

function carries({ head, body }: Clause): boolean {
  return body.some((literal) => atomOf(literal)?.relation === head.relation);
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
