/**
 * The queue of questions and the threads that take from it. The first question starts a thread; another
 * one is worth its start-up only when many questions wait.
 */

import { setMaxListeners } from 'node:events';
import {
  compileEngine,
  interrupted,
  type Job,
  type Reply,
  startThread,
  type Thread,
} from './z3-thread.ts';

export interface Pool {
  readonly ask: (job: Job, signal: AbortSignal | undefined) => Promise<Reply>;
  /** Resolves when a thread is ready. */
  readonly warm: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export interface PoolOptions {
  readonly threadsMax: number;
  readonly wallMs: number;
}

/** A thread takes about as long to start as this many small questions take to be answered. */
const waitingPerThread = 32;

const forbidden: Reply = { kind: 'stopped', reason: 'no solver thread is allowed' };

interface Task {
  readonly job: Job;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (reply: Reply) => void;
}

export function createPool({ threadsMax, wallMs }: PoolOptions): Pool {
  const waiting: Task[] = [];
  const idle: Thread[] = [];
  const threads = new Set<Thread>();
  let module: Promise<WebAssembly.Module> | null = null;
  let starting: Promise<void> | null = null;
  let disposed = false;

  const run = async (thread: Thread, { job, signal, resolve }: Task): Promise<void> => {
    const reply = await thread.ask(job, wallMs, signal);
    if (thread.isAlive()) idle.push(thread);
    else threads.delete(thread);
    resolve(reply);
    pump();
  };

  const start = async (): Promise<void> => {
    try {
      module ??= compileEngine();
      const thread = await startThread(module);
      threads.add(thread);
      idle.push(thread);
    } catch (error) {
      const reply: Reply = { kind: 'crashed', message: String(error) };
      if (threads.size === 0) for (const { resolve } of waiting.splice(0)) resolve(reply);
    }
    starting = null;
    pump();
  };

  const takeIdle = (): Thread | null => {
    for (let thread = idle.pop(); thread !== undefined; thread = idle.pop()) {
      if (thread.isAlive()) return thread;
      threads.delete(thread);
    }
    return null;
  };

  const pump = (): void => {
    while (waiting.length > 0) {
      const thread = takeIdle();
      if (thread === null) break;
      const task = waiting.shift();
      if (task !== undefined) void run(thread, task);
    }
    const wanted = Math.min(threadsMax, Math.ceil(waiting.length / waitingPerThread));
    if (threads.size < wanted && !disposed) starting ??= start();
  };

  return {
    ask: (job, signal) => {
      if (disposed || signal?.aborted) return Promise.resolve(interrupted);
      if (threadsMax === 0) return Promise.resolve(forbidden);
      // A whole queue listens to one signal.
      if (signal !== undefined) setMaxListeners(0, signal);
      return new Promise((resolve) => {
        const finish = (reply: Reply): void => {
          signal?.removeEventListener('abort', onAbort);
          resolve(reply);
        };
        const task: Task = { job, signal, resolve: finish };
        const onAbort = (): void => {
          const index = waiting.indexOf(task);
          if (index === -1) return;
          waiting.splice(index, 1);
          finish(interrupted);
        };
        signal?.addEventListener('abort', onAbort);
        waiting.push(task);
        pump();
      });
    },
    warm: async () => {
      if (threads.size === 0 && !disposed) starting ??= start();
      await starting;
    },
    dispose: async () => {
      disposed = true;
      for (const { resolve } of waiting.splice(0)) resolve(interrupted);
      await starting;
      await Promise.all([...threads].map((thread) => thread.end()));
    },
  };
}
