/**
 * The program before it is cut. Where both ends of a channel change at once, no component can say what the
 * other one does, so these rewrites are steps of the whole program (docs/adr/0005): each is proved, makes nothing
 * dearer, and leaves less to do, so their order doesn't matter and they end.
 */

import { defined } from '../base/assert.ts';
import type { DeclinedRewrite, ProofRecord } from '../base/search-record.ts';
import type { Program } from '../ir/program.ts';
import type { Solver } from '../smt/solver.ts';
import { NO_FACTS, type ProgramFacts } from './normal/change.ts';
import { decide, type RuleVerdicts } from './prove.ts';
import type { ProgramMatch, ProgramRule } from './rule.ts';

/** Bounds on the work of one program; what they leave out is counted. */
const limits = {
  /** Steps; a program with more channels than that is cut with some of them left. */
  steps: 64,
  /** Clauses of the program, added up over its steps: it is run after each of them. */
  stepClauses: 16_000,
  /** Clauses of the program, added up over what is proposed: conditions look at all of it. */
  lookedAt: 1_000_000,
  /** Proposals that are put to the solver together; the first that is proved makes the others void. */
  together: 16,
};

/** A program rule that was applied, with the program after it in `match`. */
export interface ProgramStep {
  readonly rule: ProgramRule;
  readonly match: ProgramMatch;
  readonly at: string;
  readonly summary: string;
  readonly proofs: readonly ProofRecord[];
}

export interface Normalized {
  readonly program: Program;
  readonly steps: readonly ProgramStep[];
  readonly declined: readonly DeclinedRewrite[];
  /** Of the proposals that a bound left out, those that were at hand. */
  readonly cutOff: number;
}

export interface NormalizeOptions {
  readonly rules: readonly ProgramRule[];
  readonly solver: Solver;
  readonly aboutRules: RuleVerdicts;
  readonly facts?: ProgramFacts;
  readonly signal?: AbortSignal;
}

export async function normalize(base: Program, options: NormalizeOptions): Promise<Normalized> {
  const { solver, aboutRules, signal } = options;
  const steps: ProgramStep[] = [];
  const declined = new Map<string, DeclinedRewrite>();
  const size = base.roles.reduce((sum, role) => sum + role.clauses.length, 0);
  const stepsMax = Math.min(limits.steps, Math.floor(limits.stepClauses / Math.max(1, size)));
  let lookedAt = 0;
  for (;;) {
    const program = steps.at(-1)?.match.after ?? base;
    let taken: ProgramStep | null = null;
    for (const batch of batched(candidatesIn(program, options), limits.together)) {
      const isOver = steps.length >= stepsMax || signal?.aborted === true;
      lookedAt += batch.length * size;
      if (isOver || lookedAt > limits.lookedAt) {
        return { program, steps, declined: [...declined.values()], cutOff: batch.length };
      }
      const decided = await decide<ProgramMatch, ProgramRule>(batch, solver, {
        signal,
        aboutRules,
      });
      // One a round: the others are proposals for the program as it was.
      for (const [index, { rule, match, outcome }] of decided.entries()) {
        const { at, summary, key } = defined(batch[index], 'decided one by one');
        if (outcome.kind === 'declined') {
          const { condition, reason, verdict, counterexample } = outcome;
          declined.set(key, { rule: rule.name, at, condition, reason, verdict, counterexample });
        } else taken ??= { rule, match, at, summary, proofs: outcome.proofs };
      }
      if (taken !== null) break;
    }
    if (taken === null) {
      return { program, steps, declined: [...declined.values()], cutOff: 0 };
    }
    steps.push(taken);
    // What a step has changed may be what stood in another one's way.
    declined.clear();
  }
}

interface Candidate {
  readonly rule: ProgramRule;
  readonly match: ProgramMatch;
  readonly at: string;
  readonly summary: string;
  /** The same for the same request. */
  readonly key: string;
}

/** One by one: each holds a program of its own. */
function* candidatesIn(
  before: Program,
  { rules, facts = NO_FACTS }: NormalizeOptions,
): Iterable<Candidate> {
  for (const rule of rules) {
    for (const { at, change, after, summary } of rule.choose(before)) {
      const key = JSON.stringify([rule.name, summary]);
      yield { rule, match: { before, after, change, facts }, at, summary, key };
    }
  }
}

function* batched<T>(values: Iterable<T>, size: number): Iterable<readonly T[]> {
  let batch: T[] = [];
  for (const value of values) {
    batch.push(value);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
