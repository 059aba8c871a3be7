/**
 * Where a cut with a stream of batches for each key is proposed: around the same channels as one with a single stream,
 * where what moves can have keys, once everything that depends on its other channels alone is replicated.
 */

import { channelsReadBy } from '../../analysis/component.ts';
import { canonicalJson } from '../../base/order.ts';
import type { Clause } from '../../ir/clause.ts';
import { asComponent } from '../conditions.ts';
import type { Forward } from '../language.ts';
import { printPolicy } from '../lemmas.ts';
import type { DraftClause, Proposal, Site } from '../rule.ts';
import { sidesBy } from './conditions.ts';
import { forwardsOf, type Moved, movedParts } from './cuts.ts';
import { keyedParts } from './keyed.ts';
import { rememberKeyed } from './keyed-conditions.ts';
import { type KeyedForm, keyedForms } from './keyed-forms.ts';

export function* keyedCuts(site: Site): Iterable<Proposal> {
  // What has been cut like this already reads batches, or orders in their turns.
  const declared = new Set(site.base.channels.map((channel) => channel.name));
  const read = channelsReadBy(asComponent(site.view));
  if ([...read].some((name) => !declared.has(name))) return;
  for (const moved of movedParts(site)) yield* cutsOf(site, moved);
}

function* cutsOf(site: Site, moved: Moved): Iterable<Proposal> {
  const ids = new Set([...moved].map(({ clause }) => clause.id));
  const whole = sidesBy(site.view, ({ id }) => ids.has(id));
  for (const form of keyedForms(site.view, whole)) {
    yield rememberKeyed(proposalOf(site, moved, form), whole, form);
  }
}

function proposalOf(site: Site, moved: Moved, { policy, parts }: KeyedForm): Proposal {
  const ids = [...moved].map((each) => each.id).join();
  const orders = parts.sides.orders.map(({ name }) => name);
  const key = `batched by key ${ids} ${orders.join()} ${canonicalJson(policy)}`;
  const made = site.construct(key, (fresh) => keyedParts(parts, fresh));
  const known = new Map(site.clauses.map((each) => [each.clause, each]));
  const draft = (clause: Clause): DraftClause => known.get(clause) ?? site.draft(clause);
  const [parameter] = made.parameters ?? [];
  const forwards = forwardsOf(made).map((forward): Forward => {
    const isToAll = made.broadcasts.includes(forward.name) && parameter !== undefined;
    return isToAll ? { ...forward, counts: parameter } : forward;
  });
  const numbers = Object.fromEntries(made.numbered.map(({ name }) => [name, []]));
  const crossed = parts.crossings.map(({ name }) => `\`${name}\``).join(', ');
  const turns =
    orders.length === 0
      ? ''
      : `, and takes ${orders.map((name) => `\`${name}\``).join(', ')} in turns`;
  const text = printPolicy(parts.view, policy);
  return {
    kind: 'decouple',
    stay: [...site.clauses.filter((each) => !moved.has(each)), ...made.stay.map(draft)],
    move: made.move.map(draft),
    relayed: [],
    forwards,
    spread: { ...policy, ...numbers, [made.taken]: parts.key.map((_, at) => at) },
    summary: `tells of ${crossed} in batches from processes that share facts by ${text}${turns}`,
  };
}
