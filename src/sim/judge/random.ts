/**
 * Random runs at full size, each from a seed: declared invariants, linearizability where the program says what its
 * registers are, every command answered where the original answers every one, and, for short runs, whether what the
 * clients of the plan saw is a history of the original.
 *
 * Runs depend on nothing but their task, so they may be judged anywhere and in any order (cli/judge-pool.ts). The
 * report is made of them in the order of the tasks, up to the first finding, and is the same however they were shared out.
 */
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import type { BrokenDependencyText } from '../dependency-monitor.ts';
import type { FaultName } from '../faults.ts';
import type { InvariantFound } from '../invariants.ts';
import { minimized } from './minimize.ts';
import {
  judgeTask,
  type RandomFinding,
  type RandomOutcome,
  type RandomSubject,
  type RandomTask,
  type RunCounts,
} from './random-run.ts';
import type { Scope } from './scope.ts';

export interface RandomOptions {
  readonly seeds: number;
  /** The first seed; the others follow it. */
  readonly seed: number;
  readonly commands: number;
  /** Runs that are short enough to look for their history in the original, and their commands. */
  readonly comparedSeeds: number;
  readonly comparedCommands: number;
  readonly functions: ExternalFunctions;
  readonly scope: Scope;
}

/** Kinds of runs; seeds take them by turns. */
const mixes: readonly (readonly FaultName[])[] = [
  [],
  ['reorder'],
  ['reorder', 'duplicate'],
  ['loss', 'duplicate', 'reorder'],
  ['loss', 'duplicate', 'reorder', 'restart', 'part-restart'],
  ['loss', 'duplicate', 'reorder', 'crash', 'partition'],
];

export interface RandomReport extends RunCounts {
  readonly seeds: number;
  readonly invariants: readonly InvariantFound[];
  /** Declared keys and dependencies that a run broke: the proofs assume that none is. */
  readonly brokenDependencies: readonly BrokenDependencyText[];
}

export interface RandomJudgement {
  readonly report: RandomReport;
  readonly finding: RandomFinding | null;
}

/** Ends with the first finding, made smaller. */
export function judgeRandomly(
  original: Program,
  plan: Program,
  options: RandomOptions,
): RandomJudgement {
  const { functions, scope } = options;
  const subject: RandomSubject = { original, plan, functions, scope };
  const outcomes: RandomOutcome[] = [];
  for (const task of randomTasks(options)) {
    const outcome = judgeTask(subject, task);
    outcomes.push(outcome);
    if (outcome.finding !== null) break;
  }
  const { report, found } = mergedOutcomes(plan, outcomes);
  return { report, finding: found === null ? null : minimized(subject, found) };
}

/**
 * All runs, in order: what the proofs assume of the original, with each mix of faults and short ones first; the seeds;
 * those that are compared.
 */
export function randomTasks(
  options: Omit<RandomOptions, 'functions' | 'scope'> & {
    readonly scope: Pick<Scope, 'clients'>;
  },
): readonly RandomTask[] {
  const { seeds, seed, commands, comparedSeeds, comparedCommands, scope } = options;
  const all = { clients: null, keptFaults: null };
  const assumed = [Math.min(4, commands), commands].flatMap((size) =>
    mixes.slice(0, seeds).map((faults, index): RandomTask => {
      return { kind: 'assumed', run: { seed: seed + index, commands: size, ...all, faults } };
    }),
  );
  const judged = Array.from({ length: seeds }, (_, index): RandomTask => {
    const faults = mixes[(seed + index) % mixes.length] ?? [];
    return { kind: 'judged', run: { seed: seed + index, commands, ...all, faults } };
  });
  const compared = Array.from({ length: comparedSeeds }, (_, index): RandomTask => {
    const faults = mixes[index % 3] ?? [];
    const { clients } = scope;
    const run = { seed: seed + index, commands: comparedCommands, clients, faults };
    return { kind: 'compared', run: { ...run, keptFaults: null } };
  });
  return [...assumed, ...judged, ...compared];
}

/** Outcomes of the first tasks, in their order; what comes after the first finding doesn't count. */
export function mergedOutcomes(
  plan: Program,
  outcomes: readonly RandomOutcome[],
): { readonly report: RandomReport; readonly found: RandomOutcome | null } {
  const end = outcomes.findIndex((each) => each.finding !== null);
  const counted = end < 0 ? outcomes : outcomes.slice(0, end + 1);
  const sum = (of: (outcome: RandomOutcome) => number): number =>
    counted.reduce((total, each) => total + of(each), 0);
  const broken = new Set(counted.flatMap((each) => each.broken));
  const dependencies = new Map<string, BrokenDependencyText>();
  for (const each of counted.flatMap(({ dependencies: found }) => found)) {
    const key = `${each.relation} ${each.dependency}`;
    if (!dependencies.has(key)) dependencies.set(key, each);
  }
  const report: RandomReport = {
    seeds: sum(({ task }) => (task.kind === 'assumed' ? 0 : 1)),
    commands: sum((each) => each.commands),
    answered: sum((each) => each.answered),
    linearizable: sum((each) => each.linearizable),
    linearizabilityUnknown: sum((each) => each.linearizabilityUnknown),
    compared: sum((each) => each.compared),
    comparedUnknown: sum((each) => each.comparedUnknown),
    invariants: plan.invariants.map(({ name }) => ({
      name,
      verdict: broken.has(name) ? ('violated' as const) : ('held' as const),
    })),
    brokenDependencies: [...dependencies.values()],
  };
  return { report, found: end < 0 ? null : (outcomes[end] ?? null) };
}
