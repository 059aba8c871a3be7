import type { EquationRule, ProgramRule } from '../../src/rewrite/rule.ts';
import { fuseClauses } from './fuse-clauses.ts';
import { joinRigidLast } from './join-rigid-last.ts';
import { pushProjection } from './push-projection.ts';
import { pushSelection } from './push-selection.ts';
import { sendOnce } from './send-once.ts';
import { shareDefinitions } from './share-definitions.ts';

/** True equations of clause bodies; each holds for arbitrary contents of the names it reads. */
export const equations: readonly EquationRule[] = [joinRigidLast, fuseClauses];

/** What is done to the whole program before it is cut; none of it makes a plan dearer. */
export const programRules: readonly ProgramRule[] = [
  shareDefinitions,
  pushSelection,
  pushProjection,
  sendOnce,
];
