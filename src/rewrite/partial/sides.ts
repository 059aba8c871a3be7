/**
 * The two sides of a part that is spread although some of what it reads has no key. *Orders* are the channels without a
 * key: what depends on them alone is replicated, every process has a copy of it. Everything else is spread.
 */

import {
  type Component,
  channelsReadBy,
  derivations,
  readersOf,
  referencesOf,
} from '../../analysis/component.ts';
import { keepingOf } from '../../analysis/shape.ts';
import { defined } from '../../base/assert.ts';
import { type Atom, atomOf, type Clause } from '../../ir/clause.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Channel, Relation } from '../../ir/program.ts';
import { asComponent } from '../conditions.ts';
import type { PartView } from '../part.ts';

/** An aggregate over facts that are spread: each process has a share of it, and the shares are put together. */
export interface Sum {
  readonly relation: Relation;
  readonly clause: Clause;
  /** The column of the aggregate. */
  readonly column: number;
  readonly fold: 'count' | 'sum' | 'min' | 'max';
  /** The one atom of the body whose facts are spread. */
  readonly over: Atom;
}

export interface Sides {
  readonly role: string;
  readonly orders: readonly Channel[];
  /** Channels whose messages are spread. */
  readonly inputs: readonly Channel[];
  /** Clauses that derive what is replicated. */
  readonly replicated: readonly Clause[];
  /** Messages that follow from what is replicated alone. */
  readonly told: readonly Clause[];
  readonly spread: readonly Clause[];
  readonly sums: readonly Sum[];
  /** Messages that read sums. */
  readonly summed: readonly Clause[];
}

/** What depends on channels with keys; null if nothing depends on the others, or sums are read by more than messages. */
export function sidesOf(
  view: PartView,
  keyed: ReadonlySet<string>,
  withSums: boolean,
): Sides | null {
  const component = asComponent(view);
  const readOf = (clause: Clause): readonly string[] => referencesOf(component, clause);
  const channels = readChannels(view);
  const orders = channels.filter(({ name }) => !keyed.has(name));
  if (orders.length === 0) return null;
  const spreadNames = reachedFrom(keyed, component);
  const isSpread = (clause: Clause): boolean =>
    readOf(clause).some((name) => spreadNames.has(name)) || spreadNames.has(clause.head.relation);
  const own = component.clauses.filter((clause) => !isSpread(clause));
  const rest = component.clauses.filter(isSpread);
  const sums = withSums ? sumsOf(component, rest, spreadNames) : [];
  const sumNames = new Set(sums.map(({ relation }) => relation.name));
  const readsSum = (clause: Clause): boolean => readOf(clause).some((name) => sumNames.has(name));
  const summed = rest.filter(readsSum);
  const mixed = summed.some((clause) =>
    readOf(clause).some((name) => spreadNames.has(name) && !sumNames.has(name)),
  );
  if (mixed) return null;
  return {
    role: view.part.role,
    orders,
    inputs: channels.filter(({ name }) => keyed.has(name)),
    replicated: own.filter(({ kind }) => kind !== 'send'),
    told: own.filter(({ kind }) => kind === 'send'),
    spread: rest.filter((each) => !readsSum(each) && !sumNames.has(each.head.relation)),
    sums,
    summed,
  };
}

/** All of a part whose channels all have keys: nothing is replicated. */
export function allSpread(view: PartView): Sides {
  const none = { orders: [], replicated: [], told: [], sums: [], summed: [] };
  return {
    ...none,
    role: view.part.role,
    inputs: readChannels(view),
    spread: view.part.clauses,
  };
}

/** In the order of the program. */
function readChannels(view: PartView): readonly Channel[] {
  const read = channelsReadBy(asComponent(view));
  return view.program.channels.filter(({ name }) => read.has(name));
}

/** Names that depend on these channels; what is sent isn't one. */
function reachedFrom(keyed: ReadonlySet<string>, component: Component): ReadonlySet<string> {
  const readers = readersOf(component);
  const reached = new Set(keyed);
  // Grows while it is gone through.
  for (const name of reached) {
    for (const { kind, head } of readers.get(name) ?? []) {
      if (kind !== 'send') reached.add(head.relation);
    }
  }
  return reached;
}

