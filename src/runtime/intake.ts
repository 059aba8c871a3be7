/**
 * Everything that comes in: nodes and clients that connect, say who they are, and send. Whoever does what the protocol
 * doesn't allow is cut off, with a counter and a reason; nobody else notices.
 */
import type { Fact } from '../exec/value.ts';
import { baseRole } from '../ir/schema.ts';
import { ClientPort, clientPortOf } from './client-port.ts';
import type { Counters, Refusal } from './counters.ts';
import type { RuntimeLimits } from './limits.ts';
import type { Clock, Stream, StreamEvents } from './stream.ts';
import type { NodePlace, Topology } from './topology.ts';
import type { ByteReader } from './wire/byte-reader.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import { FrameReader } from './wire/frame-reader.ts';
import {
  CHANNEL_0,
  type ClientSender,
  type Hello,
  type NodeSender,
  PROTOCOL,
  readHello,
  readNumber,
  TAG,
  writeNumber,
  writeText,
} from './wire/handshake.ts';
import type { ChannelCodec } from './wire/program-codecs.ts';
import { WireFault } from './wire/wire-fault.ts';

export interface IntakeOptions {
  readonly plan: string;
  readonly topology: Topology;
  readonly place: NodePlace;
  readonly incarnation: number;
  readonly life: number;
  readonly codecs: readonly ChannelCodec[];
  readonly limits: RuntimeLimits;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly onMessage: (channel: string, fact: Fact) => void;
  readonly say: (text: string) => void;
}

/** What is remembered of a sending process from one of its connections to the next. */
interface Sender {
  life: number;
  incarnation: number;
  /** Reliable messages of this life that were taken. */
  received: number;
  acknowledged: number;
  connection: Connection | null;
}

type Peer =
  | { readonly kind: 'unknown' }
  /** Said hello; the number of its first reliable message is still to come. */
  | { readonly kind: 'resuming'; readonly sender: Sender; readonly roles: readonly string[] }
  | { readonly kind: 'node'; readonly sender: Sender; readonly roles: readonly string[] }
  | { readonly kind: 'client'; readonly port: ClientPort };

interface Connection {
  readonly stream: Stream;
  readonly frames: FrameReader;
  peer: Peer;
  /** When it was last seen to get on with its frame, and how many frames there were then. */
  since: number;
  framesThen: number;
  isPaused: boolean;
  cancel: () => void;
}

export class Intake {
  readonly #options: IntakeOptions;
  readonly #connections = new Set<Connection>();
  /** By name of the node. */
  readonly #senders = new Map<string, Sender>();
  #ports: readonly ClientPort[] = [];
  #holds: 'nobody' | 'clients' | 'everybody' = 'nobody';

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Bytes that wait for clients. */
  get queued(): number {
    return this.#ports.reduce((sum, port) => sum + port.queued, 0);
  }

  /** Takes a new connection; what comes on it is told to the events. */
  accept(stream: Stream): StreamEvents {
    const { clock, limits, counters } = this.#options;
    const connection: Connection = {
      stream,
      frames: new FrameReader(limits.handshakeBytesMax),
      peer: { kind: 'unknown' },
      since: clock.now(),
      framesThen: 0,
      isPaused: false,
      cancel: () => undefined,
    };
    this.#connections.add(connection);
    connection.cancel = clock.after(limits.handshakeMs, () => {
      counters.timedOut += 1;
      stream.close();
    });
    if (this.#connections.size > limits.connectionsMax) {
      this.#refuse(connection, 'too-many-connections', `at most ${limits.connectionsMax}`);
    } else this.#holdOne(connection);
    return {
      onBytes: (chunk) => this.#read(connection, chunk),
      onClosed: () => this.#closed(connection),
    };
  }

