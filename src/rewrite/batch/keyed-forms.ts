/** How what moves can be spread by a key: which of its channels have one, by which columns, and what its clauses tell. */

import { referencesOf } from '../../analysis/component.ts';
import { type DistributionPolicy, distributionPolicies } from '../../analysis/keys.ts';
import { canonicalJson } from '../../base/order.ts';
import type { Clause } from '../../ir/clause.ts';
import type { Relation } from '../../ir/program.ts';
import type { Column } from '../../ir/type.ts';
import { asComponent } from '../conditions.ts';
import type { PartView } from '../part.ts';
import { subsets } from '../partial/cuts.ts';
import { allSpread, neededCopies, type Sides as SpreadSides, sidesOf } from '../partial/sides.ts';
import { spreadView } from '../partial/spread-view.ts';
import type { Sides } from './conditions.ts';
import { addressOf, channelOf } from './cuts.ts';
import { type KeyedParts, type WithKey, withKey } from './keyed.ts';
import { isTold, tellingView } from './telling-view.ts';

export interface KeyedForm {
  /** What moves, as a component of its own. */
  readonly view: PartView;
  readonly sides: SpreadSides;
  readonly policy: DistributionPolicy;
  readonly parts: KeyedParts;
}

/** Keys proposed for one moved part: each is a construction of its own. */
const KEYS_MAX = 2;

interface Known {
  readonly moved: readonly Clause[];
  /** What else decides: the names that cross, and what comes through a relay. */
  readonly text: string;
  readonly forms: readonly KeyedForm[];
}

/** By the first clause: the same clauses move from many parts. */
const known = new WeakMap<Clause, Known[]>();

export function keyedForms(site: PartView, whole: Sides): readonly KeyedForm[] {
  const { moved, crossing } = whole;
  const [first] = moved;
  if (first === undefined || crossing.length === 0) return [];
  const text = canonicalJson([crossing, site.part.relayed]);
  const entries = known.get(first) ?? [];
  known.set(first, entries);
  const same = entries.find(
    (each) =>
      each.text === text &&
      each.moved.length === moved.length &&
      each.moved.every((clause, at) => clause === moved[at]),
  );
  if (same !== undefined) return same.forms;
  const forms = formsOf(site, whole);
  entries.push({ moved, text, forms });
  return forms;
}

function formsOf(site: PartView, { component, moved, crossing }: Sides): readonly KeyedForm[] {
  // What moves tells it, and reads no copy of its own.
  const crosses = new Set(crossing);
  const readsOwn = moved.some((clause) =>
    referencesOf(component, clause).some((name) => crosses.has(name)),
  );
  if (readsOwn) return [];
  const view = tellingView(site, moved, crosses);
  const crossings = site.role.relations.filter(({ name }) => crosses.has(name));
  for (const sides of spreadsOf(view)) {
    const spread = asComponent(spreadView(view, sides));
    const limits = { policiesMax: KEYS_MAX, stepsMax: 20_000 };
    const forms = distributionPolicies(spread, undefined, limits).policies.flatMap((policy) => {
      const parts = partsOf({ view, sides, policy }, crossings);
      return parts === null ? [] : [{ view, sides, policy, parts }];
    });
    if (forms.length > 0) return forms;
  }
  return [];
}

/** With as many keys as can be: first all channels, then those of which more have one. */
function* spreadsOf(view: PartView): Iterable<SpreadSides> {
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

/** Null where something that is told or sent has no key, or one of other types. */
function partsOf(
  { view, sides, policy }: Omit<KeyedForm, 'parts'>,
  crossings: readonly Relation[],
): KeyedParts | null {
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
    crossings,
    sent: (clause) => {
      const channel = channelOf({ view }, clause);
      return { columns: channel.columns, address: addressOf({ view }, channel) };
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
