/** E-graphs as Graphviz text: a dashed box for each class, edges from e-nodes to boxes. */
import type { EGraph, ENode } from './egraph.ts';
import type { ClassId } from './ids.ts';

export type DotOptions<P> = {
  /** The label of an e-node: `op`, or `op[key of the payload]`, unless given. */
  readonly label?: (node: ENode<P>) => string;
};

/** The rebuilt e-graph as a `digraph`. */
export function printDot<P>(egraph: EGraph<P>, options: DotOptions<P> = {}): string {
  const label = options.label ?? ((node) => defaultLabel(egraph, node));
  const boxes: string[] = [];
  const edges: string[] = [];
  const anchor = (id: ClassId): string => `n${egraph.nodesOf(id)[0]}`;
  for (const id of egraph.classes()) {
    const lines = egraph.nodesOf(id).map((member) => {
      const node = egraph.node(member);
      for (const [position, child] of node.children.entries()) {
        edges.push(edge(`n${member}`, id, position, egraph.find(child), anchor(child)));
      }
      return `    n${member} [label=${quoted(label(node))}];`;
    });
    boxes.push([`  subgraph cluster_${id} {`, '    style=dashed;', ...lines, '  }'].join('\n'));
  }
  const head = ['digraph egraph {', '  compound=true;', '  clusterrank=local;'];
  return [...head, ...boxes, ...edges, '}', ''].join('\n');
}

/** An edge ends at the box of the child's class; within its own box, at an e-node. */
function edge(from: string, own: ClassId, position: number, child: ClassId, to: string): string {
  const head = child === own ? '' : `, lhead=cluster_${child}`;
  return `  ${from} -> ${to} [label="${position}"${head}];`;
}

function defaultLabel<P>(egraph: EGraph<P>, { op, payload }: ENode<P>): string {
  return payload === undefined ? op : `${op}[${egraph.symbols.payloadKey(payload)}]`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
