/** Streams in memory, a clock that is moved by hand, and everything that happens in an order drawn from a seed. */
import type { Prng } from '../../src/base/prng.ts';
import type { Address, Clock, Dial, Stream, StreamEvents } from '../../src/runtime/stream.ts';

export class TestClock implements Clock {
  #now = 0;
  #calls: { readonly at: number; readonly call: () => void }[] = [];

  readonly now = (): number => this.#now;

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const entry = { at: this.#now + delayMs, call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((each) => each !== entry);
    };
  };

  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#calls.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#calls = this.#calls.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = until;
  }
}

interface End {
  events: StreamEvents | null;
  /** Bytes on their way to this end. */
  incoming: Buffer[];
  isPaused: boolean;
  isClosed: boolean;
}

interface Pair {
  readonly ends: readonly [End, End];
  isOpen: boolean;
  onOpen: (() => void) | null;
}

export class MemoryNetwork {
  #pairs: Pair[] = [];
  readonly #prng: Prng;
  /** Takes a new connection; null where nobody listens. */
  accept: ((stream: Stream) => StreamEvents) | null = null;

  constructor(prng: Prng) {
    this.#prng = prng;
  }

  readonly dial: Dial = (_: Address, events) => this.connect(events, events.onOpen);

  /** A connection as it comes: also one of somebody who doesn't follow the protocol. */
  connect(events: StreamEvents, onOpen: () => void = () => undefined): Stream {
    const end = (): End => ({ events: null, incoming: [], isPaused: false, isClosed: false });
    const pair: Pair = { ends: [end(), end()], isOpen: false, onOpen };
    pair.ends[0].events = events;
    this.#pairs.push(pair);
    return this.#streamOf(pair, 0);
  }

  /** One thing that can happen, happens; false when nothing can. */
  step(): boolean {
    const ready = this.#pairs.filter(
      (pair) => !pair.isOpen || pair.ends.some((end) => end.incoming.length > 0 && !end.isPaused),
    );
    if (ready.length === 0) return false;
    const pair = this.#prng.pick(ready);
    if (!pair.isOpen) {
      pair.isOpen = true;
      if (this.accept === null) {
        this.#close(pair);
        return true;
      }
      pair.ends[1].events = this.accept(this.#streamOf(pair, 1));
      pair.onOpen?.();
      return true;
    }
    const end = this.#prng.pick(
      pair.ends.filter((each) => each.incoming.length > 0 && !each.isPaused),
    );
    const bytes = Buffer.concat(end.incoming);
    const count = 1 + this.#prng.below(bytes.length);
    end.incoming = count < bytes.length ? [bytes.subarray(count)] : [];
    // The receiver may keep parts of a chunk, as it may with sockets.
    end.events?.onBytes(Buffer.from(bytes.subarray(0, count)));
    // The other end said its last word before.
    const [a, b] = pair.ends;
    const isOver =
      (a.isClosed && b.incoming.length === 0) || (b.isClosed && a.incoming.length === 0);
    if (isOver) this.#close(pair);
    return true;
  }

  settle(): void {
    while (this.step());
  }

  /** Breaks every connection; what is on its way is lost. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#close(pair);
  }

  get connections(): number {
    return this.#pairs.length;
  }

  #streamOf(pair: Pair, side: 0 | 1): Stream {
    const mine = pair.ends[side];
    const other = pair.ends[side === 0 ? 1 : 0];
    return {
      write: (bytes) => {
        if (!mine.isClosed && bytes.length > 0) other.incoming.push(Buffer.from(bytes));
        return true;
      },
      queued: () => other.incoming.reduce((sum, { length }) => sum + length, 0),
      pause: () => {
        mine.isPaused = true;
      },
      resume: () => {
        mine.isPaused = false;
      },
      end: () => {
        mine.isClosed = true;
        if (other.incoming.length === 0) this.#close(pair);
      },
      close: () => this.#close(pair),
    };
  }

  #close(pair: Pair): void {
    if (!this.#pairs.includes(pair)) return;
    this.#pairs = this.#pairs.filter((each) => each !== pair);
    for (const end of pair.ends) {
      end.isClosed = true;
      end.incoming = [];
      end.events?.onClosed();
    }
  }
}
