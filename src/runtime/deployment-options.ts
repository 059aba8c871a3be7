/** How a program is to run on this machine. */
import type { ExternalFunctions } from '../exec/functions.ts';
import type { RuntimeLimits } from './limits.ts';
import { defaultRuntimeLimits } from './limits.ts';
import type { Durability } from './log/durable-log.ts';
import type { Batching } from './node.ts';
import { defaultRestartOptions, type RestartOptions } from './restart-policy.ts';
import type { Address } from './stream.ts';

export interface DeploymentOptions {
  /** Logical clients that may connect, where the program doesn't fix them. */
  readonly clients: number;
  readonly batching: Batching;
  readonly durability: Durability;
  readonly transport: 'tcp' | 'unix';
  /** The first node's port, the others follow; null for any that are free. */
  readonly portBase: number | null;
  readonly limits: RuntimeLimits;
  readonly restart: RestartOptions;
  readonly seed: number;
  /** Gets what the processes print, what they keep on disk, and where they are. */
  readonly folder: string;
  readonly functions: ExternalFunctions;
  /** The module that `functions` came from. */
  readonly functionsFile: string | null;
  /** A process of the role may start again while the rest of its member goes on. */
  readonly restartsAlone: (role: string) => boolean;
  /** All processes must be there and connected after this long. */
  readonly startMs: number;
  /** A process that has started, or is one of several parts, must be heard of again within this time. */
  readonly leaseMs: number;
  /** After this long a process that should stop is killed. */
  readonly graceMs: number;
  readonly statusMs: number;
  /** Virtual time that a message takes at a process, in microseconds (`pace.ts`); null: as fast as it goes. */
  readonly paceUs: number | null;
  /** The module of the processes, if not `node-process.ts` as it lies beside this file. */
  readonly entry: string | null;
  /** Flags of node for the processes; those of this one if null. */
  readonly execArgv: readonly string[] | null;
  readonly onEvent: (event: DeploymentEvent) => void;
  /** Where the node at this position is told that the others are: there, unless something stands between them. */
  readonly seenBy: (
    index: number,
    addresses: readonly (Address | null)[],
  ) => readonly (Address | null)[];
}

export interface DeploymentEvent {
  readonly kind: 'exited' | 'restarting' | 'up' | 'failed';
  readonly node: string;
  /** One sentence, without a full stop. */
  readonly text: string;
}

export const defaultDeploymentOptions: Omit<DeploymentOptions, 'folder'> = {
  clients: 4096,
  batching: 'tick',
  durability: 'group',
  transport: 'tcp',
  portBase: null,
  limits: defaultRuntimeLimits,
  restart: defaultRestartOptions,
  seed: 0,
  functions: {},
  functionsFile: null,
  restartsAlone: () => false,
  startMs: 60_000,
  leaseMs: 15_000,
  graceMs: 5_000,
  statusMs: 500,
  paceUs: null,
  entry: null,
  execArgv: null,
  onEvent: () => undefined,
  seenBy: (_, addresses) => addresses,
};
