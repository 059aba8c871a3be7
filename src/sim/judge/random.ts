/**
 * Random runs at full size, each from a seed: declared invariants, linearizability where the program says what its
 * registers are, every command answered where the original answers every one, and, for short runs, whether what the
 * clients of the plan saw is a history of the original.
 */
import { defined } from '../../base/assert.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import { type BrokenDependencyText, describeBrokenDependency } from '../dependency-monitor.ts';
import { defaultFaultRates, type FaultName, type FaultRates } from '../faults.ts';
import {
  defaultSimulationLimits,
  defaultSimulationOptions,
  type SimulationResult,
  simulate,
} from '../simulate.ts';
import { ClientInterface } from './client-interface.ts';
import type { Answer } from './completeness.ts';
import { makeEngine } from './engine.ts';
import { judgeTrail } from './escalate.ts';
import { Independence, settled } from './independence.ts';
import { checkLinearizable, defaultLinearizabilityLimits } from './linearizability.ts';
import { observedEvents, observedOperations } from './observed-history.ts';
import { type HistoryEvent, Reference } from './reference.ts';
import type { Scope } from './scope.ts';
import { System } from './system.ts';

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

/** Simulated time without an answer after which a command counts as never answered: many time-outs and retries. */
const idleUsMax = 8_000_000;

/** Runs spent on making a finding smaller; those of a stall are long. */
const minimizingRunsMax = { violated: 12, stalls: 4 };

/** Few keys, so that commands meet. */
const hotKeys = 3;

/** Trouble comes often and lasts long enough for time-outs, so that short runs see leaders come and go. */
const rates: FaultRates = {
  ...defaultFaultRates,
  loss: 0.1,
  betweenUs: 150_000,
  lastsUs: 500_000,
  eachMax: 8,
};

export interface RandomRun {
  readonly seed: number;
  readonly commands: number;
  /** Null: as many as the simulator takes by itself. */
  readonly clients: number | null;
  readonly faults: readonly FaultName[];
}

export interface RandomFinding {
  readonly kind: 'violated' | 'stalls';
  readonly claim: string;
  readonly run: RandomRun;
  readonly result: SimulationResult;
}

export interface RandomReport {
  readonly seeds: number;
  readonly commands: number;
  readonly answered: number;
  /** Histories that were found linearizable, and those too large to say. */
  readonly linearizable: number;
  readonly linearizabilityUnknown: number;
  /** Histories of the plan that were found in the original, and those whose search was too large. */
  readonly compared: number;
  readonly comparedUnknown: number;
  readonly invariants: readonly { readonly name: string; readonly verdict: 'held' | 'violated' }[];
  /** Declared keys and dependencies that a run broke: the proofs assume that none is. */
  readonly brokenDependencies: readonly BrokenDependencyText[];
}

export interface RandomJudgement {
  readonly report: RandomReport;
  readonly finding: RandomFinding | null;
}

/** Ends with the first finding, cut down to few commands and faults. */
export function judgeRandomly(
  original: Program,
  plan: Program,
  options: RandomOptions,
): RandomJudgement {
  const tally: Tally = {
    seeds: 0,
    commands: 0,
    answered: 0,
    linearizable: 0,
    linearizabilityUnknown: 0,
    compared: 0,
    comparedUnknown: 0,
    broken: new Set(),
    dependencies: new Map(),
  };
  const judge: Judge = { original, plan, options, tally };
  const unfounded = judgeOriginal(judge);
  let finding: RandomFinding | null = null;
  for (let index = 0; unfounded === null && index < options.seeds && finding === null; index++) {
    const faults = mixes[(options.seed + index) % mixes.length] ?? [];
    const { commands } = options;
    const run = { seed: options.seed + index, commands, clients: null, faults };
    finding = judgeRun(judge, run, 'thorough');
    tally.seeds++;
  }
  for (
    let index = 0;
    unfounded === null && index < options.comparedSeeds && finding === null;
    index++
  ) {
    const faults = mixes[index % 3] ?? [];
    const { comparedCommands: commands, scope } = options;
    const run = { seed: options.seed + index, commands, clients: scope.clients, faults };
    finding = compareRun(judge, run);
    tally.seeds++;
  }
  const small = finding === null ? unfounded : minimized(judge, finding);
  const { broken, dependencies, ...report } = tally;
  const invariants = plan.invariants.map(({ name }) => ({
    name,
    verdict: broken.has(name) ? ('violated' as const) : ('held' as const),
  }));
  const brokenDependencies = [...dependencies.values()];
  return { report: { ...report, invariants, brokenDependencies }, finding: small };
}

