/**
 * The way to one other node: dials, says who this is, sends, and dials again with growing pauses when it breaks.
 *
 * Messages of lossy channels are gone with the connection. Those of reliable channels are kept until the peer's process
 * has acknowledged them: the same process gets the rest once more, from the number that it names; another process in its
 * place gets only what had never been sent, since what the dead one did with the others can't be known, and a message that
 * is done twice is worse than one that is lost with a crash (docs/adr/0007).
 */
import type { Prng } from '../base/prng.ts';
import type { Fact } from '../exec/value.ts';
import type { Counters } from './counters.ts';
import type { RuntimeLimits } from './limits.ts';
import { Retained } from './retained.ts';
import type { Address, Clock, Dial, Stream } from './stream.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { FrameReader } from './wire/frame-reader.ts';
import {
  type NodeSender,
  PROTOCOL,
  readNumber,
  readRefused,
  readWelcome,
  TAG,
  writeNumber,
  writeText,
} from './wire/handshake.ts';
import { type ChannelCodec, writeMessage } from './wire/program-codecs.ts';
import { WireFault } from './wire/wire-fault.ts';

export interface LinkOptions {
  readonly plan: string;
  readonly from: NodeSender;
  /** Name of the other node. */
  readonly to: string;
  readonly limits: RuntimeLimits;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly prng: Prng;
  /** Connected, or not any more. */
  readonly onChange: () => void;
  /** A sentence for the node's own log. */
  readonly say: (text: string) => void;
}

/** `waiting` for a pause to end, or for an address. */
type LinkState = 'waiting' | 'greeting' | 'open' | 'closed';

export class Link {
  readonly #options: LinkOptions;
  readonly #out = new ByteWriter();
  readonly #retained = new Retained();
  #state: LinkState = 'waiting';
  #address: Address | null = null;
  #stream: Stream | null = null;
  /** Grows with each connection: what an earlier one still says is void. */
  #connection = 0;
  #attempts = 0;
  #cancel: (() => void) | null = null;
  #peerLife: number | null = null;
  /** Reliable messages up to this number were given to the process `#peerLife`. */
  #given = 0;
  /** Bytes of this connection, how many of them the network had taken, and since when no more. */
  #written = 0;
  #taken = 0;
  #takenAt = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Bytes that wait for the peer. */
  get queued(): number {
    return this.#out.at + Math.max(this.#stream?.queued() ?? 0, this.#retained.bytes);
  }

  /** All that was sent is out of this process's hands; what a peer that is away would get doesn't count. */
  get isDrained(): boolean {
    return this.#out.at === 0 && (this.#stream?.queued() ?? 0) === 0;
  }

