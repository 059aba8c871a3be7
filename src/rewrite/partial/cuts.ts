/**
 * Where a coordinated spread is proposed: for the largest sets of a part's channels that can have keys once everything
 * that depends on the others alone is replicated.
 */

import { channelsReadBy, readersOf, referencesOf } from '../../analysis/component.ts';
import { distributionPolicies } from '../../analysis/keys.ts';
import { asComponent } from '../conditions.ts';
import type { Forward, Policy } from '../language.ts';
import { printPolicy } from '../lemmas.ts';
import { POLICIES_MAX } from '../policies.ts';
import type { DraftClause, Proposal, Site } from '../rule.ts';
import { remember } from './conditions.ts';
import { coordinated } from './construct.ts';
import { neededCopies, type Sides, sidesOf } from './sides.ts';
import { spreadView } from './spread-view.ts';

/** With more channels than this, sets of one and of all but one are proposed: the subsets of n are 2^n. */
const CHANNELS_MAX = 5;

/** What sends or derives less than this per command isn't worth processes of its own. */
const RATE_MIN = 0.05;

export function* coordinatedCuts(site: Site): Iterable<Proposal> {
  let found = 0;
  for (const keyed of keyedSets(site)) {
    if (found > 0 && keyed.size < found) return;
    for (const withSums of [false, true]) {
      const sides = sidesOf(site.view, keyed, withSums);
      if (sides === null || (withSums && sides.sums.length === 0)) continue;
      if (!readsReplicated(site, sides)) continue;
      const policies = policiesOf(site, sides);
      for (const policy of policies) yield proposalOf(site, sides, policy);
      if (policies.length > 0) {
        found = keyed.size;
        break;
      }
    }
  }
}

/** If what is spread needs nothing of the rest, the rest can be cut off without a coordinator. */
function readsReplicated(site: Site, { orders, replicated, spread, sums }: Sides): boolean {
  const component = asComponent(site.view);
  const own = new Set([
    ...orders.map(({ name }) => name),
    ...replicated.map((clause) => clause.head.relation),
  ]);
  const users = [...spread, ...sums.map(({ clause }) => clause)];
  return users.some((clause) => referencesOf(component, clause).some((name) => own.has(name)));
}

/** Larger sets first; channels that rewrites introduced tie two parts together, and are left alone. */
function keyedSets(site: Site): readonly ReadonlySet<string>[] {
  const component = asComponent(site.view);
  const channels = [...channelsReadBy(component)];
  const declared = new Set(site.base.channels.map((channel) => channel.name));
  if (channels.length < 2 || channels.some((name) => !declared.has(name))) return [];
  const readers = readersOf(component);
  const busy = channels.filter((name) =>
    readers.get(name)?.some((clause) => site.rate(clause.id) >= RATE_MIN),
  );
  return subsets(channels)
    .filter((keyed) => busy.some((name) => keyed.has(name)))
    .sort((a, b) => b.size - a.size);
}

/** None of them empty or all. */
export function subsets(channels: readonly string[]): ReadonlySet<string>[] {
  if (channels.length > CHANNELS_MAX) {
    return channels.flatMap((one) => [
      new Set(channels.filter((each) => each !== one)),
      new Set([one]),
    ]);
  }
  return Array.from(
    { length: 2 ** channels.length - 2 },
    (_, at) => new Set(channels.filter((_each, index) => ((at + 1) >> index) % 2 === 1)),
  );
}

function policiesOf(site: Site, sides: Sides): readonly Policy[] {
  const view = spreadView(site.view, sides);
  const limits = { policiesMax: POLICIES_MAX, stepsMax: 20_000 };
  return distributionPolicies(asComponent(view), undefined, limits).policies;
}

function proposalOf(site: Site, sides: Sides, policy: Policy): Proposal {
  const copies = neededCopies(sides, asComponent(site.view));
  const keyed = sides.inputs.map(({ name }) => name).join();
  const key = `coordinated ${sides.sums.length} ${keyed} ${site.clauses.map((each) => each.id).join()}`;
  const made = site.construct(key, (fresh) => coordinated(site.view, sides, copies, fresh));
  const known = new Map(site.clauses.map((each) => [each.clause, each]));
  const draft = (clause: Site['clauses'][number]['clause']): DraftClause =>
    known.get(clause) ?? site.draft(clause);
  const [parameter] = made.parameters ?? [];
  const forwards = made.channels.map(({ name, columns }): Forward => {
    const plain = { name, columns: columns.map((column) => column.name), relays: null };
    const isToAll = made.broadcasts.includes(name) && parameter !== undefined;
    return isToAll ? { ...plain, counts: parameter } : plain;
  });
  const numbers = Object.fromEntries(made.numbered.map(({ name }) => [name, []]));
  const orders = sides.orders.map(({ name }) => `\`${name}\``).join(', ');
  const proposal: Proposal = {
    kind: 'decouple',
    stay: made.stay.map(draft),
    move: made.move.map(draft),
    relayed: [],
    forwards,
    spread: { ...policy, ...numbers },
    summary: `spreads its facts by ${printPolicy(site.view, policy)}, with copies of what depends on ${orders} alone`,
  };
  return remember(proposal, { sides, policy });
}
