/** Snapshots of other replicas while they arrive: a count of facts, and that many facts, in any order. */
import type { Fact } from '../../src/exec/value.ts';
import { as } from './messages.ts';
import type { Session } from './store.ts';

export interface Snapshot {
  readonly slot: number;
  readonly cells: ReadonlyMap<number, string>;
  readonly sessions: ReadonlyMap<number, Session>;
}

interface Offer {
  readonly slot: number;
  cellCount: number | null;
  sessionCount: number | null;
  readonly cells: Map<number, string>;
  readonly sessions: Map<number, Session>;
}

export class Transfer {
  /** By replica and slot. */
  readonly #offers = new Map<string, Offer>();

  /** False when the message is none of a transfer. */
  onMessage(channel: string, fact: Fact): boolean {
    switch (channel) {
      case 'snapshot': {
        const [replica, slot, cells, sessions] = as('snapshot', fact);
        const offer = this.#offer(replica, slot);
        offer.cellCount = cells;
        offer.sessionCount = sessions;
        return true;
      }
      case 'snapshotCell': {
        const [replica, slot, key, value] = as('snapshotCell', fact);
        this.#offer(replica, slot).cells.set(key, value);
        return true;
      }
      case 'snapshotSession': {
        const [replica, slot, client, id, value] = as('snapshotSession', fact);
        this.#offer(replica, slot).sessions.set(client, { id, value });
        return true;
      }
      default:
        return false;
    }
  }

  /** A snapshot that arrived whole and is ahead of `next`; what isn't ahead is forgotten. */
  take(next: number): Snapshot | null {
    let best: Offer | null = null;
    for (const [key, offer] of this.#offers) {
      if (offer.slot <= next) this.#offers.delete(key);
      else if (isWhole(offer) && (best === null || offer.slot > best.slot)) best = offer;
    }
    return best;
  }

  #offer(replica: number, slot: number): Offer {
    const key = `${replica}:${slot}`;
    const found = this.#offers.get(key);
    if (found !== undefined) return found;
    const made: Offer = {
      slot,
      cellCount: null,
      sessionCount: null,
      cells: new Map(),
      sessions: new Map(),
    };
    this.#offers.set(key, made);
    return made;
  }
}

function isWhole({ cellCount, sessionCount, cells, sessions }: Offer): boolean {
  return cells.size === cellCount && sessions.size === sessionCount;
}
