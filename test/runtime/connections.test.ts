import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { Prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/exec/value.ts';
import { newCounters } from '../../src/runtime/counters.ts';
import { Intake } from '../../src/runtime/intake.ts';
import { defaultRuntimeLimits } from '../../src/runtime/limits.ts';
import { Link } from '../../src/runtime/link.ts';
import type { Stream } from '../../src/runtime/stream.ts';
import { topologyOf } from '../../src/runtime/topology.ts';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { FrameReader } from '../../src/runtime/wire/frame-reader.ts';
import { CHANNEL_0, TAG, writeNumber } from '../../src/runtime/wire/handshake.ts';
import { type ChannelCodec, programCodecs } from '../../src/runtime/wire/program-codecs.ts';
import { MemoryNetwork, TestClock } from './memory-network.ts';
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
const codec = (name: string): ChannelCodec =>
  defined(
    codecs.find(({ place }) => place.channel.name === name),
    'a channel',
  );
const limits = { ...defaultRuntimeLimits, ackEvery: 3, connectionsMax: 20, frameBytesMax: 200 };
const plan = 'plan';
const place = defined(
  topology.nodes.find(({ role }) => role === 'sink'),
  'a node',
);

/** The receiving process of a life, on a network. */
class Receiver {
  readonly got: string[] = [];
  readonly counters = newCounters();
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

function linkOn(network: MemoryNetwork, clock: TestClock, life = 7, incarnation = 0): Link {
  const link = new Link({
    plan,
    from: { kind: 'node', role: 'source', member: 1, part: 0, incarnation, life },
    to: 'sink',
    limits,
    dial: network.dial,
    clock,
    counters: newCounters(),
    prng: Prng.fromSeed(1),
    onChange: () => undefined,
    say: () => undefined,
  });
  link.connectTo({ kind: 'unix', path: 'anywhere' });
  return link;
}

test('reliable messages arrive once each and in order, however often the connection breaks', () => {
  const acts = fc.array(fc.constantFrom('send', 'send', 'step', 'step', 'step', 'cut', 'beat'), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(acts, fc.integer(), (script, seed) => {
      const clock = new TestClock();
      const network = new MemoryNetwork(Prng.fromSeed(seed));
      const receiver = new Receiver(network, clock);
      const link = linkOn(network, clock);
      let sent = 0;
      for (const act of script) {
        if (act === 'send') {
          sent += 1;
          link.send(codec('sure'), [sent]);
          link.send(codec('maybe'), [sent]);
          link.flush();
        } else if (act === 'step') network.step();
        else if (act === 'cut') network.cut();
        else {
          receiver.intake.beat();
          clock.advance(50);
        }
      }
      for (let round = 0; round < 10; round++) {
        clock.advance(1000);
        network.settle();
        receiver.intake.beat();
      }
      const of = (name: string): readonly number[] =>
        receiver.got
          .filter((text) => text.startsWith(name))
          .map((text) => Number(text.split(' ')[1]));
      expect(of('sure')).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
      const maybe = of('maybe');
      expect(maybe).toEqual([...new Set(maybe)].sort((a, b) => a - b));
      // All of it was acknowledged, and is forgotten.
      expect(link.queued).toBe(0);
    }),
    { seed: 3, numRuns: 150 },
  );
});

test('what a dead process may have done is not given to the one that takes its place', () => {
  const acts = fc.array(fc.constantFrom('send', 'step', 'step', 'restart', 'wait'), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(acts, fc.integer(), (script, seed) => {
      const clock = new TestClock();
      const network = new MemoryNetwork(Prng.fromSeed(seed));
      const receivers = [new Receiver(network, clock)];
      const link = linkOn(network, clock);
      let sent = 0;
      for (const act of script) {
        if (act === 'send') {
          sent += 1;
          link.send(codec('sure'), [sent]);
          link.flush();
        } else if (act === 'step') network.step();
        else if (act === 'wait') clock.advance(30);
        else {
          network.cut();
          receivers.push(new Receiver(network, clock, receivers.length + 1));
        }
      }
      for (let round = 0; round < 10; round++) {
        clock.advance(1000);
        network.settle();
      }
      link.send(codec('sure'), [sent + 1]);
      link.flush();
      network.settle();
      const all = receivers.flatMap(({ got }) => got.map((text) => Number(text.split(' ')[1])));
      // At most once over all lives, in order, and what comes after the last restart comes for sure.
      expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
      expect(all.at(-1)).toBe(sent + 1);
    }),
    { seed: 4, numRuns: 100 },
  );
});

describe('hostile and mistaken peers', () => {
  let clock: TestClock;
  let network: MemoryNetwork;
  let receiver: Receiver;
  let friend: Link;

  beforeEach(() => {
    clock = new TestClock();
    network = new MemoryNetwork(Prng.fromSeed(5));
    receiver = new Receiver(network, clock);
    friend = linkOn(network, clock);
    network.settle();
  });

  interface Stranger {
    readonly stream: Stream;
    /** Texts of the answers. */
    readonly heard: string[];
    readonly isClosed: () => boolean;
  }

  function stranger(...first: readonly Buffer[]): Stranger {
    const heard: string[] = [];
    let closed = false;
    const frames = new FrameReader(1 << 20);
    const stream = network.connect({
      onBytes: (chunk) =>
        frames.push(chunk, (tag, { bytes, at, end }) => {
          heard.push(`${tag} ${bytes.toString('utf8', at, end)}`);
          return true;
        }),
      onClosed: () => {
        closed = true;
      },
    });
    for (const bytes of first) stream.write(bytes);
    network.settle();
    return { stream, heard, isClosed: () => closed };
  }

  /** Still served, whatever the others do. */
  function friendWorks(): void {
    const before = receiver.got.length;
    friend.send(codec('sure'), [before]);
    friend.flush();
    network.settle();
    expect(receiver.got.at(-1)).toBe(`sure ${before}`);
  }

  function frame(tag: number, payload: Uint8Array): Buffer {
    const writer = new ByteWriter();
    const start = writer.beginFrame(tag);
    writer.raw(payload);
    writer.endFrame(start, 1 << 20);
    return Buffer.from(writer.written());
  }

  const node = { kind: 'node', role: 'source', member: 0, part: 0, incarnation: 2, life: 9 };
  const client = { kind: 'client', role: 'client', first: 0, count: 4, token: 'a' };

  function hello(changes: object, from: object = node): Buffer {
    const body = { compart: 1, plan, from, to: 'sink', ...changes };
    return frame(TAG.hello, Buffer.from(JSON.stringify(body)));
  }

  const message = (name: string, fact: Fact): Buffer => {
    const writer = new ByteWriter();
    codec(name).codec.encode(fact, writer);
    return frame(CHANNEL_0 + codec(name).place.index, writer.written());
  };
  const resume = (at: number): Buffer => {
    const writer = new ByteWriter();
    writeNumber(writer, TAG.resume, at);
    return Buffer.from(writer.written());
  };

  test.each([
    ['another version', hello({ compart: 2 }), 'protocol-version'],
    ['another plan', hello({ plan: 'other' }), 'plan-hash'],
    ['another node', hello({ to: 'source:0' }), 'wrong-node'],
    ['a node that is not there', hello({}, { ...node, member: 2 }), 'unknown-sender'],
    ['a part that is not there', hello({}, { ...node, part: 1 }), 'unknown-sender'],
    ['a role of clients that is none', hello({}, { ...client, role: 'sink' }), 'unknown-sender'],
    ['more clients than there are', hello({}, { ...client, first: 8 }), 'unknown-sender'],
    ['no client', hello({}, { ...client, count: 0 }), 'unknown-sender'],
  ] as const)('%s is refused with a reason', (_, bytes, reason) => {
    const { heard, isClosed } = stranger(bytes);
    expect(heard.join()).toContain(`{"reason":"${reason}"`);
    expect(receiver.counters.refused).toEqual({ [reason]: 1 });
    expect(isClosed()).toBe(true);
    friendWorks();
  });

  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };

  test.each([
    ['a frame of length 0', [u32(0)]],
    ['a frame of length 2^31', [u32(2 ** 31)]],
    ['a frame of length 2^32 - 1', [u32(2 ** 32 - 1)]],
    ['a greeting that is too long', [u32(5000)]],
    ['text of another protocol', [Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['a hello that is no JSON', [frame(TAG.hello, Buffer.from('{"compart":1'))]],
    ['a hello of deep nesting', [frame(TAG.hello, Buffer.from('['.repeat(4000)))]],
    ['a hello without a field', [hello({}, { kind: 'node' })]],
    ['a hello with numbers that are none', [hello({}, { ...node, member: -1 })]],
    ['a message before the hello', [message('sure', [1])]],
    ['a message before the numbers', [hello({}), message('sure', [1])]],
    ['a second hello', [hello({}), resume(1), hello({})]],
    ['an unknown channel', [hello({}), resume(1), frame(CHANNEL_0 + 99, Buffer.alloc(8))]],
    ['a channel of clients', [hello({}), resume(1), message('want', [1, 2])]],
    ['a channel of this node', [hello({}), resume(1), message('answer', [1])]],
    ['a client on a channel of nodes', [hello({}, client), message('sure', [1])]],
    ['a fact that is cut off', [hello({}), resume(1), frame(CHANNEL_0 + 1, Buffer.alloc(3))]],
    ['a fact with more behind it', [hello({}), resume(1), frame(CHANNEL_0 + 1, Buffer.alloc(9))]],
    ['a frame that is too long', [hello({}), resume(1), u32(201)]],
    ['a number that makes no sense', [hello({}), resume(-1)]],
  ] as const)('%s ends that connection only', (_, chunks) => {
    const { isClosed } = stranger(...chunks);
    expect(receiver.counters.malformed).toBe(1);
    expect(isClosed()).toBe(true);
    expect(receiver.got).toEqual([]);
    friendWorks();
  });

  test('random bytes never do more than end their connection', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, greets) => {
        stranger(...(greets ? [hello({}), resume(1)] : []), Buffer.from(noise));
        network.settle();
      }),
      { seed: 8, numRuns: 200 },
    );
    clock.advance(60_000);
    friendWorks();
  });

  test('who says nothing, or half of a hello, is gone after a while', () => {
    const silent = stranger();
    const slow = stranger(hello({}).subarray(0, 20));
    clock.advance(limits.handshakeMs - 1);
    expect([silent.isClosed(), slow.isClosed()]).toEqual([false, false]);
    clock.advance(1);
    expect([silent.isClosed(), slow.isClosed()]).toEqual([true, true]);
    expect(receiver.counters.timedOut).toBe(2);
    friendWorks();
  });

  test('who never ends a frame is gone after a while; who is idle between frames is not', () => {
    const idle = stranger(hello({}, client));
    const dribbling = stranger(hello({}), resume(1), message('sure', [1]).subarray(0, 7));
    for (let at = 0; at * 50 <= limits.frameMs + 50; at++) {
      clock.advance(50);
      if (at % 50 === 0) dribbling.stream.write(Buffer.from([0]));
      network.step();
      receiver.intake.beat();
    }
    expect([idle.isClosed(), dribbling.isClosed()]).toEqual([false, true]);
    friendWorks();
  });

  test('more connections than allowed are refused', () => {
    const crowd = Array.from({ length: 30 }, () => stranger());
    expect(receiver.intake.connections).toBeLessThanOrEqual(limits.connectionsMax);
    expect(crowd.at(-1)?.heard.join()).toContain('too-many-connections');
    friendWorks();
  });

  test('an older incarnation of a node, or a second group of the same clients, is refused', () => {
    stranger(hello({}, { ...node, incarnation: 5 }));
    const older = stranger(hello({}, { ...node, incarnation: 4, life: 8 }));
    expect(older.heard.join()).toContain('stale-incarnation');
    stranger(hello({}, client));
    const thief = stranger(hello({}, { ...client, first: 3, token: 'b' }));
    expect(thief.heard.join()).toContain('clients-taken');
    const again = stranger(hello({}, client));
    expect(again.isClosed()).toBe(false);
    expect(receiver.counters.refused).toEqual({ 'stale-incarnation': 1, 'clients-taken': 1 });
    friendWorks();
  });

  test('answers find the client, and are dropped for one that is not there', () => {
    const { heard } = stranger(hello({}, client));
    receiver.intake.toClient(codec('answer'), 2, [5]);
    receiver.intake.toClient(codec('answer'), 9, [5]);
    receiver.intake.flush();
    network.settle();
    expect(heard).toHaveLength(2);
    expect(receiver.counters.unknownClient).toBe(1);
  });

  test('a client that reads nothing is cut off', () => {
    const greedy = stranger(hello({}, client));
    greedy.stream.pause();
    for (let at = 0; at * 18 <= limits.clientQueueBytes; at++) {
      receiver.intake.toClient(codec('answer'), 0, [at]);
      if (at % 1000 === 0) receiver.intake.flush();
    }
    receiver.intake.flush();
    expect(greedy.isClosed()).toBe(true);
    expect(receiver.counters.cutOff).toBe(1);
    friendWorks();
  });
});

