/**
 * Bytes that are about to leave: grows by doubling, and is used again once they have left. All numbers are little-endian.
 *
 * A frame is `[u32 length][u16 tag][payload]`; the length counts tag and payload.
 */
import { EncodeFault } from './wire-fault.ts';

export const FRAME_HEADER = 4;
const startBytes = 1 << 12;

export class ByteWriter {
  bytes: Buffer = Buffer.allocUnsafeSlow(startBytes);
  view: DataView = viewOf(this.bytes);
  at = 0;

  /** Makes room for `count` more bytes. */
  ensure(count: number): void {
    if (this.at + count > this.bytes.length) this.#grow(this.at + count);
  }

  /** Begins a frame; what it returns is given to `endFrame`. */
  beginFrame(tag: number): number {
    this.ensure(6);
    const start = this.at;
    this.view.setUint16(start + FRAME_HEADER, tag, true);
    this.at = start + 6;
    return start;
  }

  /** Takes the frame back when it is longer than allowed. */
  endFrame(start: number, bytesMax: number): void {
    const length = this.at - start - FRAME_HEADER;
    if (length > bytesMax) {
      this.at = start;
      throw new EncodeFault(`a message of ${length} bytes; at most ${bytesMax} are allowed`);
    }
    this.view.setUint32(start, length, true);
  }

  u8(value: number): void {
    this.ensure(1);
    this.bytes[this.at++] = value;
  }

  u32(value: number): void {
    this.ensure(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** A whole number up to 2^53, or any other double. */
  f64(value: number): void {
    this.ensure(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Seven bits a byte, low ones first; up to 2^32 - 1. */
  varint(value: number): void {
    this.ensure(5);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.bytes[this.at++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.ensure(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** What was written; the buffer is still this writer's. */
  written(): Buffer {
    return this.bytes.subarray(0, this.at);
  }

  /** Starts again in the same buffer: nobody else looks at it any more. */
  reset(): void {
    this.at = 0;
    // One burst must not keep its memory for ever.
    if (this.bytes.length > 1 << 20) this.#replace(startBytes);
  }

  /** Gives the buffer away and starts in a new one. */
  detach(): void {
    this.at = 0;
    this.#replace(Math.min(this.bytes.length, 1 << 16));
  }

  #grow(least: number): void {
    const before = this.bytes;
    let size = before.length;
    while (size < least) size *= 2;
    this.#replace(size);
    before.copy(this.bytes, 0, 0, this.at);
  }

  #replace(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = viewOf(this.bytes);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
