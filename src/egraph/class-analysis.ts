/**
 * E-class analyses: one value of a join-semilattice per e-class, kept up to date through additions,
 * unions and rebuilds (Willsey et al., "egg", POPL 2021, section 4). Any number of them can be
 * attached to one e-graph, and they may read each other.
 */
import type { EGraph } from './egraph.ts';
import type { ClassId, NodeId } from './ids.ts';

export type Analysis<P, T> = {
  /** Appears as the reason of the unions that `modify` makes. */
  readonly name: string;
  /**
   * The fact that one e-node contributes to its class; `undefined` is bottom: nothing known. Must be
   * monotone in the facts of the children, which `of` reads; it may read the children's facts of other
   * analyses as well.
   */
  readonly make: (
    egraph: EGraph<P>,
    node: NodeId,
    of: (id: ClassId) => T | undefined,
  ) => T | undefined;
  /** The least fact above both; associative, commutative, idempotent, without infinite ascents. */
  readonly join: (left: T, right: T) => T;
  readonly equals: (left: T, right: T) => boolean;
  /**
   * Called in `rebuild` for each class whose fact is new or changed; may add e-nodes and make unions
   * (constant folding). Must reach a state where it changes nothing.
   */
  readonly modify?: (egraph: EGraph<P>, id: ClassId, value: T) => void;
};

/** Reads the facts of an attached analysis. */
export type AnalysisFacts<T> = {
  /** `undefined` is bottom. Before `rebuild` facts may still lack what unions have to propagate. */
  readonly of: (id: ClassId) => T | undefined;
};
