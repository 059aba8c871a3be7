/**
 * What each channel does to messages, and who would notice (soundness.md, 8): order, loss, duplicates, and whether
 * a message that comes twice is told from one that comes once.
 *
 * It is by a counter: in `n(k + 1) :+ n(k), v(_)` every copy counts. It isn't by a receiver that keeps the fact for
 * ever, or that maps it to messages which may come twice themselves.
 */

import type { Clause } from '../ir/clause.ts';
import type { Channel, Program } from '../ir/program.ts';
import {
  type Component,
  componentOfRole,
  derivations,
  namesOf,
  readersOf,
  readsOf,
} from './component.ts';
import {
  closure,
  type Dependencies,
  equationsOf,
  inferDependencies,
  termsOf,
} from './dependencies.ts';
import { roleEvents } from './events.ts';
import { conjunction, type Finding, fails, HOLDS, reason } from './finding.ts';
import { forgettings } from './forgetting.ts';
import { functionalClause } from './functional.ts';
import { keepingOf } from './shape.ts';

export interface Delivery {
  readonly channel: string;
  readonly from: string;
  readonly to: string;
  readonly order: 'per-sender' | 'none';
  readonly mayBeLost: boolean;
  readonly mayBeRepeated: boolean;
  /** Clients see its messages, so they are part of histories. */
  readonly clientVisible: boolean;
  /** Clients send it, so no plan can change whom it is addressed to. */
  readonly clientSent: boolean;
  readonly duplicateInsensitive: Finding;
}

export function deliveries(program: Program): readonly Delivery[] {
  const isExternal = (name: string): boolean =>
    program.roles.some((role) => role.name === name && role.external);
  return program.channels.map((channel) => ({
    channel: channel.name,
    from: channel.from,
    to: channel.to,
    order: channel.flags.ordered ? 'per-sender' : 'none',
    mayBeLost: channel.flags.lossy,
    mayBeRepeated: channel.flags.duplicating,
    clientVisible: isExternal(channel.to),
    clientSent: isExternal(channel.from),
    duplicateInsensitive: duplicateInsensitive(program, channel),
  }));
}

/**
 * When a copy may come: at any later time, so that its reader may have restarted in between, or in the same life of
 * the reader.
 */
export type Copies = 'any-time' | 'same-life';

/** Whether a message that arrives again changes nothing but repeats outputs. */
export function duplicateInsensitive(
  program: Program,
  channel: Channel,
  copies: Copies = 'any-time',
): Finding {
  return absorbedByChannel(program, channel, { copies, names: new Set() });
}

interface Seen {
  readonly copies: Copies;
  readonly names: Set<string>;
}

function absorbedByChannel(program: Program, channel: Channel, seen: Seen): Finding {
  const key = `/${channel.name}`;
  if (seen.names.has(key)) return HOLDS;
  seen.names.add(key);
  const receiver = program.roles.find((role) => role.name === channel.to);
  if (receiver === undefined) return HOLDS;
  if (receiver.external) {
    if (!channel.flags.bag) return HOLDS;
    const text = `clients count the repetitions of \`${channel.name}\`, a \`bag\``;
    return fails(reason('duplicate-visible', null, [channel.name], text));
  }
  return absorbed(componentOfRole(program, receiver.name), channel.name, seen);
}

/** A fact of the relation that holds again in a later tick. */
function absorbed(component: Component, relation: string, seen: Seen): Finding {
  const key = `${component.role.name}/${relation}`;
  if (seen.names.has(key)) return HOLDS;
  seen.names.add(key);
  const readers = readersOf(component).get(relation) ?? [];
  return conjunction(readers.map((clause) => absorbedByClause(component, clause, relation, seen)));
}

function absorbedByClause(
  component: Component,
  clause: Clause,
  relation: string,
  seen: Seen,
): Finding {
  if (functionalClause(component, clause).kind !== 'holds') {
    const text = `\`${relation}\` is read together with what may have changed since`;
    return fails(reason('not-idempotent', clause.id, [relation], text));
  }
  const head = clause.head.relation;
  if (clause.kind === 'send') {
    const channel = component.program.channels.find((each) => each.name === head);
    if (channel === undefined) return HOLDS;
    // What the network does to clients they don't count against the program; what the program sends they do.
    const isExternal = component.program.roles.some(
      (each) => each.name === channel.to && each.external,
    );
    if (channel.flags.duplicating && !isExternal) return HOLDS;
    return absorbedByChannel(component.program, channel, seen);
  }
  const kept = (derivations(component).get(head) ?? []).map(keepingOf);
  if (kept.some((keeping) => keeping?.kind === 'exact')) {
    // Between two copies the member may restart: what was in memory takes the second one for new, and the original,
    // whose one message had come before, never has it again. A copy is then harmless only where new facts are.
    if (seen.copies === 'same-life' || isDurable(component, head)) return HOLDS;
    const again = absorbed(component, head, seen);
    if (again.kind !== 'fails') return again;
    const text = `\`${head}\` isn't \`durable\`: after a restart it takes the next copy for a new one`;
    return fails(reason('forgets', clause.id, [head], text));
  }
  const forgets = forgettings(component).filter((each) => each.relation === head);
  if (forgets.length === 0) return absorbed(component, head, seen);
  return conjunction(
    forgets.map((each) => {
      if (each.finding.kind !== 'fails') return each.finding;
      const text = `\`${head}\` forgets it, and takes the next copy for a new one`;
      return fails(reason('forgets', each.clause.id, [head], text));
    }),
  );
}

function isDurable({ role }: Component, relation: string): boolean {
  return role.relations.some((each) => each.name === relation && each.durable);
}

/**
 * Whether the fact that a functional clause reads can be told from its head, so that two facts never make one
 * message. `v@d(x) :~ r(x, _)` with r(1, a) and r(1, b) sends v(1) once in one tick, and twice when the two
 * arrive apart (soundness.md, 8).
 */
export function headDeterminesFact(
  component: Component,
  clause: Clause,
  dependencies: Dependencies = inferDependencies(component.program),
): Finding {
  const [read] = readsOf(component, clause);
  if (read === undefined) return HOLDS;
  const { relation, atom } = read;
  // What is kept can meet the same head in another tick, where no dependency of one tick helps.
  const isEvent = roleEvents(component).has(relation) || read.source !== 'relation';
  const scope = isEvent ? 'tick' : 'ever';
  const terms = termsOf(dependencies, component, clause, scope);
  const known = new Set(
    terms.head
      .filter((each) => each.kind === 'plain')
      .map(({ term }) => terms.congruence.find(terms.congruence.add(term))),
  );
  if (terms.destination !== null) {
    known.add(terms.congruence.find(terms.congruence.add(terms.destination)));
  }
  for (let size = -1; size !== known.size; ) {
    size = known.size;
    for (const { args, result } of terms.congruence.applications()) {
      if (args.every((arg) => known.has(arg))) known.add(result);
    }
  }
  const args = terms.arguments(atom);
  const seen = args.flatMap((term, column) =>
    known.has(terms.congruence.find(terms.congruence.add(term))) ? [column] : [],
  );
  const equations = equationsOf(dependencies, component.role.name, relation, scope);
  const reached = closure(equations, seen);
  const lost = args.findIndex((_, column) => !reached.has(column));
  if (lost < 0) return HOLDS;
  const name = namesOf(component).get(relation)?.columns[lost]?.name ?? String(lost);
  const text = `facts of \`${relation}\` that differ in \`${name}\` alone send one message`;
  return fails(reason('repeats', clause.id, [relation], text));
}
