/** The workload that a program declares, sent by closed-loop clients in a process of their own: so that `run` shows rates. */

import { LoadChild } from '../measure/load-child.ts';
import { systemClock } from '../runtime/sockets.ts';
import type { Supervisor } from '../runtime/supervisor.ts';

export interface RunLoad {
  readonly answered: () => number;
  readonly retried: () => number;
  /** Waits for what is open, for a moment. */
  readonly close: () => Promise<void>;
}

export interface RunLoadOptions {
  readonly clients: number;
  readonly seed: number;
  readonly functionsFile: string | null;
  readonly batching: 'tick' | 'none';
}

const timeoutMs = 60_000;
/** Processes that start again may be elsewhere. */
const addressesMs = 500;
/** How long answers are waited for at the end. */
const lingerMs = 2_000;

/** Once its clients are connected; null when the program has no workload. */
export async function startLoad(
  supervisor: Supervisor,
  options: RunLoadOptions,
): Promise<RunLoad | null> {
  const { clients, seed, functionsFile, batching } = options;
  const { topology, plan } = supervisor;
  const { program } = topology;
  if (program.workload === null || program.workload.commands.length === 0) return null;
  const load = new LoadChild({
    program,
    functionsFile,
    plan,
    clientsMax: topology.clients,
    clients,
    addresses: supervisor.addresses,
    seed,
    token: `load ${seed}`,
    single: batching === 'none',
    patience: { retryMs: program.workload.retryMs, timeoutMs },
    historyFile: null,
  });
  const refresh = setInterval(() => load.setAddresses(supervisor.addresses), addressesMs);
  await load.ready();
  load.start({ kind: 'closed', clients, commands: null });
  return {
    answered: () => load.answered,
    retried: () => load.retried,
    close: async () => {
      clearInterval(refresh);
      const late = new Promise<void>((resolve) => void systemClock.after(lingerMs, resolve));
      await Promise.race([load.quiet(), late]);
      await load.read();
      await load.leave();
    },
  };
}
