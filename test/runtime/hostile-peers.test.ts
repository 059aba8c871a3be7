import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { Link } from '../../src/runtime/link.ts';
import type { Stream } from '../../src/runtime/stream.ts';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { FrameReader } from '../../src/runtime/wire/frame-reader.ts';
import { CHANNEL_0, TAG, writeNumber } from '../../src/runtime/wire/handshake.ts';
import { MemoryNetwork, TestClock } from './memory-network.ts';
import { codec, limits, linkOn, plan, Receiver } from './receiver.ts';

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
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), fc.boolean(), (noise, greets) => {
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

  test('the late word of a dead process does not take the place of the one that followed it', () => {
    const { isClosed } = stranger(hello({}, { ...node, life: 9 }), resume(1), message('sure', [1]));
    const dead = stranger(hello({}, { ...node, life: 8 }), resume(1), message('sure', [1]));
    expect(dead.heard.join()).toContain('stale-process');
    expect(isClosed()).toBe(false);
    expect(receiver.got).toEqual(['sure 1']);
    expect(receiver.counters.refused).toEqual({ 'stale-process': 1 });
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
