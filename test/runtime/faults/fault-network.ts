/**
 * A bad network between the processes of a deployment: a relay in user space for each ordered pair of nodes that talk, and
 * for the clients. Partitions (full, one-way, flapping), broken connections, delay; and loss, repetition and overtaking of
 * what the program allows. It lives in the tests: nobody gets it by mistake.
 */
import type { Prng } from '../../../src/base/prng.ts';
import { dialAddress, type Listener, listenAt, systemClock } from '../../../src/runtime/sockets.ts';
import type { Address, Stream, StreamEvents } from '../../../src/runtime/stream.ts';
import { clientFacing, peersOf, type Topology } from '../../../src/runtime/topology.ts';
import { CHANNEL_0 } from '../../../src/runtime/wire/handshake.ts';
import { type Condition, type Liberty, type NetworkCounts, RelayPipe } from './relay-pipe.ts';

/** All clients together are one party; a node is one by its position in the topology. */
export const CLIENTS = -1;

interface Connection {
  readonly from: number;
  readonly to: number;
  readonly break: () => void;
  readonly pump: () => void;
}

interface Way {
  readonly from: number;
  readonly to: number;
  readonly listener: Listener;
}

export type Disturbance = Pick<Condition, 'loss' | 'duplication' | 'delayMs' | 'delayMaxMs'>;

const calm: Disturbance = { loss: 0, duplication: 0, delayMs: 0, delayMaxMs: 0 };
const strict: Liberty = { lossy: false, duplicating: false, unordered: false };

export class FaultNetwork {
  readonly counts: NetworkCounts = {
    passed: 0,
    dropped: 0,
    duplicated: 0,
    overtaken: 0,
    broken: 0,
  };
  readonly #prng: Prng;
  readonly #liberties: readonly Liberty[];
  readonly #conditions = new Map<string, Condition>();
  readonly #connections = new Set<Connection>();
  #ways: readonly Way[] = [];
  /** Where the nodes listen. */
  #targets: readonly (Address | null)[] = [];

  private constructor(topology: Topology, prng: Prng) {
    this.#prng = prng;
    this.#liberties = Array.from(topology.channels.values(), ({ channel, sequenced }) => ({
      lossy: channel.flags.lossy && !sequenced,
      duplicating: channel.flags.duplicating && !sequenced,
      unordered: !channel.flags.ordered && !sequenced,
    }));
  }

  static async open(topology: Topology, prng: Prng): Promise<FaultNetwork> {
    const network = new FaultNetwork(topology, prng);
    const pairs = [
      ...topology.nodes.flatMap((node) =>
        peersOf(topology, node).map(({ index }) => ({ from: node.index, to: index })),
      ),
      ...clientFacing(topology).map(({ index }) => ({ from: CLIENTS, to: index })),
    ];
    const ways: Way[] = [];
    for (const { from, to } of pairs) {
      const any: Address = { kind: 'tcp', host: '127.0.0.1', port: 0 };
      const listener = await listenAt(any, (stream) => network.#relay(from, to, stream));
      if (listener.kind === 'err') throw new Error(`no relay: ${listener.error}`);
      ways.push({ from, to, listener: listener.value });
    }
    network.#ways = ways;
    return network;
  }

  /** The nodes' addresses as one party gets to know them: those of its relays. */
  seenBy(from: number, addresses: readonly (Address | null)[]): readonly (Address | null)[] {
    this.#targets = addresses;
    return addresses.map((address, to) => {
      const way = this.#ways.find((each) => each.from === from && each.to === to);
      return address === null || way === undefined ? null : way.listener.address;
    });
  }

  /** Parties of the one group hear nothing of those of the other; `one-way`: only what the first say is lost on the way. */
  part(some: readonly number[], others: readonly number[], how: 'both' | 'one-way' = 'both'): void {
    for (const a of some) {
      for (const b of others) {
        this.#condition(a, b).blocked = true;
        if (how === 'both') this.#condition(b, a).blocked = true;
      }
    }
  }

  /** Ends partitions; what had been held up arrives. */
  heal(): void {
    for (const condition of this.#conditions.values()) condition.blocked = false;
    for (const connection of this.#connections) connection.pump();
  }

  /** From now on, everywhere. */
  disturb(disturbance: Partial<Disturbance>): void {
    for (const { from, to } of this.#ways) {
      Object.assign(this.#condition(from, to), { ...calm, ...disturbance });
      Object.assign(this.#condition(to, from), { ...calm, ...disturbance });
    }
  }

  /** Breaks connections with a party, as a box on the way that forgets its table. */
  break(party: number): void {
    for (const connection of [...this.#connections]) {
      if (connection.from !== party && connection.to !== party) continue;
      this.counts.broken += 1;
      connection.break();
    }
  }

  close(): void {
    for (const { listener } of this.#ways) listener.close();
    for (const connection of [...this.#connections]) connection.break();
  }

  #condition(from: number, to: number): Condition {
    const key = `${from} ${to}`;
    const condition = this.#conditions.get(key) ?? { blocked: false, ...calm };
    this.#conditions.set(key, condition);
    return condition;
  }

  /** A connection that one party opened: passed on to the other, byte by byte, under the conditions of both directions. */
  #relay(from: number, to: number, stream: Stream): StreamEvents {
    const target = this.#targets[to];
    if (target === undefined || target === null) {
      stream.close();
      return { onBytes: () => undefined, onClosed: () => undefined };
    }
    const liberty = (tag: number): Liberty => this.#liberties[tag - CHANNEL_0] ?? strict;
    const common = { liberty, counts: this.counts, prng: this.#prng, clock: systemClock };
    const there = new RelayPipe({
      ...common,
      condition: this.#condition(from, to),
      from: () => stream,
    });
    // Acknowledgements of nodes, and answers to clients.
    const back = new RelayPipe({
      ...common,
      condition: this.#condition(to, from),
      from: () => dialled,
    });
    const connection: Connection = {
      from,
      to,
      break: () => {
        there.stop();
        back.stop();
        stream.close();
        dialled.close();
      },
      pump: () => {
        there.pump();
        back.pump();
      },
    };
    this.#connections.add(connection);
    const dialled = dialAddress(target, {
      onOpen: () => there.connect(dialled),
      onBytes: (chunk) => back.push(chunk),
      onClosed: () => {
        there.stop();
        back.end();
        this.#connections.delete(connection);
      },
    });
    back.connect(stream);
    return {
      onBytes: (chunk) => there.push(chunk),
      onClosed: () => {
        back.stop();
        there.end();
      },
    };
  }
}
