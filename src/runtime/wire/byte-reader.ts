/** A window of bytes that are read once, from the left; reading past its end is a fault of whoever sent them. */
import { viewOf } from './byte-writer.ts';
import { WireFault } from './wire-fault.ts';

export class ByteReader {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = viewOf(this.bytes);
  at = 0;
  end = 0;

  /** Looks at other bytes, from their start. */
  open(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.at = 0;
    this.end = bytes.length;
  }

  /** Fails unless `count` more bytes are there. */
  need(count: number): void {
    if (this.at + count > this.end) throw new WireFault('truncated');
  }

  u8(): number {
    this.need(1);
    return this.bytes[this.at++] as number;
  }

  u32(): number {
    this.need(4);
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  f64(): number {
    this.need(8);
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  /** At most 2^32 - 1, in the shortest form. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if ((byte === 0 && shift > 0) || value > 0xffffffff) throw new WireFault('bad-value');
      return value;
    }
    throw new WireFault('bad-value');
  }

  /** A number of things that take at least one byte each, so no count makes more room than it fills. */
  count(): number {
    const count = this.varint();
    if (count > this.end - this.at) throw new WireFault('truncated');
    return count;
  }

  finish(): void {
    if (this.at !== this.end) throw new WireFault('trailing-bytes');
  }
}
