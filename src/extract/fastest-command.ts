/**
 * The plan under which an unloaded command takes the least time. Latency doesn't add up over parts (it is
 * that of one path), so plans are enumerated. Spreading a part doesn't shorten a command, so only the ways to
 * cut are tried, each with the processes that the target asks for; beyond a limit the search stops, and says so.
 */

import { compareNumbers, inOrder, sorted } from '../base/order.ts';
import { atOnce, type Turns } from '../base/turns.ts';
import type { ClassId } from '../egraph/ids.ts';
import { cheapestForest, type Forest, forestOf, placeLeaf, type Tree } from './choose.ts';
import type { Cut, Leaf, PlanTable, RoleTable } from './plan-table.ts';

export interface QuickestOptions {
  /** Machines. */
  readonly cap: number;
  /** Picoseconds per command that every process must keep to. */
  readonly period: number;
  readonly latencyOf: (forest: Forest) => number;
  /** Plans that are known already; they are tried whatever the limit. */
  readonly known: readonly Forest[];
}

export interface Quickest {
  /** Under the cap, best first. */
  readonly ranked: readonly Forest[];
  /** Every way to cut was tried. */
  readonly complete: boolean;
}

/** Ways to cut all roles together that are tried. */
export const forestsMax = 512;

export function quickestForest(table: PlanTable, options: QuickestOptions): Quickest {
  return atOnce(quickestInTurns(table, options));
}

/** A turn is a plan whose latency is predicted. Ended early, those that are known already are compared. */
export function* quickestInTurns(table: PlanTable, options: QuickestOptions): Turns<Quickest> {
  const { cap, period, latencyOf, known } = options;
  const perRole = table.roles.map((role) => treesOf(role, period));
  let forests: readonly (readonly Tree[])[] = [[]];
  let complete = perRole.every((trees) => trees.complete);
  for (const { trees } of perRole) {
    const longer = forests.flatMap((forest) => trees.map((tree) => [...forest, tree]));
    if (longer.length > forestsMax) complete = false;
    forests = longer.slice(0, forestsMax);
  }
  // It shows whether some plan meets the target.
  const cheapest = cheapestForest(table, period);
  const found = [...forests.map(forestOf), ...(cheapest === null ? [] : [cheapest]), ...known];
  const rated: Rated[] = [];
  for (const [at, forest] of found.entries()) {
    if (forest.machines > cap || forest.period > period) continue;
    const isOver = yield;
    if (isOver && at < forests.length) complete = false;
    else rated.push({ forest, at, latency: latencyOf(forest) });
  }
  const ranked = sorted(
    rated,
    inOrder(
      (a, b) => compareNumbers(a.latency, b.latency),
      (a, b) => compareNumbers(a.forest.machines, b.forest.machines),
      (a, b) => compareNumbers(a.at, b.at),
    ),
  );
  return { ranked: distinct(ranked.map((each) => each.forest)), complete };
}

interface Rated {
  readonly forest: Forest;
  readonly at: number;
  readonly latency: number;
}

interface Trees {
  readonly trees: readonly Tree[];
  readonly complete: boolean;
}

/** The first ways to cut a role, the leaves with the cheapest way to keep to the period. */
function treesOf(role: RoleTable, period: number): Trees {
  const nodes = new Map(role.classes.map((each) => [each.id, each.nodes]));
  const leaves = new Map(role.classes.map(({ id, nodes }) => [id, cheapestLeaf(nodes, period)]));
  const possible = possibleClasses(role, leaves);
  function* expand(id: ClassId, above: readonly ClassId[]): Iterable<Tree> {
    // A plan that uses a class below itself only adds parts to the inner use.
    if (above.includes(id)) return;
    const leaf = leaves.get(id);
    if (leaf !== undefined && leaf !== null) yield leaf;
    const inside = [...above, id];
    for (const cut of nodes.get(id) ?? []) {
      if (cut.kind === 'leaf' || !possible.has(cut.stay) || !possible.has(cut.move)) continue;
      for (const stay of expand(cut.stay, inside)) {
        for (const move of expand(cut.move, inside)) {
          yield { kind: 'cut', cut, plan: id, stay, move };
        }
      }
    }
  }
  const trees: Tree[] = [];
  for (const tree of expand(role.root, [])) {
    if (trees.length === forestsMax) return { trees, complete: false };
    trees.push(tree);
  }
  return { trees, complete: true };
}

/** Classes with a plan that keeps to the period: others would be searched in vain again and again. */
function possibleClasses(
  role: RoleTable,
  leaves: ReadonlyMap<ClassId, Tree | null>,
): ReadonlySet<ClassId> {
  const possible = new Set<ClassId>();
  for (let before = -1; before < possible.size; ) {
    before = possible.size;
    for (const { id, nodes } of role.classes) {
      const isPossible = nodes.some((node) =>
        node.kind === 'leaf'
          ? leaves.get(id) !== null
          : possible.has(node.stay) && possible.has(node.move),
      );
      if (isPossible) possible.add(id);
    }
  }
  return possible;
}

function cheapestLeaf(nodes: readonly (Leaf | Cut)[], period: number): Tree | null {
  const placed = nodes.flatMap((node) => {
    const choice = node.kind === 'leaf' ? placeLeaf(node, period) : null;
    return choice === null ? [] : [choice];
  });
  const [best] = sorted(placed, (a, b) => compareNumbers(a.cost.machines, b.cost.machines));
  return best?.tree ?? null;
}

/** The cheapest plan is usually among the enumerated ones. */
function distinct(forests: readonly Forest[]): readonly Forest[] {
  const seen = new Set<string>();
  return forests.filter((forest) => {
    const key = forest.trees.map(textOf).join(' ');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function textOf(tree: Tree): string {
  if (tree.kind === 'leaf') return `${tree.leaf.key}*${tree.processes}`;
  return `${tree.cut.node}(${textOf(tree.stay)} ${textOf(tree.move)})`;
}
