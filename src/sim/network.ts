/** When a message arrives, if it does, and how often: by the channel's flags and the faults asked for. */
import type { Prng } from '../base/prng.ts';
import type { ChannelFlags } from '../ir/program.ts';
import type { FaultName, FaultRates } from './faults.ts';

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
  readonly #faults: ReadonlySet<FaultName>;
  readonly #rates: FaultRates;
  /** Last arrival by channel, sender and receiver. */
  readonly #lastArrival = new Map<string, number>();

  constructor(prng: Prng, faults: ReadonlySet<FaultName>, rates: FaultRates) {
    this.#prng = prng;
    this.#faults = faults;
    this.#rates = rates;
  }

  fate(link: Link, now: number): Fate {
    const { flags, cutUntil } = link;
    if (cutUntil !== null && flags.lossy) return { kind: 'lost' };
    if (flags.lossy && this.#faults.has('loss') && this.#prng.chance(this.#rates.loss)) {
      return { kind: 'lost' };
    }
    const start = cutUntil === null ? now : Math.max(now, cutUntil);
    const times = [this.#arrival(link, start)];
    const again = flags.duplicating && this.#faults.has('duplicate');
    if (again && this.#prng.chance(this.#rates.duplicate)) times.push(this.#arrival(link, start));
    return { kind: 'arrives', times };
  }

  #arrival(link: Link, start: number): number {
    const reorders = this.#faults.has('reorder') && !link.flags.ordered;
    // A few messages are very late; most aren't, so that reordering stays near what really happens.
    const slow = reorders && this.#prng.chance(0.2);
    const longest = slow ? this.#rates.slowUs : this.#rates.delayUs;
    const arrival = start + 1 + this.#prng.below(longest);
    if (reorders) return arrival;
    const key = `${link.channel} ${link.from} ${link.to}`;
    const inOrder = Math.max(arrival, this.#lastArrival.get(key) ?? 0);
    this.#lastArrival.set(key, inOrder);
    return inOrder;
  }
}
