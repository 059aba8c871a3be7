/** One random run of a plan: what is wrong with it, if anything, and what it adds to the report. */
import { defined } from '../../base/assert.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import { type BrokenDependencyText, describeBrokenDependency } from '../dependency-monitor.ts';
import { type FaultName, harshFaultRates } from '../faults.ts';
import {
  defaultSimulationLimits,
  defaultSimulationOptions,
  type SimulationResult,
  simulate,
} from '../simulate.ts';
import { withFewerKeys } from '../workload.ts';
import { ClientInterface } from './client-interface.ts';
import type { Answer } from './completeness.ts';
import { makeEngine } from './engine.ts';
import { judgeTrail } from './escalate.ts';
import type { HistoryEvent } from './history-event.ts';
import { Independence, settled } from './independence.ts';
import { checkLinearizable, defaultLinearizabilityLimits } from './linearizability.ts';
import { observedEvents, observedOperations } from './observed-history.ts';
import { Reference } from './reference.ts';
import type { Scope } from './scope.ts';
import { Symmetry } from './symmetry.ts';
import { System } from './system.ts';

/** Simulated time without an answer after which a command counts as never answered: many time-outs and retries. */
const idleUsMax = 8_000_000;

/** Few keys, so that commands meet. */
export const hotKeys = 3;

export interface RandomRun {
  readonly seed: number;
  readonly commands: number;
  /** Null: as many as the simulator takes by itself. */
  readonly clients: number | null;
  readonly faults: readonly FaultName[];
  /** Of the faults that come up, those that happen, by number; null: all of them. */
  readonly keptFaults: readonly number[] | null;
}

/** `assumed`: what the proofs assume of the original. `compared`: is the history one of the original? */
export interface RandomTask {
  readonly kind: 'assumed' | 'judged' | 'compared';
  readonly run: RandomRun;
}

export interface RandomFinding {
  readonly kind: 'violated' | 'stalls';
  /** What is violated, for telling whether a smaller run violates the same: `invariant agreement`. */
  readonly what: string;
  readonly claim: string;
  readonly task: RandomTask;
}

/** What was counted in one run, or in many. */
export interface RunCounts {
  readonly commands: number;
  readonly answered: number;
  /** Histories that were found linearizable, and those too large to say. */
  readonly linearizable: number;
  readonly linearizabilityUnknown: number;
  /** Histories of the plan that were found in the original, and those whose search was too large. */
  readonly compared: number;
  readonly comparedUnknown: number;
}

export interface RandomOutcome extends RunCounts {
  readonly task: RandomTask;
  /** Names of invariants that the run violated. */
  readonly broken: readonly string[];
  readonly dependencies: readonly BrokenDependencyText[];
  readonly finding: RandomFinding | null;
  /** Ticks after which an invariant, a declaration or the program itself was seen to fail. */
  readonly shownAfter: number | null;
  /** Faults that came up. */
  readonly faults: number;
}

export interface RandomSubject {
  readonly original: Program;
  readonly plan: Program;
  readonly functions: ExternalFunctions;
  readonly scope: Scope;
}

export interface RunLimits {
  /** Ticks after which a run is cut off; null for the usual limit. */
  readonly ticksMax: number | null;
  /** `quick`: that the original answers this run counts as if it always did. */
  readonly care: 'thorough' | 'quick';
}

const thorough: RunLimits = { ticksMax: null, care: 'thorough' };

export function judgeTask(
  subject: RandomSubject,
  task: RandomTask,
  limits: RunLimits = thorough,
): RandomOutcome {
  const program = task.kind === 'assumed' ? subject.original : subject.plan;
  const result = simulated(program, task.run, subject.functions, limits.ticksMax);
  const { figures, shownAfter } = result;
  const wrong = verdictOn(subject, task, result, limits);
  const counts = task.kind === 'judged';
  return {
    task,
    commands: counts ? figures.issued : 0,
    answered: counts ? figures.answered : 0,
    linearizable: wrong.linearizable === 'linearizable' ? 1 : 0,
    linearizabilityUnknown: wrong.linearizable === 'unknown' ? 1 : 0,
    compared: wrong.compared === 'yes' ? 1 : 0,
    comparedUnknown: wrong.compared === 'unknown' ? 1 : 0,
    broken:
      task.kind !== 'judged'
        ? []
        : result.invariants.flatMap(({ name, verdict }) => (verdict === 'violated' ? [name] : [])),
    dependencies: result.brokenDependencies.map(describeBrokenDependency),
    finding: wrong.found === null ? null : { ...wrong.found, task },
    shownAfter,
    faults: figures.faults,
  };
}

