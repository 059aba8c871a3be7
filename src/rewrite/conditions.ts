/**
 * The side conditions of refinements that names and analyses decide. Each is one value that decides
 * and explains; those that the solver decides are in `lemmas.ts`.
 */

import type { Component } from '../analysis/component.ts';
import { duplicateInsensitive, headDeterminesFact } from '../analysis/delivery.ts';
import { independent, mutuallyIndependent } from '../analysis/dependence.ts';
import { inferDependencies } from '../analysis/dependencies.ts';
import { type Finding, finding, type Question } from '../analysis/finding.ts';
import { functional } from '../analysis/functional.ts';
import { logicallyPersisted, monotone } from '../analysis/monotonicity.ts';
import { messagesFollowKey } from '../analysis/repeats.ts';
import { stutterInsensitive } from '../analysis/stutter.ts';
import type { Channel, Program, Role } from '../ir/program.ts';
import { atomsOf, type PartView, readsOf, unchangeableInputs } from './part.ts';
import { fromFinding } from './questions.ts';
import type { Condition, Holds, Match } from './rule.ts';

export { fromFinding };

const components = new WeakMap<PartView, Component>();

/** One object a view, since the analyses remember by component what they found. */
export function asComponent(view: PartView): Component {
  const known = components.get(view);
  if (known !== undefined) return known;
  const made = { program: view.program, role: view.role, clauses: view.part.clauses };
  components.set(view, made);
  return made;
}

/**
 * How many ticks the node takes can't be seen. Without it `s(k, n + 1) :+ s(k, n); out@c(k, n) :~ q(k), s(k, n)`
 * would show several ticks of one half within one of the other (soundness.md, 3).
 */
export const stutters: Condition = {
  name: 'stutter-insensitive',
  holds: (match) =>
    fromFinding(stutterInsensitive(asComponent(match.site)), 'how many ticks pass cannot be seen', {
      ...match,
      program: match.site.program,
    }),
};

/** No sender outside the program has to learn a new address. */
export const redirectable: Condition = {
  name: 'redirectable',
  holds: ({ move }) => {
    const [stuck] = unchangeableInputs(move);
    if (stuck === undefined) return yes('every sender of the moved part is part of the program');
    return no(`clients send \`${stuck}\` and cannot be told another address`);
  },
};

/**
 * Neither part reads what the other reads or derives. Disjoint references matter as much as unread
 * outputs: apart, `o@c(x) :~ in(x)` answers before the other place has taken `in(x)` (soundness.md, 4).
 */
export const partsMutuallyIndependent: Condition = {
  name: 'mutually-independent',
  holds: (match) => {
    const [stay, move] = halves(match);
    const verdict = mutuallyIndependent(stay, move);
    if (verdict.kind === 'independent')
      return yes('the parts share no reference and read nothing of each other');
    return no(sharing(verdict.shared, verdict.consumed));
  },
};

/** The staying part neither reads what the moved one derives nor shares a reference with it. */
export const stayIndependent: Condition = {
  name: 'independent(stay, move)',
  holds: (match) => {
    const [stay, move] = halves(match);
    const verdict = independent(stay, move);
    if (verdict.kind === 'independent')
      return yes('the staying part reads nothing of the moved one');
    return no(sharing(verdict.shared, verdict.consumed));
  },
};

/**
 * Each channel is read at one place. Two independent deliveries of one channel would let a client see a
 * message's effect at one place and its absence at the other (soundness.md, 4).
 */
export const oneDelivery: Condition = {
  name: 'one-delivery',
  holds: ({ stay, move }) => {
    const read = new Set(stay.part.clauses.flatMap(readsOf));
    const channels = move.program.channels.map((channel) => channel.name);
    const twice = channels.find((name) => read.has(name) && readsName(move, name));
    if (twice === undefined) return yes('every channel is delivered to one of the parts');
    return no(`\`${twice}\` would be delivered to both parts`);
  },
};

function readsName(view: PartView, name: string): boolean {
  return view.part.clauses.some((clause) => readsOf(clause).includes(name));
}

/** Each output fact of the moved part comes from one input fact (theory.md, 1.1). */
export const moveFunctional: Condition = {
  name: 'functional(move)',
  holds: (match) =>
    fromFinding(
      functional(asComponent(match.move)),
      'each fact that is sent comes from one fact that is received',
    ),
};

/** More input only adds output, whenever it arrives; what is forgotten is shown to be garbage. */
export const moveMonotonic: Condition = {
  name: 'monotonic(move)',
  holds: (match) =>
    fromFinding(monotone(asComponent(match.move)).finding, 'more facts never take a message away', {
      ...match,
      program: match.move.program,
    }),
};

