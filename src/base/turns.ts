/**
 * Long work that a signal can reach: it is done in turns, between which the event loop runs, and it is told at
 * each of them whether somebody asked for what there is so far. Without anybody who could ask it runs at once.
 */

/** Yields between turns; `true` comes back once the work should end early. */
export type Turns<T> = Generator<undefined, T, boolean>;

export function atOnce<T>(work: Turns<T>): T {
  for (;;) {
    const turn = work.next(false);
    if (turn.done === true) return turn.value;
  }
}

export async function inTurns<T>(work: Turns<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    await nextTurn();
    const turn = work.next(signal?.aborted === true);
    if (turn.done === true) return turn.value;
  }
}

/** Lets the event loop run: signals, timers and the answers of threads come in. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
