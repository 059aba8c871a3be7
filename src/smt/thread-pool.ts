/**
 * The queue of questions and the threads that take from it. The first question starts a thread; another
 * one is worth its start-up only when many questions wait.
 */

import { compileEngine, type Job, type Reply, startThread, type Thread } from './z3-thread.ts';

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

interface Task {
  readonly job: Job;
  readonly signal: AbortSignal;
  readonly resolve: (reply: Reply) => void;
}

export function createPool({ threadsMax, wallMs }: PoolOptions): Pool {
  const closing = new AbortController();
  const waiting: Task[] = [];
  const idle: Thread[] = [];
  const starting = new Set<Promise<void>>();
  let module: Promise<WebAssembly.Module> | null = null;
  let alive = 0;

  const run = async (thread: Thread, task: Task): Promise<void> => {
    const reply = await thread.ask(task.job, wallMs, task.signal);
    if (thread.isAlive()) idle.push(thread);
    else alive -= 1;
    task.resolve(reply);
    pump();
  };

  const start = async (): Promise<void> => {
    alive += 1;
    try {
      module ??= compileEngine();
      idle.push(await startThread(module));
    } catch (error) {
      alive -= 1;
      const reply: Reply = { kind: 'crashed', message: String(error) };
      if (alive === 0) for (const task of waiting.splice(0)) task.resolve(reply);
    }
    pump();
  };

  const startOne = (): Promise<void> => {
    const started = start().finally(() => starting.delete(started));
    starting.add(started);
    return started;
  };

  const takeIdle = (): Thread | null => {
    for (;;) {
      const thread = idle.pop();
      if (thread === undefined) return null;
      if (thread.isAlive()) return thread;
      alive -= 1;
    }
  };

  const pump = (): void => {
    while (waiting.length > 0) {
      const thread = takeIdle();
      if (thread === null) break;
      const task = waiting.shift();
      if (task !== undefined) void run(thread, task);
    }
    const wanted = Math.min(threadsMax, Math.ceil(waiting.length / waitingPerThread));
    const missing = waiting.length > 0 && alive < wanted && starting.size === 0;
    if (missing && !closing.signal.aborted) void startOne();
  };

  return {
    ask: (job, signal) =>
      new Promise((resolve) => {
        const signals = signal === undefined ? [closing.signal] : [closing.signal, signal];
        waiting.push({ job, signal: AbortSignal.any(signals), resolve });
        pump();
      }),
    warm: async () => {
      await (starting.values().next().value ?? (alive === 0 ? startOne() : undefined));
    },
    dispose: async () => {
      closing.abort();
      for (const task of waiting.splice(0)) {
        task.resolve({ kind: 'stopped', reason: 'interrupted' });
      }
      await Promise.all(starting);
      await Promise.all(idle.splice(0).map((thread) => thread.end()));
    },
  };
}
