/**
 * Everything that a choice of plan depends on, computed once: the plan classes that can be reached from the
 * roles, children first, and for each part its processor time per command and the machines it takes.
 *
 * Times are whole picoseconds, so that sums don't depend on their order and ties are ties.
 */

import { stronglyConnected } from '../base/graph.ts';
import { canonicalJson } from '../base/order.ts';
import type { ClassId, NodeId } from '../egraph/ids.ts';
import { membersOf, partsOf } from '../plan/size.ts';
import type { Forward, Policy } from '../rewrite/language.ts';
import type { PartView } from '../rewrite/part.ts';
import { type CostModel, timeOf } from './cost.ts';
import { type Measured, type PartLoad, partLoad } from './part-load.ts';
import type { SearchedSpace } from './plan-space.ts';
import { busiestShare, heaviestShare } from './spread.ts';

/** A part on processes of its own: the leaf of a plan. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly view: PartView;
  /** Null: on one process of each member (or on as many as the program says). */
  readonly spread: { readonly node: NodeId; readonly rule: string; readonly policy: Policy } | null;
  readonly load: PartLoad;
  /** Processor time per command, of all processes of the busiest member together. */
  readonly picoseconds: number;
  /** Machines for each process of a member. */
  readonly machines: number;
  /** How much of the work the busiest of so many processes has. */
  readonly shareOf: (processes: number) => number;
  /** How much of the traffic carries the most frequent keys, in millionths; 0 when it isn't spread. */
  readonly heaviest: number;
  /** Columns of all keys together. */
  readonly keyColumns: number;
  /** The same for the same clauses and policy, whatever the numbers of the e-graph are. */
  readonly key: string;
}

export interface Cut {
  readonly kind: 'cut';
  readonly node: NodeId;
  readonly rule: string;
  readonly forwards: readonly Forward[];
  readonly stay: ClassId;
  readonly move: ClassId;
}

export interface PlanClass {
  readonly id: ClassId;
  readonly nodes: readonly (Leaf | Cut)[];
}

export interface RoleTable {
  readonly role: string;
  readonly root: ClassId;
  /** Children before parents, but for cycles. */
  readonly classes: readonly PlanClass[];
  readonly cyclic: boolean;
}

export interface PlanTable {
  readonly searched: SearchedSpace;
  readonly model: CostModel;
  readonly roles: readonly RoleTable[];
}

export function planTable(
  searched: SearchedSpace,
  measured: Measured,
  model: CostModel,
): PlanTable {
  const leaves = new Map<string, Leaf>();
  const context: Context = { searched, measured, model, leaves };
  const roles = searched.roots.map(({ role, plan }): RoleTable => {
    const nodes = new Map<ClassId, readonly (Leaf | Cut)[]>();
    const pending = [plan];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      if (nodes.has(id)) continue;
      const found = nodesOf(id, context);
      nodes.set(id, found);
      pending.push(...found.flatMap(childrenOf));
    }
    const knots = stronglyConnected([...nodes.keys()], (id) =>
      (nodes.get(id) ?? []).flatMap(childrenOf),
    );
    const order = knots.flatMap((knot) => knot.nodes);
    return {
      role,
      root: plan,
      classes: order.map((id) => ({ id, nodes: nodes.get(id) ?? [] })),
      cyclic: knots.some((knot) => knot.cyclic),
    };
  });
  return { searched, model, roles };
}

/** Processor time per command of the busiest of `processes` of each member. */
export function periodOf(leaf: Leaf, processes: number): number {
  return leaf.picoseconds * leaf.shareOf(processes);
}

export function leavesOf(table: PlanTable): readonly Leaf[] {
  return table.roles.flatMap((role) =>
    role.classes.flatMap((each) => each.nodes.filter((node) => node.kind === 'leaf')),
  );
}

interface Context {
  readonly searched: SearchedSpace;
  readonly measured: Measured;
  readonly model: CostModel;
  /** By component: several plan nodes are about one. */
  readonly leaves: Map<string, Leaf>;
}

function childrenOf(node: Leaf | Cut): readonly ClassId[] {
  return node.kind === 'cut' ? [node.move, node.stay] : [];
}

function nodesOf(plan: ClassId, context: Context): readonly (Leaf | Cut)[] {
  return context.searched.space.planNodes(plan).map((found): Leaf | Cut => {
    if (found.kind === 'decouple') {
      const { node, rule, forwards, stay, move } = found;
      return { kind: 'cut', node, rule, forwards, stay, move };
    }
    const whole = wholeLeaf(found.component, context);
    if (found.kind === 'alone') return whole;
    const { node, rule, policy } = found;
    const base = membersOf(context.searched.base, whole.view.part.role);
    const key = `${whole.key} ${canonicalJson(policy)}`;
    const heaviest = Math.round(heaviestShare(whole.load, policy) * 1e6);
    const keyColumns = Object.values(policy).reduce((sum, columns) => sum + columns.length, 0);
    const spread = { node, rule, policy };
    const shareOf = busiestShare(whole.load, policy);
    return { ...whole, spread, shareOf, machines: base, heaviest, keyColumns, key };
  });
}

/** The component on one process; a role that the program itself spreads keeps its processes. */
function wholeLeaf(component: ClassId, context: Context): Leaf {
  const known = context.leaves.get(String(component));
  if (known !== undefined) return known;
  const { searched, measured, model, leaves } = context;
  const view = searched.space.viewOf(component);
  const { role, clauses, relayed } = view.part;
  const load = partLoad(view, measured);
  const leaf: Leaf = {
    kind: 'leaf',
    view,
    spread: null,
    load,
    picoseconds: Math.round(timeOf(load.work, model.work) * 1e6),
    machines: membersOf(searched.base, role) * partsOf(searched.base, role),
    shareOf: () => 1,
    heaviest: 0,
    keyColumns: 0,
    key: canonicalJson([role, clauses.map((clause) => clause.id), relayed]),
  };
  leaves.set(String(component), leaf);
  return leaf;
}
