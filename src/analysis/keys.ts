/**
 * Candidate distribution policies for co-hashing a component: for every relation that it reads, the columns whose
 * hash says which process holds a fact. Facts that meet in a body (joins, antijoins and groups alike), and the
 * head where it is read again, must agree on them (theory.md, 1.4a).
 *
 * What has no key is on every process or on none: with a timer `t`, `cleared@c(k) :~ t(), s(k)` fires on one
 * process while another still answers from `s` (soundness.md, 5). Likewise initial facts, the ranks of a batch,
 * and an aggregate without groups, which would give a row on each process.
 *
 * This searches by unifying variables over bodies; that a policy is right is for the solver to prove.
 */

import { reachable } from '../base/graph.ts';
import { canonicalJson, groupBy, sortedBy, sortedStrings } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import type { KeyPart } from '../ir/key.ts';
import { type Component, interfaceOf, namesOf } from './component.ts';
import { type Dependencies, inferDependencies } from './dependencies.ts';
import { type Reason, reason } from './finding.ts';
import { type Meeting, meetingsOf, type Place } from './meetings.ts';

/** By relation: columns, or functions of them; every key has the length and order of the others that it meets. */
export type DistributionPolicy<P extends KeyPart = number> = Readonly<Record<string, readonly P[]>>;

export interface KeySearch<P extends KeyPart = number> {
  /** Single columns first, then tuples; a component with nothing to read has none. */
  readonly policies: readonly DistributionPolicy<P>[];
  /** Why there is none; empty when there is one. */
  readonly reasons: readonly Reason[];
}

export interface KeySearchLimits {
  readonly policiesMax: number;
  /** Assignments of a column to a relation that are tried, per set of relations that meet. */
  readonly stepsMax: number;
}

export const defaultKeySearchLimits: KeySearchLimits = { policiesMax: 16, stepsMax: 20_000 };

export function distributionPolicies(
  component: Component,
  dependencies: Dependencies = inferDependencies(component.program),
  limits: KeySearchLimits = defaultKeySearchLimits,
): KeySearch {
  const blocked = keyless(component);
  if (blocked.length > 0) return { policies: [], reasons: blocked };
  return searchMeetings(
    component,
    meetingsOf(component, dependencies),
    limits,
    (_, index) => index,
  );
}

/** What the number of a value stands for in the places of a relation. */
export type PartOf<P extends KeyPart> = (relation: string, index: number) => P;

export function searchMeetings<P extends KeyPart>(
  component: Component,
  meetings: readonly Meeting[],
  limits: KeySearchLimits,
  partOf: PartOf<P>,
): KeySearch<P> {
  const results = piecesOf(component, meetings).map((piece) => searchPiece(piece, limits, partOf));
  const reasons = results.flatMap((result) => result.reasons);
  if (reasons.length > 0) return { policies: [], reasons };
  const options = results.map((result) => result.policies);
  return { policies: options.length === 0 ? [] : merged(options, limits.policiesMax), reasons };
}

/** What is read or derived without any column that a key could be. */
export function keyless(component: Component): readonly Reason[] {
  const names = namesOf(component);
  const { references } = interfaceOf(component);
  const reasons: Reason[] = [];
  for (const name of references) {
    const visible = names.get(name);
    if (visible === undefined || visible.columns.length > 0) continue;
    const text =
      visible.kind === 'timer'
        ? `the timer \`${name}\` has no key: each process would have its own`
        : `\`${name}\` has no columns, so no key`;
    reasons.push(reason('keyless', null, [name], text));
  }
  const own = new Set([...references, ...interfaceOf(component).heads]);
  const initial = component.role.initial.map((fact) => fact.relation).filter((n) => own.has(n));
  for (const name of sortedStrings(initial)) {
    const text = `\`${name}\` holds from the start, on every process`;
    reasons.push(reason('keyless', null, [name], text));
  }
  return [...reasons, ...component.clauses.flatMap((clause) => keylessClause(component, clause))];
}

function keylessClause(component: Component, clause: Clause): readonly Reason[] {
  const name = clause.head.relation;
  const { args } = clause.head;
  if (args.some((arg) => arg.kind === 'index')) {
    const text = `\`${name}\` numbers all facts of a tick, wherever they are`;
    return [reason('keyless', clause.id, [name], text)];
  }
  if (args.some((arg) => arg.kind === 'aggregate') && args.every((arg) => arg.kind !== 'plain')) {
    return [reason('keyless', clause.id, [name], `\`${name}\` folds all facts into one group`)];
  }
  const names = namesOf(component);
  const readsFacts = clause.body.some((literal) => {
    if (literal.kind === 'condition' || literal.kind === 'bind') return false;
    const kind = names.get(literal.atom.relation)?.kind;
    return kind !== 'static' && kind !== 'members';
  });
  if (readsFacts) return [];
  const text = `\`${name}\` is derived from what every process knows`;
  return [reason('keyless', clause.id, [name], text)];
}

