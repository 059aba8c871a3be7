/**
 * A placement as an ordinary program: every part becomes a role `of` the one it came from, channels are
 * addressed to the part that reads them, and partitioned parts get routes.
 */

import { defined } from '../base/assert.ts';
import { groupBy } from '../base/order.ts';
import { unusedName } from '../base/unused-name.ts';
import { type Atom, atomOf, type Clause, type Literal } from '../ir/clause.ts';
import { int } from '../ir/expression.ts';
import { keyExpression } from '../ir/key.ts';
import type { Channel, Invariant, Program, Role } from '../ir/program.ts';
import type { PlacedPart, Placement } from './placement.ts';

export interface Lowered {
  readonly program: Program;
  /** The role that each part became, in the order of the parts. */
  readonly roles: readonly string[];
}

export function lowerPlacement(base: Program, placement: Placement): Lowered {
  const names = nameParts(base, placement);
  const renamed = placement.parts.map((part) => ({
    ...part,
    clauses: relayedReads(part, placement),
  }));
  const named = renamed.map((part, index) => ({
    part,
    name: defined(names[index], 'every part has a name'),
  }));
  const madeOf = groupBy(named, ({ part }) => part.role);
  const partsOf = groupBy(placement.parts, (part) => part.role);
  const roles = base.roles.flatMap((role) => {
    const made = madeOf.get(role.name);
    if (made === undefined) return [role];
    const siblings = partsOf.get(role.name) ?? [];
    return made.map(({ part, name }) => roleOf(role, part, { siblings, placement, name }));
  });
  const readers = new Map<string, { readonly name: string; readonly part: PlacedPart }>();
  for (const { part, name } of named) {
    for (const clause of part.clauses) {
      for (const atom of atomsOf(clause)) readers.set(atom.relation, { name, part });
    }
  }
  const indexed: Indexed = {
    roles: new Map(base.roles.map((role) => [role.name, role])),
    parts: partsOf,
    placement,
  };
  const counts = countsOf(placement, readers);
  const channels = [...base.channels, ...usedForwards(placement)].map((channel) =>
    channelOf(sentByMember(channel, indexed), indexed, readers),
  );
  const invariants = base.invariants.filter((each) => isStillLocal(each, roles));
  const parameters = [
    ...base.parameters,
    ...counts.map(({ parameter, instances }) => {
      return { name: parameter, definition: int(instances), value: instances };
    }),
  ];
  const counted = roles.map((role): Role => {
    const count = counts.find((each) => each.role === role.name);
    if (count === undefined || role.parts === null) return role;
    return { ...role, parts: { kind: 'parameter', name: count.parameter } };
  });
  const program = { ...base, parameters, roles: counted, channels, invariants };
  return { program, roles: names };
}

interface Count {
  readonly parameter: string;
  /** The part of which it is the number of processes. */
  readonly role: string;
  readonly instances: number;
}

/** Each parameter that clauses have for a number of processes, once. */
function countsOf(
  { forwards }: Placement,
  readers: ReadonlyMap<string, { readonly name: string; readonly part: PlacedPart }>,
): readonly Count[] {
  const found = new Map<string, Count>();
  for (const { channel, counts } of forwards) {
    const reader = readers.get(channel.name);
    if (counts === undefined || reader === undefined) continue;
    const { instances } = reader.part;
    found.set(counts, { parameter: counts, role: reader.name, instances });
  }
  return [...found.values()];
}

/** A placement with its parts, and the roles of the program that it is of, by role. */
interface Indexed {
  readonly roles: ReadonlyMap<string, Role>;
  readonly parts: ReadonlyMap<string, readonly PlacedPart[]>;
  readonly placement: Placement;
}

/** The reader of a relayed channel reads the relay's channel instead. */
function relayedReads(part: PlacedPart, placement: Placement): readonly Clause[] {
  const relays = new Map(
    placement.forwards
      .filter((forward) => forward.relays !== null && part.relayed.includes(forward.relays))
      .map((forward) => [forward.relays, forward.channel.name]),
  );
  if (relays.size === 0) return part.clauses;
  const rename = (atom: Atom): Atom => ({
    ...atom,
    relation: relays.get(atom.relation) ?? atom.relation,
  });
  return part.clauses.map((clause) => ({
    ...clause,
    body: clause.body.map(
      (literal): Literal =>
        literal.kind === 'condition' || literal.kind === 'bind'
          ? literal
          : { ...literal, atom: rename(literal.atom) },
    ),
  }));
}

function usedForwards(placement: Placement): readonly Channel[] {
  const sent = new Set(
    placement.parts.flatMap((part) => part.clauses.map((clause) => clause.head.relation)),
  );
  return placement.forwards.map((each) => each.channel).filter((each) => sent.has(each.name));
}

interface PartOfRole {
  readonly siblings: readonly PlacedPart[];
  readonly placement: Placement;
  readonly name: string;
}