interface Tally {
  seeds: number;
  commands: number;
  answered: number;
  linearizable: number;
  linearizabilityUnknown: number;
  compared: number;
  comparedUnknown: number;
  readonly broken: Set<string>;
  /** By relation and dependency. */
  readonly dependencies: Map<string, BrokenDependencyText>;
}

interface Judge {
  readonly original: Program;
  readonly plan: Program;
  readonly options: RandomOptions;
  readonly tally: Tally;
}

function simulated(
  program: Program,
  run: RandomRun,
  functions: ExternalFunctions,
): SimulationResult {
  const { workload } = program;
  const keys = Math.min(workload?.keys ?? 1, hotKeys);
  const hot = workload === null ? program : { ...program, workload: { ...workload, keys } };
  const limits = { ...defaultSimulationLimits, idleUsMax };
  return simulate(hot, { ...defaultSimulationOptions, ...run, rates, limits, functions });
}

function judgeRun(judge: Judge, run: RandomRun, care: 'thorough' | 'quick'): RandomFinding | null {
  const { plan, options, tally } = judge;
  const result = simulated(plan, run, options.functions);
  tally.commands += result.figures.issued;
  tally.answered += result.figures.answered;
  const found = (kind: RandomFinding['kind'], claim: string): RandomFinding => {
    return { kind, claim, run, result };
  };
  for (const each of result.invariants)
    if (each.verdict === 'violated') tally.broken.add(each.name);
  const broken = result.invariants.find((each) => each.verdict === 'violated');
  if (broken !== undefined) return found('violated', `The invariant ${broken.name} is violated.`);
  if (result.fault !== null) return found('violated', `The plan fails: ${result.fault.message}.`);
  const untrue = judgeDependencies(judge, 'plan', result);
  if (untrue !== null) return found('violated', untrue);
  const linear = judgeLinearizable(judge, result);
  if (linear !== null && !forgetsToo(judge, run)) return found('violated', linear);
  if (result.unanswered.length === 0 && result.stop === 'done') return null;
  const same = simulated(judge.original, run, options.functions);
  if (same.unanswered.length > 0 || same.stop !== 'done') return null;
  return care === 'quick' || answersOften(judge, run)
    ? found('stalls', 'A command is never answered, and the original answers every one.')
    : null;
}

/** What the proofs of a plan assume of its original: runs with each mix of faults, short ones first. */
function judgeOriginal(judge: Judge): RandomFinding | null {
  const { original, options } = judge;
  for (const commands of [Math.min(4, options.commands), options.commands]) {
    for (const [index, faults] of mixes.slice(0, options.seeds).entries()) {
      const run = { seed: options.seed + index, commands, clients: null, faults };
      const result = simulated(original, run, options.functions);
      const claim = judgeDependencies(judge, 'original', result);
      if (claim !== null) return { kind: 'violated', claim, run, result };
    }
  }
  return null;
}

function judgeDependencies(
  { tally }: Judge,
  whose: 'original' | 'plan',
  result: SimulationResult,
): string | null {
  const broken = result.brokenDependencies.map(describeBrokenDependency);
  for (const each of broken) {
    const key = `${each.relation} ${each.dependency}`;
    if (!tally.dependencies.has(key)) tally.dependencies.set(key, each);
  }
  const [first] = broken;
  if (first === undefined) return null;
  const { relation, dependency, node, facts } = first;
  return `The ${whose} breaks the declared ${dependency} of ${relation}: ${node} has ${facts.join(' and ')} in one tick.`;
}

