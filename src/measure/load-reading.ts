/** What a load generator saw since its last reading, and what it counts from its start on. */

export interface LatencyFigures {
  /** Milliseconds, from the intended start of a command. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

export interface LoadReading {
  /** When it was read: milliseconds of a clock that all processes of the machine share. */
  readonly atMs: number;
  /** Since the last reading; null when nothing was answered. */
  readonly latency: LatencyFigures | null;
  readonly totals: LoadTotals;
  /** Asked and not answered now; arrivals that wait for a free client. */
  readonly open: number;
  readonly waiting: number;
  /** User and system time of the generator so far, in microseconds. */
  readonly cpuUs: number;
}

export interface LoadTotals {
  readonly issued: number;
  readonly answered: number;
  readonly retried: number;
  readonly timedOut: number;
  /** Requests that could not leave: the node wasn't there, or didn't read. */
  readonly unsent: number;
  /** Answers of one member to one request, beyond the first one for each time it was asked. */
  readonly duplicated: number;
  /** Answers that differ from the first one to the same request. */
  readonly contradictory: number;
  /** Answers to nothing that was asked lately. */
  readonly stray: number;
}
