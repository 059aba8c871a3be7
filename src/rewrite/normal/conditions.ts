/**
 * The side conditions of program rules that names and analyses decide. Lemmas for the solver are in
 * `lemmas.ts`.
 */

import { componentOfRole } from '../../analysis/component.ts';
import { duplicateInsensitive } from '../../analysis/delivery.ts';
import { inferDependencies, termsOf } from '../../analysis/dependencies.ts';
import { eventClause } from '../../analysis/events.ts';
import type { Finding } from '../../analysis/finding.ts';
import { stutterInsensitive } from '../../analysis/stutter.ts';
import { defined } from '../../base/assert.ts';
import { atomOf, type Literal } from '../../ir/clause.ts';
import { variablesOf } from '../../ir/expression.ts';
import type { Channel, Program } from '../../ir/program.ts';
import { baseRole } from '../../ir/schema.ts';
import { no, yes } from '../conditions.ts';
import type { Holds, ProgramCondition, ProgramMatch } from '../rule.ts';
import {
  type ChannelUse,
  channelUse,
  columnArguments,
  isReadAsPresent,
  type Place,
} from './channel-use.ts';

/** The channel that the change is about, as it was. */
export function usedBefore({ before, change }: ProgramMatch): ChannelUse {
  const name = change.kind === 'share' ? null : change.channel;
  const channel = before.channels.find((each) => each.name === name);
  return channelUse(before, defined(channel, 'changes are about channels of the program'));
}

/** What an analysis leaves open counts as not shown. */
export function decided(found: Finding, claim: string): Holds {
  switch (found.kind) {
    case 'holds':
      return yes(claim);
    case 'fails':
      return no([...new Set(found.reasons.map((each) => each.text))].join('; '));
    case 'open':
      return no(found.questions.map((each) => `not shown: ${each.text}`).join('; '));
  }
}

function columnOf({ change }: ProgramMatch): number {
  return change.kind === 'project' ? change.column : -1;
}

/**
 * Invariants range over all messages that were ever sent: of `invariant told: held(x) => copy(x)` those that nobody
 * needs are part of the truth. Where a message is only a premise, fewer of them ask for less.
 */
export const unwatched: ProgramCondition = {
  name: 'unwatched',
  holds: (match) => {
    const { channel } = usedBefore(match);
    const { change } = match;
    const isNeeded = (literal: Literal, isPremise: boolean): boolean => {
      const atom = atomOf(literal);
      if (atom?.relation !== channel.name) return false;
      if (change.kind === 'project') return atom.args[change.column]?.kind !== 'wildcard';
      return !isPremise || literal.kind !== 'atom';
    };
    const watching = match.before.invariants.find(
      ({ body, conclusion }) =>
        body.some((each) => isNeeded(each, true)) ||
        conclusion.some((each) => isNeeded(each, false)),
    );
    if (watching === undefined) return yes(`no invariant needs what is no longer sent`);
    return no(`the invariant \`${watching.name}\` speaks of \`${channel.name}\``);
  },
};

/** `none@c() :~ ask(c), !copy(_)` sees a message that no other clause wants. */
export const readAsPresent: ProgramCondition = {
  name: 'read-as-present',
  holds: (match) => {
    const { channel, readers } = usedBefore(match);
    const absent = readers.find((place) => !isReadAsPresent(place, channel.name));
    if (absent === undefined) return yes(`nobody asks for the absence of \`${channel.name}\``);
    return no(`\`${absent.clause.id}\` asks for the absence of \`${channel.name}\``);
  },
};

/**
 * A message that nothing is made of is still a tick. `ticks(n + 1) :+ ticks(n)` counts those that came, and
 * would count fewer (soundness.md, 3).
 */
export const readerStutters: ProgramCondition = {
  name: 'stutter-insensitive',
  holds: (match) => decided(readerComesToRest(match), 'a tick less at the reader cannot be seen'),
};

export function readerComesToRest(match: ProgramMatch): Finding {
  return stutterInsensitive(componentOfRole(match.before, usedBefore(match).channel.to));
}

/**
 * The sender can tell what is wanted: `copy@n(k, index<x>) :~ put(k, x), store(n)` numbers what it sends, and
 * numbers the wanted ones otherwise among themselves.
 */
export const senderDecides: ProgramCondition = {
  name: 'sender-decides',
  holds: (match) => {
    const { change } = match;
    const { channel, senders } = usedBefore(match);
    const wanted = change.kind === 'select' ? variablesOf(change.keeps) : [];
    const folded = senders.find(({ clause }) => {
      const args = columnArguments(clause, channel);
      const folds = clause.head.args.some(
        (arg) => arg.kind === 'index' || (arg.kind === 'aggregate' && arg.fallback !== null),
      );
      const isPlain = (name: string): boolean =>
        args[channel.columns.findIndex((each) => each.name === name)]?.kind === 'plain';
      return folds || !wanted.every(isPlain);
    });
    if (folded === undefined) return yes('the condition is over plain columns of every sender');
    return no(`\`${folded.clause.id}\` folds its facts before it can tell which are wanted`);
  },
};

/**
 * A plain column of a head that folds is a group: `copy@n(k, count<x>)` without `k` counts all groups together. Facts
 * that differ in the column alone would be merged in a lattice column.
 */
