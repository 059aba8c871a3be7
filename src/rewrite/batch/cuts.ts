/**
 * Where asymmetric decoupling proposes to cut: around each channel that a role reads, the fewest clauses that read
 * nothing of the rest. What the rest reads of them must be empty in ticks without input, or it could not be sent as
 * the news of a tick; so a relation that is kept is taken along with all that read it.
 */

import { type Component, namesOf, referencesOf } from '../../analysis/component.ts';
import { eventRelations } from '../../analysis/events.ts';
import { hasLattice } from '../../analysis/shape.ts';
import { defined } from '../../base/assert.ts';
import { memoized } from '../../base/memoized.ts';
import type { Clause } from '../../ir/clause.ts';
import type { Channel } from '../../ir/program.ts';
import { asComponent } from '../conditions.ts';
import type { Forward } from '../language.ts';
import type { DraftClause, Proposal, Site } from '../rule.ts';
import { type Batched, type BatchedParts, batchedParts } from './construct.ts';

type KnownClause = Site['clauses'][number];
export type Moved = ReadonlySet<KnownClause>;

/** A part that sends less than this per command isn't worth a process. */
const RATE_MIN = 0.05;

export function* batchCuts(site: Site): Iterable<Proposal> {
  for (const moved of movedParts(site)) {
    const parts = partsOf(site, moved);
    if (parts !== null) yield proposalOf(site, moved, parts);
  }
}

/** Each once, with messages enough; two rules ask for them. */
export const movedParts: (site: Site) => readonly Moved[] = memoized((site) => {
  const found = new Map<string, Moved>();
  for (const moved of movedSets(site)) {
    const key = [...moved].map((each) => each.id).join();
    const sent = [...moved].filter(({ clause }) => clause.kind === 'send');
    const isBusy = sent.some(({ clause }) => site.rate(clause.id) >= RATE_MIN);
    if (isBusy && !found.has(key)) found.set(key, moved);
  }
  return [...found.values()];
});

/** The clauses around each channel and timer, in the order of the program. */
function* movedSets(site: Site): Iterable<Moved> {
  const component = asComponent(site.view);
  const reads = new Map(
    site.clauses.map((each) => [each, referencesOf(component, each.clause)] as const),
  );
  // What a rewrite introduced ties two parts together already.
  const declared = new Set(site.base.channels.map((channel) => channel.name));
  const inputs = new Set([...reads.values()].flat());
  for (const input of inputs) {
    if (!declared.has(input)) continue;
    const start = site.clauses.filter((each) => reads.get(each)?.includes(input) === true);
    const moved = closed(site, component, reads, start);
    if (moved.size < site.clauses.length) yield moved;
  }
}

type Reads = ReadonlyMap<KnownClause, readonly string[]>;

/** With all that the clauses need for themselves, and the messages that need nothing else. */
function closed(
  site: Site,
  component: Component,
  reads: Reads,
  start: readonly KnownClause[],
): Moved {
  const events = eventRelations(component);
  const names = namesOf(component);
  const inside = new Set(start);
  for (let before = -1; before < inside.size; ) {
    before = inside.size;
    const read = new Set([...inside].flatMap((each) => reads.get(each) ?? []));
    const derived = new Set(
      [...inside].flatMap(({ clause }) => (clause.kind === 'send' ? [] : [clause.head.relation])),
    );
    const crosses = (name: string): boolean =>
      derived.has(name) && events.has(name) && !hasLattice(component, name);
    for (const each of site.clauses) {
      if (inside.has(each)) continue;
      const own = reads.get(each) ?? [];
      const { kind, head } = each.clause;
      const derives = kind !== 'send' && (read.has(head.relation) || derived.has(head.relation));
      const shares = own.some(
        (name) =>
          (read.has(name) || derived.has(name)) &&
          (names.get(name)?.kind !== 'relation' || !crosses(name)),
      );
      if (derives || shares) inside.add(each);
    }
    // A channel follows whole: two parts that send it could send one message twice.
    const known = (name: string): boolean => derived.has(name) || read.has(name);
    const leftover = site.clauses.filter(
      (each) => !inside.has(each) && each.clause.kind === 'send',
    );
    const bound = new Set(
      leftover.flatMap((each) =>
        reads.get(each)?.every(known) === true ? [] : [each.clause.head.relation],
      ),
    );
    for (const each of leftover) {
      const follows = reads.get(each)?.some((name) => derived.has(name)) === true;
      if (follows && !bound.has(each.clause.head.relation)) inside.add(each);
    }
  }
  return new Set(site.clauses.filter((each) => inside.has(each)));
}

