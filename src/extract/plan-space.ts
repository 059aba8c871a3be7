/**
 * The searched space as extraction sees it. A plan class holds the ways to implement one component: on one
 * node, spread by a policy, or cut in two parts that are implemented in their turn. `Space` of `rewrite` is one.
 */

import type { ClassId } from '../egraph/ids.ts';
import type { Program } from '../ir/program.ts';
import type { PartView } from '../rewrite/part.ts';
import type { PlanNode } from '../rewrite/space.ts';

export interface PlanSpace {
  readonly planNodes: (plan: ClassId) => readonly PlanNode[];
  readonly viewOf: (component: ClassId) => PartView;
}

/** What is to be placed: a role of the base program and the class of its plans. */
export interface PlanRoot {
  readonly role: string;
  readonly plan: ClassId;
}

export interface SearchedSpace {
  readonly base: Program;
  readonly space: PlanSpace;
  readonly roots: readonly PlanRoot[];
}
