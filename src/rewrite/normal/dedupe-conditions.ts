/** The side conditions under which a clause may send what it hasn't sent before, and no more. */

import { componentOfRole } from '../../analysis/component.ts';
import { duplicateInsensitive } from '../../analysis/delivery.ts';
import { recoverable } from '../../analysis/recoverability.ts';
import { hasLattice } from '../../analysis/shape.ts';
import { defined, invariant } from '../../base/assert.ts';
import type { Clause } from '../../ir/clause.ts';
import { baseRole } from '../../ir/schema.ts';
import * as smt from '../../smt/build.ts';
import { obligation } from '../../smt/obligation.ts';
import { no, yes } from '../conditions.ts';
import { bodyHolds, member, sameBindings } from '../cut-lemma.ts';
import { encodeClause } from '../encode.ts';
import type { ProgramCondition } from '../rule.ts';
import { wholeRole } from './channel-use.ts';
import { decided, readerComesToRest, usedBefore } from './conditions.ts';

const PAYS = 2;

/** Sent again is what makes up for a loss. */
export const nothingLost: ProgramCondition = {
  name: 'nothing-lost',
  holds: (match) => {
    const { channel } = usedBefore(match);
    if (!channel.flags.lossy) return yes(`\`${channel.name}\` loses nothing`);
    return no(`\`${channel.name}\` may lose a message, and only what is sent again gets through`);
  },
};

/** The reader keeps what it got, and a tick less at it can't be seen. */
export const repeatsUnseen: ProgramCondition = {
  name: 'repeats-harmless',
  holds: (match) => {
    const { before } = match;
    const { channel } = usedBefore(match);
    // Sender and reader restart together (below): no copy comes to a reader that has restarted since the first one.
    const found = duplicateInsensitive(before, channel, 'same-life');
    if (found.kind !== 'holds') return decided(found, '');
    return decided(readerComesToRest(match), 'a message that comes again changes nothing');
  },
};

/**
 * A reader that restarts has forgotten what it was told, and a member that goes on would not tell it again. Parts
 * of one member restart together, so their sender has forgotten too (soundness.md, 2). But a part whose state is all on
 * disk may restart alone, and what was on its way to it is lost.
 */
export const restartsTogether: ProgramCondition = {
  name: 'restarts-together',
  holds: (match) => {
    const { channel, senders } = usedBefore(match);
    const own = baseRole(match.before, channel.to);
    const outside = senders.find(
      ({ role, clause }) =>
        baseRole(match.before, role.name) !== own || clause.head.destination?.kind !== 'me',
    );
    if (outside !== undefined) {
      return no(
        `\`${channel.to}\` may restart and forget \`${channel.name}\`, and \`${outside.role.name}\` would not send it again`,
      );
    }
    if (recoverable(componentOfRole(match.before, channel.to)).kind === 'holds') {
      return no(`\`${channel.to}\` may restart alone, and lose a \`${channel.name}\` on its way`);
    }
    return yes('sender and reader are parts of one member, and restart together');
  },
};

/** A lattice column holds the merge of what was sent, and not what was. */
export const plainColumns: ProgramCondition = {
  name: 'plain-columns',
  holds: (match) => {
    const { channel, senders } = usedBefore(match);
    const merging = senders.some(({ role }) =>
      hasLattice(componentOfRole(match.before, role.name), channel.name),
    );
    if (!merging) return yes('what was sent is remembered as it was');
    return no(`\`${channel.name}\` merges its facts in a lattice column`);
  },
};

/**
 * About cost, not about meaning: to remember a message costs a fact, which saves nothing where each is sent once
 * anyway.
 */
export const repeatsOften: ProgramCondition = {
  name: 'repeats-often',
  holds: (match) => {
    const { channel } = usedBefore(match);
    const repeated = match.facts.repeated(channel.name);
    if (repeated === null || repeated >= PAYS) return yes('messages are sent again and again');
    return no(`each \`${channel.name}\` may be sent once only as it is`);
  },
};

/** What is kept back is what was sent in an earlier tick. */
export const toldBefore: ProgramCondition = {
  name: 'told-before',
  holds: (match) => {
    const { change } = match;
    invariant(change.kind === 'dedupe', 'a lemma of repetitions');
    const [before, after] = [match.before, match.after].map((program) => {
      const role = program.roles.find(({ clauses }) =>
        clauses.some(({ id }) => id === change.clause),
      );
      const place = defined(role, 'clauses keep their ids');
      const byId = (id: string): Clause | undefined => place.clauses.find((each) => each.id === id);
      return { view: wholeRole(program, place), byId };
    });
    const old = defined(before, 'two programs');
    const now = defined(after, 'two programs');
    const clause = defined(old.byId(change.clause), 'changes are about clauses of the program');
    const less = defined(now.byId(change.clause), 'clauses keep their ids');
    const tells = defined(now.byId(`${change.clause}Tells`), 'made with the rewrite');
    const sends = encodeClause(old.view, clause, () => []);
    const told = member(change.sent, sends.head.args);
    const named = { rule: 'normalize/send-once', lemma: 'told-before', show: [] };
    return {
      kind: 'ask',
      claim: 'what is kept back was sent in an earlier tick',
      obligations: [
        obligation({
          ...named,
          kind: 'instance',
          title: `${clause.id} sends what it sent, but for what it remembers`,
          hypotheses: [],
          goal: smt.iff(
            smt.and([bodyHolds(sends), smt.not(told)]),
            bodyHolds(encodeClause(now.view, less, () => [])),
          ),
        }),
        sameBindings([now.view, clause], [now.view, { ...tells, head: clause.head }], {
          ...named,
          title: `\`${change.sent}\` remembers what ${clause.id} sends`,
        }),
      ],
    };
  },
};
