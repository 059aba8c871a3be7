/**
 * The side conditions of a cut with a stream of batches for each key: those of one stream, of what moves and what stays;
 * and those of a coordinated spread, of what moves with its news as messages.
 */

import { eventClause, eventRelations } from '../../analysis/events.ts';
import { defined } from '../../base/assert.ts';
import { existenceDependency } from '../../smt/lemmas/existence-dependency.ts';
import { asComponent, no, stutters as stuttersOf, yes } from '../conditions.ts';
import { dependenciesIn } from '../dependencies-in.ts';
import { encodeClauses } from '../encode.ts';
import type { PartView } from '../part.ts';
import * as spread from '../partial/conditions.ts';
import type { Condition, Match, Proposal } from '../rule.ts';
import { rememberSides, type Sides } from './conditions.ts';
import type { KeyedForm } from './keyed-forms.ts';
import { isTold } from './telling-view.ts';

const proposals = new WeakMap<Proposal, { readonly view: PartView; readonly proposal: Proposal }>();

export function rememberKeyed(
  proposal: Proposal,
  whole: Sides,
  { view, sides, policy }: KeyedForm,
): Proposal {
  rememberSides(proposal, whole);
  const partition: Proposal = { kind: 'partition', policy, summary: '' };
  proposals.set(proposal, { view, proposal: spread.remember(partition, { sides, policy }) });
  return proposal;
}

/** The match of a coordinated spread of what moves. */
function spreading(match: Match): Match {
  const { view, proposal } = defined(proposals.get(match.proposal), 'the rule remembers');
  return { ...match, site: view, stay: view, move: view, proposal };
}

function ofSpread({ name, holds }: Condition): Condition {
  return { name, holds: (match) => holds(spreading(match)) };
}

export const keyedInputs: Condition = ofSpread(spread.keyedInputs);
export const replicatedAlike: Condition = ofSpread(spread.replicatedAlike);
export const stutters: Condition = ofSpread(stuttersOf);
export const keepsOrder: Condition = ofSpread(spread.keepsOrder);
export const messagesCarryKey: Condition = ofSpread(spread.messagesCarryKey);
export const mayBeLost: Condition = ofSpread(spread.mayBeLost);
export const coHashed: Condition = ofSpread(spread.coHashed);

/**
 * What is told follows from an input with a key. With `alarm(k) :- close(), open(k)` an order would be news of many
 * keys at once, in batches that are taken one after the other, and the order can be put at one point only.
 */
export const newsOfOneKey: Condition = {
  name: 'news-of-one-key',
  holds: (match) => {
    const { site } = spread.spreadMatch(spreading(match));
    const component = asComponent(site);
    const told = site.part.clauses.filter(({ head }) => isTold(head.relation));
    const late = told.find((clause) => !eventClause(component, clause));
    if (late !== undefined) {
      return no(
        `\`${late.id}\` may tell of several keys at once, in a tick without an input of one`,
      );
    }
    if (told.length === 0) return yes('nothing is told');
    const silent = eventRelations(component);
    const dependencies = dependenciesIn(component, match.declared);
    return {
      kind: 'ask',
      claim: 'in a tick without an input that has a key nothing is told',
      obligations: told.flatMap((clause) =>
        encodeClauses(component, clause, dependencies).map((encoded) =>
          existenceDependency({
            rule: 'decouple/asymmetric-partitioned',
            clause: encoded,
            silent,
          }),
        ),
      ),
    };
  },
};
