/**
 * Where a cut with a stream of batches for each key is proposed: around the same channels as one with a single stream,
 * where what moves can have keys, once everything that depends on its other channels alone is replicated.
 */

import { namesOf, referencesOf } from '../../analysis/component.ts';
import { type DistributionPolicy, distributionPolicies } from '../../analysis/keys.ts';
import { canonicalJson } from '../../base/order.ts';
import type { Clause } from '../../ir/clause.ts';
import type { Column } from '../../ir/type.ts';
import { asComponent } from '../conditions.ts';
import type { Forward } from '../language.ts';
import { printPolicy } from '../lemmas.ts';
import type { PartView } from '../part.ts';
import { subsets } from '../partial/cuts.ts';
import { allSpread, neededCopies, type Sides, sidesOf } from '../partial/sides.ts';
import { spreadView } from '../partial/spread-view.ts';
import type { DraftClause, Proposal, Site } from '../rule.ts';
import { sidesBy } from './conditions.ts';
import { addressOf, channelOf, forwardsOf, type KnownClause, movedSets, RATE_MIN } from './cuts.ts';
import { type KeyedParts, keyedParts, type WithKey, withKey } from './keyed.ts';
import { rememberKeyed } from './keyed-conditions.ts';
import { isTold, tellingView } from './telling-view.ts';

/** Keys proposed for one moved part: each is a construction of its own. */
const KEYS_MAX = 2;

export function* keyedCuts(site: Site): Iterable<Proposal> {
  const seen = new Set<string>();
  // What has been cut like this already reads batches, or orders in their turns.
  const declared = new Set(site.base.channels.map((channel) => channel.name));
  const names = namesOf(asComponent(site.view));
  const isCut = site.clauses.some(({ clause }) =>
    referencesOf(asComponent(site.view), clause).some(
      (name) => names.get(name)?.kind === 'channel' && !declared.has(name),
    ),
  );
  if (isCut) return;
  for (const moved of movedSets(site)) {
    const key = [...moved].map((each) => each.id).join();
    const sent = [...moved].filter(({ clause }) => clause.kind === 'send');
    const isBusy = sent.some(({ clause }) => site.rate(clause.id) >= RATE_MIN);
    if (seen.has(key) || !isBusy) continue;
    seen.add(key);
    yield* cutsOf(site, moved);
  }
}

function* cutsOf(site: Site, moved: ReadonlySet<KnownClause>): Iterable<Proposal> {
  const ids = new Set([...moved].map(({ clause }) => clause.id));
  const whole = sidesBy(site.view, ({ id }) => ids.has(id));
  if (whole.crossing.length === 0) return;
  // What moves tells it, and reads no copy of its own.
  const crossing = new Set(whole.crossing);
  const component = asComponent(site.view);
  const readsOwn = whole.moved.some((clause) =>
    referencesOf(component, clause).some((name) => crossing.has(name)),
  );
  if (readsOwn) return;
  const view = tellingView(site.view, whole.moved, crossing);
  for (const sides of spreadsOf(view)) {
    const spread = asComponent(spreadView(view, sides));
    const limits = { policiesMax: KEYS_MAX, stepsMax: 20_000 };
    const { policies } = distributionPolicies(spread, undefined, limits);
    const parts = policies.flatMap((policy) => {
      const found = partsOf(site, { view, sides, policy, crossing });
      return found === null ? [] : [{ policy, found }];
    });
    for (const { policy, found } of parts) {
      const proposal = proposalOf(site, moved, policy, found);
      rememberKeyed(proposal, { whole, view, sides, policy });
      yield proposal;
    }
    if (parts.length > 0) return;
  }
}

/** With as many keys as can be: first all channels, then those of which more have one. */
function* spreadsOf(view: PartView): Iterable<Sides> {
  const all = allSpread(view);
  yield all;
  const channels = all.inputs.map(({ name }) => name);
  if (channels.length < 2) return;
  const keyed = subsets(channels).sort((a, b) => b.size - a.size);
  for (const each of keyed) {
    const sides = sidesOf(view, each, false);
    if (sides !== null) yield sides;
  }
}

interface Found {
  readonly view: PartView;
  readonly sides: Sides;
  readonly policy: DistributionPolicy;
  readonly crossing: ReadonlySet<string>;
}

/** Null where something that is told or sent has no key, or one of other types. */
function partsOf(site: Site, { view, sides, policy, crossing }: Found): KeyedParts | null {
  // News that follows from orders alone has no stream.
  if (sides.told.some(({ head }) => isTold(head.relation))) return null;
  const sends = sides.spread.filter(({ kind }) => kind === 'send');
  const found = new Map(sends.map((clause) => [clause.id, withKey(clause, policy)]));
  let key: readonly Column[] | null = null;
  for (const each of found.values()) {
    const columns = each === null ? null : columnsOf(view, each);
    if (columns === null || (key !== null && typesOf(key) !== typesOf(columns))) return null;
    key = columns;
  }
  if (key === null || key.some(({ type }) => type.kind === 'lattice')) return null;
  const named = (clause: Clause): Clause => found.get(clause.id)?.clause ?? clause;
  return {
    view: { ...view, part: { ...view.part, clauses: view.part.clauses.map(named) } },
    sides: { ...sides, spread: sides.spread.map(named) },
    copies: neededCopies(sides, asComponent(view)),
    key,
    keys: new Map([...found].map(([id, each]) => [id, each?.key ?? []])),
    crossings: site.view.role.relations.filter(({ name }) => crossing.has(name)),
    sent: (clause) => {
      const channel = channelOf(site, clause);
      return { columns: channel.columns, address: addressOf(site, channel) };
    },
  };
}

function columnsOf({ program, role }: PartView, { from }: WithKey): readonly Column[] | null {
  const named = [...role.relations, ...program.channels].find(({ name }) => name === from.relation);
  const columns = from.columns.flatMap((at) => named?.columns[at] ?? []);
  return columns.length === from.columns.length ? columns : null;
}

function typesOf(columns: readonly Column[]): string {
  return canonicalJson(columns.map(({ type }) => type));
}

function proposalOf(
  site: Site,
  moved: ReadonlySet<KnownClause>,
  policy: DistributionPolicy,
  parts: KeyedParts,
): Proposal {
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
