/**
 * The cheapest plans in which every process has at most a given time per command: a dynamic program over
 * plan classes, bottom up.
 *
 * It is exact because nothing couples two parts. A rewrite adds no message between parts but its forwards,
 * which one part sends and one receives, and every message goes to one process of the addressed member; so
 * the load of a part depends on its own clauses and its own number of processes, and costs of parts add up
 * (soundness.md, 16, lists what would couple them: broadcasts to all processes, shared parts, co-location;
 * a rule that brings one needs another extraction). At a given time per command the processes of a part are
 * the fewest that suffice, and a plan is the sum of its two halves in every component of the order below, so
 * the best plans of a class are made of the best plans of its children.
 *
 * A class may be reachable from itself. A plan that uses a class below itself costs more than the inner use
 * alone, since every part takes a machine, so no best plan does; iterating from "nothing known" reaches the
 * best plans in as many rounds as the tallest of them has levels (Bellman and Ford).
 */

import { invariant } from '../base/assert.ts';
import { compareNumbers, compareStrings, sorted } from '../base/order.ts';
import type { ClassId } from '../egraph/ids.ts';
import {
  type Cut,
  type Leaf,
  type PlanClass,
  type PlanTable,
  periodOf,
  type RoleTable,
} from './plan-table.ts';

export type Tree = PlacedLeaf | PlacedCut;

export interface PlacedLeaf {
  readonly kind: 'leaf';
  readonly leaf: Leaf;
  /** Processes of each member. */
  readonly processes: number;
  /** Picoseconds per command of the busiest process. */
  readonly period: number;
}

export interface PlacedCut {
  readonly kind: 'cut';
  readonly cut: Cut;
  readonly plan: ClassId;
  readonly stay: Tree;
  readonly move: Tree;
}

/**
 * In this order: fewer machines, less work, fewer extra hops, fewer parts, keys that spread better, shorter
 * keys, then the smaller names.
 */
export interface TreeCost {
  readonly machines: number;
  readonly picoseconds: number;
  readonly hops: number;
  readonly parts: number;
  readonly heaviest: number;
  readonly keyColumns: number;
  /** Of the parts, the staying ones first. */
  readonly keys: readonly string[];
}

export interface Choice {
  readonly tree: Tree;
  readonly cost: TreeCost;
}

/** One tree a role, in the order of the table. */
export interface Forest {
  readonly trees: readonly Tree[];
  readonly machines: number;
  /** Picoseconds per command of the busiest process of all. */
  readonly period: number;
}

/** Processes of one part that are ever considered. */
export const processesMax = 4_096;

/** At most `width` best choices of a role, best first; none when a part can't be spread enough. */
export function bestOfRole(role: RoleTable, period: number, width: number): readonly Choice[] {
  const best = new Map<ClassId, readonly Choice[]>();
  for (let round = 0; ; round++) {
    invariant(
      round <= role.classes.length * (width + 1),
      'each round settles a level of some tree',
    );
    let changed = false;
    for (const each of role.classes) {
      const found = bestOfClass(each, best, { period, width });
      if (sameChoices(found, best.get(each.id) ?? [])) continue;
      best.set(each.id, found);
      changed = true;
    }
    if (!changed || !role.cyclic) return best.get(role.root) ?? [];
  }
}

/** The cheapest plan of all roles; null when some role has none. */
export function cheapestForest(table: PlanTable, period: number): Forest | null {
  const choices = table.roles.map((role) => bestOfRole(role, period, 1)[0]);
  const trees = choices.flatMap((choice) => (choice === undefined ? [] : [choice.tree]));
  return trees.length < choices.length ? null : forestOf(trees);
}

/** The second cheapest plan: one role takes its second choice, where that adds least. */
export function secondForest(table: PlanTable, period: number): Forest | null {
  const choices = table.roles.map((role) => bestOfRole(role, period, 2));
  const changes: Change[] = [];
  for (const [at, [first, second]] of choices.entries()) {
    if (first === undefined) return null;
    if (second !== undefined) changes.push({ at, first, second });
  }
  const [least] = sorted(changes, compareChanges);
  if (least === undefined) return null;
  const taken = choices.map(([first], at) => (at === least.at ? least.second : first));
  return forestOf(taken.flatMap((choice) => (choice === undefined ? [] : [choice.tree])));
}

export function leavesOfTree(tree: Tree): readonly PlacedLeaf[] {
  return tree.kind === 'leaf' ? [tree] : [...leavesOfTree(tree.stay), ...leavesOfTree(tree.move)];
}