/** The run as the simulator makes it; `sim` makes the same one with the flags that a report prints. */
export function simulated(
  program: Program,
  run: RandomRun,
  functions: ExternalFunctions,
  ticksMax: number | null = null,
): SimulationResult {
  const usual = { ...defaultSimulationLimits, idleUsMax };
  const limits = ticksMax === null ? usual : { ...usual, ticksMax };
  const options = {
    ...defaultSimulationOptions,
    ...run,
    rates: harshFaultRates,
    limits,
    functions,
  };
  return simulate(withFewerKeys(program, hotKeys), options);
}

interface Wrong {
  readonly found: Omit<RandomFinding, 'task'> | null;
  readonly linearizable: 'linearizable' | 'violated' | 'unknown' | null;
  readonly compared: Answer | null;
}

function verdictOn(
  subject: RandomSubject,
  { kind, run }: RandomTask,
  result: SimulationResult,
  limits: RunLimits,
): Wrong {
  const nothing: Wrong = { found: null, linearizable: null, compared: null };
  const violated = (what: string, claim: string): Wrong => {
    return { ...nothing, found: { kind: 'violated', what, claim } };
  };
  if (kind === 'assumed') {
    const untrue = untrueDependency('original', result);
    return untrue === null ? nothing : violated(untrue.what, `${untrue.claim}.`);
  }
  if (kind === 'compared') return compared(subject, run, result);
  const broken = result.invariants.find((each) => each.verdict === 'violated');
  if (broken !== undefined) {
    return violated(`invariant ${broken.name}`, `The invariant ${broken.name} is violated.`);
  }
  if (result.fault !== null) return violated('fault', `The plan fails: ${result.fault.message}.`);
  const untrue = untrueDependency('plan', result);
  if (untrue !== null) {
    return violated(untrue.what, `${untrue.claim}; ${untrueInOriginal(subject, run)}.`);
  }
  // A run that was cut off isn't over: it shows neither a history nor a stall.
  if (limits.ticksMax !== null && result.stop === 'ticks') return nothing;
  const linear = linearizability(subject.original, result);
  const counted: Wrong = { ...nothing, linearizable: linear?.kind ?? null };
  if (linear?.kind === 'violated' && !forgetsToo(subject, run)) {
    return {
      ...counted,
      found: { kind: 'violated', what: 'linearizability', claim: linear.claim },
    };
  }
  if (result.unanswered.length === 0 && result.stop === 'done') return counted;
  const same = simulated(subject.original, run, subject.functions);
  if (same.unanswered.length > 0 || same.stop !== 'done') return counted;
  if (limits.care === 'thorough' && !answersOften(subject, run)) return counted;
  const claim = 'A command is never answered, and the original answers every one.';
  return { ...counted, found: { kind: 'stalls', what: 'an answer', claim } };
}

function untrueDependency(
  whose: 'original' | 'plan',
  result: SimulationResult,
): { readonly what: string; readonly claim: string } | null {
  const [first] = result.brokenDependencies.map(describeBrokenDependency);
  if (first === undefined) return null;
  const { relation, dependency, node, facts } = first;
  return {
    what: `${dependency} of ${relation}`,
    claim: `The ${whose} breaks the declared ${dependency} of ${relation}: ${node} has ${facts.join(' and ')} in one tick`,
  };
}

/** Whether what the plan breaks is the rewrites' doing: the original under the same seed and faults. */
function untrueInOriginal({ original, functions }: RandomSubject, run: RandomRun): string {
  const same = untrueDependency('original', simulated(original, run, functions));
  return same === null
    ? 'the original breaks none of its own with the same seed and faults'
    : `the original breaks the declared ${same.what} with the same seed and faults`;
}

