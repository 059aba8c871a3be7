import type { Rule } from '../src/rewrite/rule.ts';
import { alias } from './alias.ts';
import { decoupleAsymmetric } from './decouple/asymmetric.ts';
import { decoupleAsymmetricPartitioned } from './decouple/asymmetric-partitioned.ts';
import { decoupleFunctional } from './decouple/functional.ts';
import { decoupleMonotonic } from './decouple/monotonic.ts';
import { decoupleMutuallyIndependent } from './decouple/mutually-independent.ts';
import { equations, programRules } from './normalize/index.ts';
import { partitionCoHashing } from './partition/co-hashing.ts';
import { partitionDependencies } from './partition/dependencies.ts';
import { partitionPartial } from './partition/partial.ts';
import { relay } from './relay.ts';

/** All rules: program rules come before the search; equations open cuts, refinements make parts, partitioning comes last. */
export const rules: readonly Rule[] = [
  ...programRules,
  ...equations,
  relay,
  alias,
  decoupleMutuallyIndependent,
  decoupleFunctional,
  decoupleMonotonic,
  decoupleAsymmetric,
  decoupleAsymmetricPartitioned,
  partitionCoHashing,
  partitionDependencies,
  partitionPartial,
];
