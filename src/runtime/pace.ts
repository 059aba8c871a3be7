/**
 * A fixed virtual time for each message that a process takes or sends: what it would take on a machine of its own, so
 * that many processes on few cores have the throughput of their topology and not that of the cores (docs/bench.md).
 *
 * The virtual clock runs behind the real one while there is nothing to do, by `creditMs` at most: a process that the
 * machine kept from running catches up, so stalls don't eat its capacity. What it couldn't use even so is `lostMs`.
 */

import type { Clock } from './stream.ts';

/** How far a process may be behind before it loses capacity. */
const creditMs = 1000;

/** A process in debt sleeps at least this long: waking up for every message would take more than the message. */
const napMs = 4;

export class Pace {
  readonly #now: () => number;
  readonly #slow: SlowClock;
  #paceMs: number;
  /** Until when the process is busy, in virtual time. */
  #busyUntil = 0;
  /** Something has waited since the virtual clock was set. */
  #isWaiting = false;
  lostMs = 0;

  constructor(clock: Clock, paceUs: number | null) {
    this.#now = clock.now;
    this.#slow = new SlowClock(clock);
    this.#paceMs = (paceUs ?? 0) / 1000;
  }

  /** That of timers, which slows down with the messages. */
  get clock(): Clock {
    return this.#slow;
  }

  set(paceUs: number | null, timerScale: number): void {
    this.#slow.setFactor(timerScale);
    this.#paceMs = (paceUs ?? 0) / 1000;
    this.#busyUntil = this.#now();
    this.#isWaiting = false;
  }

  /** The first input after none: from here on it is no idleness if nothing is done. */
  arrive(): void {
    if (this.#paceMs === 0) return;
    this.#busyUntil = Math.max(this.#busyUntil, this.#now() - creditMs);
    this.#isWaiting = true;
  }

  /** How long to sleep before the next message may be taken; 0 to go on. */
  waitMs(): number {
    if (this.#paceMs === 0) return 0;
    const debt = this.#busyUntil - this.#now();
    return debt > 0 ? Math.max(debt, napMs) : 0;
  }

  /** How many messages may be taken now, at least one. What they send is a debt. */
  room(): number {
    if (this.#paceMs === 0) return Number.POSITIVE_INFINITY;
    const behind = this.#now() - this.#busyUntil;
    if (this.#isWaiting && behind > creditMs) {
      this.lostMs += behind - creditMs;
      this.#busyUntil += behind - creditMs;
    }
    this.#isWaiting = false;
    return Math.max(1, Math.floor(Math.min(behind, creditMs) / this.#paceMs));
  }

  charge(messages: number): void {
    if (this.#paceMs === 0 || messages === 0) return;
    this.#busyUntil = Math.max(this.#busyUntil, this.#now() - creditMs) + messages * this.#paceMs;
    this.#isWaiting = true;
  }
}

/** A clock of one that lives slower: what it calls a second takes `factor` of them. */
class SlowClock implements Clock {
  readonly #clock: Clock;
  #factor = 1;
  /** When the factor was set, by either clock. */
  #realThen = 0;
  #slowThen = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly now = (): number => this.#slowThen + (this.#clock.now() - this.#realThen) / this.#factor;

  readonly after = (delayMs: number, call: () => void): (() => void) =>
    this.#clock.after(delayMs * this.#factor, call);

  setFactor(factor: number): void {
    this.#slowThen = this.now();
    this.#realThen = this.#clock.now();
    this.#factor = factor;
  }
}
