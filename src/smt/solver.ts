/**
 * Asking the solver. Questions wait in one queue; a thread is started by the first of them, a second one
 * only under load. Verdicts are remembered by the hash of engine and script.
 */

import { availableParallelism } from 'node:os';
import { readTableVerdict, readVerdict } from './answer.ts';
import type { Formula } from './formula.ts';
import { fragmentOf } from './fragment.ts';
import type { Hypothesis, Obligation } from './obligation.ts';
import { createMemo, type Memo } from './reply-memo.ts';
import { defaultRlimit, scriptCharactersMax, smtScript, valuesQuery } from './script.ts';
import { type Table, type TableVerdict, tableScript } from './table.ts';
import { createPool, type Pool } from './thread-pool.ts';
import type { Verdict } from './verdict.ts';
import { engineName, type Job, type Reply } from './z3-thread.ts';

export interface SolverOptions {
  /** Threads at most; the default is the number of cores, two at most. With 0 only the file answers. */
  readonly workersMax?: number;
  /** The solver's deterministic budget for one check. */
  readonly rlimit?: number;
  /** A safety net for what the budget does not count; running into it is `unknown`, never remembered. */
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
  readonly check: (obligation: Obligation, options?: CheckOptions) => Promise<Verdict>;
  /** The verdicts in the order of the obligations. */
  readonly checkMany: (
    obligations: readonly Obligation[],
    options?: CheckOptions,
  ) => Promise<readonly Verdict[]>;
  /** Many goals over the same hypotheses in one script. */
  readonly checkTable: (table: Table, options?: CheckOptions) => Promise<TableVerdict>;
  /** Starts a thread ahead of the first question. */
  readonly warm: () => Promise<void>;
  /** Ends all threads and writes the cache; questions still open are answered `unknown`. */
  readonly dispose: () => Promise<void>;
}

export function createSolver(options: SolverOptions = {}): Solver {
  const engine = engineName();
  const { rlimit = defaultRlimit, wallMs = 60_000 } = options;
  const memo = createMemo(engine, options.cacheFile ?? null);
  const pool = createPool({ threadsMax: options.workersMax ?? coresUsed(), wallMs });
  const check: Solver['check'] = (obligation, { signal } = {}) =>
    checkOne(obligation, { pool, memo, rlimit, signal });
  return {
    engine,
    check,
    checkMany: (obligations, checkOptions) =>
      Promise.all(obligations.map((obligation) => check(obligation, checkOptions))),
    checkTable: (table, { signal } = {}) => checkTable(table, { pool, memo, rlimit, signal }),
    warm: pool.warm,
    dispose: async () => {
      await pool.dispose();
      await memo.save();
    },
  };
}

interface Context {
  readonly pool: Pool;
  readonly memo: Memo;
  readonly rlimit: number;
  readonly signal: AbortSignal | undefined;
}

async function checkOne(obligation: Obligation, context: Context): Promise<Verdict> {
  const { hypotheses, goal } = obligation;
  const job: Job = {
    script: smtScript(obligation, { withCore: true, rlimit: context.rlimit }),
    onSat: valuesQuery(obligation),
    onUnsat: '(get-unsat-core)\n',
  };
  const refusal = refuse(hypotheses, [goal], job);
  if (refusal !== null) return { kind: 'unsupported', reason: refusal };
  const reply = await ask(job, context);
  return reply.kind === 'answered'
    ? readVerdict(obligation, reply.answer, reply.details)
    : withoutAnswer(reply);
}

async function checkTable(table: Table, context: Context): Promise<TableVerdict> {
  const job: Job = { script: tableScript(table, context.rlimit), onSat: '', onUnsat: '' };
  const refusal = refuse(table.hypotheses, table.goals, job);
  if (refusal !== null) return { kind: 'unsupported', reason: refusal };
  const reply = await ask(job, context);
  return reply.kind === 'answered' ? readTableVerdict(table, reply.answer) : withoutAnswer(reply);
}

async function ask(job: Job, { pool, memo, signal }: Context): Promise<Reply> {
  return memo.recall(job, () => pool.ask(job, signal));
}

/** Why a question may not be sent, or null. */
function refuse(
  hypotheses: readonly Hypothesis[],
  goals: readonly Formula[],
  { script }: Job,
): string | null {
  if (script.length > scriptCharactersMax) return `a text of ${script.length} characters`;
  const given = hypotheses.map((hypothesis) => hypothesis.formula);
  for (const goal of goals) {
    const fragment = fragmentOf(given, goal);
    if (fragment.kind === 'err') return fragment.error;
  }
  return null;
}

function withoutAnswer(reply: Exclude<Reply, { kind: 'answered' }>): Unanswered {
  return reply.kind === 'stopped'
    ? { kind: 'unknown', reason: reply.reason }
    : { kind: 'error', message: reply.message };
}

type Unanswered =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'error'; readonly message: string };

/** More threads than two contend for memory bandwidth and gain little. */
function coresUsed(): number {
  return Math.min(availableParallelism(), 2);
}