  /** Where the peer is from now on. */
  connectTo(address: Address): void {
    this.#address = address;
    this.#attempts = 0;
    if (this.#state === 'waiting') this.#dial();
  }

  /** Takes the message, or counts it as dropped; it leaves at the next `flush`. Throws `EncodeFault`. */
  send(channel: ChannelCodec, fact: Fact): void {
    const { counters, limits } = this.#options;
    const { sequenced } = channel.place;
    const isOpen = this.#state === 'open';
    const isSlow = isOpen && (this.#stream?.queued() ?? 0) > limits.queueLossyBytes;
    if (!sequenced && (!isOpen || isSlow)) {
      counters.dropped += 1;
      return;
    }
    const start = this.#out.at;
    writeMessage(this.#out, channel, fact, { client: null, bytesMax: limits.frameBytesMax });
    if (sequenced) this.#retained.add(this.#out.bytes.subarray(start, this.#out.at));
    if (!isOpen) this.#out.at = start;
    else if (sequenced) this.#given = this.#retained.last;
    counters.sent += 1;
  }

  /** Gives to the network what was sent since the last call. */
  flush(): void {
    if (this.#out.at === 0) return;
    this.#retained.seal();
    const stream = this.#stream;
    if (stream === null) return;
    this.#written += this.#out.at;
    if (stream.write(this.#out.written())) this.#out.reset();
    else this.#out.detach();
  }

  /** Housekeeping: cuts off a peer that has stopped reading, so that its buffer doesn't stay this process's. */
  beat(): void {
    const { clock, limits, counters, say, to } = this.#options;
    const stream = this.#stream;
    const queued = stream?.queued() ?? 0;
    const taken = this.#written - queued;
    if (stream === null || queued <= limits.queueLossyBytes || taken !== this.#taken) {
      this.#taken = taken;
      this.#takenAt = clock.now();
    } else if (clock.now() - this.#takenAt > limits.frameMs) {
      counters.cutOff += 1;
      say(`${to} doesn't read: cut off`);
      stream.close();
    }
  }

  close(): void {
    this.#state = 'closed';
    this.#cancel?.();
    this.#stream?.end();
  }

  #dial(): void {
    const { dial, clock, limits } = this.#options;
    if (this.#address === null) return;
    this.#state = 'greeting';
    this.#connection += 1;
    const connection = this.#connection;
    const isCurrent = (): boolean => connection === this.#connection;
    const frames = new FrameReader(limits.handshakeBytesMax);
    const stream = dial(this.#address, {
      onOpen: () => {
        if (isCurrent()) this.#greet();
      },
      onBytes: (chunk) => {
        if (isCurrent()) this.#read(chunk, frames);
      },
      onClosed: () => {
        if (isCurrent()) this.#lost();
      },
    });
    this.#stream = stream;
    this.#written = 0;
    this.#cancel = clock.after(limits.handshakeMs, () => {
      this.#options.counters.timedOut += 1;
      stream.close();
    });
  }

  #greet(): void {
    const { plan, from, to } = this.#options;
    const hello = new ByteWriter();
    writeText(hello, TAG.hello, { compart: PROTOCOL, plan, from, to });
    this.#stream?.write(hello.written());
  }

  #read(chunk: Buffer, frames: FrameReader): void {
    try {
      frames.push(chunk, (tag, payload) => {
        if (tag === TAG.welcome && this.#state === 'greeting') {
          const { life, received } = readWelcome(payload);
          this.#opened(life, received);
        } else if (tag === TAG.ack && this.#state === 'open') {
          this.#retained.forget(this.#upToGiven(readNumber(payload)));
        } else if (tag === TAG.refused && this.#state === 'greeting') {
          this.#options.say(`${this.#options.to} refuses: ${readRefused(payload)}`);
          this.#stream?.close();
          return false;
        } else throw new WireFault('out-of-turn');
        return true;
      });
    } catch (thrown) {
      if (!(thrown instanceof WireFault)) throw thrown;
      this.#options.counters.malformed += 1;
      this.#options.say(`${this.#options.to} sends what makes no sense: ${thrown.problem}`);
      this.#stream?.close();
    }
  }

  /** A number that this process can have caused. */
  #upToGiven(number: number): number {
    if (number > this.#given) throw new WireFault('bad-value');
    return number;
  }

  #opened(life: number, received: number): void {
    const { counters } = this.#options;
    this.#cancel?.();
    if (life === this.#peerLife) {
      this.#retained.forget(this.#upToGiven(received));
    } else {
      if (received !== 0) throw new WireFault('bad-value');
      counters.lostWithPeer += this.#retained.forget(this.#given);
    }
    if (this.#peerLife !== null) counters.reconnects += 1;
    this.#peerLife = life;
    this.#attempts = 0;
    this.#state = 'open';
    const { first, pieces } = this.#retained.kept();
    counters.resent += Math.max(0, this.#given - first + 1);
    this.#given = this.#retained.last;
    writeNumber(this.#out, TAG.resume, first);
    for (const piece of pieces) this.#out.raw(piece);
    this.flush();
    this.#options.onChange();
  }

  #lost(): void {
    this.#cancel?.();
    this.#stream = null;
    this.#connection += 1;
    this.#out.reset();
    if (this.#state === 'closed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'waiting';
    const { clock, limits, prng } = this.#options;
    const longest = Math.min(
      limits.redialMaxMs,
      limits.redialMs * 2 ** Math.min(this.#attempts, 20),
    );
    // Spread, so that many nodes don't dial one that comes back all at once.
    const pause = longest / 2 + prng.below(Math.max(1, Math.ceil(longest / 2)));
    this.#attempts += 1;
    this.#cancel = clock.after(pause, () => {
      if (this.#state === 'waiting') this.#dial();
    });
    if (wasOpen) this.#options.onChange();
  }
}
