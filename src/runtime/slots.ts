/** What the supervisor knows of each process and of each member. */
import type { Child } from './child.ts';
import type { FailureKind, ProcessStatus } from './control.ts';
import type { Address } from './stream.ts';
import type { FaultDomain, NodePlace } from './topology.ts';

/** `failed` will not be started again. */
export type NodePhase = 'down' | 'starting' | 'up' | 'failed';

export interface NodeView {
  readonly place: NodePlace;
  readonly phase: NodePhase;
  readonly pid: number | null;
  readonly address: Address | null;
  readonly incarnation: number;
  readonly restarts: number;
  /** What it said last; null before it said anything in this life. */
  readonly status: ProcessStatus | null;
}

export interface Slot {
  readonly place: NodePlace;
  child: Child | null;
  /** Number of its process; no two of a run have the same. */
  life: number;
  /** It has something on disk, and must find it there when it starts again. */
  kept: boolean;
  phase: NodePhase;
  address: Address | null;
  isConnected: boolean;
  isGoing: boolean;
  status: ProcessStatus | null;
  heardAt: number;
  upSince: number;
  failure: FailureKind | null;
  failureText: string | null;
  restarts: number;
  aloneSoFar: number;
}

export interface Member {
  readonly domain: FaultDomain;
  incarnation: number;
  /** `falling` while its last processes are on their way out, `resting` until they start again. */
  phase: 'up' | 'falling' | 'resting' | 'failed';
  pauseMs: number;
  soFar: number;
}

export interface StartProblem {
  readonly kind: FailureKind | 'spawn' | 'time';
  readonly message: string;
}

export function emptySlot(place: NodePlace, kept: boolean): Slot {
  return {
    place,
    child: null,
    life: 0,
    kept,
    phase: 'down',
    address: null,
    isConnected: false,
    isGoing: false,
    status: null,
    heardAt: 0,
    upSince: 0,
    failure: null,
    failureText: null,
    restarts: 0,
    aloneSoFar: 0,
  };
}

export function newMember(domain: FaultDomain): Member {
  return { domain, incarnation: 0, phase: 'up', pauseMs: 0, soFar: 0 };
}