/** Null when nothing crosses, or what crosses can't be put into a batch. */
function partsOf(site: Site, moved: Moved): BatchedParts | null {
  const component = asComponent(site.view);
  const stay = site.clauses.filter((each) => !moved.has(each)).map(({ clause }) => clause);
  const readOutside = new Set(stay.flatMap((clause) => referencesOf(component, clause)));
  const { relations } = site.view.role;
  const crossings = relations.flatMap((relation) => {
    if (!readOutside.has(relation.name)) return [];
    const clauses = [...moved]
      .filter(({ clause }) => clause.kind !== 'send' && clause.head.relation === relation.name)
      .map(({ clause }) => ({ clause, key: [] }));
    return clauses.length === 0 ? [] : [{ relation, clauses }];
  });
  if (crossings.length === 0) return null;
  const crossing = new Set(crossings.map(({ relation }) => relation.name));
  const rest = [...moved]
    .map(({ clause }) => clause)
    .filter(({ kind, head }) => kind === 'send' || !crossing.has(head.relation));
  const sends = rest.filter(({ kind }) => kind === 'send');
  return {
    role: site.view.part.role,
    key: [],
    crossings,
    sends: sends.map((clause) => {
      const channel = channelOf(site, clause);
      return { clause, key: [], columns: channel.columns, address: addressOf(site, channel) };
    }),
    inner: rest.filter(({ kind }) => kind !== 'send'),
  };
}

export function channelOf({ view }: Pick<Site, 'view'>, { head }: Clause): Channel {
  const found = view.program.channels.find((channel) => channel.name === head.relation);
  return defined(found, 'what is sent is a channel');
}

/** Members are addressed by the ids of the role that they are members of. */
export function addressOf(
  { view }: Pick<Site, 'view'>,
  channel: Channel,
): { kind: 'id'; role: string } {
  const to = view.program.roles.find((role) => role.name === channel.to);
  return { kind: 'id', role: to?.of ?? channel.to };
}

/** What moves is the same whatever it is cut from. */
function proposalOf(site: Site, moved: Moved, parts: BatchedParts): Proposal {
  const key = `batched ${[...moved].map((each) => each.id).join()}`;
  const batched = site.construct(key, (fresh) => batchedParts(parts, fresh));
  const known = new Map(site.clauses.map((each) => [each.clause, each]));
  const draft = (clause: Clause): DraftClause => known.get(clause) ?? site.draft(clause);
  const crossed = parts.crossings.map(({ relation }) => `\`${relation.name}\``).join(', ');
  const sent = [...new Set(parts.sends.map(({ clause }) => `\`${clause.head.relation}\``))];
  return {
    kind: 'decouple',
    stay: [...site.clauses.filter((each) => !moved.has(each)), ...batched.takers.map(draft)],
    move: batched.move.map(draft),
    relayed: [],
    forwards: forwardsOf(batched),
    summary: `sends ${sent.join(', ')} from a process that tells of ${crossed} in batches`,
  };
}

export function forwardsOf({ channels }: Pick<Batched, 'channels'>): readonly Forward[] {
  return channels.map(({ name, columns }) => {
    return { name, columns: columns.map((column) => column.name), relays: null };
  });
}
