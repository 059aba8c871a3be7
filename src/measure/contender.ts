/** One of the programs that are measured: its processes, and a load generator of its own. */
import type { Program } from '../ir/program.ts';
import type { DeploymentOptions } from '../runtime/deployment-options.ts';
import type { NodeView } from '../runtime/slots.ts';
import { systemClock } from '../runtime/sockets.ts';
import { Supervisor } from '../runtime/supervisor.ts';
import { LoadChild } from './load-child.ts';
import type { Patience } from './load-control.ts';
import type { Side } from './sides.ts';

export interface ContenderOptions {
  readonly deployment: DeploymentOptions;
  readonly patience: Patience;
  /** Logical clients of the generator. */
  readonly clients: number;
  /** Null: nothing is recorded. */
  readonly historyFile: string | null;
  /** Module of the generator's process, if not the one beside this file. */
  readonly loadEntry?: string;
}

export interface Contender {
  readonly side: Side;
  readonly program: Program;
  readonly supervisor: Supervisor;
  readonly load: LoadChild;
}

/** The error is a sentence; nothing is left running then. */
export async function startContender(
  side: Side,
  program: Program,
  options: ContenderOptions,
): Promise<Contender | string> {
  const { deployment, clients, patience, historyFile, loadEntry } = options;
  let supervisor: Supervisor;
  try {
    supervisor = new Supervisor(program, deployment);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return `${deployment.folder} can't be used: ${reason}`;
  }
  const problem = await supervisor.start();
  if (problem !== null) return `the ${side} program could not be started: ${problem.message}`;
  const load = new LoadChild({
    program,
    functionsFile: deployment.functionsFile,
    plan: supervisor.plan,
    clientsMax: deployment.clients,
    clients,
    addresses: supervisor.addresses,
    seed: deployment.seed,
    token: `bench ${side}`,
    single: deployment.batching === 'none',
    patience,
    historyFile,
    ...(loadEntry === undefined ? {} : { entry: loadEntry }),
    ...(deployment.execArgv === null ? {} : { execArgv: deployment.execArgv }),
  });
  const contender = { side, program, supervisor, load };
  if (await load.ready()) return contender;
  const message = load.failure ?? 'the load generator ended';
  await stopContender(contender);
  return message;
}

export async function stopContender({ supervisor, load }: Contender): Promise<void> {
  await load.leave();
  await supervisor.stop();
}

/** For what must not wait. */
export function killContender({ supervisor, load }: Contender): void {
  load.kill();
  supervisor.killAll();
}

/** How long a process may take to say how it is. */
const statusWaitMs = 3_000;

/** Every process with what it says of itself now; those that don't answer in time keep what they said before. */
export async function readNodes({ supervisor }: Contender): Promise<readonly NodeView[]> {
  const before = supervisor.nodes.map(({ status }) => status);
  const isNew = (): boolean =>
    supervisor.nodes.every(({ status, phase }, at) => phase !== 'up' || status !== before[at]);
  supervisor.askStatus();
  const until = systemClock.now() + statusWaitMs;
  while (!isNew() && systemClock.now() < until) await sleep(2);
  return supervisor.nodes;
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.after(ms, resolve);
  });
}

/** Nothing failed so far; else a sentence. */
export function troubleOf({ supervisor, load, side }: Contender): string | null {
  if (load.failure !== null) return load.failure;
  const [failed] = supervisor.failures;
  if (failed !== undefined) return `the ${side} program failed: ${failed.message}`;
  const died = supervisor.nodes.find(({ restarts }) => restarts > 0);
  return died === undefined
    ? null
    : `${died.place.name} of the ${side} program died while measured`;
}
