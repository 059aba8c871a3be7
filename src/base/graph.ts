/**
 * Directed graphs given by a list of nodes and their successors: strongly connected components and
 * the order that they give. Iterative, since programs of 10^5 clauses make paths as long.
 */

/** A set of nodes that reach each other; `cyclic` is false for a single node without an edge to itself. */
export interface Knot<N> {
  readonly nodes: readonly N[];
  readonly cyclic: boolean;
}

/**
 * Strongly connected components (Tarjan 1972), successors before predecessors. The result depends only on the
 * order of `nodes` and of `successors`; successors that aren't in `nodes` are ignored.
 */
export function stronglyConnected<N>(
  nodes: readonly N[],
  successors: (node: N) => Iterable<N>,
): readonly Knot<N>[] {
  const search = newSearch(nodes, successors);
  for (let root = 0; root < nodes.length; root++) {
    if (search.order[root] === unvisited) visitFrom(search, root);
  }
  return search.knots.map((members) => ({
    nodes: members.map((index) => nodes[index] as N),
    cyclic: members.length > 1 || members.some((i) => (search.edges[i] ?? []).includes(i)),
  }));
}

/** Every node reachable from `starts` over `successors`, the starts included, in order of discovery. */
export function reachable<N>(
  starts: Iterable<N>,
  successors: (node: N) => Iterable<N>,
): ReadonlySet<N> {
  const seen = new Set(starts);
  for (const node of seen) for (const next of successors(node)) seen.add(next);
  return seen;
}

const unvisited = -1;

interface Search {
  readonly edges: readonly (readonly number[])[];
  /** Order of discovery by node, or `unvisited`. */
  readonly order: number[];
  readonly low: number[];
  readonly onStack: boolean[];
  readonly stack: number[];
  readonly knots: (readonly number[])[];
  count: number;
}

function newSearch<N>(nodes: readonly N[], successors: (node: N) => Iterable<N>): Search {
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  const edges = nodes.map((node) => {
    const targets: number[] = [];
    for (const next of successors(node)) {
      const index = indexOf.get(next);
      if (index !== undefined) targets.push(index);
    }
    return targets;
  });
  return {
    edges,
    order: nodes.map(() => unvisited),
    low: nodes.map(() => unvisited),
    onStack: nodes.map(() => false),
    stack: [],
    knots: [],
    count: 0,
  };
}

function enter(search: Search, node: number): void {
  search.order[node] = search.count;
  search.low[node] = search.count;
  search.count++;
  search.stack.push(node);
  search.onStack[node] = true;
}

function visitFrom(search: Search, root: number): void {
  const path: { readonly node: number; next: number }[] = [{ node: root, next: 0 }];
  enter(search, root);
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const target = search.edges[frame.node]?.[frame.next];
    if (target === undefined) {
      path.pop();
      leave(search, frame.node, path.at(-1)?.node);
    } else {
      frame.next++;
      if (search.order[target] === unvisited) {
        enter(search, target);
        path.push({ node: target, next: 0 });
      } else if (search.onStack[target]) lower(search, frame.node, search.order[target] ?? 0);
    }
  }
}

function leave(search: Search, node: number, parent: number | undefined): void {
  const low = search.low[node] ?? 0;
  if (low === search.order[node]) {
    const members: number[] = [];
    for (let member = search.stack.pop(); member !== undefined; member = search.stack.pop()) {
      search.onStack[member] = false;
      members.push(member);
      if (member === node) break;
    }
    search.knots.push(members.reverse());
  }
  if (parent !== undefined) lower(search, parent, low);
}

function lower(search: Search, node: number, value: number): void {
  if (value < (search.low[node] ?? 0)) search.low[node] = value;
}
