/** What is going to happen in a simulated world, by time; of equal times, what was planned first. */
import TinyQueue from 'tinyqueue';
import type { Fact } from '../exec/value.ts';
import type { Channel } from '../ir/program.ts';
import type { Address } from './deployment.ts';
import type { FaultName } from './faults.ts';

export interface Message {
  readonly id: number;
  readonly channel: Channel;
  readonly fact: Fact;
  readonly from: string;
  /** Of the sender: null for a client. */
  readonly domain: number | null;
  readonly incarnation: number;
  readonly address: Exclude<Address, { readonly kind: 'nowhere' }>;
}

export type Happening =
  | { readonly kind: 'arrive'; readonly message: Message }
  | { readonly kind: 'wake'; readonly process: number; readonly epoch: number }
  | {
      readonly kind: 'timer';
      readonly process: number;
      readonly epoch: number;
      readonly timer: string;
    }
  | {
      readonly kind: 'expiry';
      readonly process: number;
      readonly epoch: number;
      readonly site: number;
      readonly fact: Fact;
    }
  | { readonly kind: 'issue'; readonly client: number }
  | { readonly kind: 'retry'; readonly client: number; readonly command: number }
  | { readonly kind: 'disturb'; readonly fault: FaultName }
  | { readonly kind: 'restore'; readonly processes: readonly number[] }
  | { readonly kind: 'heal' };

interface Scheduled {
  readonly at: number;
  readonly order: number;
  readonly happening: Happening;
}

export class Agenda {
  readonly #queue: TinyQueue<Scheduled>;
  #planned = 0;
  #now = 0;

  constructor() {
    this.#queue = new TinyQueue<Scheduled>([], (a, b) => a.at - b.at || a.order - b.order);
  }

  /** Microseconds of simulated time. */
  get now(): number {
    return this.#now;
  }

  after(delayUs: number, happening: Happening): void {
    this.at(this.#now + delayUs, happening);
  }

  at(time: number, happening: Happening): void {
    this.#queue.push({ at: time, order: this.#planned++, happening });
  }

  /** What comes next, without advancing to it. */
  peek(): Happening | null {
    return this.#queue.peek()?.happening ?? null;
  }

  /** Advances the clock to the next happening; null when there is none. */
  next(): Happening | null {
    const next = this.#queue.pop();
    if (next === undefined) return null;
    this.#now = next.at;
    return next.happening;
  }
}
