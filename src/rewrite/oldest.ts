/**
 * The form in which a class was first written. Reports, programs and later cuts use it, so what a user
 * reads stays as near to the source as the plan allows.
 */

import { defined } from '../base/assert.ts';
import type { EGraph } from '../egraph/egraph.ts';
import type { ClassId, NodeId } from '../egraph/ids.ts';
import { type Term, term } from '../egraph/term.ts';
import type { Payload } from './language.ts';

export function oldestNode(egraph: EGraph<Payload>, id: ClassId): NodeId {
  return defined(egraph.nodesOf(id)[0], 'a class has an e-node');
}

/** Children are older than their parents, so this ends although the e-graph may have cycles. */
export function oldestTerm(egraph: EGraph<Payload>, id: ClassId): Term<Payload> {
  const { op, payload, children } = egraph.node(oldestNode(egraph, id));
  return term(
    op,
    children.map((child) => oldestTerm(egraph, child)),
    payload,
  );
}