/**
 * A member that keeps nothing on disk forgets what it acknowledged when it restarts. That is the original's doing,
 * when its runs with the same faults aren't linearizable either.
 */
function forgetsToo(judge: Judge, run: RandomRun): boolean {
  if (!run.faults.some((fault) => fault === 'restart' || fault === 'crash')) return false;
  const scratch = { ...judge, tally: { ...judge.tally } };
  return Array.from({ length: 20 }, (_, at) => run.seed + at).some((seed) => {
    const same = simulated(judge.original, { ...run, seed }, judge.options.functions);
    return judgeLinearizable(scratch, same) !== null;
  });
}

/** The original leaves no command without an answer under these faults, whatever the seed. */
function answersOften(judge: Judge, run: RandomRun): boolean {
  return Array.from({ length: 5 }, (_, at) => run.seed + 1000 + at).every((seed) => {
    const { stop } = simulated(judge.original, { ...run, seed }, judge.options.functions);
    return stop === 'done';
  });
}

function judgeLinearizable(judge: Judge, result: SimulationResult): string | null {
  const specification = judge.original.history;
  if (specification === null) return null;
  const operations = observedOperations(result.history, specification);
  const verdict = checkLinearizable(operations, defaultLinearizabilityLimits);
  if (verdict.kind === 'linearizable') judge.tally.linearizable++;
  if (verdict.kind === 'unknown') judge.tally.linearizabilityUnknown++;
  if (verdict.kind !== 'violated') return null;
  const { f, process, value } = verdict.stuck;
  return `The history is not linearizable: the ${f} of ${value} at key ${verdict.key} (client and command ${process}) fits nowhere.`;
}

/** Runs without crashes: their histories must be some of the original under the same faults of the network. */
function compareRun(judge: Judge, run: RandomRun): RandomFinding | null {
  const { original, plan, options, tally } = judge;
  const result = simulated(plan, run, options.functions);
  const clients = new ClientInterface(original);
  const { scope } = options;
  const engine = makeEngine(original, { functions: options.functions, clients: scope.clients });
  const system = new System(engine, clients, scope);
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
  const independence = new Independence(system, {
    bounds: defined(levels.at(-1), 'there is a level'),
    crashes: [],
    free: never,
    commands: events.flatMap((event) =>
      event.kind === 'send' ? (system.inputOfSend(event.send) ?? []) : [],
    ),
    enabled: false,
  });
  const starts = [system.start()];
  const verdict = settled(independence, () => {
    const lost = { free: never, lostOutput: never };
    const referred = { levels, crashes: [], starts, independence, ...lost, limits: scope };
    return isHistoryOf(new Reference(system, referred), events);
  });
  if (verdict === 'yes') tally.compared++;
  if (verdict === 'unknown') tally.comparedUnknown++;
  if (verdict !== 'no') return null;
  const claim = 'Clients saw a history that the original never shows.';
  return { kind: 'violated', claim, run, result };
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

/** Greedy: fewer commands, then without each kind of fault in turn, while a finding of the kind persists. */
function minimized(judge: Judge, finding: RandomFinding): RandomFinding {
  const compares = finding.run.commands === judge.options.comparedCommands;
  let runs = 0;
  const again = (run: RandomRun): RandomFinding | null => {
    if (++runs > minimizingRunsMax[finding.kind]) return null;
    const scratch = {
      ...judge,
      tally: { ...judge.tally, broken: new Set<string>(), dependencies: new Map() },
    };
    const found = judgeRun(scratch, run, 'quick') ?? (compares ? compareRun(scratch, run) : null);
    return found?.kind === finding.kind ? found : null;
  };
  let best = finding;
  for (let step = Math.floor(best.run.commands / 2); step >= 1; ) {
    const smaller = again({ ...best.run, commands: best.run.commands - step });
    if (smaller === null) step = Math.floor(step / 2);
    else {
      best = smaller;
      step = Math.min(step, Math.floor(best.run.commands / 2));
    }
  }
  for (const fault of finding.run.faults) {
    const faults = best.run.faults.filter((each) => each !== fault);
    best = again({ ...best.run, faults }) ?? best;
  }
  return best;
}
