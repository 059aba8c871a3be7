import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/exec/value.ts';
import { ByteReader } from '../../src/runtime/wire/byte-reader.ts';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { type FactCodec, factCodec } from '../../src/runtime/wire/fact-codec.ts';
import { EncodeFault, WireFault } from '../../src/runtime/wire/wire-fault.ts';
import { programOf, valuesOf } from './values.ts';

const members = 3;

const program = programOf(`
type Blob
lattice Sum(a: int, b: int) = max(a, b)

role client external
role node[3] {
  echo@c(i, b, s, n, o, t, l) :~ all(c, i, b, s, n, o, t, l)
  grown@c(i, m, w, r, e, p, x, d) :~ lattices(c, i, m, w, r, e, p, x, d)
}
channel all(c: client, i: int, b: bool, s: string, n: node, o: Blob, t: (int, (string, bool)), l: list<(int, string)>): client -> node
channel echo(i: int, b: bool, s: string, n: node, o: Blob, t: (int, (string, bool)), l: list<(int, string)>): node -> client
channel lattices(c: client, i: int, m: max<int>, w: min<string>, r: or, e: set<string>, p: map<int, set<int>>, x: lex<int, max<int>>, d: Sum): client -> node
channel grown(i: int, m: max<int>, w: min<string>, r: or, e: set<string>, p: map<int, set<int>>, x: lex<int, max<int>>, d: Sum): node -> client
`);

function codecOf(name: string): FactCodec {
  const channel = program.channels.find((each) => each.name === name);
  return factCodec(channel?.columns ?? [], { program, members: () => members });
}

function facts(name: string): fc.Arbitrary<Fact> {
  const columns = program.channels.find((each) => each.name === name)?.columns ?? [];
  return fc.tuple(...columns.map(({ type }) => valuesOf(type, members)));
}

function encoded(codec: FactCodec, fact: Fact): Buffer {
  const writer = new ByteWriter();
  codec.encode(fact, writer);
  return Buffer.from(writer.written());
}

function decoded(codec: FactCodec, bytes: Buffer): Fact {
  const reader = new ByteReader();
  reader.open(bytes);
  const fact = codec.decode(reader);
  reader.finish();
  return fact;
}

/** What decoding gives, or the problem that it reports; anything else that is thrown fails the test. */
function outcome(codec: FactCodec, bytes: Buffer): string {
  try {
    decoded(codec, bytes);
    return 'decoded';
  } catch (thrown) {
    if (thrown instanceof WireFault) return thrown.problem;
    throw thrown;
  }
}

describe.each(['all', 'lattices', 'echo', 'grown'])('columns of `%s`', (name) => {
  const codec = codecOf(name);

  test('decode what was encoded', () => {
    fc.assert(
      fc.property(facts(name), (fact) => {
        expect(decoded(codec, encoded(codec, fact))).toEqual(fact);
      }),
      { seed: 5, numRuns: 150 },
    );
  });

  test('are never taken from a part of their bytes, or from more', () => {
    fc.assert(
      fc.property(facts(name), fc.nat(), (fact, cut) => {
        const bytes = encoded(codec, fact);
        expect(outcome(codec, bytes.subarray(0, cut % bytes.length))).not.toBe('decoded');
        expect(outcome(codec, Buffer.concat([bytes, Buffer.from([0])]))).toBe('trailing-bytes');
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  test('survive random bytes and flipped bits', () => {
    fc.assert(
      fc.property(facts(name), fc.nat(), fc.uint8Array({ maxLength: 60 }), (fact, at, noise) => {
        const bytes = encoded(codec, fact);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << (at % 8));
        outcome(codec, bytes);
        outcome(codec, Buffer.from(noise));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('values that no sender writes', () => {
  const single = (type: string): FactCodec => {
    const text = `type Blob
role client external
role node { pong@c(v) :~ ping(c, v) }
channel ping(c: client, v: ${type}): client -> node
channel pong(v: ${type}): node -> client`;
    const made = programOf(text);
    const columns = made.channels[1]?.columns ?? [];
    return factCodec(columns, { program: made, members: () => members });
  };

  test.each([
    ['int', Buffer.from(new Float64Array([0.5]).buffer), 'bad-value'],
    ['int', Buffer.from(new Float64Array([Number.NaN]).buffer), 'bad-value'],
    ['int', Buffer.from(new Float64Array([2 ** 53]).buffer), 'bad-value'],
    ['bool', Buffer.from([2]), 'bad-value'],
    ['node', Buffer.from([3, 0, 0, 0]), 'bad-value'],
    ['string', Buffer.from([1, 0xff]), 'bad-value'],
    ['string', Buffer.from([2, 0xc3, 0x28]), 'bad-value'],
    ['string', Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]), 'truncated'],
    ['string', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]), 'bad-value'],
    ['string', Buffer.from([0x80, 0]), 'bad-value'],
    ['set<string>', Buffer.from([2, 1, 98, 1, 97]), 'bad-value'],
    ['set<string>', Buffer.from([2, 1, 97, 1, 97]), 'bad-value'],
    ['map<bool, or>', Buffer.from([2, 1, 0, 0, 0]), 'bad-value'],
    ['list<bool>', Buffer.from([0xff, 0xff, 0xff, 0x7f]), 'truncated'],
    ['Blob', Buffer.from([9]), 'unknown-tag'],
    [
      'Blob',
      Buffer.from(Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 4 : 1))),
      'too-deep',
    ],
  ])('%s from %o: %s', (type, bytes, problem) => {
    expect(outcome(single(type), bytes)).toBe(problem);
  });

  test('a fact of other types is not encoded', () => {
    const codec = single('string');
    expect(() => encoded(codec, [3])).toThrow(EncodeFault);
    expect(() => encoded(codec, ['\ud800'])).toThrow(EncodeFault);
    expect(() => encoded(single('int'), [0.5])).toThrow(EncodeFault);
    expect(() => encoded(single('(int, int)'), [[1]])).toThrow(EncodeFault);
    expect(() => encoded(single('set<int>'), [[1]])).toThrow(EncodeFault);
  });
});
