/** Who sends and who reads a channel, and programs in which both ends of one have changed. */

import { memoized } from '../../base/memoized.ts';
import { groupBy } from '../../base/order.ts';
import {
  type Atom,
  atomOf,
  type Clause,
  type HeadArgument,
  type Literal,
} from '../../ir/clause.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import { type PartView, viewPart } from '../part.ts';

export interface Place {
  readonly role: Role;
  readonly clause: Clause;
}

export interface ChannelUse {
  readonly channel: Channel;
  readonly senders: readonly Place[];
  readonly readers: readonly (Place & { readonly atoms: readonly Atom[] })[];
}

export function channelUse(program: Program, channel: Channel): ChannelUse {
  const { sent, read } = placesOf(program);
  return {
    channel,
    senders: sent.get(channel.name) ?? [],
    readers: (read.get(channel.name) ?? []).filter(({ role }) => role.name === channel.to),
  };
}

/** Channels between roles of the program, which clients neither send nor get, with a sender and a reader. */
export function innerChannels(program: Program): readonly ChannelUse[] {
  const external = new Set(program.roles.filter((role) => role.external).map((role) => role.name));
  return program.channels
    .filter((channel) => !external.has(channel.from) && !external.has(channel.to))
    .map((channel) => channelUse(program, channel))
    .filter(({ senders, readers }) => senders.length > 0 && readers.length > 0);
}

interface Places {
  /** By channel. */
  readonly sent: ReadonlyMap<string, readonly Place[]>;
  /** By name that a body reads. */
  readonly read: ReadonlyMap<string, ChannelUse['readers']>;
}

/** Asked for every channel of a program; programs never change. */
const placesOf: (program: Program) => Places = memoized((program) => {
  const places = program.roles.flatMap((role) => role.clauses.map((clause) => ({ role, clause })));
  const sends = places.filter(({ clause }) => clause.kind === 'send');
  const reads = places.flatMap(({ role, clause }) => {
    const atoms = [...clause.body.map(atomOf), ...groupAtoms(clause)].filter((a) => a !== null);
    const byName = groupBy(atoms, (atom) => atom.relation);
    return [...byName].map(([name, read]) => ({ name, place: { role, clause, atoms: read } }));
  });
  const read = groupBy(reads, ({ name }) => name);
  return {
    sent: groupBy(sends, ({ clause }) => clause.head.relation),
    read: new Map([...read].map(([name, found]) => [name, found.map(({ place }) => place)])),
  };
});

export function sends(clause: Clause, channel: string): boolean {
  return clause.kind === 'send' && clause.head.relation === channel;
}

/** The atoms that give a default aggregate its groups. */
function groupAtoms(clause: Clause): readonly Atom[] {
  return clause.head.args.flatMap((arg) =>
    arg.kind === 'aggregate' && arg.fallback !== null ? [arg.fallback.over] : [],
  );
}

/** Whether every read is a positive literal: nobody asks for absence, and nobody takes groups from it. */
export function isReadAsPresent(place: Place, channel: string): boolean {
  const isAbsence = (literal: Literal): boolean =>
    literal.kind !== 'atom' && atomOf(literal)?.relation === channel;
  return !place.clause.body.some(isAbsence) && !takesGroups(place, channel);
}

/** A default aggregate has a row for every message. */
export function takesGroups({ clause }: Place, channel: string): boolean {
  return groupAtoms(clause).some((atom) => atom.relation === channel);
}

export function mapClauses(
  program: Program,
  change: (clause: Clause, role: Role) => Clause,
): Program {
  const roles = program.roles.map((role) => {
    const clauses = role.clauses.map((clause) => change(clause, role));
    return clauses.every((clause, at) => clause === role.clauses[at]) ? role : { ...role, clauses };
  });
  return { ...program, roles };
}

/** The role as a part that has all of its clauses: what lemmas encode clauses in. */
export function wholeRole(program: Program, role: Role): PartView {
  const none = { channels: new Map(), relations: new Map() };
  const { name, clauses } = role;
  return viewPart(program, none, { role: name, relayed: [], observed: [], clauses });
}

/** The channel's arguments when every one fills one column: all but a `min` or `max` of several expressions. */
export function columnArguments(clause: Clause, { columns }: Channel): readonly HeadArgument[] {
  return clause.head.args.length === columns.length ? clause.head.args : [];
}
