/** `optimize run PLAN|PROGRAM`: the deployment on real processes on this machine, until stopped. */

import { join } from 'node:path';
import { componentOfRole } from '../../analysis/component.ts';
import { recoverable } from '../../analysis/recoverability.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { compileRole, defaultCompileOptions } from '../../exec/compile.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import { machinesOf } from '../../plan/size.ts';
import type { DeploymentEvent } from '../../runtime/deployment-options.ts';
import type { StartProblem } from '../../runtime/slots.ts';
import { Supervisor } from '../../runtime/supervisor.ts';
import { restartsAlone } from '../../sim/faults.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { errorDocument, report, unusable } from '../failure.ts';
import { counted } from '../figures.ts';
import { commandMessages } from '../messages.ts';
import { problemOf } from '../problem.ts';
import { type RunLoad, startLoad } from '../run-load.ts';
import { type RunOptions, readRunFlags } from '../run-options.ts';
import { RunView, repainted, runDocument, startedLines } from '../run-view.ts';
import { readRunnable } from '../runnable.ts';
import { watchStop } from '../stop-watch.ts';
import type { Terminal } from '../terminal.ts';

export interface RunFlags {
  readonly engine: string;
  readonly transport: string;
  readonly port?: string;
  readonly durability: string;
  readonly batching: string;
  readonly for?: string;
  readonly load?: string;
  readonly clients: string;
  readonly folder?: string;
  readonly seed: string;
  readonly set: readonly string[];
  readonly functions?: string;
  readonly json: boolean;
}

const repaintMs = 500;
const lineMs = 2_000;

export async function runCommand(
  context: Context,
  file: string,
  flags: RunFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const options = await readRunFlags(flags);
  if (options.kind === 'err') return report(terminal, options.error, flags.json);
  const { set, deployment } = options.value;
  const { functions } = deployment;
  const read = await readRunnable(context, file, { set, functions });
  if (read.kind === 'err') return report(terminal, read.error, flags.json);
  const program = read.value;
  const ports = portProblem(program, deployment);
  if (ports !== null) return report(terminal, unusable(ports), flags.json);
  const folder = options.value.folder ?? freshFolder(program.name);
  const events: DeploymentEvent[] = [];
  let supervisor: Supervisor;
  try {
    supervisor = new Supervisor(program, {
      ...deployment,
      folder,
      restartsAlone: aloneIn(program, functions),
      onEvent: (event) => {
        events.push(event);
        terminal.err.write(`${[event.node, event.kind].join(' ').trim()}: ${event.text}\n`);
      },
    });
  } catch (thrown) {
    return failed(terminal, `${folder} can't be used: ${problemOf(thrown)}`, flags.json);
  }
  return deploy(terminal, { supervisor, flags, options: options.value, folder, events, program });
}

/** Processes listen at a port each, in a row. */
function portProblem(
  program: Program,
  { transport, portBase }: RunOptions['deployment'],
): Diagnostic | null {
  if (portBase === null || transport === 'unix') return null;
  const processes = machinesOf(program);
  const most = 65_536 - processes;
  if (portBase <= most) return null;
  const expected = `at most ${most}: each of the ${counted(processes, 'process', 'processes')} has a port of its own`;
  return commandMessages.report('CF0005', undefined, {
    flag: '--port',
    text: `${portBase}`,
    expected,
  });
}

interface Deployed {
  readonly supervisor: Supervisor;
  readonly flags: RunFlags;
  readonly options: RunOptions;
  readonly folder: string;
  readonly events: readonly DeploymentEvent[];
  readonly program: Program;
}

