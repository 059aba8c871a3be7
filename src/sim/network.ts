/** When a message arrives, if it does, and how often: by the channel's flags and the faults asked for. */
import { Prng } from '../base/prng.ts';
import type { ChannelFlags } from '../ir/program.ts';
import type { FaultDraws } from './fault-draws.ts';
import type { FaultRates } from './faults.ts';

export interface Link {
  readonly channel: string;
  readonly flags: ChannelFlags;
  /** Name of the sending process or client. */
  readonly from: string;
  readonly to: string;
  /** Ends of a partition at this time; null when sender and receiver reach each other. */
  readonly cutUntil: number | null;
}

export type Fate =
  | { readonly kind: 'arrives'; readonly times: readonly number[] }
  | { readonly kind: 'lost' };

export class Network {
  readonly #prng: Prng;
  /** For messages whose fault is left out. */
  readonly #spare = Prng.fromSeed(0);
  readonly #faults: FaultDraws;
  readonly #rates: FaultRates;
  /** Last arrival by channel, sender and receiver. */
  readonly #lastArrival = new Map<string, number>();

  constructor(prng: Prng, faults: FaultDraws, rates: FaultRates) {
    this.#prng = prng;
    this.#faults = faults;
    this.#rates = rates;
  }

  fate(link: Link, now: number): Fate {
    const { flags, cutUntil } = link;
    if (cutUntil !== null && flags.lossy) return { kind: 'lost' };
    const start = cutUntil === null ? now : Math.max(now, cutUntil);
    if (flags.lossy && this.#faults.has('loss') && this.#prng.chance(this.#rates.loss)) {
      if (this.#faults.happens()) return { kind: 'lost' };
      return { kind: 'arrives', times: [this.#arrival(link, start, this.#spare)] };
    }
    const times = [this.#arrival(link, start, this.#prng)];
    const again = flags.duplicating && this.#faults.has('duplicate');
    if (again && this.#prng.chance(this.#rates.duplicate)) {
      const copy = this.#arrival(link, start, this.#prng);
      if (this.#faults.happens()) times.push(copy);
    }
    return { kind: 'arrives', times };
  }

  #arrival(link: Link, start: number, prng: Prng): number {
    const reorders = this.#faults.has('reorder') && !link.flags.ordered;
    // A few messages are very late; most aren't, so that reordering stays near what really happens.
    const slow = reorders && prng.chance(0.2);
    const delay = prng.below(slow ? this.#rates.slowUs : this.#rates.delayUs);
    const isPrompt = slow && !this.#faults.happens();
    const arrival = start + 1 + (isPrompt ? this.#spare.below(this.#rates.delayUs) : delay);
    if (reorders) return arrival;
    const key = `${link.channel} ${link.from} ${link.to}`;
    const inOrder = Math.max(arrival, this.#lastArrival.get(key) ?? 0);
    this.#lastArrival.set(key, inOrder);
    return inOrder;
  }
}
