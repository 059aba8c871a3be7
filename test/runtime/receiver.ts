/** A receiving node with everything but its evaluator, and links to it, on a network in memory. */
import { defined } from '../../src/base/assert.ts';
import { Prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/exec/value.ts';
import { type Counters, newCounters } from '../../src/runtime/counters.ts';
import { Intake } from '../../src/runtime/intake.ts';
import { defaultRuntimeLimits, type RuntimeLimits } from '../../src/runtime/limits.ts';
import { Link, type LinkOptions } from '../../src/runtime/link.ts';
import { topologyOf } from '../../src/runtime/topology.ts';
import { type ChannelCodec, programCodecs } from '../../src/runtime/wire/program-codecs.ts';
import type { MemoryNetwork, TestClock } from './memory-network.ts';
import { programOf } from './values.ts';

const topology = topologyOf(
  programOf(`
role client external
role source[2] { sure@s(x) :~ ask(_, x), sink(s)  maybe@s(x) :~ ask(_, x), sink(s) }
role sink { answer@c(x) :~ want(c, x)  answer@c(x) :~ sure(x), maybe(x), client(c) }
channel ask(c: client, x: int): client -> source
channel sure(x: int): source -> sink reliable ordered
channel maybe(x: int): source -> sink lossy
channel want(c: client, x: int): client -> sink
channel answer(x: int): sink -> client
`),
  { clients: 10, functions: {} },
);
const codecs = programCodecs(topology);
export const codec = (name: string): ChannelCodec =>
  defined(
    codecs.find(({ place }) => place.channel.name === name),
    'a channel',
  );
export const limits: RuntimeLimits = {
  ...defaultRuntimeLimits,
  ackEvery: 3,
  connectionsMax: 20,
  frameBytesMax: 200,
};
export const plan = 'plan';
const place = defined(
  topology.nodes.find(({ role }) => role === 'sink'),
  'a node',
);

/** The receiving process of a life, on a network. */
export class Receiver {
  readonly got: string[] = [];
  readonly counters: Counters = newCounters();
  readonly said: string[] = [];
  readonly intake: Intake;

  constructor(network: MemoryNetwork, clock: TestClock, life = 1) {
    this.intake = new Intake({
      plan,
      topology,
      place,
      incarnation: 4,
      life,
      codecs,
      limits,
      clock,
      counters: this.counters,
      onMessage: (channel: string, fact: Fact) => this.got.push(`${channel} ${fact.join(',')}`),
      say: (text) => this.said.push(text),
    });
    network.accept = (stream) => this.intake.accept(stream);
  }
}

export function linkOn(
  network: MemoryNetwork,
  clock: TestClock,
  options: Partial<LinkOptions> = {},
): Link {
  const link = new Link({
    plan,
    from: { kind: 'node', role: 'source', member: 1, part: 0, incarnation: 0, life: 7 },
    to: 'sink',
    limits,
    dial: network.dial,
    clock,
    counters: newCounters(),
    prng: Prng.fromSeed(1),
    onChange: () => undefined,
    say: () => undefined,
    ...options,
  });
  link.connectTo({ kind: 'unix', path: 'anywhere' });
  return link;
}
