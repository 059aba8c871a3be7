/**
 * The clients' end: one connection to each node that takes requests or gives answers, for many logical clients at once.
 *
 *   const clients = new ClientConnection({ topology, plan, addresses, role: 'client', first: 0, count: 64, onAnswer });
 *   await clients.ready();
 *   clients.send('put', member, [client, id, key, value]);
 *
 * A request that can't leave is dropped, and what was under way when a connection broke is lost: asking again is the
 * caller's business, as it is in the program's workload.
 */
import type { Prng } from '../base/prng.ts';
import type { Fact } from '../exec/value.ts';
import type { RuntimeLimits } from './limits.ts';
import type { Address, Clock, Dial, Stream } from './stream.ts';
import { clientFacing, type NodePlace, type Topology } from './topology.ts';
import type { ByteReader } from './wire/byte-reader.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { FrameReader } from './wire/frame-reader.ts';
import {
  CHANNEL_0,
  type ClientSender,
  PROTOCOL,
  readRefused,
  readWelcome,
  TAG,
  writeText,
} from './wire/handshake.ts';
import { type ChannelCodec, programCodecs, writeMessage } from './wire/program-codecs.ts';
import { WireFault } from './wire/wire-fault.ts';

export interface ClientOptions {
  readonly topology: Topology;
  readonly plan: string;
  /** By position of the node in the topology; read again whenever a connection is made. */
  readonly addresses: () => readonly (Address | null)[];
  /** The external role; its members `first` to `first + count - 1` are here. */
  readonly role: string;
  readonly first: number;
  readonly count: number;
  /** Names this group of clients: whoever comes with it again takes its place. */
  readonly token: string;
  /** `node` is the position of the answering process in the topology. */
  readonly onAnswer: (client: number, channel: string, fact: Fact, node: number) => void;
  readonly limits: RuntimeLimits;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly prng: Prng;
  /** Calls once everything that is asked for now is; requests until then leave in one write. Null: each in its own. */
  readonly defer: ((call: () => void) => void) | null;
}

export class ClientConnection {
  readonly #options: ClientOptions;
  readonly #codecs: readonly ChannelCodec[];
  readonly #byName: ReadonlyMap<string, ChannelCodec>;
  /** By node; null for those that have nothing to do with clients. */
  readonly #ways: readonly (Way | null)[];
  #isFlushing = false;
  #onReady: (() => void) | null = null;
  /** Why nodes refused, and requests that could not be sent. */
  readonly refusals: string[] = [];
  unsent = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#codecs = programCodecs(options.topology);
    this.#byName = new Map(this.#codecs.map((each) => [each.place.channel.name, each]));
    const facing = new Set(clientFacing(options.topology).map(({ index }) => index));
    this.#ways = options.topology.nodes.map((node) =>
      facing.has(node.index) ? this.#wayTo(node) : null,
    );
    for (const way of this.#ways) way?.dial();
  }

  get isReady(): boolean {
    return this.#ways.every((way) => way === null || way.isOpen);
  }

  /** When all nodes are connected for the first time. */
  async ready(): Promise<void> {
    while (!this.isReady) {
      await new Promise<void>((resolve) => {
        this.#onReady = resolve;
      });
    }
  }

  /** False when it could not be sent: its node isn't there, or doesn't read. Throws `EncodeFault`. */
  send(channel: string, member: number, fact: Fact): boolean {
    const to = this.#options.topology.receiver(channel)(member, fact);
    const way = typeof to === 'number' ? (this.#ways[to] ?? null) : null;
    const codec = this.#byName.get(channel);
    if (way === null || codec === undefined || !way.send(codec, fact)) {
      this.unsent += 1;
      return false;
    }
    const { defer } = this.#options;
    if (defer === null) way.flush();
    else if (!this.#isFlushing) {
      this.#isFlushing = true;
      defer(() => this.#flush());
    }
    return true;
  }

  close(): void {
    for (const way of this.#ways) way?.close();
  }

  #flush(): void {
    this.#isFlushing = false;
    for (const way of this.#ways) way?.flush();
  }

  #wayTo(node: NodePlace): Way {
    const { role, first, count, token } = this.#options;
    const sender: ClientSender = { kind: 'client', role, first, count, token };
    return new Way(this.#options, node, sender, {
      onFrame: (tag, payload) => this.#answer(tag, payload, node.index),
      onOpen: () => {
        if (this.isReady) this.#onReady?.();
      },
      onRefused: (reason) => this.refusals.push(`${node.name}: ${reason}`),
    });
  }

  #answer(tag: number, payload: ByteReader, node: number): void {
    const found = this.#codecs[tag - CHANNEL_0];
    if (found === undefined || !found.place.toClients) throw new WireFault('unknown-tag');
    const client = payload.u32();
    const fact = found.codec.decode(payload);
    payload.finish();
    this.#options.onAnswer(client, found.place.channel.name, fact, node);
  }
}

