/** One deterministic run of a program, or of a plan as a program, in a world with faults; and what it showed. */

import { atOnce, type Turns } from '../base/turns.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Machine } from '../exec/machine.ts';
import { defaultExecLimits, type ExecLimits } from '../exec/node-code.ts';
import type { Program } from '../ir/program.ts';
import { type BrokenDependency, DependencyMonitor } from './dependency-monitor.ts';
import { deploy, type Process } from './deployment.ts';
import { defaultFaultRates, type FaultName, type FaultRates } from './faults.ts';
import type { History } from './history.ts';
import { type InvariantFound, InvariantMonitor, type Violation } from './invariants.ts';
import type { TraceEvent } from './trace.ts';
import { World } from './world.ts';
import type { WorldFigures } from './world-options.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly commands: number;
  /** Null: as many as the workload declares, but no more than 8. */
  readonly clients: number | null;
  readonly faults: readonly FaultName[];
  /** Of the faults that come up, those that happen, by number; null: all of them. */
  readonly keptFaults: readonly number[] | null;
  readonly functions: ExternalFunctions;
  readonly rates: FaultRates;
  readonly limits: SimulationLimits;
  /** Called after every tick, for observers that invariants can't be. */
  readonly onTick: ((process: Process, machine: Machine) => void) | null;
}

export interface SimulationLimits {
  readonly exec: ExecLimits;
  readonly ticksMax: number;
  /** Simulated time without an answer to any client after which the run ends. */
  readonly idleUsMax: number;
  /** Simulated time after the last answer in which late messages are still delivered. */
  readonly drainUsMax: number;
  readonly traceMax: number;
}

export const defaultSimulationLimits: SimulationLimits = {
  exec: defaultExecLimits,
  ticksMax: 500_000,
  idleUsMax: 20_000_000,
  drainUsMax: 2_000_000,
  traceMax: 400,
};

export const defaultSimulationOptions: SimulationOptions = {
  seed: 0,
  commands: 100,
  clients: null,
  faults: [],
  keptFaults: null,
  functions: {},
  rates: defaultFaultRates,
  limits: defaultSimulationLimits,
  onTick: null,
};

export interface InvariantVerdict extends InvariantFound {
  readonly violation: Violation | null;
  /** Microseconds of simulated time. */
  readonly at: number | null;
}

export type SimulationStop =
  /** Every command was answered and nothing was on its way. */
  | 'done'
  /** Nothing will ever happen again, but some commands wait. */
  | 'stuck'
  /** No client was answered for `idleUsMax`. */
  | 'idle'
  | 'ticks'
  /** Somebody asked for what there is so far. */
  | 'interrupted'
  | 'fault';

export interface SimulationResult {
  readonly seed: number;
  readonly stop: SimulationStop;
  readonly history: History;
  readonly invariants: readonly InvariantVerdict[];
  /** Declared keys and dependencies that the run broke: what is proved of the program assumes that it doesn't. */
  readonly brokenDependencies: readonly BrokenDependency[];
  readonly figures: WorldFigures & {
    readonly commands: number;
    readonly issued: number;
    readonly answered: number;
    readonly simulatedUs: number;
  };
  /** Ids of commands that were sent and never answered. */
  readonly unanswered: readonly number[];
  readonly fault: RuntimeFault | null;
  /** What led to the first violation or fault; null when there was none. */
  readonly trace: readonly TraceEvent[] | null;
  /** The last events of the run. */
  readonly lastEvents: readonly TraceEvent[];
  /** Ticks of all processes before that; null when there was none. */
  readonly shownAfter: number | null;
}

export function simulate(program: Program, options: SimulationOptions): SimulationResult {
  return atOnce(simulateInTurns(program, options));
}

/** The same run, which a signal can end early. */
export function* simulateInTurns(
  program: Program,
  options: SimulationOptions,
): Turns<SimulationResult> {
  const clients = options.clients ?? Math.min(program.workload?.clients ?? 1, 8);
  const { limits, functions } = options;
  const deployment = deploy(program, { clients, functions, measure: false, limits: limits.exec });
  const monitor = new InvariantMonitor(deployment, functions);
  const dependencies = new DependencyMonitor(program);
  const brokenDependencies: BrokenDependency[] = [];
  const violations: { readonly violation: Violation; readonly at: number }[] = [];
  let trace: readonly TraceEvent[] | null = null;
  let shownAfter: number | null = null;
  const shows = (): void => {
    trace ??= world.trace.last();
    shownAfter ??= world.ticks;
  };
  const note = (found: readonly Violation[]): void => {
    for (const violation of found) violations.push({ violation, at: world.now });
    if (found.length > 0) shows();
  };
  const world = new World(
    deployment,
    {
      seed: options.seed,
      clients,
      commands: options.commands,
      faults: options.faults,
      keptFaults: options.keptFaults,
      rates: options.rates,
      batchUs: 500,
      traceMax: limits.traceMax,
    },
    {
      ticked: (process, machine) => {
        note(monitor.ticked(process, machine));
        const broken = dependencies.ticked(process, machine);
        brokenDependencies.push(...broken);
        if (broken.length > 0) shows();
        options.onTick?.(process, machine);
      },
      sent: (channel, destination, fact) => note(monitor.sent(channel, destination, fact)),
    },
  );
  world.start();
  const stop = yield* run(world, limits);
  if (world.fault !== null) shows();
  return {
    seed: options.seed,
    stop,
    history: world.clients.history,
    invariants: program.invariants.map(({ name }) => verdictOf(name, violations)),
    brokenDependencies,
    figures: {
      ...world.figures,
      commands: options.commands,
      issued: world.clients.issued,
      answered: world.clients.answered,
      simulatedUs: world.now,
    },
    unanswered: world.clients.unanswered(),
    fault: world.fault,
    trace,
    lastEvents: world.trace.last(),
    shownAfter,
  };
}

/** Ticks between two looks at whether somebody asks for an end: some hundredths of a second. */
const ticksInTurn = 2000;

function* run(world: World, limits: SimulationLimits): Turns<SimulationStop> {
  let turnEnds = ticksInTurn;
  for (;;) {
    if (world.ticks >= turnEnds) {
      turnEnds = world.ticks + ticksInTurn;
      if (yield) return 'interrupted';
    }
    if (world.ticks >= limits.ticksMax) return 'ticks';
    if (world.clients.isDone && (world.isQuiet || world.idleUs > limits.drainUsMax)) return 'done';
    if (world.idleUs > limits.idleUsMax) return 'idle';
    if (world.advance()) continue;
    if (world.fault !== null) return 'fault';
    return world.clients.isDone ? 'done' : 'stuck';
  }
}

function verdictOf(
  name: string,
  violations: readonly { readonly violation: Violation; readonly at: number }[],
): InvariantVerdict {
  const found = violations.find(({ violation }) => violation.invariant === name);
  if (found === undefined) return { name, verdict: 'held', violation: null, at: null };
  return { name, verdict: 'violated', violation: found.violation, at: found.at };
}
