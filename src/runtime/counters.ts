/** What a process counts since it started; plain data, so that it can be sent to the supervisor as it is. */

export type Refusal =
  | 'not-compart'
  | 'protocol-version'
  | 'plan-hash'
  | 'wrong-node'
  | 'unknown-sender'
  | 'stale-incarnation'
  | 'stale-process'
  | 'clients-taken'
  | 'too-many-connections';

export interface Counters {
  /** Messages of nodes and clients that came in, and that were sent. */
  received: number;
  sent: number;
  fromClients: number;
  toClients: number;
  /** Messages of lossy channels that were not sent: the peer was away or too slow. */
  dropped: number;
  /** Messages of reliable channels that a dead process had been given. */
  lostWithPeer: number;
  resent: number;
  /** Messages to clients that aren't connected. */
  unknownClient: number;
  ticks: number;
  timers: number;
  reconnects: number;
  /** Connections that were ended: by what their peer did, by time, or because it didn't read. */
  malformed: number;
  timedOut: number;
  cutOff: number;
  refused: Partial<Record<Refusal, number>>;
}

export function newCounters(): Counters {
  return {
    received: 0,
    sent: 0,
    fromClients: 0,
    toClients: 0,
    dropped: 0,
    lostWithPeer: 0,
    resent: 0,
    unknownClient: 0,
    ticks: 0,
    timers: 0,
    reconnects: 0,
    malformed: 0,
    timedOut: 0,
    cutOff: 0,
    refused: {},
  };
}
