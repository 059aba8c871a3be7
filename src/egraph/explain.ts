/**
 * Explanations: why are two things equal, and which rule made this e-node. Everything is worked out
 * from the union log when asked; terms in proofs are those that were first added, so a proof speaks
 * about what the host and the rules wrote.
 */
import type { EGraph } from './egraph.ts';
import { Explainer } from './explainer.ts';
import type { NodeId } from './ids.ts';
import type { Proof, TermBinding } from './proof.ts';
import type { Term } from './term.ts';

/** Which application of which rule created an e-node. */
export type Origin<P> = {
  readonly rule: string;
  readonly substitution: ReadonlyMap<string, TermBinding<P>>;
};

/* Each of these reads the log anew; for many questions use one `Explainer`. */

/** Proves two e-nodes (as `add` returned them) equal; `undefined` if they aren't. */
export function explain<P>(egraph: EGraph<P>, left: NodeId, right: NodeId): Proof<P> | undefined {
  return new Explainer(egraph).explain(left, right);
}

/** Proves two terms equal; `undefined` if they aren't or one of them isn't there. */
export function explainTerms<P>(
  egraph: EGraph<P>,
  left: Term<P>,
  right: Term<P>,
): Proof<P> | undefined {
  return new Explainer(egraph).explainTerms(left, right);
}

/** The rule that created an e-node; `undefined` if the host or an analysis did. */
export function originOf<P>(egraph: EGraph<P>, node: NodeId): Origin<P> | undefined {
  return new Explainer(egraph).originOf(node);
}
