/**
 * A judgement shared out among processes: one searches the scope, then all of them take random runs, in order. The
 * result is put together in the order of the runs, so it is the same for any number of processes.
 */
import { defined } from '../base/assert.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Counterexample } from '../sim/judge/counterexample.ts';
import type { ExhaustiveJudgement } from '../sim/judge/exhaustive.ts';
import { mergedOutcomes, randomTasks } from '../sim/judge/random.ts';
import { randomCounterexample } from '../sim/judge/random-counterexample.ts';
import type { RandomOutcome, RandomTask } from '../sim/judge/random-run.ts';
import { concluded, type VerificationResult } from '../sim/judge/verify.ts';
import {
  type JudgeAnswer,
  type JudgeProcess,
  type JudgeRequest,
  startJudge,
} from './judge-process.ts';

export type Judged =
  | { readonly kind: 'judged'; readonly result: VerificationResult }
  /** With what was known by then. */
  | { readonly kind: 'stopped'; readonly result: VerificationResult }
  /** A process died without a word, as for want of memory. */
  | { readonly kind: 'died'; readonly how: string };

export interface JudgeProgress {
  /** Null when the scope isn't searched. */
  readonly search: {
    readonly done: number;
    readonly planned: number;
    readonly states: number;
  } | null;
  readonly runs: number;
  readonly runsPlanned: number;
  readonly isShrinking: boolean;
}

export interface PoolOptions {
  /** Processes, at most. */
  readonly workers: number;
  readonly functions: ExternalFunctions;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JudgeProgress) => void;
}

export function judge(request: JudgeRequest, options: PoolOptions): Promise<Judged> {
  return new Promise((resolve, reject) => {
    const pool = new JudgePool(request, options, { resolve, reject });
    pool.start();
  });
}

interface Outlet {
  readonly resolve: (judged: Judged) => void;
  readonly reject: (error: Error) => void;
}

class JudgePool {
  readonly #request: JudgeRequest;
  readonly #options: PoolOptions;
  readonly #outlet: Outlet;
  readonly #tasks: readonly RandomTask[];
  readonly #outcomes: (RandomOutcome | undefined)[] = [];
  readonly #processes: JudgeProcess[] = [];
  #next = 0;
  #isSearching = false;
  #search: ExhaustiveJudgement | null = null;
  #isSearched: boolean;
  /** Where the first finding so far is; runs after it don't count. */
  #end: number;
  #isShrinking = false;
  #shown: Counterexample | null = null;
  #isShrunk = false;
  #isOver = false;

  constructor(request: JudgeRequest, options: PoolOptions, outlet: Outlet) {
    this.#request = request;
    this.#options = options;
    this.#outlet = outlet;
    this.#tasks = randomTasks(request.options);
    this.#end = this.#tasks.length;
    this.#isSearched = !request.isSearched;
  }

  start(): void {
    const { signal, workers } = this.#options;
    signal.addEventListener('abort', this.#stop, { once: true });
    const jobs = this.#tasks.length + (this.#isSearched ? 0 : 1);
    const count = Math.max(1, Math.min(workers, jobs));
    for (let at = 0; at < count; at++) {
      const process = startJudge(this.#request, {
        answered: (answer) => this.#answered(at, answer),
        died: (how) => this.#finish({ kind: 'died', how }),
      });
      this.#processes.push(process);
    }
    for (const at of this.#processes.keys()) this.#giveJob(at);
    this.#report();
  }

  readonly #stop = (): void => {
    this.#finish({ kind: 'stopped', result: this.#result() });
  };

  #answered(at: number, answer: JudgeAnswer): void {
    if (this.#isOver) return;
    switch (answer.kind) {
      case 'searching':
        this.#search = answer.soFar;
        this.#report();
        return;
      case 'searched':
        this.#search = answer.judgement;
        this.#isSearched = true;
        break;
      case 'ran':
        this.#outcomes[answer.index] = answer.outcome;
        if (answer.outcome.finding !== null) this.#end = Math.min(this.#end, answer.index);
        break;
      case 'shrunk':
        this.#shown = answer.shown;
        this.#isShrunk = true;
        break;
      case 'failed':
        this.#close();
        this.#outlet.reject(new Error(answer.message));
        return;
    }
    this.#report();
    this.#giveJob(at);
  }

  #giveJob(at: number): void {
    const process = defined(this.#processes[at], 'a process of the pool');
    if (!this.#isSearched && !this.#isSearching) {
      this.#isSearching = true;
      process.give({ kind: 'search' });
      return;
    }
    if (this.#search?.verdict === 'violated' && this.#isSearched) {
      this.#finish({ kind: 'judged', result: this.#result() });
      return;
    }
    if (this.#next < Math.min(this.#tasks.length, this.#end)) {
      const index = this.#next++;
      process.give({ kind: 'run', index, task: defined(this.#tasks[index], 'a task of the list') });
      return;
    }
    if (!this.#areRunsDone()) return;
    const found = this.#outcomes[this.#end];
    if (found !== undefined && !this.#isShrinking) {
      this.#isShrinking = true;
      process.give({ kind: 'shrink', outcome: found });
      this.#report();
      return;
    }
    if (this.#isSearched && (found === undefined || this.#isShrunk)) {
      this.#finish({ kind: 'judged', result: this.#result() });
    }
  }

  /** All runs up to the first finding. */
  #areRunsDone(): boolean {
    for (let index = 0; index < this.#end; index++) {
      if (this.#outcomes[index] === undefined) return false;
    }
    return true;
  }

  #result(): VerificationResult {
    const { original, plan } = this.#request;
    const done = this.#outcomes.filter((each) => each !== undefined);
    const merged = mergedOutcomes(plan, done);
    const found = merged.found?.finding ?? null;
    const subject = { original, plan, functions: this.#options.functions };
    const shown =
      this.#shown ?? (found === null || this.#isOver ? null : randomCounterexample(subject, found));
    const random = this.#tasks.length === 0 ? null : { report: merged.report, shown };
    return concluded(this.#search, random);
  }

  #report(): void {
    const { report } = this.#search ?? { report: null };
    this.#options.onProgress({
      search:
        report === null
          ? null
          : { done: report.searches, planned: report.searchesPlanned, states: report.states },
      runs: this.#outcomes.filter((each) => each !== undefined).length,
      runsPlanned: this.#tasks.length,
      isShrinking: this.#isShrinking && !this.#isShrunk,
    });
  }

  #finish(judged: Judged): void {
    if (this.#isOver) return;
    this.#close();
    this.#outlet.resolve(judged);
  }

  #close(): void {
    this.#isOver = true;
    this.#options.signal.removeEventListener('abort', this.#stop);
    for (const process of this.#processes) process.kill();
  }
}
