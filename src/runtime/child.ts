/** One process of the supervisor: started, spoken to, and ended for sure. */
import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { FromNode, ToNode } from './control.ts';
import { NODE_ENTRY, NODE_ROLE } from './node-process.ts';

export interface ChildEvents {
  readonly onMessage: (message: FromNode) => void;
  /** `how` is a status or the name of a signal. */
  readonly onExit: (how: string) => void;
}

export interface ChildOptions {
  /** The module of the process; null for the runtime's own. */
  readonly entry: string | null;
  /** Gets what the process prints. */
  readonly logFile: string;
  /** Flags of node for the process; those of this one if not said. */
  readonly execArgv: readonly string[] | null;
}

export class Child {
  readonly #process: ChildProcess;

  /** Throws what the system says when the process can't be started. */
  constructor(options: ChildOptions, events: ChildEvents) {
    const log = openSync(options.logFile, 'a');
    try {
      this.#process = fork(options.entry ?? NODE_ENTRY, [NODE_ROLE], {
        stdio: ['ignore', log, log, 'ipc'],
        serialization: 'advanced',
        execArgv: [...(options.execArgv ?? process.execArgv)],
      });
    } finally {
      closeSync(log);
    }
    let isGone = false;
    const gone = (how: string): void => {
      if (isGone) return;
      isGone = true;
      events.onExit(how);
    };
    this.#process.on('message', (message) => events.onMessage(message as FromNode));
    this.#process.on('error', (error) => {
      if (this.#process.pid === undefined) gone(error.message);
    });
    this.#process.on('exit', (code, signal) => gone(signal ?? `status ${code}`));
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  tell(message: ToNode): void {
    if (!this.#process.connected) return;
    // It may die while it is spoken to; its exit says so.
    this.#process.send(message, () => undefined);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
