/**
 * E-graphs as JSON in the format of egraph-serialize, which extractors and visualizers of other
 * engines read: nodes by id with the ids of children standing for their classes, the root classes, and
 * data about classes.
 */
import { defined } from '../base/assert.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { EGraph, ENode } from './egraph.ts';
import type { ClassId, NodeId } from './ids.ts';

export type SerializedEGraph = {
  /** By node id, in the order of the text. */
  readonly nodes: ReadonlyMap<string, SerializedNode>;
  readonly rootClasses: readonly string[];
  /** By class, its type; classes without one are left out. */
  readonly classTypes: ReadonlyMap<string, string>;
};

export type SerializedNode = {
  readonly op: string;
  /** Ids of nodes, each standing for its whole class. */
  readonly children: readonly string[];
  readonly eclass: string;
  readonly cost: number;
  readonly isSubsumed: boolean;
};

export type SerializeOptions<P> = {
  readonly roots?: readonly ClassId[];
  /** The text of operator and payload: `op`, or `op[key of the payload]`, unless given. */
  readonly opText?: (node: ENode<P>) => string;
  /** 1 unless given; must be finite. */
  readonly costOf?: (node: ENode<P>) => number;
  readonly typeOf?: (id: ClassId) => string | undefined;
};

/** The rebuilt e-graph as data. Classes are numbered in order, nodes `class.position`. */
export function serialize<P>(
  egraph: EGraph<P>,
  options: SerializeOptions<P> = {},
): SerializedEGraph {
  const classes = egraph.classes();
  const names = new Map(classes.map((id, index) => [id, `${index}`] as const));
  const nameOf = (id: ClassId): string => defined(names.get(egraph.find(id)), 'classes are named');
  const nodes = new Map<string, SerializedNode>();
  const classTypes = new Map<string, string>();
  const opText = options.opText ?? ((node) => defaultOpText(egraph, node));
  for (const id of classes) {
    const eclass = nameOf(id);
    const type = options.typeOf?.(id);
    if (type !== undefined) classTypes.set(eclass, type);
    for (const [position, member] of egraph.nodesOf(id).entries()) {
      const node = egraph.node(member);
      nodes.set(`${eclass}.${position}`, {
        op: opText(node),
        children: node.children.map((child) => `${nameOf(child)}.0`),
        eclass,
        cost: options.costOf?.(node) ?? 1,
        isSubsumed: false,
      });
    }
  }
  return { nodes, rootClasses: (options.roots ?? []).map(nameOf), classTypes };
}

/** The JSON text, one node a line. */
export function printSerialized(serialized: SerializedEGraph): string {
  const nodes = [...serialized.nodes].map(([id, node]) => {
    const { op, children, eclass, cost, isSubsumed } = node;
    const data = { op, children, eclass, cost, ...(isSubsumed ? { subsumed: true } : {}) };
    return `${JSON.stringify(id)}:${JSON.stringify(data)}`;
  });
  const types = [...serialized.classTypes].map(
    ([eclass, type]) => `${JSON.stringify(eclass)}:${JSON.stringify({ type })}`,
  );
  const roots = JSON.stringify(serialized.rootClasses);
  return `{"nodes":{\n${nodes.join(',\n')}\n},\n"root_eclasses":${roots},\n"class_data":{${types.join(',\n')}}}\n`;
}

function defaultOpText<P>(egraph: EGraph<P>, { op, payload }: ENode<P>): string {
  return payload === undefined ? op : `${op}[${egraph.symbols.payloadKey(payload)}]`;
}

export type DeserializeOptions<P> = {
  /** Operator and payload of a text; `undefined` for a text that stands for neither. */
  readonly decode: (op: string) => { readonly op: string; readonly payload?: P } | undefined;
};

export type Deserialized = {
  readonly roots: readonly ClassId[];
  /** The class that each serialized class became; congruent ones became one. */
  readonly classes: ReadonlyMap<string, ClassId>;
};

/** What keeps serialized data from being an e-graph. */
export type SerializationProblem = { readonly message: string };

/**
 * Adds serialized data to an e-graph and rebuilds it. Every class needs a finite term, since e-nodes
 * are added children first; classes that only have cycles are a problem and leave the e-graph
 * without them.
 */
export function deserialize<P>(
  egraph: EGraph<P>,
  { nodes, rootClasses }: SerializedEGraph,
  { decode }: DeserializeOptions<P>,
): Result<Deserialized, readonly SerializationProblem[]> {
  const problems: SerializationProblem[] = [];
  const classes = new Map<string, ClassId>();
  const classOf = (node: string): string => nodes.get(node)?.eclass ?? '';
  const add = ({ op, children, eclass }: SerializedNode): void => {
    const decoded = decode(op);
    if (decoded === undefined) {
      problems.push({ message: `no operator is written \`${op}\`` });
      return;
    }
    const ids = children.map((child) => defined(classes.get(classOf(child)), 'children first'));
    const made: NodeId = egraph.add(decoded.op, ids, decoded.payload);
    const known = classes.get(eclass);
    if (known === undefined) classes.set(eclass, made);
    else egraph.union(known, made, 'serialized');
  };
  childrenFirst([...nodes.values()], classOf, add);
  const missing = new Set([...nodes.values()].map((node) => node.eclass));
  for (const eclass of classes.keys()) missing.delete(eclass);
  if (problems.length === 0) {
    for (const eclass of missing)
      problems.push({ message: `class \`${eclass}\` has no finite term` });
  }
  egraph.rebuild();
  if (problems.length > 0) return err(problems);
  const roots = rootClasses.map((root) => defined(classes.get(root), 'roots were checked'));
  return ok({ roots, classes });
}

/** Visits each node once the classes of all its children were visited; the rest not at all. */
function childrenFirst(
  nodes: readonly SerializedNode[],
  classOf: (node: string) => string,
  visit: (node: SerializedNode) => void,
): void {
  const missing = new Map<SerializedNode, number>();
  const users = new Map<string, SerializedNode[]>();
  const ready: SerializedNode[] = [];
  for (const node of nodes) {
    const needed = new Set(node.children.map(classOf));
    missing.set(node, needed.size);
    if (needed.size === 0) ready.push(node);
    for (const eclass of needed) {
      const list = users.get(eclass);
      if (list === undefined) users.set(eclass, [node]);
      else list.push(node);
    }
  }
  // Grows while it is walked.
  for (const node of ready) {
    visit(node);
    const waiting = users.get(node.eclass) ?? [];
    users.delete(node.eclass);
    for (const user of waiting) {
      const left = (missing.get(user) ?? 0) - 1;
      missing.set(user, left);
      if (left === 0) ready.push(user);
    }
  }
}