test('a node that reads nothing is cut off, and what is lossy is dropped before', () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(Prng.fromSeed(2));
  const receiver = new Receiver(network, clock);
  const small = { ...limits, queueLossyBytes: 1000 };
  const counters = newCounters();
  const link = new Link({
    plan,
    from: { kind: 'node', role: 'source', member: 1, part: 0, incarnation: 0, life: 1 },
    to: 'sink',
    limits: small,
    dial: network.dial,
    clock,
    counters,
    prng: Prng.fromSeed(1),
    onChange: () => undefined,
    say: () => undefined,
  });
  link.connectTo({ kind: 'unix', path: 'anywhere' });
  network.settle();
  receiver.intake.hold('everybody');
  for (let at = 0; at < 100; at++) {
    link.send(codec('maybe'), [at]);
    link.flush();
  }
  expect(counters.dropped).toBeGreaterThan(0);
  expect(counters.cutOff).toBe(0);
  for (let at = 0; at < 200; at++) {
    link.send(codec('sure'), [at]);
    link.flush();
  }
  for (let at = 0; at * 50 <= limits.frameMs; at++) {
    link.beat();
    clock.advance(50);
    expect(counters.cutOff).toBe(0);
  }
  link.beat();
  expect(counters.cutOff).toBe(1);
  // What comes again is more than the bound, and gets through since it is read.
  receiver.intake.hold('nobody');
  for (let round = 0; round < 5; round++) {
    clock.advance(1000);
    network.settle();
  }
  const sure = receiver.got.filter((text) => text.startsWith('sure'));
  expect(sure).toEqual(Array.from({ length: 200 }, (_, at) => `sure ${at}`));
});
