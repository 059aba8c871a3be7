/**
 * One direction of a connection between two nodes, as a bad network treats it. It cuts the bytes into frames: those of
 * channels that the program declares lossy may be dropped, those declared duplicating come twice, and only frames
 * whose order nobody may rely on overtake others. Everything else is at most late: it went over TCP.
 */
import type { Prng } from '../../../src/base/prng.ts';
import type { Clock, Stream } from '../../../src/runtime/stream.ts';

/** What the network does to bytes from one party to another; changed while it runs. */
export interface Condition {
  /** Nothing passes, and nothing is lost either: packets of TCP are sent again until they get through. */
  blocked: boolean;
  /** Of a frame that may be: the probability that it is dropped, or that it comes twice. */
  loss: number;
  duplication: number;
  /** Each frame takes between so many milliseconds. */
  delayMs: number;
  delayMaxMs: number;
}

/** What the program lets happen to frames of a tag. */
export interface Liberty {
  readonly lossy: boolean;
  readonly duplicating: boolean;
  readonly unordered: boolean;
}

export interface NetworkCounts {
  passed: number;
  dropped: number;
  duplicated: number;
  overtaken: number;
  broken: number;
}

export interface PipeOptions {
  readonly condition: Condition;
  readonly liberty: (tag: number) => Liberty;
  readonly counts: NetworkCounts;
  readonly prng: Prng;
  readonly clock: Clock;
  readonly from: () => Stream;
}

interface Packet {
  readonly bytes: Buffer;
  readonly due: number;
}

/** A source that is further ahead than this waits, as it would for a window of TCP. */
const heldBytesMax = 1 << 20;

export class RelayPipe {
  readonly #options: PipeOptions;
  #to: Stream | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #queue: Packet[] = [];
  #held = 0;
  /** When the last frame that must not be overtaken arrives. */
  #strictDue = 0;
  #isOver = false;
  #isPaused = false;
  #cancel: (() => void) | null = null;

  constructor(options: PipeOptions) {
    this.#options = options;
  }

  /** Where the bytes go; until then they wait. */
  connect(to: Stream): void {
    this.#to = to;
    this.pump();
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readUInt32LE(at);
      if (end > bytes.length) break;
      this.#frame(bytes.subarray(at, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    this.pump();
  }

  /** The source has said its last word. */
  end(): void {
    this.#isOver = true;
    this.pump();
  }

  /** Sends on what is due, unless the way is blocked. */
  pump(): void {
    this.#cancel?.();
    this.#cancel = null;
    const { clock, condition, counts, from } = this.#options;
    const to = this.#to;
    if (to === null || condition.blocked) return;
    const now = clock.now();
    const due: Buffer[] = [];
    const waiting: Packet[] = [];
    for (const packet of this.#queue) {
      if (packet.due > now) waiting.push(packet);
      else {
        if (waiting.length > 0) counts.overtaken += 1;
        due.push(packet.bytes);
      }
    }
    this.#queue = waiting;
    if (due.length > 0) {
      const bytes = Buffer.concat(due);
      this.#held -= bytes.length;
      counts.passed += due.length;
      to.write(bytes);
    }
    const isFull = this.#held > heldBytesMax || to.queued() > heldBytesMax;
    if (isFull !== this.#isPaused) {
      this.#isPaused = isFull;
      if (isFull) from().pause();
      else from().resume();
    }
    const next = waiting.reduce((least, each) => Math.min(least, each.due), Infinity);
    if (waiting.length > 0 || isFull) {
      const pauseMs = Math.max(1, Math.min(next - now, isFull ? 5 : Infinity));
      this.#cancel = clock.after(pauseMs, () => this.pump());
    } else if (this.#isOver) to.end();
  }

  stop(): void {
    this.#cancel?.();
    this.#queue = [];
    this.#to = null;
  }

  #frame(bytes: Buffer): void {
    const { condition, liberty, counts, prng, clock } = this.#options;
    const { lossy, duplicating, unordered } = liberty(bytes.readUInt16LE(4));
    if (lossy && condition.loss > 0 && prng.chance(condition.loss)) {
      counts.dropped += 1;
      return;
    }
    const copies =
      duplicating && condition.duplication > 0 && prng.chance(condition.duplication) ? 2 : 1;
    counts.duplicated += copies - 1;
    for (let copy = 0; copy < copies; copy++) {
      const { delayMs, delayMaxMs } = condition;
      const extra = delayMaxMs > delayMs ? prng.below(Math.ceil(delayMaxMs - delayMs) + 1) : 0;
      let due = delayMs + extra === 0 ? 0 : clock.now() + delayMs + extra;
      if (!unordered) {
        due = Math.max(due, this.#strictDue);
        this.#strictDue = due;
      }
      this.#queue.push({ bytes, due });
      this.#held += bytes.length;
    }
    // A source that sends into a blocked way waits too.
    if (condition.blocked && this.#held > heldBytesMax && !this.#isPaused) {
      this.#isPaused = true;
      this.#options.from().pause();
    }
  }
}
