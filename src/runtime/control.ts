/** What the supervisor and a node's process tell each other. */
import type { Program } from '../ir/program.ts';
import type { RuntimeLimits } from './limits.ts';
import type { Durability } from './log/durable-log.ts';
import type { Batching, FatalKind } from './node.ts';
import type { NodeStatus } from './node-status.ts';
import type { Address } from './stream.ts';

export interface StartNode {
  readonly kind: 'start';
  readonly program: Program;
  /** Module with the functions that the program declares without a body. */
  readonly functionsFile: string | null;
  /** Hash of the plan. */
  readonly plan: string;
  readonly clients: number;
  /** Position of the node in the topology. */
  readonly index: number;
  readonly incarnation: number;
  readonly life: number;
  readonly batching: Batching;
  readonly durability: Durability;
  readonly limits: RuntimeLimits;
  readonly seed: number;
  /** Port 0: any that is free. */
  readonly address: Address;
  readonly dataFolder: string;
  /** Something is on disk there from before. */
  readonly kept: boolean;
  readonly statusMs: number;
  /** See `pace.ts`; null: as fast as it goes. */
  readonly paceUs: number | null;
}

export type ToNode =
  | StartNode
  | { readonly kind: 'peers'; readonly addresses: readonly (Address | null)[] }
  /** Everybody who should be there is. */
  | { readonly kind: 'go' }
  /** Wants a status now. */
  | { readonly kind: 'report' }
  | { readonly kind: 'pace'; readonly paceUs: number | null; readonly timerScale: number }
  | { readonly kind: 'stop' };

/** Why a process gave up. Only `overload` and `bug` are worth another try. */
export type FailureKind =
  | FatalKind
  /** What is on disk can't be read. */
  | 'log'
  | 'port'
  | 'bug';

export type FromNode =
  | { readonly kind: 'listening'; readonly address: Address; readonly cut: string | null }
  /** Every link to another node is open. */
  | { readonly kind: 'connected' }
  | { readonly kind: 'status'; readonly status: ProcessStatus }
  | { readonly kind: 'failed'; readonly why: FailureKind; readonly message: string };

export interface ProcessStatus extends NodeStatus {
  /** User and system time of the process, in microseconds. */
  readonly cpuUs: number;
  readonly residentBytes: number;
  /** When this was read: milliseconds of a clock that all processes of the machine share. */
  readonly atMs: number;
}
