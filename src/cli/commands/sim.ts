/** `optimize sim PLAN|PROGRAM`: one deterministic run in a simulated world. */

import { inTurns } from '../../base/turns.ts';
import { describeFault } from '../../exec/fault.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import { printValue } from '../../exec/value.ts';
import type { Program } from '../../ir/program.ts';
import { describeBrokenDependency } from '../../sim/dependency-monitor.ts';
import type { ClientEvent } from '../../sim/history.ts';
import {
  checkLinearizable,
  defaultLinearizabilityLimits,
} from '../../sim/judge/linearizability.ts';
import { observedOperations } from '../../sim/judge/observed-history.ts';
import {
  defaultSimulationLimits,
  defaultSimulationOptions,
  type SimulationResult,
  simulateInTurns,
} from '../../sim/simulate.ts';
import { printTraceEvent } from '../../sim/trace.ts';
import { withFewerKeys } from '../../sim/workload.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, unusable } from '../failure.ts';
import {
  readFaults,
  readFunctions,
  readInteger,
  readNumbers,
  readRates,
  readSettings,
} from '../flags.ts';
import { watchInterrupts } from '../interrupt.ts';
import { simulationReport } from '../report/verdict-report.ts';
import { readRunnable } from '../runnable.ts';

export interface SimFlags {
  readonly seed: string;
  readonly faults: string;
  readonly clients?: string;
  readonly commands: string;
  readonly keys?: string;
  readonly rates: string;
  readonly only?: string;
  readonly set: readonly string[];
  readonly functions?: string;
  readonly history: boolean;
  readonly json: boolean;
}

/** Far more than any of the shipped protocols takes for a command. */
const ticksPerCommand = 50;

/** Lines of the trace before a violation that are printed. */
const traceShown = 40;

export async function simCommand(
  context: Context,
  file: string,
  flags: SimFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const seed = readInteger('--seed', flags.seed, 0);
  const faults = readFaults(flags.faults);
  const commands = readInteger('--commands', flags.commands, 1, 100_000);
  const clients =
    flags.clients === undefined ? null : readInteger('--clients', flags.clients, 1, 10_000);
  const keys = flags.keys === undefined ? null : readInteger('--keys', flags.keys, 1, 1_000_000);
  const rates = readRates(flags.rates);
  const only = readNumbers('--only', flags.only);
  const set = readSettings(flags.set);
  const functions = await readFunctions(flags.functions);
  if (
    seed.kind === 'err' ||
    faults.kind === 'err' ||
    commands.kind === 'err' ||
    clients?.kind === 'err' ||
    keys?.kind === 'err' ||
    rates.kind === 'err' ||
    only.kind === 'err' ||
    set.kind === 'err' ||
    functions.kind === 'err'
  ) {
    const all = [seed, faults, commands, clients, keys, rates, only, set, functions];
    const wrong = all.flatMap((each) => (each?.kind === 'err' ? each.error : []));
    return report(terminal, unusable(...wrong), flags.json);
  }
  const interrupt = watchInterrupts(terminal, null, 'the run so far');
  const given = { set: set.value, functions: functions.value };
  const read = await readRunnable(context, file, given);
  if (read.kind === 'err') {
    interrupt.dispose();
    return report(terminal, read.error, flags.json);
  }
  const program = read.value;
  const few = keys === null ? program : withFewerKeys(program, keys.value);
  const run = simulateInTurns(few, {
    ...defaultSimulationOptions,
    limits: {
      ...defaultSimulationLimits,
      ticksMax: Math.max(defaultSimulationLimits.ticksMax, ticksPerCommand * commands.value),
    },
    seed: seed.value,
    faults: faults.value,
    commands: commands.value,
    clients: clients === null ? null : clients.value,
    rates: rates.value,
    keptFaults: only.value,
    functions: functions.value,
  });
  const result = await inTurns(run, interrupt.signal);
  interrupt.dispose();
  const status = show(context, {
    file,
    flags,
    program,
    result,
    functions: functions.value,
    faults: faults.value,
  });
  return interrupt.status() ?? status;
}

interface Run {
  readonly file: string;
  readonly flags: SimFlags;
  readonly program: Program;
  readonly result: SimulationResult;
  readonly functions: ExternalFunctions;
  readonly faults: readonly string[];
}

function show({ terminal }: Context, { file, flags, program, result, faults }: Run): ExitStatus {
  const linearizable = linearizability(program, result);
  const verdict = verdictOf(result, faults, linearizable);
  const history = result.history.map((event) => historyLine(program, event));
  if (flags.json) {
    const { seed, stop, figures, invariants, unanswered, fault } = result;
    const brokenDependencies = result.brokenDependencies.map(describeBrokenDependency);
    const document = {
      schema: 'compart/simulation@1',
      verdict,
      seed,
      faults,
      stop,
      figures,
      invariants,
      brokenDependencies,
      ...(linearizable === null ? {} : { linearizable }),
      unanswered,
      fault,
      history: result.history,
    };
    terminal.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const columns = (name: string): Program['channels'][number]['columns'] =>
      program.channels.find((each) => each.name === name)?.columns ?? [];
    const trace = (result.trace ?? [])
      .slice(-traceShown)
      .map((event) => printTraceEvent(event, columns));
    const view = { file, result, faults, trace, verdict, history: flags.history ? history : [] };
    terminal.out.write(simulationReport(view, terminal.out));
    if (result.fault !== null)
      terminal.err.write(`the run failed: ${describeFault(result.fault)}\n`);
  }
  return statuses[verdict];
}

type SimulationVerdict = 'ok' | 'unanswered' | 'unfinished' | 'stalls' | 'violated' | 'failed';

const statuses: Readonly<Record<SimulationVerdict, ExitStatus>> = {
  ok: EXIT.yes,
  unanswered: EXIT.yes,
  unfinished: EXIT.unknown,
  stalls: EXIT.no,
  violated: EXIT.no,
  failed: EXIT.no,
};

/** Commands without an answer are no violation under faults, where a protocol may have to wait for ever. */
function verdictOf(
  result: SimulationResult,
  faults: readonly string[],
  linearizable: string | null,
): SimulationVerdict {
  if (result.fault !== null) return 'failed';
  const isBroken = result.invariants.some((each) => each.verdict === 'violated');
  const isUntrue = result.brokenDependencies.length > 0;
  if (isBroken || isUntrue || linearizable === 'violated') return 'violated';
  if (result.unanswered.length === 0) return 'ok';
  // A run that was ended has shown nothing about those that still wait.
  if (result.stop === 'ticks' || result.stop === 'interrupted') return 'unfinished';
  return faults.length === 0 ? 'stalls' : 'unanswered';
}

/** Null where the program doesn't say what its registers are. */
function linearizability(program: Program, { history }: SimulationResult): string | null {
  if (program.history === null) return null;
  const operations = observedOperations(history, program.history);
  return checkLinearizable(operations, defaultLinearizabilityLimits).kind;
}

function historyLine(program: Program, event: ClientEvent): string {
  const columns = program.channels.find((each) => each.name === event.channel)?.columns ?? [];
  const fact = event.fact.map((value, at) => printValue(value, columns[at]?.type)).join(', ');
  const does = event.kind === 'send' ? `sends to ${event.to}` : 'receives';
  return `${(event.at / 1000).toFixed(3).padStart(10)} ms  client:${event.client} ${does} ${event.channel}(${fact})`;
}