/** Aggregates over one atom of spread facts, which nothing but messages reads. */
function sumsOf(
  component: Component,
  rest: readonly Clause[],
  spreadNames: ReadonlySet<string>,
): readonly Sum[] {
  const makersOf = derivations(component);
  const isSpread = (each: Atom | null): boolean => each !== null && spreadNames.has(each.relation);
  const isRest = new Set(rest);
  return rest.flatMap((clause): readonly Sum[] => {
    const { head } = clause;
    const folding = foldingOf(clause);
    if (folding === null || isSpread(folding.groups)) return [];
    const [only, ...more] = clause.body.filter((literal) => isSpread(atomOf(literal)));
    if (more.length > 0 || only?.kind !== 'atom') return [];
    const makers = (makersOf.get(head.relation) ?? []).filter((each) => isRest.has(each));
    const readers = readersOf(component).get(head.relation) ?? [];
    if (makers.length !== 1 || readers.some((each) => each.kind !== 'send')) return [];
    const relation = component.role.relations.find(({ name }) => name === head.relation);
    if (relation === undefined || readers.length === 0) return [];
    const { column, fold } = folding;
    return [{ relation, clause, column, fold, over: only.atom }];
  });
}

interface Folding extends Pick<Sum, 'column' | 'fold'> {
  /** What gives the groups of a default. */
  readonly groups: Atom | null;
}

/** One aggregate of one column whose shares can be put together; nothing is what shares of nothing add. */
function foldingOf({ kind, head }: Clause): Folding | null {
  const column = head.args.findIndex((arg) => arg.kind === 'aggregate');
  const folded = head.args[column];
  if (kind !== 'now' || folded?.kind !== 'aggregate') return null;
  const { aggregate: fold, fallback, of } = folded;
  if (head.args.some((arg, at) => at !== column && arg.kind !== 'plain')) return null;
  const groups = fallback?.over ?? null;
  switch (fold) {
    case 'count':
    case 'sum': {
      const isNothing = fallback === null || isZero(fallback.value);
      return isNothing ? { column, fold, groups } : null;
    }
    case 'min':
    case 'max':
      return fallback === null && of.length === 1 ? { column, fold, groups } : null;
    default:
      return null;
  }
}

function isZero(value: Expression): boolean {
  return value.kind === 'int' && value.value === 0;
}

/** Replicated clauses that what is spread reads, over however many others, and those of what is read as it is on disk. */
export function neededCopies(sides: Sides, component: Component): readonly Clause[] {
  const users = [...sides.spread, ...sides.sums.map(({ clause }) => clause)];
  const onDisk = readOnDisk([...sides.replicated, ...sides.told, ...users, ...sides.summed]);
  const needed = new Set([
    ...users.flatMap((clause) => referencesOf(component, clause)),
    ...onDisk,
  ]);
  for (let before = -1; before < needed.size; ) {
    before = needed.size;
    for (const clause of sides.replicated) {
      if (!needed.has(clause.head.relation)) continue;
      for (const name of referencesOf(component, clause)) needed.add(name);
    }
  }
  return sides.replicated.filter((clause) => needed.has(clause.head.relation));
}

/** Relations that clauses read as they are on disk. */
export function readOnDisk(clauses: readonly Clause[]): ReadonlySet<string> {
  return new Set(
    clauses.flatMap(({ body }) =>
      body.flatMap((literal) => (literal.kind === 'stable' ? [literal.atom.relation] : [])),
    ),
  );
}

/** Replicated relations with facts in the first tick: initial ones, or those that were on disk. */
export function seeds(view: PartView, copies: readonly Clause[]): readonly Relation[] {
  const heads = new Set(copies.map((clause) => clause.head.relation));
  const initial = new Set(view.role.initial.map((fact) => fact.relation));
  return view.role.relations.filter(
    ({ name, durable }) => heads.has(name) && (durable || initial.has(name)),
  );
}

/** Clauses that carry a relation over are the only ones that may run before a process knows what is replicated. */
export function isKeeping(clause: Clause): boolean {
  return keepingOf(clause) !== null;
}

export function relationNamed(view: PartView, name: string): Relation {
  const found = view.role.relations.find((each) => each.name === name);
  return defined(found, 'names are taken from clauses of the role');
}