export function forestOf(trees: readonly Tree[]): Forest {
  const leaves = trees.flatMap(leavesOfTree);
  return {
    trees,
    machines: leaves.reduce((sum, each) => sum + each.leaf.machines * each.processes, 0),
    period: leaves.reduce((longest, each) => Math.max(longest, each.period), 0),
  };
}

interface Question {
  readonly period: number;
  readonly width: number;
}

function bestOfClass(
  each: PlanClass,
  best: ReadonlyMap<ClassId, readonly Choice[]>,
  question: Question,
): readonly Choice[] {
  const found: Choice[] = [];
  for (const node of each.nodes) {
    if (node.kind === 'leaf') {
      const placed = placeLeaf(node, question.period);
      if (placed !== null) insert(found, placed, question.width);
      continue;
    }
    for (const stay of best.get(node.stay) ?? []) {
      for (const move of best.get(node.move) ?? []) {
        insert(found, joined(node, each.id, stay, move), question.width);
      }
    }
  }
  return found;
}

/** With the fewest processes that suffice; a part that is spread has at least two. */
export function placeLeaf(leaf: Leaf, period: number): Choice | null {
  const processes = fewestProcesses(leaf, period);
  if (processes === null) return null;
  const { picoseconds, heaviest, keyColumns, key } = leaf;
  const machines = leaf.machines * processes;
  return {
    tree: { kind: 'leaf', leaf, processes, period: periodOf(leaf, processes) },
    cost: { machines, picoseconds, hops: 0, parts: 1, heaviest, keyColumns, keys: [key] },
  };
}

function fewestProcesses(leaf: Leaf, period: number): number | null {
  if (leaf.spread === null) return leaf.picoseconds <= period ? 1 : null;
  if (periodOf(leaf, processesMax) > period) return null;
  // The busiest process never has more work when there are more of them: bisect.
  let enough = processesMax;
  for (let few = 1; enough - few > 1; ) {
    const middle = (few + enough) >> 1;
    if (periodOf(leaf, middle) <= period) enough = middle;
    else few = middle;
  }
  return enough;
}

function joined(cut: Cut, plan: ClassId, stay: Choice, move: Choice): Choice {
  const hop = cut.forwards.length > 0 ? 1 : 0;
  return {
    tree: { kind: 'cut', cut, plan, stay: stay.tree, move: move.tree },
    cost: {
      machines: stay.cost.machines + move.cost.machines,
      picoseconds: stay.cost.picoseconds + move.cost.picoseconds,
      hops: stay.cost.hops + move.cost.hops + hop,
      parts: stay.cost.parts + move.cost.parts,
      heaviest: stay.cost.heaviest + move.cost.heaviest,
      keyColumns: stay.cost.keyColumns + move.cost.keyColumns,
      keys: [...stay.cost.keys, ...move.cost.keys],
    },
  };
}

/** Keeps the list short, in order, and free of plans that differ in no part. */
function insert(found: Choice[], choice: Choice, width: number): void {
  let at = 0;
  for (; at < found.length; at++) {
    const order = compareCosts(choice.cost, (found[at] as Choice).cost);
    if (order === 0) return;
    if (order < 0) break;
  }
  found.splice(at, 0, choice);
  if (found.length > width) found.pop();
}

function compareCosts(a: TreeCost, b: TreeCost): number {
  return (
    compareNumbers(a.machines, b.machines) ||
    compareNumbers(a.picoseconds, b.picoseconds) ||
    compareNumbers(a.hops, b.hops) ||
    compareNumbers(a.parts, b.parts) ||
    compareNumbers(a.heaviest, b.heaviest) ||
    compareNumbers(a.keyColumns, b.keyColumns) ||
    compareKeys(a.keys, b.keys)
  );
}

/** Both have one key a part, and as many parts. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [at, key] of a.entries()) {
    const order = compareStrings(key, b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function sameChoices(a: readonly Choice[], b: readonly Choice[]): boolean {
  return (
    a.length === b.length &&
    a.every((choice, at) => compareCosts(choice.cost, (b[at] as Choice).cost) === 0)
  );
}

interface Change {
  readonly at: number;
  readonly first: Choice;
  readonly second: Choice;
}

/** By what the second choice adds to the first. */
function compareChanges(a: Change, b: Change): number {
  const added = ({ first, second }: Change, term: 'machines' | 'picoseconds' | 'hops' | 'parts') =>
    second.cost[term] - first.cost[term];
  return (
    compareNumbers(added(a, 'machines'), added(b, 'machines')) ||
    compareNumbers(added(a, 'picoseconds'), added(b, 'picoseconds')) ||
    compareNumbers(added(a, 'hops'), added(b, 'hops')) ||
    compareNumbers(added(a, 'parts'), added(b, 'parts')) ||
    compareNumbers(a.at, b.at)
  );
}