  /** Sends an answer to a client, if it is there; it leaves at the next `flush`. Throws `EncodeFault`. */
  toClient(codec: ChannelCodec, client: number, fact: Fact): void {
    const { counters } = this.#options;
    const port = clientPortOf(this.#ports, codec.place.channel.to, client);
    if (port === null) {
      counters.unknownClient += 1;
      return;
    }
    port.send(codec, client, fact);
    counters.toClients += 1;
  }

  flush(): void {
    for (const port of this.#ports) port.flush();
  }

  /** From whom nothing is read for now. */
  hold(whom: 'nobody' | 'clients' | 'everybody'): void {
    if (whom === this.#holds) return;
    this.#holds = whom;
    for (const connection of this.#connections) this.#holdOne(connection);
  }

  /** Housekeeping: acknowledges what came, and ends connections whose frame doesn't come to its end. */
  beat(): void {
    const { clock, limits, counters } = this.#options;
    const now = clock.now();
    for (const connection of this.#connections) {
      const { peer, frames } = connection;
      if (peer.kind === 'node') this.#acknowledge(connection, peer.sender);
      const moves = !frames.isInside || connection.isPaused;
      if (moves || frames.frames !== connection.framesThen) {
        connection.since = now;
        connection.framesThen = frames.frames;
      } else if (now - connection.since > limits.frameMs) {
        counters.timedOut += 1;
        connection.stream.close();
      }
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.stream.end();
  }

  #holdOne(connection: Connection): void {
    const isClient = connection.peer.kind === 'client';
    const isHeld = this.#holds === 'everybody' || (this.#holds === 'clients' && isClient);
    if (isHeld === connection.isPaused) return;
    connection.isPaused = isHeld;
    if (isHeld) connection.stream.pause();
    else connection.stream.resume();
  }

  #closed(connection: Connection): void {
    connection.cancel();
    this.#connections.delete(connection);
    const { peer } = connection;
    if (peer.kind === 'client') this.#ports = this.#ports.filter((port) => port !== peer.port);
    if (peer.kind === 'node' || peer.kind === 'resuming') {
      if (peer.sender.connection === connection) peer.sender.connection = null;
    }
  }

  #read(connection: Connection, chunk: Buffer): void {
    if (!this.#connections.has(connection)) return;
    try {
      connection.frames.push(chunk, (tag, payload) => this.#frame(connection, tag, payload));
    } catch (thrown) {
      if (!(thrown instanceof WireFault)) throw thrown;
      this.#options.counters.malformed += 1;
      this.#options.say(`a connection (${connection.peer.kind}) ended: ${thrown.problem}`);
      this.#drop(connection);
    }
  }

  /** Ends a connection whose later bytes are not wanted either. */
  #drop(connection: Connection): void {
    this.#closed(connection);
    connection.stream.close();
  }

  /** False when no further frame of this connection may be read. */
  #frame(connection: Connection, tag: number, payload: ByteReader): boolean {
    const { peer } = connection;
    switch (peer.kind) {
      case 'node':
        this.#message(tag, payload, peer);
        if (peer.sender.received - peer.sender.acknowledged >= this.#options.limits.ackEvery) {
          this.#acknowledge(connection, peer.sender);
        }
        return true;
      case 'client':
        this.#request(tag, payload, peer.port);
        return true;
      case 'resuming':
        if (tag !== TAG.resume) throw new WireFault('out-of-turn');
        this.#resume(peer.sender, readNumber(payload));
        connection.peer = { ...peer, kind: 'node' };
        return true;
      case 'unknown':
        if (tag !== TAG.hello) throw new WireFault('out-of-turn');
        return this.#greet(connection, readHello(payload));
    }
  }

  #message(tag: number, payload: ByteReader, peer: Extract<Peer, { readonly kind: 'node' }>): void {
    const { codecs, place, counters, onMessage } = this.#options;
    const found = codecs[tag - CHANNEL_0];
    if (found === undefined) throw new WireFault('unknown-tag');
    const { channel, sequenced } = found.place;
    if (channel.to !== place.role || !peer.roles.includes(channel.from)) {
      throw new WireFault('unknown-tag');
    }
    const fact = found.codec.decode(payload);
    payload.finish();
    if (sequenced) peer.sender.received += 1;
    counters.received += 1;
    onMessage(channel.name, fact);
  }

  #request(tag: number, payload: ByteReader, port: ClientPort): void {
    const { codecs, place, counters, onMessage } = this.#options;
    const found = codecs[tag - CHANNEL_0];
    if (found === undefined) throw new WireFault('unknown-tag');
    const { channel } = found.place;
    if (channel.to !== place.role || channel.from !== port.sender.role) {
      throw new WireFault('unknown-tag');
    }
    const fact = found.codec.decode(payload);
    payload.finish();
    counters.fromClients += 1;
    onMessage(channel.name, fact);
  }

