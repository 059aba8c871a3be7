/**
 * Parts: candidate pieces of a role, as the rules, the conditions and the analyses see them. A part is
 * a set of clauses of one role; the view makes an ordinary program of it in which the role holds
 * exactly these clauses and everything else is as in the base program.
 */

import { invariant } from '../base/assert.ts';
import type { Atom, Clause } from '../ir/clause.ts';
import { atomOf } from '../ir/clause.ts';
import { int } from '../ir/expression.ts';
import type { Channel, Parameter, Program, Relation, Role } from '../ir/program.ts';

export interface Part {
  /** The role of the base program whose clauses these are. */
  readonly role: string;
  /** Channels that reach this part through a relay. */
  readonly relayed: readonly string[];
  /** Relations of the role that an invariant speaks of. */
  readonly observed: readonly string[];
  readonly clauses: readonly Clause[];
}

/** Names that rewrites made; they live beside the base program for the whole search. */
export interface Introduced {
  /** Forwarding channels, from a part of a role to another part of the same member. */
  readonly channels: ReadonlyMap<string, Channel>;
  /** Relations that keep forwarded facts. */
  readonly relations: ReadonlyMap<string, Relation>;
  /** Numbers of processes, which only a plan has. */
  readonly parameters?: readonly string[];
}

export interface PartView {
  readonly part: Part;
  readonly program: Program;
  readonly role: Role;
}

/** The program in which the part's role has the part's clauses and what they need, and no others. */
export function viewPart(base: Program, introduced: Introduced, part: Part): PartView {
  const whole = base.roles.find((role) => role.name === part.role);
  invariant(whole !== undefined, `\`${part.role}\` is a role of the program`);
  const read = new Set(part.clauses.flatMap((clause) => atomsOf(clause)).map((a) => a.relation));
  const derived = new Set(part.clauses.map((clause) => clause.head.relation));
  const used = (name: string): boolean => read.has(name) || derived.has(name);
  const relations = [...whole.relations, ...introduced.relations.values()];
  const role: Role = {
    ...whole,
    relations: relations.filter((relation) => used(relation.name)),
    timers: whole.timers.filter((timer) => read.has(timer.name)),
    initial: whole.initial.filter((fact) => used(fact.relation)),
    clauses: part.clauses,
  };
  const roles = base.roles.map((each) => (each.name === part.role ? role : each));
  return {
    part,
    role,
    program: {
      ...base,
      parameters: parametersOf(base, introduced),
      roles,
      channels: channelsOf(base, introduced, part, used),
    },
  };
}

/** The very list of the base where nothing differs: views are many, and what is known of a list goes with it. */
function channelsOf(
  base: Program,
  introduced: Introduced,
  part: Part,
  used: (name: string) => boolean,
): readonly Channel[] {
  const added = [...introduced.channels.values()].filter((channel) => used(channel.name));
  if (part.relayed.length === 0 && added.length === 0) return base.channels;
  return [...base.channels.map((channel) => relayedChannel(channel, part)), ...added];
}

/** One process, as long as nothing is said. */
export function countOf(name: string): Parameter {
  return { name, definition: int(1), value: 1 };
}

function parametersOf(base: Program, { parameters = [] }: Introduced): readonly Parameter[] {
  if (parameters.length === 0) return base.parameters;
  return [...base.parameters, ...parameters.map(countOf)];
}

/** Positive, negated, stable and expiring atoms of a body. */
export function atomsOf(clause: Clause): readonly Atom[] {
  return clause.body.map(atomOf).filter((atom) => atom !== null);
}

/** The names of a clause's body, as often as they are read. */
export function readsOf(clause: Clause): readonly string[] {
  return atomsOf(clause).map((atom) => atom.relation);
}

/** Channels that the part reads straight from senders outside the program, whom no plan can change. */
export function unchangeableInputs(view: PartView): readonly string[] {
  const external = new Set(
    view.program.roles.filter((role) => role.external).map((role) => role.name),
  );
  const read = new Set(view.part.clauses.flatMap(atomsOf).map((atom) => atom.relation));
  return view.program.channels
    .filter((channel) => read.has(channel.name) && external.has(channel.from))
    .map((channel) => channel.name);
}

/** A relay's own channel loses and doubles nothing, but what it relays may have been lost or doubled. */
function relayedChannel(channel: Channel, part: Part): Channel {
  return part.relayed.includes(channel.name) ? { ...channel, from: part.role } : channel;
}