/**
 * A member that keeps nothing on disk forgets what it acknowledged when it restarts. That is the original's doing,
 * when its runs with the same faults aren't linearizable either.
 */
function forgetsToo({ original, functions }: RandomSubject, run: RandomRun): boolean {
  if (!run.faults.some((fault) => fault === 'restart' || fault === 'crash')) return false;
  return Array.from({ length: 20 }, (_, at) => run.seed + at).some((seed) => {
    const same = simulated(original, { ...run, seed, keptFaults: null }, functions);
    return linearizability(original, same)?.kind === 'violated';
  });
}

/** The original leaves no command without an answer under these faults, whatever the seed. */
function answersOften({ original, functions }: RandomSubject, run: RandomRun): boolean {
  return Array.from({ length: 5 }, (_, at) => run.seed + 1000 + at).every((seed) => {
    const { stop } = simulated(original, { ...run, seed, keptFaults: null }, functions);
    return stop === 'done';
  });
}

type Linearizability =
  | { readonly kind: 'linearizable' | 'unknown' }
  | { readonly kind: 'violated'; readonly claim: string };

/** Null where the program doesn't say what its registers are. */
function linearizability(original: Program, result: SimulationResult): Linearizability | null {
  const specification = original.history;
  if (specification === null) return null;
  const operations = observedOperations(result.history, specification);
  const verdict = checkLinearizable(operations, defaultLinearizabilityLimits);
  if (verdict.kind !== 'violated') return { kind: verdict.kind };
  const { f, process, value } = verdict.stuck;
  const claim = `The history is not linearizable: the ${f} of ${value} at key ${verdict.key} (client and command ${process}) fits nowhere.`;
  return { kind: 'violated', claim };
}

/** A run without crashes: its history must be one of the original under the same faults of the network. */
function compared(subject: RandomSubject, run: RandomRun, result: SimulationResult): Wrong {
  const { original, scope, functions } = subject;
  const clients = new ClientInterface(original);
  const system = new System(
    makeEngine(original, { functions, clients: scope.clients }),
    clients,
    scope,
  );
  const events = observedEvents(result.history, clients);
  const duplicates = run.faults.includes('duplicate') ? 2 : 0;
  const timers = { firings: 2, expiries: 1_000_000, firingMember: null };
  const bounds = { ...timers, losses: 0, crashes: 0, batch: scope.batchMax };
  const levels = [0, 1, 2].map((more) => ({
    ...bounds,
    firings: bounds.firings + more,
    duplicates: duplicates + more,
    batch: bounds.batch + more,
  }));
  const never = (): boolean => false;
  const widest = defined(levels.at(-1), 'there is a level');
  const symmetry = new Symmetry(system, { bounds: widest, crashes: [], enabled: false });
  const independence = new Independence(system, {
    bounds: widest,
    crashes: [],
    symmetry,
    free: never,
    choices: [],
    enabled: false,
  });
  const starts = [system.start()];
  const answer = settled(independence, () => {
    const lost = { free: never, lostOutput: never };
    const referred = {
      levels,
      crashes: [],
      choices: [],
      symmetry,
      starts,
      independence,
      ...lost,
      limits: scope,
    };
    return isHistoryOf(new Reference(system, referred), events);
  });
  const claim = 'Clients saw a history that the original never shows.';
  const found = answer === 'no' ? { kind: 'violated' as const, what: 'history', claim } : null;
  return { found, linearizable: null, compared: answer };
}

/** One run is looked for at every level, before all of them are. */
function isHistoryOf(reference: Reference, events: readonly HistoryEvent[]): Answer {
  for (let level = 0; level < reference.levels; level++) {
    const { kind } = reference.witness(level, events, null);
    if (kind !== 'no') return kind;
  }
  const verdict = judgeTrail(reference, events);
  if (verdict.kind === 'unknown') return 'unknown';
  return verdict.kind === 'matched' ? 'yes' : 'no';
}
