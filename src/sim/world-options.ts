/** What a simulated world is asked for, tells its observer, and counts. */
import type { Machine } from '../exec/machine.ts';
import type { Fact } from '../exec/value.ts';
import type { Process } from './deployment.ts';
import type { FaultName, FaultRates } from './faults.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly clients: number;
  readonly commands: number;
  readonly faults: readonly FaultName[];
  /** Of the faults that come up, those that happen, by number; null: all of them. */
  readonly keptFaults: readonly number[] | null;
  readonly rates: FaultRates;
  /** How long a process may wait for more input before it ticks. */
  readonly batchUs: number;
  readonly traceMax: number;
}

/** What an observer is told; it sees every tick and every message in order. */
export interface WorldObserver {
  /** The machine is where the tick left it. */
  readonly ticked: (process: Process, machine: Machine) => void;
  readonly sent: (channel: string, destination: number, fact: Fact) => void;
}

export interface WorldFigures {
  readonly ticks: number;
  readonly sent: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly timers: number;
  readonly crashes: number;
  readonly restarts: number;
  readonly partitions: number;
  /** Losses, copies, late messages, crashes, restarts and partitions that came up, left out or not. */
  readonly faults: number;
}
