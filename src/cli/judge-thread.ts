/**
 * The judge in a thread of its own: its searches never wait, so on the main thread they would keep a signal from
 * being seen. This module is both sides: started as a worker, it judges what it was given.
 */

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { invariant } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import { type VerificationResult, type VerifyOptions, verify } from '../sim/judge/verify.ts';
import { readFunctions } from './flags.ts';

export interface JudgeRequest {
  readonly original: Program;
  readonly plan: Program;
  readonly options: Omit<VerifyOptions, 'functions'>;
  /** Functions can't be handed to a thread, so it reads the module itself. */
  readonly functionsFile: string | null;
}

const ROLE = 'compart judge';

/** Null when the signal fired first. */
export async function judge(
  request: JudgeRequest,
  signal: AbortSignal,
): Promise<VerificationResult | null> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { role: ROLE, request } });
  const stop = (): void => {
    void worker.terminate();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => resolve(null));
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function work(request: JudgeRequest): Promise<void> {
  const functions = await readFunctions(request.functionsFile ?? undefined);
  invariant(functions.kind === 'ok', 'the main thread has read the functions already');
  const { original, plan, options } = request;
  parentPort?.postMessage(verify(original, plan, { ...options, functions: functions.value }));
}

if (!isMainThread && isJudgeData(workerData)) await work(workerData.request);

function isJudgeData(data: unknown): data is { readonly request: JudgeRequest } {
  return typeof data === 'object' && data !== null && 'role' in data && data.role === ROLE;
}
