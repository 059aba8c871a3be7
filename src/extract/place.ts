/**
 * A chosen plan as the placement that `plan/lower.ts` makes a program of, and the rewrites that lead to it
 * from the program as written, each with the placement after it.
 */

import { defined } from '../base/assert.ts';
import type { ClassId, NodeId } from '../egraph/ids.ts';
import type { Relation } from '../ir/program.ts';
import type { PlacedForward, PlacedPart, Placement } from '../plan/placement.ts';
import type { Forward } from '../rewrite/language.ts';
import { type Forest, forestOf, leavesOfTree, type PlacedLeaf, type Tree } from './choose.ts';
import type { Leaf, PlanTable } from './plan-table.ts';

/** One rewrite of the chosen plan. */
export interface ChosenStep {
  /** Its e-node in the space. */
  readonly node: NodeId;
  readonly rule: string;
  /** The role of the base program. */
  readonly role: string;
}

export interface Placed {
  readonly placement: Placement;
  /** By part of the placement: picoseconds per command of its busiest process. */
  readonly periods: readonly number[];
}

export function placeForest(table: PlanTable, forest: Forest): Placed {
  const parts: PlacedPart[] = [];
  const periods: number[] = [];
  const forwards: PlacedForward[] = [];
  const kept = new Map<string, Relation>();
  const visit = (tree: Tree, home: boolean, by: string | null): void => {
    if (tree.kind === 'leaf') {
      parts.push(partOf(tree, home, by));
      periods.push(tree.period);
      for (const relation of keptIn(table, tree.leaf)) kept.set(relation.name, relation);
      return;
    }
    forwards.push(...tree.cut.forwards.map((forward) => placedForward(tree, forward)));
    visit(tree.stay, home, by);
    visit(tree.move, false, tree.cut.rule);
  };
  for (const tree of forest.trees) visit(tree, true, null);
  return { placement: { parts, forwards, kept: [...kept.values()] }, periods };
}

/** The rewrites from the outermost in, role by role. */
export function stepsOf(table: PlanTable, forest: Forest): readonly ChosenStep[] {
  return forest.trees.flatMap((tree, at) => {
    const { role } = defined(table.roles[at], 'a forest has a tree for each role');
    return treeSteps(tree).map(({ node, rule }) => ({ node, rule, role }));
  });
}

/** What the program is after the first `count` steps: everything below a later one is still in one piece. */
export function afterSteps(table: PlanTable, forest: Forest, count: number): Forest {
  let left = count;
  const cut = (tree: Tree, at: number): Tree => {
    const isStep = tree.kind === 'cut' || tree.leaf.spread !== null;
    if (!isStep) return tree;
    if (left === 0) return whole(table, at, tree);
    left -= 1;
    if (tree.kind === 'leaf') return tree;
    const stay = cut(tree.stay, at);
    return { ...tree, stay, move: cut(tree.move, at) };
  };
  return forestOf(forest.trees.map((tree, at) => cut(tree, at)));
}

/** The program as written. */
export function originalForest(table: PlanTable): Forest {
  return forestOf(table.roles.map((role) => unsplit(table, role.role, role.root)));
}

function treeSteps(tree: Tree): readonly { readonly node: NodeId; readonly rule: string }[] {
  if (tree.kind === 'leaf') return tree.leaf.spread === null ? [] : [tree.leaf.spread];
  return [tree.cut, ...treeSteps(tree.stay), ...treeSteps(tree.move)];
}

function whole(table: PlanTable, at: number, tree: Tree): Tree {
  if (tree.kind === 'leaf') {
    const leaf = { ...tree.leaf, spread: null, shareOf: () => 1 };
    return { kind: 'leaf', leaf, processes: 1, period: leaf.picoseconds };
  }
  return unsplit(table, defined(table.roles[at], 'a tree a role').role, tree.plan);
}

/** Every plan class has its component on one process: `alone` is the first of its plans. */
function unsplit(table: PlanTable, role: string, plan: ClassId): PlacedLeaf {
  const classes = table.roles.find((each) => each.role === role)?.classes ?? [];
  const nodes = classes.find((each) => each.id === plan)?.nodes ?? [];
  const found = nodes.find((node): node is Leaf => node.kind === 'leaf' && node.spread === null);
  const leaf = defined(found, 'every plan class has its component on one process');
  return { kind: 'leaf', leaf, processes: 1, period: leaf.picoseconds };
}

function partOf(tree: PlacedLeaf, home: boolean, by: string | null): PlacedPart {
  const { view, spread } = tree.leaf;
  return {
    role: view.part.role,
    home,
    by: by ?? spread?.rule ?? 'original',
    clauses: view.part.clauses,
    relayed: view.part.relayed,
    policy: spread?.policy ?? null,
    instances: tree.processes,
  };
}

function placedForward(tree: Tree, forward: Forward): PlacedForward {
  const views = leavesOfTree(tree).map((each) => each.leaf.view);
  const channels = views.flatMap((view) => view.program.channels);
  const channel = channels.find((each) => each.name === forward.name);
  return {
    channel: defined(channel, 'views hold every channel that rewrites introduced'),
    relays: forward.relays,
    ...(forward.counts === undefined ? {} : { counts: forward.counts }),
  };
}

/** Relations that keep forwarded facts: those of the part that its role doesn't declare. */
function keptIn(table: PlanTable, leaf: Leaf): readonly Relation[] {
  const role = table.searched.base.roles.find((each) => each.name === leaf.view.part.role);
  const declared = new Set(role?.relations.map((relation) => relation.name));
  return leaf.view.role.relations.filter((relation) => !declared.has(relation.name));
}
