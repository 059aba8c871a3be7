/** The side conditions of asymmetric decoupling, on the clauses as they were before the cut. */

import { type Component, namesOf, referencesOf } from '../../analysis/component.ts';
import { eventClause, eventRelations } from '../../analysis/events.ts';
import type { Clause } from '../../ir/clause.ts';
import type { Channel } from '../../ir/program.ts';
import { existenceDependency } from '../../smt/lemmas/existence-dependency.ts';
import { asComponent, no, yes } from '../conditions.ts';
import { dependenciesIn } from '../dependencies-in.ts';
import { encodeClauses } from '../encode.ts';
import type { PartView } from '../part.ts';
import type { Condition, Match, Proposal } from '../rule.ts';

/**
 * What moves reads nothing that stays: neither what the rest derives nor what it reads, but for what moves itself.
 * Two deliveries of one channel would show a message's effect at one place and its absence at the other.
 */
export const moveIndependent: Condition = {
  name: 'independent(move, stay)',
  holds: (match) => {
    const { component, moved, rest } = sidesOf(match);
    const read = new Set(moved.flatMap((clause) => referencesOf(component, clause)));
    const derived = new Set(moved.map((clause) => clause.head.relation));
    const foreign = rest.flatMap((clause) => [
      ...(clause.kind === 'send' ? [] : [clause.head.relation]),
      ...referencesOf(component, clause).filter((name) => !derived.has(name)),
    ]);
    const shared = foreign.find((name) => read.has(name));
    if (shared === undefined) return yes('the moved part reads nothing of the staying one');
    return no(`both parts need \`${shared}\``);
  },
};

/**
 * What the staying part is told, and what is sent, happens in ticks with input only: with `out@c(x) :~ ready(x)` over
 * kept facts, a message that was held back would be sent again when it no longer is.
 */
export const newsOfInputs: Condition = {
  name: 'existence',
  holds: (match) => {
    const { component, moved, crossing } = sidesOf(match);
    const silent = eventRelations(component);
    const kept = crossing.find((name) => !silent.has(name));
    if (kept !== undefined) {
      return no(`\`${kept}\` may hold in a tick without input, so it is no news of a tick`);
    }
    const late = moved.find((clause) => clause.kind === 'send' && !eventClause(component, clause));
    if (late !== undefined) {
      return no(
        `\`${late.head.relation}\` is sent when \`${late.id}\` becomes true, without an input`,
      );
    }
    const dependencies = dependenciesIn(component, match.declared);
    const told = moved.filter(
      ({ kind, head }) => kind === 'send' || (kind === 'now' && silent.has(head.relation)),
    );
    return {
      kind: 'ask',
      claim: 'in a tick without input nothing is told and nothing is sent',
      obligations: told.flatMap((clause) =>
        encodeClauses(component, clause, dependencies).map((encoded) =>
          existenceDependency({ rule: 'decouple/asymmetric', clause: encoded, silent }),
        ),
      ),
    };
  },
};

/**
 * What is held back leaves with what was held back before and after it: in no order, and two copies as one. A crash
 * loses it although the other part has taken the batch, so the channel must be one that may lose messages. And what
 * both parts send in one tick would arrive twice.
 */
export const mayBeHeldBack: Condition = {
  name: 'may-be-held-back',
  holds: (match) => {
    const { moved, rest } = sidesOf(match);
    const channels = new Map(match.site.program.channels.map((each) => [each.name, each]));
    const sent = (clauses: readonly Clause[]): readonly Channel[] =>
      clauses.flatMap(({ kind, head }) => {
        const channel = channels.get(head.relation);
        return kind === 'send' && channel !== undefined ? [channel] : [];
      });
    const ordered = sent(moved).find((channel) => channel.flags.ordered);
    if (ordered !== undefined) return no(`\`${ordered.name}\` is declared \`ordered\``);
    const bag = sent(moved).find((channel) => channel.flags.bag);
    if (bag !== undefined) return no(`every arrival of \`${bag.name}\` counts`);
    const reliable = sent(moved).find((channel) => !channel.flags.lossy);
    if (reliable !== undefined) return no(`\`${reliable.name}\` may not be lost in a crash`);
    const home = new Set(sent(rest).map((channel) => channel.name));
    const both = sent(moved).find((channel) => home.has(channel.name));
    if (both !== undefined) return no(`\`${both.name}\` would be sent by both parts`);
    return yes('what is held back has neither order nor number, and may be lost');
  },
};

/**
 * After a crash the disk must not know of a tick that the staying part never took: with `durable seen(x)` in the
 * moved part and `known(x) :- alarm(x)` in the other, a restart between them would show the one without the other.
 */
export const nothingOnDisk: Condition = {
  name: 'nothing-on-disk',
  holds: (match) => {
    const { moved } = sidesOf(match);
    const heads = new Set(moved.map((clause) => clause.head.relation));
    const durable = match.site.role.relations.find((each) => each.durable && heads.has(each.name));
    if (durable === undefined) return yes('the moved part keeps nothing on disk');
    return no(`\`${durable.name}\` is on disk`);
  },
};

/** Of a proposal whose parts don't have the clauses as they were. */
const remembered = new WeakMap<Proposal, Sides>();

export function rememberSides(proposal: Proposal, sides: Sides): void {
  remembered.set(proposal, sides);
}

export interface Sides {
  readonly component: Component;
  readonly moved: readonly Clause[];
  readonly rest: readonly Clause[];
  /** Relations that moved clauses derive and others read. */
  readonly crossing: readonly string[];
}

function sidesOf({ site, stay, proposal }: Match): Sides {
  const known = remembered.get(proposal);
  if (known !== undefined) return known;
  const home = new Set(stay.part.clauses.map((clause) => clause.id));
  return sidesBy(site, (clause) => !home.has(clause.id));
}

export function sidesBy(site: PartView, isMoved: (clause: Clause) => boolean): Sides {
  const component = asComponent(site);
  const moved = site.part.clauses.filter(isMoved);
  const rest = site.part.clauses.filter((clause) => !isMoved(clause));
  const read = new Set(rest.flatMap((clause) => referencesOf(component, clause)));
  const names = namesOf(component);
  const derived = moved.flatMap(({ kind, head }) => (kind === 'send' ? [] : [head.relation]));
  const crossing = [...new Set(derived)].filter(
    (name) => read.has(name) && names.get(name)?.kind === 'relation',
  );
  return { component, moved, rest, crossing };
}