/** What is forwarded is never given up at home, so that the copy is never ahead of the original. */
export const inputsLast: Condition = {
  name: 'inputs-last',
  holds: ({ site, stay, proposal }) => {
    const lasting = logicallyPersisted(asComponent(site));
    const forwards = proposal.kind === 'decouple' ? proposal.forwards : [];
    const sent = forwards.flatMap((forward) =>
      stay.part.clauses.filter((clause) => clause.id === forward.name).flatMap(atomsOf),
    );
    const fleeting = sent.find((atom) => !lasting.has(atom.relation));
    if (fleeting === undefined) return yes('every forwarded relation keeps its facts for ever');
    return no(`\`${fleeting.relation}\` doesn't keep its facts, and the copy would`);
  },
};

/**
 * A channel that keeps the order of each sender must go on having one sender and one receiver here:
 * two parts of a member don't agree on an order (soundness.md, 10). Nor may what it carries come through
 * forwards, which overtake each other: put(1) and put(2) in two ticks would be copied as copy(2), copy(1).
 */
export const keepsOrder: Condition = {
  name: 'keeps-order',
  holds: ({ site, move, stay, proposal }) => {
    const ordered = site.program.channels.filter((channel) => channel.flags.ordered);
    const touched = ordered.find((channel) =>
      proposal.kind === 'partition'
        ? reads(site, channel) || sends(site, channel)
        : relays(relayedBy(proposal), channel) ||
          (sends(move, channel) && (sends(stay, channel) || cutsThrough(proposal))),
    );
    if (touched === undefined) return yes('no ordered channel is split');
    return no(`\`${touched.name}\` is declared \`ordered\`, and the parts have no common order`);
  },
};

/**
 * Two processes don't say twice what one said once: `out@c(x) :~ r(x, y)` with `r` kept sends out(1) for the
 * first of r(1, a) and r(1, b) only; spread by `y`, both are sent.
 */
export const messagesCarryKey: Condition = {
  name: 'messages-carry-key',
  holds: ({ base, declared, site, proposal }) => {
    const policy = proposal.kind === 'partition' ? proposal.policy : {};
    const absorbed = (channel: Channel): Finding =>
      duplicateInsensitive(wholeProgram(base, channel, site), channel);
    const component = asComponent(site);
    const dependencies = inferDependencies(component.program);
    const found = messagesFollowKey(component, policy, dependencies, absorbed);
    return fromFinding(found, 'two processes never send one message, or it may repeat anyway', {
      program: base,
      declared,
    });
  },
};

/** A relation of the part is read by no clause of the other; each head that is state has one owner. */
export const ownsState: Condition = {
  name: 'owns-its-state',
  holds: ({ stay, move, site, proposal }) => {
    if (proposal.kind === 'partition') return yes('one part');
    const own = new Set(site.role.relations.map((relation) => relation.name));
    const derived = new Set(stay.part.clauses.map((clause) => clause.head.relation));
    const both = move.part.clauses.find(
      ({ head }) =>
        derived.has(head.relation) && own.has(head.relation) && isRead(site, head.relation),
    );
    if (both === undefined) return yes('no relation that is read is derived in two places');
    return no(`\`${both.head.relation}\` would be derived in two places`);
  },
};

/**
 * Forwarding one fact at a time may send a message twice that one tick sent once: `v@d(x) :~ r(x, _)` with
 * r(1, a), r(1, b). Harmless if the channel duplicates anyway, if the receiver can't tell, or if the message
 * determines the forwarded fact (soundness.md, 8).
 */
export const repeatsHarmless: Condition = {
  name: 'repeats-harmless',
  holds: ({ base, declared, move }) => {
    const questions: Question[] = [];
    for (const clause of move.part.clauses) {
      if (clause.kind !== 'send') continue;
      const channel = move.program.channels.find((each) => each.name === clause.head.relation);
      if (channel === undefined || channel.flags.duplicating) continue;
      const absorbed = duplicateInsensitive(wholeProgram(base, channel, move), channel);
      if (absorbed.kind === 'holds') continue;
      const others = sendersOf(base, move.part.role, channel.name).filter((id) => id !== clause.id);
      if (others.length > 0 && absorbed.kind === 'fails') {
        return no(
          `\`${clause.id}\` and \`${others.join('`, `')}\` may send one \`${channel.name}\` in one tick, which its reader would get twice`,
        );
      }
      const determined = headDeterminesFact(asComponent(move), clause);
      if (others.length === 0 && determined.kind === 'holds') continue;
      if (absorbed.kind === 'open') {
        questions.push(...absorbed.questions);
        continue;
      }
      return no(
        `\`${channel.name}\` is not declared \`duplicating\`, its reader can tell repetitions, and several forwarded facts may send one message`,
      );
    }
    const claim =
      'what is sent determines what was forwarded, or its reader cannot tell repetitions';
    return fromFinding(finding([], questions), claim, { program: base, declared });
  },
};

