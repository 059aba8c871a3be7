/** The one asynchronous island below the runtime: a pool of solver threads behind three questions. */

import type { Obligation } from './obligation.ts';
import type { Table, TableVerdict } from './table.ts';
import type { Verdict } from './verdict.ts';

export interface SolverOptions {
  /** Threads at most; the default is the number of cores, two at most. The second starts only under load. */
  readonly workersMax?: number;
  /** The solver's deterministic budget for one check. */
  readonly rlimit?: number;
  /** A safety net for what the budget does not count; running into it is `unknown`, never cached. */
  readonly wallMs?: number;
  /** Verdicts of earlier runs, as one JSON file. */
  readonly cacheFile?: string;
}

export interface CheckOptions {
  readonly signal?: AbortSignal;
}

export interface Solver {
  /** The engine with its version, as proofs name it. */
  readonly engine: string;
  check(obligation: Obligation, options?: CheckOptions): Promise<Verdict>;
  /** The verdicts in the order of the obligations. */
  checkMany(
    obligations: readonly Obligation[],
    options?: CheckOptions,
  ): Promise<readonly Verdict[]>;
  /** Many goals over the same hypotheses in one script. */
  checkTable(table: Table, options?: CheckOptions): Promise<TableVerdict>;
  /** Starts a thread ahead of the first question. */
  warm(): Promise<void>;
  /** Ends all threads and writes the cache; questions still open are answered `unknown`. */
  dispose(): Promise<void>;
}
