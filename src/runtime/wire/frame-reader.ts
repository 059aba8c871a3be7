/**
 * Cuts a stream of bytes into frames. A frame that lies whole in a chunk is read where it is; only one that is
 * spread over chunks is put together, once, so a peer that sends byte by byte costs no more than its bytes.
 */
import { ByteReader } from './byte-reader.ts';
import { FRAME_HEADER } from './byte-writer.ts';
import { WireFault } from './wire-fault.ts';

const nothing = Buffer.alloc(0);

export class FrameReader {
  readonly #reader = new ByteReader();
  /** The beginning of a frame that isn't whole: its first `#held` bytes. */
  #store: Buffer = nothing;
  #held = 0;
  /** Bytes until the frame that began is whole; its length first. */
  #needed = FRAME_HEADER;
  /** Grows with each frame that is taken, so that a watcher sees whether one is stuck. */
  frames = 0;
  bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** A frame has begun and isn't whole. */
  get isInside(): boolean {
    return this.#held > 0;
  }

  /**
   * Calls `onFrame` for each frame that is whole; the reader stands behind the tag and ends with the frame. Stops early
   * when `onFrame` gives false. Throws `WireFault`.
   */
  push(chunk: Buffer, onFrame: (tag: number, payload: ByteReader) => boolean): void {
    if (this.#held === 0) {
      this.#cut(chunk, onFrame);
      return;
    }
    this.#append(chunk);
    if (this.#held < this.#needed) return;
    const whole = this.#store.subarray(0, this.#held);
    this.#store = nothing;
    this.#held = 0;
    this.#cut(whole, onFrame);
  }

  #cut(bytes: Buffer, onFrame: (tag: number, payload: ByteReader) => boolean): void {
    const reader = this.#reader;
    reader.open(bytes);
    const { view } = reader;
    let start = 0;
    while (bytes.length - start >= FRAME_HEADER) {
      const length = view.getUint32(start, true);
      if (length < 2 || length > this.bytesMax) throw new WireFault('frame-length');
      const end = start + FRAME_HEADER + length;
      if (end > bytes.length) {
        this.#keep(bytes, start, FRAME_HEADER + length);
        return;
      }
      reader.at = start + FRAME_HEADER + 2;
      reader.end = end;
      this.frames += 1;
      if (!onFrame(view.getUint16(start + FRAME_HEADER, true), reader)) return;
      start = end;
    }
    if (start < bytes.length) this.#keep(bytes, start, FRAME_HEADER);
  }

  #keep(bytes: Buffer, start: number, needed: number): void {
    this.#append(bytes.subarray(start));
    this.#needed = needed;
  }

  /** Grows by doubling with what has arrived, never with what a length only promises. */
  #append(chunk: Buffer): void {
    const size = this.#held + chunk.length;
    if (size > this.#store.length) {
      const before = this.#store;
      this.#store = Buffer.allocUnsafeSlow(Math.max(size, 2 * before.length));
      before.copy(this.#store, 0, 0, this.#held);
    }
    chunk.copy(this.#store, this.#held);
    this.#held = size;
  }
}