/**
 * What two clauses say in one tick is one message, and from two places it is two: beside `note@d(x) :~ put(x)` a part
 * with `note@d(x) :~ known(x)`, where one put makes both true. Harmless if the channel duplicates anyway or the
 * reader can't tell (soundness.md, 8).
 */
export const saidInOnePlace: Condition = {
  name: 'said-in-one-place',
  holds: ({ base, declared, move }) => {
    const questions: Question[] = [];
    for (const clause of move.part.clauses) {
      if (clause.kind !== 'send') continue;
      const channel = move.program.channels.find((each) => each.name === clause.head.relation);
      if (channel === undefined) continue;
      const isSeen = move.program.roles.some((each) => each.name === channel.to && each.external);
      const others = sendersOf(base, move.part.role, channel.name).filter((id) => id !== clause.id);
      if (others.length === 0 || (channel.flags.duplicating && !isSeen)) continue;
      const absorbed = duplicateInsensitive(wholeProgram(base, channel, move), channel);
      if (absorbed.kind === 'open') questions.push(...absorbed.questions);
      if (absorbed.kind !== 'fails') continue;
      return no(
        `\`${clause.id}\` and \`${others.join('`, `')}\` may send one \`${channel.name}\` in one tick, which its reader would get twice`,
      );
    }
    const claim = 'nobody else sends what is sent, or its reader cannot tell repetitions';
    return fromFinding(finding([], questions), claim, { program: base, declared });
  },
};

/**
 * Who reads a channel of the program as written is all in it: a part that sends to its own role sees only
 * its own clauses. What a rewrite introduced is read where the part says.
 */
function wholeProgram(base: Program, channel: Channel, part: PartView): Program {
  return base.channels.some((each) => each.name === channel.name) ? base : part.program;
}

/** Clauses of the role as written that send the channel: a tick sends what several of them say once. */
function sendersOf(base: Program, role: string, channel: string): readonly string[] {
  const clauses = base.roles.find((each) => each.name === role)?.clauses ?? [];
  const sends = clauses.filter((each) => each.kind === 'send' && each.head.relation === channel);
  return sends.map((each) => each.id);
}

function relayedBy(proposal: Match['proposal']): readonly string[] {
  return proposal.kind === 'decouple' ? proposal.relayed : [];
}

/** Some facts of a tick are sent on as they come, and not whole inputs relayed. */
function cutsThrough(proposal: Match['proposal']): boolean {
  return proposal.kind === 'decouple' && proposal.forwards.some((each) => each.relays === null);
}

function relays(relayed: readonly string[], channel: Channel): boolean {
  return relayed.includes(channel.name);
}

/** Both parts as components of one role that has the clauses of both. */
function halves({ stay, move }: Match): readonly [Component, Component] {
  const role: Role = {
    ...stay.role,
    relations: [...new Set([...stay.role.relations, ...move.role.relations])],
    timers: [...new Set([...stay.role.timers, ...move.role.timers])],
    initial: [...new Set([...stay.role.initial, ...move.role.initial])],
    clauses: [...stay.part.clauses, ...move.part.clauses],
  };
  const roles = stay.program.roles.map((each) => (each.name === role.name ? role : each));
  const program = { ...stay.program, roles };
  return [
    { program, role, clauses: stay.part.clauses },
    { program, role, clauses: move.part.clauses },
  ];
}

function reads(view: PartView, channel: Channel): boolean {
  return view.part.clauses.some((clause) =>
    atomsOf(clause).some((atom) => atom.relation === channel.name),
  );
}

function sends(view: PartView, channel: Channel): boolean {
  return view.part.clauses.some((clause) => clause.head.relation === channel.name);
}

function isRead(view: PartView, relation: string): boolean {
  return view.part.clauses.some((clause) =>
    atomsOf(clause).some((atom) => atom.relation === relation),
  );
}

function sharing(shared: readonly string[], consumed: readonly string[]): string {
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  const parts = [
    ...(shared.length > 0 ? [`both parts read ${list(shared)}`] : []),
    ...(consumed.length > 0 ? [`one part reads ${list(consumed)}, which the other derives`] : []),
  ];
  return parts.join('; ');
}

export function yes(claim: string, hypotheses: readonly string[] = []): Holds {
  return { kind: 'yes', claim, hypotheses };
}

export function no(reason: string, counterexample: readonly string[] = []): Holds {
  return { kind: 'no', reason, counterexample };
}