function roleOf(role: Role, part: PlacedPart, { siblings, placement, name }: PartOfRole): Role {
  const read = new Set(part.clauses.flatMap(atomsOf).map((atom) => atom.relation));
  const derived = new Set(part.clauses.map((clause) => clause.head.relation));
  const used = (each: string): boolean => read.has(each) || derived.has(each);
  const elsewhere = new Set(
    siblings
      .filter((other) => other !== part && !isSame(other, part))
      .flatMap((other) => other.clauses.map((clause) => clause.head.relation)),
  );
  // A relation that no clause mentions stays at home, where invariants may speak of it.
  const owned = (each: string): boolean => used(each) || (part.home && !elsewhere.has(each));
  const relations = [
    ...role.relations.filter((relation) => owned(relation.name)),
    ...placement.kept.filter((relation) => used(relation.name)),
  ];
  const { statics, timers, initial, external } = role;
  return {
    name,
    external,
    size: part.home ? role.size : null,
    of: part.home ? role.of : (role.of ?? role.name),
    parts: part.instances > 1 ? int(part.instances) : part.home ? role.parts : null,
    relations,
    statics: statics.filter((table) => read.has(table.name)),
    timers: timers.filter((timer) => read.has(timer.name)),
    initial: initial.filter((fact) => relations.some((each) => each.name === fact.relation)),
    clauses: part.clauses.map((clause, index) => ({ ...clause, id: `${name}.${index + 1}` })),
  };
}

function isSame(a: PlacedPart, b: PlacedPart): boolean {
  return a.role === b.role && a.home === b.home && a.clauses[0]?.id === b.clauses[0]?.id;
}

function channelOf(
  channel: Channel,
  { roles, parts: partsOf, placement }: Indexed,
  readers: ReadonlyMap<string, { readonly name: string; readonly part: PlacedPart }>,
): Channel {
  const reader = readers.get(channel.name);
  if (reader === undefined) return unread(channel, partsOf);
  const { part, name } = reader;
  if (part.policy === null || part.instances <= 1) {
    const parts = roles.get(part.role)?.parts ?? null;
    return { ...channel, to: name, route: parts === null ? [] : channel.route };
  }
  const relays = placement.forwards.find((each) => each.channel.name === channel.name)?.relays;
  const key = defined(
    part.policy[channel.name] ?? part.policy[relays ?? ''],
    `the policy names \`${channel.name}\``,
  );
  const columns = channel.columns.map((column) => column.name);
  const parts = key.length === 0 ? [0] : key;
  return { ...channel, to: name, route: parts.map((part) => keyExpression(part, columns)) };
}

/** A part of a part is a part of the member: what it sends comes from any part of the member, not from its role. */
function sentByMember(channel: Channel, { roles, parts }: Indexed): Channel {
  const whole = roles.get(channel.from)?.of ?? null;
  const away = (parts.get(channel.from) ?? []).some(
    (part) =>
      !part.home &&
      part.clauses.some(
        (clause) => clause.kind === 'send' && clause.head.relation === channel.name,
      ),
  );
  return whole !== null && away ? { ...channel, from: whole } : channel;
}

/** What no clause reads may go to any of the processes that its address now stands for. */
function unread(channel: Channel, partsOf: Indexed['parts']): Channel {
  const home = partsOf.get(channel.to)?.find((part) => part.home);
  const isSpread = home !== undefined && home.instances > 1 && channel.route.length === 0;
  return isSpread ? { ...channel, route: [int(0)] } : channel;
}

/** `now` invariants speak of one node; after a split their relations may have none in common. */
function isStillLocal(invariant: Invariant, roles: readonly Role[]): boolean {
  if (invariant.scope === 'ever') return true;
  const names = [...invariant.body, ...invariant.conclusion]
    .map(atomOf)
    .flatMap((atom) => (atom === null ? [] : [atom.relation]));
  return roles.some((role) =>
    names.every((name) => role.relations.some((relation) => relation.name === name)),
  );
}

/** Home keeps the role's name; another part is called after the first channel that it sends. */
function nameParts(base: Program, placement: Placement): readonly string[] {
  const taken = new Set(base.roles.map((role) => role.name));
  for (const channel of base.channels) taken.add(channel.name);
  const introduced = new Set(placement.forwards.map((forward) => forward.channel.name));
  return placement.parts.map((part) => {
    if (part.home) return part.role;
    const sends = part.clauses.filter((clause) => clause.kind === 'send');
    const main =
      sends.find((clause) => !introduced.has(clause.head.relation)) ?? sends[0] ?? part.clauses[0];
    const suffix = main?.head.relation ?? 'Part';
    const stem = `${part.role}${suffix.charAt(0).toUpperCase()}${suffix.slice(1)}`;
    const name = unusedName(stem, taken);
    taken.add(name);
    return name;
  });
}

function atomsOf(clause: Clause): readonly Atom[] {
  return clause.body.map(atomOf).filter((atom) => atom !== null);
}
