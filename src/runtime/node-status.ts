/** What a process says of itself; plain data, so that it can be sent to the supervisor as it is. */
import type { Counters } from './counters.ts';

export interface NodeStatus {
  readonly counters: Counters;
  readonly inbox: number;
  /** Bytes that wait for peers and clients. */
  readonly queued: number;
  /** Messages that wait for the disk. */
  readonly held: number;
  readonly flushes: number;
  readonly connections: number;
  readonly connected: boolean;
  /** Virtual time that a paced process could not use, though work waited: the machine was too slow for it. */
  readonly pacedLostMs: number;
}