/** Relations that meet, directly or over others, with the clauses in which they do. */
interface Piece {
  readonly relations: readonly string[];
  readonly meetings: readonly Meeting[];
}

function piecesOf(component: Component, meetings: readonly Meeting[]): readonly Piece[] {
  const entries = meetings.flatMap((meeting, at) =>
    meeting.places.map((place) => ({ relation: place.relation, meeting, at })),
  );
  const byRelation = groupBy(entries, (entry) => entry.relation);
  const together = (name: string): readonly string[] =>
    (byRelation.get(name) ?? []).flatMap(({ meeting }) => meeting.places.map((p) => p.relation));
  const pieces: Piece[] = [];
  const done = new Set<string>();
  for (const name of interfaceOf(component).references) {
    if (done.has(name)) continue;
    const relations = [...reachable([name], together)];
    for (const each of relations) done.add(each);
    const inside = relations.flatMap((each) => byRelation.get(each) ?? []);
    const ordered = sortedBy(new Set(inside.map(({ at }) => at)), (at) => at);
    pieces.push({ relations, meetings: ordered.flatMap((at) => meetings[at] ?? []) });
  }
  return pieces;
}

type Assignment = ReadonlyMap<string, number>;

function searchPiece<P extends KeyPart>(
  piece: Piece,
  limits: KeySearchLimits,
  partOf: PartOf<P>,
): KeySearch<P> {
  const { assignments, exhausted } = assignColumns(piece, limits);
  if (assignments.length > 0) {
    return { policies: tuplesOf(piece, assignments, limits.policiesMax, partOf), reasons: [] };
  }
  if (!exhausted) {
    const text = `no key was found in ${limits.stepsMax} steps`;
    return { policies: [], reasons: [reason('search-limit', null, piece.relations, text)] };
  }
  return { policies: [], reasons: explain(piece) };
}

/** All ways to give every relation one column, in the order of the columns; depth first. */
function assignColumns(
  piece: Piece,
  limits: KeySearchLimits,
): { readonly assignments: readonly Assignment[]; readonly exhausted: boolean } {
  const levels = levelsOf(piece);
  const found: Assignment[] = [];
  const assigned = new Map<string, number>();
  // By depth, the column that is tried. Not recursive: thousands of relations may meet.
  const columns = [-1];
  let steps = 0;
  for (let depth = 0; depth >= 0; ) {
    const level = levels[depth];
    if (level === undefined) {
      found.push(new Map(assigned));
      depth -= 1;
      continue;
    }
    const { relation, width, meetings } = level;
    const index = (columns[depth] ?? -1) + 1;
    assigned.delete(relation);
    if (index >= width) {
      depth -= 1;
      continue;
    }
    steps += 1;
    if (steps > limits.stepsMax || found.length >= limits.policiesMax) break;
    columns[depth] = index;
    assigned.set(relation, index);
    if (!meetings.every((meeting) => agrees(meeting, assigned))) continue;
    depth += 1;
    columns[depth] = -1;
  }
  return { assignments: found, exhausted: steps <= limits.stepsMax };
}

interface Level {
  readonly relation: string;
  /** Columns. */
  readonly width: number;
  readonly meetings: readonly Meeting[];
}

function levelsOf(piece: Piece): readonly Level[] {
  const entries = piece.meetings.flatMap((meeting) =>
    meeting.places.map((place) => ({ place, meeting })),
  );
  const byRelation = groupBy(entries, ({ place }) => place.relation);
  return piece.relations.map((relation) => {
    const local = byRelation.get(relation) ?? [];
    const width = local[0]?.place.values.length ?? 0;
    return { relation, width, meetings: local.map(({ meeting }) => meeting) };
  });
}

/** Whether the keys given so far are equal in every instance of the clause, and the same in a whole group. */
function agrees(meeting: Meeting, assigned: Assignment): boolean {
  let common: number | null = null;
  for (const place of meeting.places) {
    const index = assigned.get(place.relation);
    if (index === undefined) continue;
    const value = place.values[index] ?? null;
    if (value === null || (common !== null && common !== value)) return false;
    common = value;
  }
  return common === null || meeting.group === null || meeting.group.has(common);
}

/** The single columns, then all pairs of them, then all together: finer keys spread facts more evenly. */
function tuplesOf<P extends KeyPart>(
  piece: Piece,
  singles: readonly Assignment[],
  policiesMax: number,
  partOf: PartOf<P>,
): readonly DistributionPolicy<P>[] {
  const pairs = singles.flatMap((first, at) =>
    singles.slice(at + 1).map((second) => [first, second]),
  );
  const choices: (readonly Assignment[])[] = [...singles.map((each) => [each]), ...pairs];
  if (singles.length > 2) choices.push(singles);
  const policies: DistributionPolicy<P>[] = [];
  for (const chosen of choices.slice(0, policiesMax)) {
    const values = piece.relations.map((name): [string, readonly number[]] => [
      name,
      chosen.map((assignment) => assignment.get(name) ?? 0),
    ]);
    // A pair that repeats a column for some relation is no finer than one of its halves.
    const isTuple = values.some(([, list]) => new Set(list).size === list.length);
    if (!isTuple) continue;
    policies.push(
      Object.fromEntries(
        values.map(([name, list]) => [name, list.map((index) => partOf(name, index))]),
      ),
    );
  }
  return policies;
}

