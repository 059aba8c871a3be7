/** Ctrl-C and SIGTERM where processes have to be stopped: the first one asks, the second one doesn't wait. */

import { EXIT, type ExitStatus } from './exit-status.ts';

export interface StopWatch {
  readonly asked: Promise<void>;
  readonly isAsked: () => boolean;
  /** Of the signal that asked. */
  readonly status: () => ExitStatus;
  /** What the second signal does before this process ends. */
  readonly onSecond: (kill: () => void) => void;
  readonly dispose: () => void;
}

export function watchStop(): StopWatch {
  let asked: ExitStatus | null = null;
  let kill: () => void = () => undefined;
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const onSignal = (name: NodeJS.Signals): void => {
    const status = name === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    if (asked !== null) {
      kill();
      process.exit(status);
    }
    asked = status;
    resolve();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    asked: promise,
    isAsked: () => asked !== null,
    status: () => asked ?? EXIT.interrupted,
    onSecond: (call) => {
      kill = call;
    },
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
