/** A solver thread seen from outside: started, tried, asked one question at a time, killed when stuck. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { lines, mainMark, printOptions, printVacuity } from './script.ts';

declare global {
  namespace WebAssembly {
    // The types of Node 20 know neither the module (opaque, and merged with that of a browser's types) nor
    // the function that makes it.
    interface Module {}
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

/** A script, and what to ask in the same context once its last answer is known. */
export interface Job {
  readonly script: string;
  readonly onSat: string;
  readonly onUnsat: string;
}

export type Reply =
  | { readonly kind: 'answered'; readonly answer: string; readonly details: string }
  /** Killed from outside; asking again may be answered. */
  | { readonly kind: 'stopped'; readonly reason: string }
  | { readonly kind: 'crashed'; readonly message: string };

/** Somebody lost interest. */
export const interrupted: Reply = { kind: 'stopped', reason: 'interrupted' };

export interface Thread {
  /** False once the thread was killed or crashed: it can't be asked again. */
  readonly isAlive: () => boolean;
  readonly ask: (job: Job, wallMs: number, signal: AbortSignal | undefined) => Promise<Reply>;
  readonly end: () => Promise<void>;
}

const packages = createRequire(import.meta.url);

/** The engine as proofs name it. */
export function engineName(): string {
  const { version } = packages('z3-solver/package.json') as { readonly version: string };
  return `z3-solver ${version}`;
}

/** Reads and compiles the solver, once for all threads. */
export async function compileEngine(): Promise<WebAssembly.Module> {
  // The optimizing compiler never earns back what it costs on a module of this size.
  setFlagsFromString('--liftoff-only');
  return WebAssembly.compile(await readFile(gluePath().replace(/\.js$/, '.wasm')));
}

/**
 * Starts a thread and has it decide a question with a known answer. The thread loads its script while
 * the module is still being compiled.
 */
export async function startThread(module: Promise<WebAssembly.Module>): Promise<Thread> {
  const url = new URL('./z3-worker.mjs', import.meta.url);
  // The options of the parent, such as a loader for TypeScript, are none of its concern.
  const worker = new Worker(url, { workerData: { glue: gluePath() }, execArgv: [] });
  const ready = nextMessage(worker);
  worker.postMessage({ module: await module });
  await ready;
  const thread = createThread(worker);
  const reply = await thread.ask(canary, 60_000, undefined);
  if (reply.kind !== 'answered' || !reply.answer.startsWith(canaryAnswer)) {
    await thread.end();
    throw new Error(`the solver fails its first question: ${JSON.stringify(reply)}`);
  }
  return thread;
}

const canary: Job = {
  script: lines([
    ...printOptions({}),
    '(declare-const x Int)',
    '(assert (< 0 x))',
    ...printVacuity,
    '(assert (< x 1))',
    `(echo "${mainMark}")`,
    '(check-sat)',
  ]),
  onSat: '',
  onUnsat: '',
};

const canaryAnswer = '#vacuity\nsat\n#main\nunsat\n';

function gluePath(): string {
  return packages.resolve('z3-solver/build/z3-built.js');
}

function createThread(worker: Worker): Thread {
  let alive = true;
  const isAlive = (): boolean => alive;
  const fail = (): void => {
    alive = false;
  };
  worker.once('exit', fail).on('error', fail);
  worker.unref();
  const end = async (): Promise<void> => {
    alive = false;
    await worker.terminate();
  };
  const ask: Thread['ask'] = async (job, wallMs, signal) => {
    worker.ref();
    const reply = await exchange(worker, job, wallMs, signal, isAlive);
    if (reply.kind === 'answered') worker.unref();
    else await end();
    return reply;
  };
  return { isAlive, ask, end };
}

async function exchange(
  worker: Worker,
  job: Job,
  wallMs: number,
  signal: AbortSignal | undefined,
  isAlive: () => boolean,
): Promise<Reply> {
  return new Promise<Reply>((resolve) => {
    const finish = (reply: Reply): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(reply);
    };
    const onMessage = ({ answer, details, crash }: WorkerReply): void =>
      finish(
        crash === null
          ? { kind: 'answered', answer, details }
          : { kind: 'crashed', message: crash },
      );
    const onError = (error: Error): void => finish({ kind: 'crashed', message: error.message });
    // Not alive any more before the exit: the thread was ended on purpose.
    const onExit = (code: number): void =>
      finish(isAlive() ? { kind: 'crashed', message: `exit ${code}` } : interrupted);
    const onAbort = (): void => finish(interrupted);
    const onTimeout = (): void => finish({ kind: 'stopped', reason: `no answer in ${wallMs} ms` });
    const timer = setTimeout(onTimeout, wallMs);
    signal?.addEventListener('abort', onAbort);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(job);
  });
}

interface WorkerReply {
  readonly answer: string;
  readonly details: string;
  readonly crash: string | null;
}

/** The next message of a thread, or its failure. */
async function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the solver thread ended with ${code}`)));
  });
}