interface WayEvents {
  readonly onFrame: (tag: number, payload: ByteReader) => void;
  readonly onOpen: () => void;
  readonly onRefused: (reason: string) => void;
}

/** The connection to one node. */
class Way {
  readonly #options: ClientOptions;
  readonly #node: NodePlace;
  readonly #sender: ClientSender;
  readonly #events: WayEvents;
  readonly #out = new ByteWriter();
  #stream: Stream | null = null;
  #attempts = 0;
  #isClosed = false;
  isOpen = false;

  constructor(options: ClientOptions, node: NodePlace, sender: ClientSender, events: WayEvents) {
    this.#options = options;
    this.#node = node;
    this.#sender = sender;
    this.#events = events;
  }

  dial(): void {
    const { addresses, dial } = this.#options;
    if (this.#isClosed) return;
    const address = addresses()[this.#node.index];
    if (address === undefined || address === null) {
      this.#later();
      return;
    }
    const frames = new FrameReader(this.#options.limits.frameBytesMax);
    this.#stream = dial(address, {
      onOpen: () => this.#greet(),
      onBytes: (chunk) => this.#read(chunk, frames),
      onClosed: () => {
        this.#stream = null;
        this.isOpen = false;
        this.#out.reset();
        this.#later();
      },
    });
  }

  send(codec: ChannelCodec, fact: Fact): boolean {
    const { limits } = this.#options;
    if (!this.isOpen || this.#out.at + (this.#stream?.queued() ?? 0) > limits.clientQueueBytes) {
      return false;
    }
    writeMessage(this.#out, codec, fact, { client: null, bytesMax: limits.frameBytesMax });
    return true;
  }

  flush(): void {
    if (this.#out.at === 0 || this.#stream === null) return;
    if (this.#stream.write(this.#out.written())) this.#out.reset();
    else this.#out.detach();
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.end();
  }

  #greet(): void {
    const hello = new ByteWriter();
    const { plan } = this.#options;
    const body = { compart: PROTOCOL, plan, from: this.#sender, to: this.#node.name };
    writeText(hello, TAG.hello, body);
    this.#stream?.write(hello.written());
  }

  #read(chunk: Buffer, frames: FrameReader): void {
    try {
      frames.push(chunk, (tag, payload) => {
        if (this.isOpen) this.#events.onFrame(tag, payload);
        else if (tag === TAG.welcome) {
          readWelcome(payload);
          this.isOpen = true;
          this.#attempts = 0;
          this.#events.onOpen();
        } else if (tag === TAG.refused) this.#events.onRefused(readRefused(payload));
        else throw new WireFault('out-of-turn');
        return true;
      });
    } catch (thrown) {
      if (!(thrown instanceof WireFault)) throw thrown;
      this.#stream?.close();
    }
  }

  #later(): void {
    if (this.#isClosed) return;
    const { clock, limits, prng } = this.#options;
    const longest = Math.min(
      limits.redialMaxMs,
      limits.redialMs * 2 ** Math.min(this.#attempts, 20),
    );
    this.#attempts += 1;
    clock.after(longest / 2 + prng.below(Math.max(1, Math.ceil(longest / 2))), () => this.dial());
  }
}
