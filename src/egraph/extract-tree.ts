/**
 * Extraction by tree cost: the cheapest term of each class when every occurrence of a part is paid
 * for. Exact for monotone cost functions; shared parts are charged again at each use, so it is only a
 * bound for costs of graphs.
 */
import { invariant } from '../base/assert.ts';
import { compareArrays, compareNumbers, compareStrings, inOrder } from '../base/order.ts';
import type { EGraph, ENode } from './egraph.ts';
import { type Extraction, extraction } from './extraction.ts';
import type { ClassId, NodeId } from './ids.ts';

/**
 * The cost of an e-node from the costs of its children's classes, in order. Must be monotone and at
 * least each child's cost, so that the cheapest term is finite; infinity forbids an e-node.
 */
export type CostFunction<P> = (node: ENode<P>, childCosts: readonly number[]) => number;

export type TreeExtraction<P> = Extraction<P> & {
  /** Infinite where the class has no finite term that is allowed. */
  readonly costOf: (id: ClassId) => number;
};

/** The number of e-nodes in the term, counted as a tree. */
export function termSize<P>(_: ENode<P>, childCosts: readonly number[]): number {
  return childCosts.reduce((sum, cost) => sum + cost, 1);
}

/**
 * Chooses for every class. Equal costs are broken by the terms themselves (operator, payload, then
 * children), never by numbers, so that equal graphs give equal terms however they were built.
 */
export function extractTree<P>(
  egraph: EGraph<P>,
  costFunction: CostFunction<P> = termSize,
): TreeExtraction<P> {
  const nodes = readNodes(egraph);
  const costs = cheapest(nodes, costFunction);
  const choice = breakTies(egraph, nodes, costs, costFunction);
  return {
    ...extraction(egraph, choice),
    costOf: (id) => costs.get(egraph.find(id)) ?? Number.POSITIVE_INFINITY,
  };
}

/** An e-node read out once: reading from the e-graph again in every round would dominate. */
type Candidate<P> = { readonly id: NodeId; readonly owner: ClassId; readonly node: ENode<P> };

function readNodes<P>(egraph: EGraph<P>): readonly Candidate<P>[] {
  invariant(egraph.isRebuilt, 'extraction needs a rebuilt e-graph');
  return egraph
    .classes()
    .flatMap((owner) => egraph.nodesOf(owner).map((id) => ({ id, owner, node: egraph.node(id) })));
}

/** Bellman and Ford's iteration with a work list: an e-node is looked at when a child got cheaper. */
function cheapest<P>(
  nodes: readonly Candidate<P>[],
  costFunction: CostFunction<P>,
): ReadonlyMap<ClassId, number> {
  const users = new Map<ClassId, Candidate<P>[]>();
  for (const candidate of nodes) {
    for (const child of new Set(candidate.node.children)) {
      const list = users.get(child);
      if (list === undefined) users.set(child, [candidate]);
      else list.push(candidate);
    }
  }
  const costs = new Map<ClassId, number>();
  const waiting = new Set(nodes);
  for (const candidate of waiting) {
    waiting.delete(candidate);
    const cost = costOf(candidate, costs, costFunction);
    if (cost >= (costs.get(candidate.owner) ?? Number.POSITIVE_INFINITY)) continue;
    costs.set(candidate.owner, cost);
    // A set visits what is added during the loop, and in the order of addition.
    for (const user of users.get(candidate.owner) ?? []) waiting.add(user);
  }
  return costs;
}

function costOf<P>(
  { node }: Candidate<P>,
  costs: ReadonlyMap<ClassId, number>,
  costFunction: CostFunction<P>,
): number {
  const childCosts: number[] = [];
  for (const child of node.children) {
    const cost = costs.get(child);
    if (cost === undefined) return Number.POSITIVE_INFINITY;
    childCosts.push(cost);
  }
  const cost = costFunction(node, childCosts);
  invariant(
    !Number.isNaN(cost) && childCosts.every((child) => cost >= child),
    'the cost of an e-node is a number and at least the cost of each child',
  );
  return cost;
}

type Tied = { readonly id: NodeId; readonly owner: ClassId; readonly key: TieKey };
/** What orders e-nodes of equal cost: the children by the rank of the terms chosen for them. */
type TieKey = { readonly op: string; readonly payload: string; readonly ranks: readonly number[] };

const compareKeys = inOrder<TieKey>(
  (a, b) => compareStrings(a.op, b.op),
  (a, b) => compareStrings(a.payload, b.payload),
  (a, b) => compareArrays(compareNumbers)(a.ranks, b.ranks),
);

/**
 * Ranks classes by their chosen terms, cheapest first. Children cost no more than their e-node, and
 * less unless the e-node is free; free e-nodes are chosen in rounds, once their children are.
 */
function breakTies<P>(
  egraph: EGraph<P>,
  nodes: readonly Candidate<P>[],
  costs: ReadonlyMap<ClassId, number>,
  costFunction: CostFunction<P>,
): ReadonlyMap<ClassId, NodeId> {
  const byCost = new Map<number, Candidate<P>[]>();
  for (const candidate of nodes) {
    const cost = costOf(candidate, costs, costFunction);
    if (cost !== costs.get(candidate.owner)) continue;
    const group = byCost.get(cost);
    if (group === undefined) byCost.set(cost, [candidate]);
    else group.push(candidate);
  }
  const choice = new Map<ClassId, NodeId>();
  const ranks = new Map<ClassId, number>();
  for (const cost of [...byCost.keys()].sort(compareNumbers)) {
    let group: readonly Candidate<P>[] = byCost.get(cost) ?? [];
    while (group.length > 0) {
      const ready = group.filter(({ node }) => node.children.every((child) => ranks.has(child)));
      invariant(ready.length > 0, 'a class with a cost has an e-node whose children have one');
      for (const { id, owner } of bestOfEach(egraph, ready, ranks)) {
        choice.set(owner, id);
        ranks.set(owner, ranks.size);
      }
      group = group.filter(({ owner }) => !choice.has(owner));
    }
  }
  return choice;
}

/** The first e-node of each class by key, in order of the keys. */
function bestOfEach<P>(
  egraph: EGraph<P>,
  candidates: readonly Candidate<P>[],
  ranks: ReadonlyMap<ClassId, number>,
): readonly Tied[] {
  const best = new Map<ClassId, Tied>();
  for (const { id, owner, node } of candidates) {
    const key: TieKey = {
      op: node.op,
      payload: egraph.symbols.payloadKeyOf(egraph.symbolOf(id)),
      ranks: node.children.map((child) => ranks.get(child) ?? 0),
    };
    const known = best.get(owner);
    if (known === undefined || compareKeys(key, known.key) < 0) best.set(owner, { id, owner, key });
  }
  return [...best.values()].sort((a, b) => compareKeys(a.key, b.key));
}