/**
 * One policy of each piece: pieces don't meet, so each has its own key. First all the first ones, then all the
 * second ones and so on, so that every policy of every piece comes early; then the other combinations.
 */
function merged<P extends KeyPart>(
  options: readonly (readonly DistributionPolicy<P>[])[],
  policiesMax: number,
): readonly DistributionPolicy<P>[] {
  const longest = Math.max(...options.map((choices) => choices.length));
  const inStep = Array.from({ length: longest }, (_, rank) =>
    combined(options.map((choices) => choices[Math.min(rank, choices.length - 1)] ?? {})),
  );
  let all: readonly Combination<P>[] = [{ policy: {}, before: null }];
  for (const choices of options) {
    all = all
      .flatMap((before) => choices.map((policy) => ({ policy, before })))
      .slice(0, policiesMax);
  }
  const byText = new Map(
    [...inStep, ...all.map(policyOf)].map((policy) => [canonicalJson(policy), policy]),
  );
  return [...byText.values()].slice(0, policiesMax);
}

/** A policy for each of the pieces so far; those of thousands of pieces are put together once, at the end. */
interface Combination<P extends KeyPart> {
  readonly policy: DistributionPolicy<P>;
  readonly before: Combination<P> | null;
}

function policyOf<P extends KeyPart>(last: Combination<P>): DistributionPolicy<P> {
  const policies: DistributionPolicy<P>[] = [];
  for (let at: Combination<P> | null = last; at !== null; at = at.before) policies.push(at.policy);
  return combined(policies.reverse());
}

function combined<P extends KeyPart>(
  policies: readonly DistributionPolicy<P>[],
): DistributionPolicy<P> {
  return Object.fromEntries(policies.flatMap((policy) => Object.entries(policy)));
}

/** Two atoms of one clause without a common key; else two clauses that ask one relation for different keys. */
function explain(piece: Piece): readonly Reason[] {
  const apart = piece.meetings.flatMap((meeting) => apartIn(meeting));
  if (apart.length > 0) return apart;
  const reasons: Reason[] = [];
  for (const name of piece.relations) {
    const needs = piece.meetings.flatMap((meeting) => {
      const columns = columnsLeft(meeting, name);
      return columns === null ? [] : [{ clause: meeting.clause.id, columns }];
    });
    const apartFrom = (at: number): (typeof needs)[number] | undefined =>
      needs.slice(at).find((need) => !need.columns.some((c) => needs[at]?.columns.includes(c)));
    const at = needs.findIndex((_, index) => apartFrom(index) !== undefined);
    const [first, other] = [needs[at], apartFrom(at)];
    if (at < 0 || first === undefined || other === undefined) continue;
    const text = `\`${name}\` would need one key in \`${first.clause}\` and another in \`${other.clause}\``;
    reasons.push(reason('no-common-key', other.clause, [name], text));
  }
  if (reasons.length > 0) return reasons;
  const text = 'every clause has a common key, but no choice fits all of them';
  return [reason('no-common-key', null, piece.relations, text)];
}

function apartIn({ clause, places, group }: Meeting): readonly Reason[] {
  const valuesOf = (place: Place): readonly number[] =>
    place.values.filter((v) => v !== null).filter((v) => group === null || group.has(v));
  for (const [at, left] of places.entries()) {
    if (valuesOf(left).length === 0) {
      const where =
        group === null ? 'a column that could be a key' : 'a column that its group keeps';
      const text = `\`${left.relation}\` has no key here: it lacks ${where}`;
      return [reason('no-common-key', clause.id, [left.relation], text)];
    }
    const values = new Set(valuesOf(left));
    const right = places.slice(at + 1).find((each) => !valuesOf(each).some((v) => values.has(v)));
    if (right === undefined) continue;
    const names = [left.relation, right.relation];
    const text = `\`${left.relation}\` and \`${right.relation}\` meet without a common key`;
    return [reason('no-common-key', clause.id, names, text)];
  }
  return [];
}

/** The columns that the relation could have as its key if only this clause mattered; null if it isn't in it. */
function columnsLeft(meeting: Meeting, name: string): readonly number[] | null {
  const places = meeting.places.filter((place) => place.relation === name);
  const [first] = places;
  if (first === undefined) return null;
  return first.values.flatMap((value, index) => {
    if (value === null || (meeting.group !== null && !meeting.group.has(value))) return [];
    const isCommon = meeting.places.every((place) =>
      place.relation === name ? place.values[index] === value : place.values.includes(value),
    );
    return isCommon ? [index] : [];
  });
}
