/** Ctrl-C, SIGTERM and time limits as one abort signal that long phases look at. */

import { EXIT, type ExitStatus } from './exit-status.ts';
import type { Terminal } from './terminal.ts';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** The status to exit with after a signal of the system; null when there was none. */
  readonly status: () => ExitStatus | null;
  /** True once the time limit fired, and no signal before it. */
  readonly isLate: () => boolean;
  readonly dispose: () => void;
}

/** The first signal asks for `what` there is so far; the second one ends the process at once. */
export function watchInterrupts(
  terminal: Terminal,
  limitMs: number | null,
  what = 'finishing with the best plan so far',
): Interrupt {
  const controller = new AbortController();
  let status: ExitStatus | null = null;
  let late = false;
  const onSignal = (name: NodeJS.Signals): void => {
    const asked = name === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    if (status !== null) process.exit(asked);
    status = asked;
    terminal.err.write(`interrupted: ${what} (again to quit at once)\n`);
    controller.abort();
  };
  const timer =
    limitMs === null
      ? null
      : setTimeout(() => {
          late = !controller.signal.aborted;
          controller.abort();
        }, limitMs);
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    status: () => status,
    isLate: () => late,
    dispose: () => {
      if (timer !== null) clearTimeout(timer);
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
