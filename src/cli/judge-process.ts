/**
 * The judge in a process of its own: its searches never wait, so in this process they would keep a signal from
 * being seen. This module is both sides: started with a word of its own, it judges what it is sent.
 */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { invariant } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import { type VerificationResult, type VerifyOptions, verify } from '../sim/judge/verify.ts';
import { readFunctions } from './flags.ts';

export interface JudgeRequest {
  readonly original: Program;
  readonly plan: Program;
  readonly options: Omit<VerifyOptions, 'functions'>;
  /** Functions can't be sent to a process, so it reads the module itself. */
  readonly functionsFile: string | null;
}

type Answer =
  | { readonly kind: 'judged'; readonly result: VerificationResult }
  | { readonly kind: 'failed'; readonly message: string };

export type Judged =
  | { readonly kind: 'judged'; readonly result: VerificationResult }
  | { readonly kind: 'stopped' }
  /** The process died without a word, as for want of memory. */
  | { readonly kind: 'died'; readonly how: string };

const ROLE = '--compart-judge';

export async function judge(request: JudgeRequest, signal: AbortSignal): Promise<Judged> {
  const child = fork(fileURLToPath(import.meta.url), [ROLE], { serialization: 'advanced' });
  const stop = (): void => {
    child.kill('SIGKILL');
  };
  signal.addEventListener('abort', stop, { once: true });
  const judged = new Promise<Judged>((resolve, reject) => {
    child.once('message', (answer: Answer) => {
      if (answer.kind === 'judged') resolve(answer);
      else reject(new Error(answer.message));
    });
    child.once('error', reject);
    child.once('exit', (code, how) => {
      resolve(
        signal.aborted ? { kind: 'stopped' } : { kind: 'died', how: how ?? `status ${code}` },
      );
    });
  });
  child.send(request);
  return judged.finally(() => {
    signal.removeEventListener('abort', stop);
    if (child.connected) child.disconnect();
  });
}

async function work(request: JudgeRequest): Promise<Answer> {
  const functions = await readFunctions(request.functionsFile ?? undefined);
  invariant(functions.kind === 'ok', 'the other process has read the functions already');
  const { original, plan, options } = request;
  return {
    kind: 'judged',
    result: verify(original, plan, { ...options, functions: functions.value }),
  };
}

async function answer(request: JudgeRequest): Promise<void> {
  try {
    process.send?.(await work(request));
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    process.send?.({ kind: 'failed', message } satisfies Answer);
  }
}

if (process.argv[2] === ROLE && process.send !== undefined) {
  process.once('message', (request: JudgeRequest) => {
    void answer(request);
  });
}
