/** Checks of what every rebuilt e-graph must satisfy, written without the arrays' own short cuts. */
import type { EGraph } from './egraph.ts';
import type { ClassId, NodeId } from './ids.ts';

/**
 * What is wrong with a rebuilt e-graph, in sentences; empty if nothing is: no two e-nodes are
 * congruent, each is found by its children, members and parents are complete, counts agree.
 */
export function checkInvariants<P>(egraph: EGraph<P>): readonly string[] {
  if (!egraph.isRebuilt) return ['unions wait for rebuild'];
  const problems: string[] = [];
  const seen = new Map<string, NodeId>();
  const parents = new Map<ClassId, Set<NodeId>>();
  let nodeCount = 0;
  for (const id of egraph.classes()) {
    const members = egraph.nodesOf(id);
    if (members.length === 0) problems.push(`class ${id} is empty`);
    nodeCount += members.length;
    for (const member of members) {
      problems.push(...checkNode(egraph, id, member, seen));
      for (const child of egraph.childrenOf(member)) {
        const list = parents.get(child);
        if (list === undefined) parents.set(child, new Set([member]));
        else list.add(member);
      }
    }
  }
  for (const id of egraph.classes()) {
    const expected = [...(parents.get(id) ?? [])].sort((a, b) => a - b).join(' ');
    const found = egraph.parentsOf(id).join(' ');
    if (expected !== found) problems.push(`class ${id} has parents ${expected}, lists ${found}`);
  }
  if (nodeCount !== egraph.nodeCount) {
    problems.push(`${nodeCount} e-nodes in classes, ${egraph.nodeCount} counted`);
  }
  if (egraph.classes().length !== egraph.classCount) {
    problems.push(`${egraph.classes().length} classes, ${egraph.classCount} counted`);
  }
  return problems;
}

function checkNode<P>(
  egraph: EGraph<P>,
  id: ClassId,
  member: NodeId,
  seen: Map<string, NodeId>,
): readonly string[] {
  const problems: string[] = [];
  const children = egraph.childrenOf(member);
  const key = [egraph.symbolOf(member), ...children].join(' ');
  const twin = seen.get(key);
  if (twin !== undefined) problems.push(`e-nodes ${twin} and ${member} are congruent`);
  seen.set(key, member);
  if (egraph.find(member) !== id) problems.push(`e-node ${member} is listed by a foreign class`);
  const { op, payload } = egraph.node(member);
  if (egraph.lookup(op, children, payload) !== member) problems.push(`e-node ${member} is lost`);
  return problems;
}
