import type { EquationRule } from '../../src/rewrite/rule.ts';
import { fuseClauses } from './fuse-clauses.ts';
import { joinRigidLast } from './join-rigid-last.ts';

/** True equations of clause bodies; each holds for arbitrary contents of the names it reads. */
export const equations: readonly EquationRule[] = [joinRigidLast, fuseClauses];
