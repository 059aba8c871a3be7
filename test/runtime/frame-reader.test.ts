import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { FrameReader } from '../../src/runtime/wire/frame-reader.ts';
import { EncodeFault, WireFault } from '../../src/runtime/wire/wire-fault.ts';

const bytesMax = 1000;

function framesOf(payloads: readonly Uint8Array[]): Buffer {
  const writer = new ByteWriter();
  for (const [tag, payload] of payloads.entries()) {
    const start = writer.beginFrame(tag);
    writer.raw(payload);
    writer.endFrame(start, bytesMax);
  }
  return Buffer.from(writer.written());
}

function read(chunks: readonly Buffer[], reader = new FrameReader(bytesMax)): readonly string[] {
  const seen: string[] = [];
  for (const chunk of chunks) {
    reader.push(chunk, (tag, payload) => {
      seen.push(`${tag} ${payload.bytes.subarray(payload.at, payload.end).toString('hex')}`);
      return true;
    });
  }
  return seen;
}

test('frames come out whole, however the stream is cut', () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(payloads, fc.array(fc.integer({ min: 1, max: 30 })), (sent, cuts) => {
      const bytes = framesOf(sent);
      const chunks: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) {
        if (at >= bytes.length) break;
        chunks.push(bytes.subarray(at, at + cut));
        at += cut;
      }
      chunks.push(bytes.subarray(Math.min(at, bytes.length)));
      const expected = sent.map((each, tag) => `${tag} ${Buffer.from(each).toString('hex')}`);
      expect(read(chunks)).toEqual(expected);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each([0, 1, bytesMax + 1, 2 ** 31, 2 ** 32 - 1])(
  'a length of %d ends the stream',
  (length) => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(length);
    expect(() => read([header])).toThrow(new WireFault('frame-length'));
    // Byte by byte as well.
    expect(() => read([...header].map((byte) => Buffer.from([byte])))).toThrow(WireFault);
  },
);

test('a frame that never ends holds what arrived and no more', () => {
  const reader = new FrameReader(1 << 30);
  const header = Buffer.alloc(4);
  header.writeUInt32LE((1 << 30) - 1);
  const before = process.memoryUsage().arrayBuffers;
  expect(read([header, Buffer.alloc(100)], reader)).toEqual([]);
  expect(reader.isInside).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
});

test('a message that is too long is not sent', () => {
  const writer = new ByteWriter();
  const start = writer.beginFrame(3);
  writer.raw(new Uint8Array(bytesMax));
  expect(() => writer.endFrame(start, bytesMax)).toThrow(EncodeFault);
  expect(writer.at).toBe(0);
});
