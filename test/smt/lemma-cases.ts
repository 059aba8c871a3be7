/** One case a line of reasoning: the obligations of a lemma on a small clause, and their verdicts. */

import { coPartitions } from './cases/co-partition.ts';
import { functionalDependencies } from './cases/functional-dependency.ts';
import { lattices } from './cases/lattice.ts';
import { monotonics } from './cases/monotonic.ts';
import { nonInterferences } from './cases/non-interference.ts';
import { stateMachines } from './cases/state-machine.ts';
import type { LemmaCase } from './cases/vocabulary.ts';

export const lemmaCases: readonly LemmaCase[] = [
  ...functionalDependencies,
  ...coPartitions,
  ...monotonics,
  ...lattices,
  ...nonInterferences,
  ...stateMachines,
];