async function deploy(terminal: Terminal, deployed: Deployed): Promise<ExitStatus> {
  const { supervisor, flags, options, folder } = deployed;
  const stop = watchStop();
  stop.onSecond(() => supervisor.killAll());
  try {
    const problem = await Promise.race([supervisor.start(), stop.asked.then(() => null)]);
    if (stop.isAsked()) {
      await supervisor.stop();
      return EXIT.interrupted;
    }
    if (problem !== null) return failed(terminal, problemText(problem), flags.json);
    const lines = startedLines(supervisor, folder);
    // The one document on stdout is the end of the run.
    const shown = flags.json ? terminal.err : terminal.out;
    for (const line of lines) shown.write(`${line}\n`);
    const { load: clients, deployment } = options;
    const load = clients === 0 ? null : await startLoad(supervisor, { ...deployment, clients });
    if (options.load > 0 && load === null) {
      terminal.err.write('warning: the program declares no workload, so there is no load\n');
    }
    const began = terminal.clock();
    await watch(terminal, deployed, { load, until: stop.asked });
    await load?.close();
    const killed = await supervisor.stop();
    return finish(terminal, deployed, { load, killed, seconds: (terminal.clock() - began) / 1000 });
  } finally {
    stop.dispose();
  }
}

/** Shows what goes on until a signal, the end of the time, or the end of all processes. */
async function watch(
  { out, err, clock }: Terminal,
  { supervisor, flags, options }: Deployed,
  { load, until }: { readonly load: RunLoad | null; readonly until: Promise<void> },
): Promise<void> {
  const stream = flags.json ? err : out;
  const view = new RunView(supervisor, load, clock);
  let painted = 0;
  const show = (): void => {
    if (stream.isTerminal) painted = repainted(stream, view.rows(), painted);
    else stream.write(`${view.line()}\n`);
  };
  let interval: ReturnType<typeof setInterval> | undefined;
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    interval = setInterval(
      () => {
        show();
        if (supervisor.nodes.every(({ phase }) => phase === 'failed')) resolve();
      },
      stream.isTerminal ? repaintMs : lineMs,
    );
    if (options.forMs !== null) timeout = setTimeout(resolve, options.forMs);
  });
  await Promise.race([until, over]);
  clearInterval(interval);
  clearTimeout(timeout);
}

function finish(
  { out, err }: Terminal,
  { supervisor, flags, folder, events, options, program }: Deployed,
  ended: {
    readonly load: RunLoad | null;
    readonly killed: readonly string[];
    readonly seconds: number;
  },
): ExitStatus {
  const { load, killed, seconds } = ended;
  const { failures } = supervisor;
  const answered = load?.answered() ?? 0;
  if (flags.json) {
    const { transport, durability, batching } = options.deployment;
    const counts = { clients: options.load, answered, retried: load?.retried() ?? 0 };
    out.write(
      runDocument(
        {
          program: program.name,
          engine: flags.engine,
          transport,
          durability,
          batching,
          folder,
          events,
          failures,
          killed,
          seconds,
          load: load === null ? null : counts,
        },
        supervisor.nodes,
      ),
    );
  } else {
    const answers = load === null ? '' : `, ${answered} commands answered`;
    out.write(`stopped after ${seconds.toFixed(1)} s${answers}\n`);
  }
  if (killed.length > 0) err.write(`killed, since they did not stop: ${killed.join(', ')}\n`);
  for (const { message } of failures) err.write(`error: ${message}\n`);
  if (failures.some(({ kind }) => kind !== 'program')) return EXIT.environment;
  return failures.length > 0 ? EXIT.no : EXIT.yes;
}

/** Roles whose processes may start again while the rest of their member goes on: the analysis and the code agree. */
function aloneIn(program: Program, functions: ExternalFunctions): (role: string) => boolean {
  const options = { ...defaultCompileOptions, functions, members: () => 1 };
  const names = program.roles
    .filter((role) => !role.external)
    .filter((role) => recoverable(componentOfRole(program, role.name)).kind === 'holds')
    .filter((role) => restartsAlone(compileRole(program, role, options)))
    .map(({ name }) => name);
  return (role) => names.includes(role);
}

function freshFolder(program: string): string {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return join('.compart', 'deployments', `${time}-${program}-${process.pid}`);
}

function failed({ out, err }: Terminal, message: string, json: boolean): ExitStatus {
  err.write(`error: ${message}\n`);
  if (json) out.write(errorDocument([], message));
  return EXIT.environment;
}

function problemText({ kind, message }: StartProblem): string {
  if (kind !== 'port') return message;
  const [, place, code] = /^(.*): (\w+)$/.exec(message) ?? [];
  const isTaken = code === 'EADDRINUSE';
  return isTaken ? `${place} is taken by another process (EADDRINUSE)` : message;
}