export const keepsGroups: ProgramCondition = {
  name: 'keeps-groups',
  holds: (match) => {
    const column = columnOf(match);
    const { channel, senders } = usedBefore(match);
    const rest = channel.columns.filter((_, at) => at !== column);
    const merging = rest.find(({ type }) => type.kind === 'lattice');
    if (merging !== undefined) return no(`\`${merging.name}\` merges messages that differ in it`);
    const grouping = senders.find(({ clause }) => {
      const args = columnArguments(clause, channel);
      const folds = clause.head.args.some((arg, at) => arg.kind !== 'plain' && at !== column);
      return args.length === 0 || (folds && args[column]?.kind === 'plain');
    });
    if (grouping === undefined) return yes('the column is no group of an aggregate');
    return no(`\`${grouping.clause.id}\` groups its facts by the column`);
  },
};

/** Part of an address: `by (k)` says which process gets the message. */
export const notRouted: ProgramCondition = {
  name: 'not-routed',
  holds: (match) => {
    const { channel } = usedBefore(match);
    const name = channel.columns[columnOf(match)]?.name ?? '';
    const isRouted = channel.route.some((each) => variablesOf(each).includes(name));
    if (!isRouted) return yes('the column is no part of an address');
    return no(`\`${channel.name}\` finds its process by \`${name}\``);
  },
};

/**
 * Messages of one tick leave in the order of their columns: without the first of them, (1, b) and (2, a) change
 * places. Two that become one arrive where only one of them did.
 */
export const notOrdered: ProgramCondition = {
  name: 'keeps-order',
  holds: (match) => {
    const { channel } = usedBefore(match);
    if (!channel.flags.ordered) return yes(`\`${channel.name}\` has no order to keep`);
    return no(`\`${channel.name}\` is declared \`ordered\`, and what is sent would change places`);
  },
};

/**
 * Messages that differ in the column alone become one. That is one chance less to arrive, on a channel that loses
 * messages. It is one arrival less, if they were sent in two ticks and only the first is still news: a reader that
 * counts would count one. Neither, if the other columns and the address say what the column was.
 */
export const oneMessageEach: ProgramCondition = {
  name: 'one-message-each',
  holds: (match) => {
    const { channel, senders } = usedBefore(match);
    const column = columnOf(match);
    const name = channel.columns[column]?.name ?? '';
    if (isDetermined(match.before, channel, senders, column)) {
      return yes(`what is left of \`${channel.name}\` determines \`${name}\``);
    }
    if (channel.flags.lossy) {
      return no(
        `messages that differ in \`${name}\` alone become one, and \`${channel.name}\` may lose it`,
      );
    }
    const news = senders.find(
      ({ role, clause }) => !eventClause(componentOfRole(match.before, role.name), clause),
    );
    if (news === undefined) return yes('only messages of one tick become one');
    if (duplicateInsensitive(match.before, channel).kind !== 'holds') {
      return no(
        `\`${news.clause.id}\` would send once what differs in \`${name}\` alone, and the reader can tell`,
      );
    }
    return decided(readerComesToRest(match), 'the reader cannot tell that some come once only');
  },
};

/** Every message of one process says by its other columns and its address what the column is. */
function isDetermined(
  program: Program,
  channel: Channel,
  senders: readonly Place[],
  column: number,
): boolean {
  const bases = senders.map(({ role }) => baseRole(program, role.name));
  const closed = senders.map(({ clause }) => columnArguments(clause, channel)[column]);
  const [first] = closed;
  const isClosed = first?.kind === 'plain' && variablesOf(first.value).length === 0;
  if (isClosed && closed.every((each) => JSON.stringify(each) === JSON.stringify(first)))
    return true;
  if (new Set(bases).size !== bases.length) return false;
  const dependencies = inferDependencies(program);
  return senders.every(({ role, clause }) => {
    const component = componentOfRole(program, role.name);
    const { congruence, head, destination } = termsOf(dependencies, component, clause, 'ever');
    const wanted = head[column];
    // One row a group, and a clause with an event sends its rows in every tick.
    if (wanted?.kind === 'aggregate') return eventClause(component, clause);
    if (wanted === undefined || wanted.kind !== 'plain') return false;
    const plain = head.filter(({ kind }, at) => kind === 'plain' && at !== column);
    const shown = [
      ...plain.map(({ term }) => term),
      ...(destination === null ? [] : [destination]),
    ];
    const known = new Set(shown.map((term) => congruence.find(congruence.add(term))));
    for (let size = -1; size !== known.size; ) {
      size = known.size;
      for (const { args, result } of congruence.applications()) {
        if (args.every((arg) => known.has(arg))) known.add(result);
      }
    }
    return known.has(congruence.find(congruence.add(wanted.term)));
  });
}

/**
 * About cost, not about meaning: a column that spreads messages better than every other one may be the best key
 * for the processes behind the channel, and is worth its bytes.
 */
export const keepsSpread: ProgramCondition = {
  name: 'keeps-spread',
  holds: (match) => {
    const { channel } = usedBefore(match);
    const column = columnOf(match);
    const shares = channel.columns.map((_, at) => match.facts.heaviest(channel.name, at) ?? 1);
    const own = shares[column] ?? 1;
    const rest = shares.filter((_, at) => at !== column);
    if (own >= 1 || Math.min(1, ...rest) <= own)
      return yes('another column spreads messages as well');
    const name = channel.columns[column]?.name ?? '';
    return no(`\`${name}\` spreads \`${channel.name}\` better than every other column`);
  },
};
