/** What each clause derived in a tick that it didn't derive in the one before: the work of an incremental engine. */
import { defined } from '../../base/assert.ts';
import { type Fact, keyOfFact } from '../value.ts';

interface Counter {
  /** Derivations of each head fact that hold. */
  times: Map<string, number>;
  /** Facts whose derivations changed in this tick, and how many there were before it. */
  readonly before: Map<string, number>;
  readonly isEvent: boolean;
}

export class Meter {
  readonly #counters: readonly Counter[];

  /** By clause: it holds nothing over from tick to tick. */
  constructor(isEvent: readonly boolean[]) {
    this.#counters = isEvent.map((its) => ({ times: new Map(), before: new Map(), isEvent: its }));
  }

  row(clause: number, sign: number, row: Fact): void {
    const { times, before } = this.#at(clause);
    const key = keyOfFact(row);
    const now = times.get(key) ?? 0;
    if (!before.has(key)) before.set(key, now);
    times.set(key, now + sign);
  }

  /** A head fact, however often it is found. */
  found(clause: number, row: Fact): void {
    const { times, before } = this.#at(clause);
    const key = keyOfFact(row);
    if (!before.has(key)) before.set(key, times.get(key) ?? 0);
    times.set(key, 1);
  }

  /** The clause will find again whatever holds. */
  redo(clause: number): void {
    const { times, before } = this.#at(clause);
    for (const [key, count] of times) {
      if (!before.has(key)) before.set(key, count);
      times.set(key, 0);
    }
  }

  /** By clause: head facts that are new in this tick; ends the tick. */
  take(): readonly number[] {
    return this.#counters.map(({ times, before, isEvent }) => {
      let fresh = 0;
      for (const [key, count] of before) {
        const now = times.get(key) ?? 0;
        if (now > 0 && count <= 0) fresh += 1;
        if (now === 0 || isEvent) times.delete(key);
      }
      before.clear();
      return fresh;
    });
  }

  clear(): void {
    for (const { times, before } of this.#counters) {
      times.clear();
      before.clear();
    }
  }

  #at(clause: number): Counter {
    return defined(this.#counters[clause], 'a clause of the role');
  }
}
