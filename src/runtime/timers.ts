/**
 * Periodic timers and `after D since r`, on a clock that never goes back. A fact expires about D after it was armed; a
 * timer fires after half to one and a half of its period, drawn anew each time: nodes that started together would
 * otherwise do everything together for ever, such as two proposers that stand for election in the same millisecond.
 */
import type { Prng } from '../base/prng.ts';
import type { NodeCode } from '../exec/node-code.ts';
import { type Fact, keyOfFact } from '../exec/value.ts';
import type { Armed } from './machine.ts';
import type { Clock } from './stream.ts';

export interface TimerEvents {
  readonly onTimer: (timer: string) => void;
  /** Facts that may expire; one that no longer is armed must not. */
  readonly onExpired: (expired: readonly Armed[]) => void;
}

interface Waiting {
  readonly fact: Fact;
  readonly key: string;
  readonly due: number;
}

interface Site {
  readonly delayMs: number;
  /** All have one delay, so they are due in the order in which they came. */
  queue: Waiting[];
  next: number;
  /** By key of the fact: when it is due, to tell it from an earlier time that it was armed. */
  readonly due: Map<string, number>;
  cancel: (() => void) | null;
}

export class Timers {
  readonly #clock: Clock;
  readonly #events: TimerEvents;
  readonly #code: NodeCode;
  readonly #sites: readonly Site[];
  readonly #prng: Prng;
  readonly #cancels = new Map<string, () => void>();
  #isStopped = false;

  constructor(code: NodeCode, clock: Clock, prng: Prng, events: TimerEvents) {
    this.#clock = clock;
    this.#prng = prng;
    this.#events = events;
    this.#code = code;
    this.#sites = code.sites.map(({ delayMs }) => ({
      delayMs,
      queue: [],
      next: 0,
      due: new Map(),
      cancel: null,
    }));
  }

  start(): void {
    for (const [timer, { periodMs }] of this.#code.timers) this.#again(timer, periodMs);
  }

  arm({ site, fact }: Armed): void {
    const its = this.#sites[site];
    if (its === undefined || this.#isStopped) return;
    const key = keyOfFact(fact);
    const due = this.#clock.now() + its.delayMs;
    its.due.set(key, due);
    its.queue.push({ fact, key, due });
    its.cancel ??= this.#clock.after(its.delayMs, () => this.#expire(site, its));
  }

  stop(): void {
    this.#isStopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    for (const site of this.#sites) site.cancel?.();
  }

  #again(timer: string, periodMs: number): void {
    const pauseMs = periodMs / 2 + this.#prng.below(Math.max(1, Math.round(periodMs)));
    const cancel = this.#clock.after(Math.max(1, pauseMs), () => {
      this.#events.onTimer(timer);
      if (!this.#isStopped) this.#again(timer, periodMs);
    });
    this.#cancels.set(timer, cancel);
  }

  #expire(at: number, site: Site): void {
    site.cancel = null;
    if (this.#isStopped) return;
    const now = this.#clock.now();
    const expired: Armed[] = [];
    let waiting = site.queue[site.next];
    while (waiting !== undefined && waiting.due <= now) {
      if (site.due.get(waiting.key) === waiting.due) {
        site.due.delete(waiting.key);
        expired.push({ site: at, fact: waiting.fact });
      }
      site.next += 1;
      waiting = site.queue[site.next];
    }
    if (site.next * 2 >= site.queue.length) {
      site.queue = site.queue.slice(site.next);
      site.next = 0;
    }
    if (waiting !== undefined) {
      const left = Math.max(1, waiting.due - now);
      site.cancel = this.#clock.after(left, () => this.#expire(at, site));
    }
    if (expired.length > 0) this.#events.onExpired(expired);
  }
}
