/**
 * The program before it is cut. Where both ends of a channel change at once, no component can say what the
 * other one does, so these rewrites are steps of the whole program (docs/adr/0005): each is proved, makes nothing
 * dearer, and leaves less to do, so their order doesn't matter and they end.
 */

import type { DeclinedRewrite, ProofRecord } from '../base/search-record.ts';
import type { Program } from '../ir/program.ts';
import type { Solver } from '../smt/solver.ts';
import { NO_FACTS, type ProgramFacts } from './normal/change.ts';
import { decide, type RuleVerdicts } from './prove.ts';
import type { ProgramMatch, ProgramRule } from './rule.ts';

/** Steps of one program; a program with more channels than that is cut with some of them left. */
const STEPS_MAX = 64;

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
  /** Steps that were proposed when the bound was reached. */
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
  const steps: ProgramStep[] = [];
  const declined = new Map<string, DeclinedRewrite>();
  const refused = new Set<string>();
  for (;;) {
    const program = steps.at(-1)?.match.after ?? base;
    const candidates = candidatesIn(program, options).filter(({ key }) => !refused.has(key));
    const isOver = steps.length >= STEPS_MAX || options.signal?.aborted === true;
    if (candidates.length === 0 || isOver) {
      return { program, steps, declined: [...declined.values()], cutOff: candidates.length };
    }
    const { solver, aboutRules, signal } = options;
    const decided = await decide<ProgramMatch, ProgramRule>(candidates, solver, {
      signal,
      aboutRules,
    });
    // One a round: the others are proposals for the program as it was.
    let isTaken = false;
    for (const [index, { rule, match, outcome }] of decided.entries()) {
      const { at, summary, key } = candidates[index] ?? { at: '', summary: '', key: '' };
      if (outcome.kind === 'declined') {
        const { condition, reason, verdict, counterexample } = outcome;
        refused.add(key);
        declined.set(key, { rule: rule.name, at, condition, reason, verdict, counterexample });
      } else if (!isTaken) {
        isTaken = true;
        steps.push({ rule, match, at, summary, proofs: outcome.proofs });
      }
    }
    // What a step has changed may be what stood in another one's way.
    if (isTaken) {
      refused.clear();
      declined.clear();
    }
  }
}

interface Candidate {
  readonly rule: ProgramRule;
  readonly match: ProgramMatch;
  readonly at: string;
  readonly summary: string;
  /** The same for the same request in another round. */
  readonly key: string;
}

function candidatesIn(
  before: Program,
  { rules, facts = NO_FACTS }: NormalizeOptions,
): readonly Candidate[] {
  return rules.flatMap((rule) =>
    [...rule.choose(before)].map(({ at, change, after, summary }): Candidate => {
      const key = JSON.stringify([rule.name, summary]);
      return { rule, match: { before, after, change, facts }, at, summary, key };
    }),
  );
}
