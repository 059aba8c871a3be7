/** A random run that shows what is wrong: made again from its seed, with every event, and the flags that replay it. */
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import type { SimulationResult } from '../simulate.ts';
import { printTraceEvent, type TraceEvent } from '../trace.ts';
import { ClientInterface } from './client-interface.ts';
import type { Counterexample } from './counterexample.ts';
import { hotKeys, type RandomFinding, type RandomRun, simulated } from './random-run.ts';
import { drawSpaceTime, type Happening } from './space-time.ts';

export interface Programs {
  readonly original: Program;
  readonly plan: Program;
  readonly functions: ExternalFunctions;
}

export function randomCounterexample(programs: Programs, finding: RandomFinding): Counterexample {
  const { run, kind: whose } = finding.task;
  const program = whose === 'assumed' ? programs.original : programs.plan;
  const result = simulated(program, run, programs.functions);
  const columns = (name: string): Program['channels'][number]['columns'] =>
    program.channels.find((each) => each.name === name)?.columns ?? [];
  const clients = new ClientInterface(program);
  const trace = traceOf(result);
  const events = trace.map((event) => printTraceEvent(event, columns));
  return {
    kind: finding.kind,
    claim: finding.claim,
    history: result.history.map(
      ({ kind, client, channel, fact, to }) =>
        `client:${client} ${kind === 'send' ? `sends to ${to}` : 'receives'} ${clients.printFact(channel, fact)}`,
    ),
    events,
    diagram: drawSpaceTime(happeningsOf(trace, events)),
    replay: {
      commands: [`${run.commands} commands of the workload`],
      faults: run.faults.length === 0 ? 'none' : run.faults.join(','),
      seed: run.seed,
      flags: replayFlags(run),
      of: whose === 'assumed' ? 'original' : 'plan',
    },
  };
}

/** The flags of `sim` that make the same run. */
export function replayFlags(run: RandomRun): readonly string[] {
  const { seed, commands, clients, faults, keptFaults } = run;
  return [
    ...['--seed', String(seed), '--commands', String(commands)],
    ...(clients === null ? [] : ['--clients', String(clients)]),
    ...['--keys', String(hotKeys), '--rates', 'harsh'],
    ...['--faults', faults.length === 0 ? 'none' : faults.join(',')],
    ...(keptFaults === null
      ? []
      : ['--only', keptFaults.length === 0 ? 'none' : keptFaults.join(',')]),
  ];
}

/** What led to the violation; of a stall or a history, the last events of the run. */
function traceOf(result: SimulationResult): readonly TraceEvent[] {
  return result.trace ?? result.lastEvents;
}

/** Sends are drawn where they arrive. */
function happeningsOf(
  trace: readonly TraceEvent[],
  texts: readonly string[],
): readonly Happening[] {
  const senders = new Map<number, string>();
  return trace.flatMap((event, at): readonly Happening[] => {
    if (event.kind === 'send') {
      senders.set(event.message, event.node);
      return [];
    }
    const from =
      event.kind === 'receive' || event.kind === 'lost' ? (senders.get(event.message) ?? '') : '';
    return [{ at: event.node, from: from === '' ? [] : [from], text: (texts[at] ?? '').trim() }];
  });
}
