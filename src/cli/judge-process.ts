/**
 * A process that judges: its searches never wait, so in the process of the command line they would keep a signal from
 * being seen; and one that runs out of memory dies alone. This module is both sides: started with a word of its
 * own, it does one job after the other that it is sent.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { invariant } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import type { Counterexample } from '../sim/judge/counterexample.ts';
import { type ExhaustiveJudgement, judgeExhaustively } from '../sim/judge/exhaustive.ts';
import { minimized } from '../sim/judge/minimize.ts';
import { randomCounterexample } from '../sim/judge/random-counterexample.ts';
import {
  judgeTask,
  type RandomOutcome,
  type RandomSubject,
  type RandomTask,
} from '../sim/judge/random-run.ts';
import type { VerifyOptions } from '../sim/judge/verify.ts';
import { readFunctions } from './flags.ts';

export interface JudgeRequest {
  readonly original: Program;
  readonly plan: Program;
  readonly options: Omit<VerifyOptions, 'functions'> & { readonly scope: object };
  /** Whether the scope is searched. */
  readonly isSearched: boolean;
  /** Functions can't be sent to a process, so it reads the module itself. */
  readonly functionsFile: string | null;
}

export type JudgeJob =
  | { readonly kind: 'search' }
  | { readonly kind: 'run'; readonly index: number; readonly task: RandomTask }
  | { readonly kind: 'shrink'; readonly outcome: RandomOutcome };

export type JudgeAnswer =
  | { readonly kind: 'searching'; readonly soFar: ExhaustiveJudgement }
  | { readonly kind: 'searched'; readonly judgement: ExhaustiveJudgement }
  | { readonly kind: 'ran'; readonly index: number; readonly outcome: RandomOutcome }
  | { readonly kind: 'shrunk'; readonly shown: Counterexample | null }
  | { readonly kind: 'failed'; readonly message: string };

export interface JudgeProcess {
  readonly give: (job: JudgeJob) => void;
  readonly kill: () => void;
}

export interface JudgeListener {
  readonly answered: (answer: JudgeAnswer) => void;
  /** It ended without being asked to, as for want of memory. */
  readonly died: (how: string) => void;
}

const ROLE = '--compart-judge';

export function startJudge(request: JudgeRequest, listener: JudgeListener): JudgeProcess {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), [ROLE], {
    serialization: 'advanced',
  });
  child.on('message', listener.answered);
  child.once('error', (error) => listener.died(error.message));
  child.once('exit', (code, how) => listener.died(how ?? `status ${code}`));
  child.send(request);
  return {
    give: (job) => {
      if (child.connected) child.send(job);
    },
    kill: () => {
      child.removeAllListeners();
      child.on('error', () => undefined);
      child.kill('SIGKILL');
    },
  };
}

/** Jobs may arrive while the functions are still being read. */
function serve(request: JudgeRequest): void {
  const { original, plan, options, functionsFile } = request;
  const { scope } = options;
  const ready = readFunctions(functionsFile ?? undefined).then((functions): RandomSubject => {
    invariant(functions.kind === 'ok', 'the other process has read the functions already');
    return { original, plan, functions: functions.value, scope };
  });
  process.on('message', (job: JudgeJob) => {
    ready
      .then((subject) => answer(work(job, subject, options)))
      .catch((thrown: unknown) => {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        answer({ kind: 'failed', message });
      });
  });
}

function work(
  job: JudgeJob,
  subject: RandomSubject,
  options: JudgeRequest['options'],
): JudgeAnswer {
  switch (job.kind) {
    case 'search': {
      const { original, plan, functions, scope } = subject;
      const { pools } = options;
      const onProgress = (soFar: ExhaustiveJudgement): void => answer({ kind: 'searching', soFar });
      const judgement = judgeExhaustively(original, plan, { scope, functions, pools, onProgress });
      return { kind: 'searched', judgement };
    }
    case 'run':
      return { kind: 'ran', index: job.index, outcome: judgeTask(subject, job.task) };
    case 'shrink': {
      const finding = minimized(subject, job.outcome);
      return {
        kind: 'shrunk',
        shown: finding === null ? null : randomCounterexample(subject, finding),
      };
    }
  }
}

function answer(message: JudgeAnswer): void {
  process.send?.(message);
}

if (process.argv[2] === ROLE && process.send !== undefined) {
  process.once('message', serve);
  process.once('disconnect', () => process.exit());
}
