/** A choice of one e-node per e-class, from which terms are read. */
import { defined, invariant } from '../base/assert.ts';
import type { EGraph } from './egraph.ts';
import type { ClassId, NodeId } from './ids.ts';
import { type Term, term } from './term.ts';

export type Extraction<P> = {
  /** The chosen e-node, or `undefined` where the class has no finite term (or wasn't needed). */
  readonly nodeOf: (id: ClassId) => NodeId | undefined;
  /** The term of a class; equal classes give one shared object. Throws where `nodeOf` has none. */
  readonly termOf: (id: ClassId) => Term<P>;
};

/** Makes an extraction of a choice without cycles, by canonical class. */
export function extraction<P>(
  egraph: EGraph<P>,
  choice: ReadonlyMap<ClassId, NodeId>,
): Extraction<P> {
  const terms = new Map<ClassId, Term<P>>();
  return {
    nodeOf: (id) => choice.get(egraph.find(id)),
    termOf: (id) => buildTerm(egraph, choice, terms, egraph.find(id)),
  };
}

/** Iterative, since chosen terms can be deeper than the stack. */
function buildTerm<P>(
  egraph: EGraph<P>,
  choice: ReadonlyMap<ClassId, NodeId>,
  terms: Map<ClassId, Term<P>>,
  root: ClassId,
): Term<P> {
  const open = new Set<ClassId>();
  const stack: ClassId[] = [root];
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const chosen = egraph.node(defined(choice.get(id), 'the class was chosen a node'));
    const children = chosen.children.map((child) => egraph.find(child));
    const missing = children.filter((child) => !terms.has(child));
    if (missing.length === 0 || terms.has(id)) {
      const parts = children.map((child) => defined(terms.get(child), 'children come first'));
      if (!terms.has(id)) terms.set(id, term(chosen.op, parts, chosen.payload));
      stack.pop();
      continue;
    }
    invariant(!open.has(id), 'the choice of nodes has no cycle');
    open.add(id);
    stack.push(...missing);
  }
  return defined(terms.get(root), 'the root was finished last');
}