  #resume(sender: Sender, first: number): void {
    // A new process of this node starts with whatever the sender never sent to the one before.
    const isFresh = sender.received === 0;
    if (first !== sender.received + 1 && !(isFresh && first > 0)) throw new WireFault('bad-value');
    sender.received = first - 1;
    sender.acknowledged = sender.received;
  }

  #acknowledge({ stream }: Connection, sender: Sender): void {
    if (sender.received === sender.acknowledged) return;
    sender.acknowledged = sender.received;
    const ack = new ByteWriter();
    writeNumber(ack, TAG.ack, sender.received);
    stream.write(ack.written());
  }

  #greet(connection: Connection, hello: Hello): boolean {
    const { plan, place } = this.#options;
    if (hello.compart !== PROTOCOL) {
      const detail = `this node speaks version ${PROTOCOL}, not ${hello.compart}`;
      return this.#refuse(connection, 'protocol-version', detail);
    }
    if (hello.plan !== plan) {
      return this.#refuse(connection, 'plan-hash', `this node runs ${plan}, not ${hello.plan}`);
    }
    if (hello.to !== place.name) {
      return this.#refuse(connection, 'wrong-node', `this is ${place.name}, not ${hello.to}`);
    }
    connection.cancel();
    return hello.from.kind === 'node'
      ? this.#greetNode(connection, hello.from)
      : this.#greetClient(connection, hello.from);
  }

  #greetNode(connection: Connection, from: NodeSender): boolean {
    const { topology, place, incarnation } = this.#options;
    const its = topology.nodes.find(
      ({ role, member, part }) =>
        role === from.role && member === from.member && part === from.part,
    );
    if (its === undefined || its.index === place.index) {
      const detail = `${from.role}:${from.member}/${from.part} is no other node of this plan`;
      return this.#refuse(connection, 'unknown-sender', detail);
    }
    const before = this.#senders.get(its.name);
    const isSibling = its.domain === place.domain;
    const oldest = isSibling ? incarnation : (before?.incarnation ?? 0);
    if (from.incarnation < oldest || (isSibling && from.incarnation !== incarnation)) {
      const detail = `${its.name} is at incarnation ${from.incarnation}, and ${oldest} is known here`;
      return this.#refuse(connection, 'stale-incarnation', detail);
    }
    // The last words of a dead process can be late. Were it taken for a new one, what its successor has sent already
    // would be forgotten here, and come a second time.
    if (before !== undefined && from.life < before.life) {
      const detail = `${its.name} is at process ${before.life}, not ${from.life}`;
      return this.#refuse(connection, 'stale-process', detail);
    }
    if (before !== undefined && before.connection !== null) this.#drop(before.connection);
    const sender =
      before !== undefined && before.life === from.life
        ? before
        : {
            life: from.life,
            incarnation: from.incarnation,
            received: 0,
            acknowledged: 0,
            connection,
          };
    sender.connection = connection;
    this.#senders.set(its.name, sender);
    const roles = [from.role, baseRole(topology.program, from.role)];
    connection.peer = { kind: 'resuming', sender, roles };
    this.#welcome(connection, sender.received);
    return true;
  }

  #greetClient(connection: Connection, from: ClientSender): boolean {
    const { topology, limits, counters } = this.#options;
    const role = topology.program.roles.find((each) => each.name === from.role);
    const isKnown = role?.external === true && from.count > 0;
    if (!isKnown || from.first + from.count > topology.members(from.role)) {
      const last = from.first + from.count - 1;
      const detail = `${from.role}:${from.first} to ${last} are not all clients of this plan`;
      return this.#refuse(connection, 'unknown-sender', detail);
    }
    const taken = this.#ports.find((port) => port.overlaps(from));
    if (taken !== undefined && taken.sender.token !== from.token) {
      const detail = `${from.role}:${from.first} and others are connected already`;
      return this.#refuse(connection, 'clients-taken', detail);
    }
    for (const each of this.#connections) {
      if (each.peer.kind === 'client' && each.peer.port.overlaps(from)) this.#drop(each);
    }
    const port = new ClientPort(from, connection.stream, {
      bytesMax: limits.frameBytesMax,
      queueMax: limits.clientQueueBytes,
      onSlow: () => {
        counters.cutOff += 1;
        this.#drop(connection);
      },
    });
    this.#ports = [...this.#ports, port];
    connection.peer = { kind: 'client', port };
    this.#welcome(connection, 0);
    this.#holdOne(connection);
    return true;
  }

  #welcome(connection: Connection, received: number): void {
    const { incarnation, life, limits } = this.#options;
    connection.cancel();
    connection.frames.bytesMax = limits.frameBytesMax;
    const answer = new ByteWriter();
    writeText(answer, TAG.welcome, { incarnation, life, received });
    connection.stream.write(answer.written());
  }

  #refuse(connection: Connection, reason: Refusal, detail: string): false {
    const { refused } = this.#options.counters;
    refused[reason] = (refused[reason] ?? 0) + 1;
    this.#options.say(`refused a connection (${reason}): ${detail}`);
    const answer = new ByteWriter();
    writeText(answer, TAG.refused, { reason, detail: detail.slice(0, 400) });
    connection.stream.write(answer.written());
    this.#closed(connection);
    connection.stream.end();
    return false;
  }
}
