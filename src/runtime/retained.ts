/**
 * Frames of reliable channels that the peer hasn't acknowledged: numbered from 1, in order, as bytes. Numbers don't
 * travel: both ends count, from the number that a `resume` names.
 */
import { ByteWriter, FRAME_HEADER } from './wire/byte-writer.ts';

interface Segment {
  first: number;
  readonly last: number;
  bytes: Buffer;
}

export class Retained {
  #segments: Segment[] = [];
  readonly #open = new ByteWriter();
  #openFrom = 1;
  #last = 0;
  #bytes = 0;

  /** The number of the last frame. */
  get last(): number {
    return this.#last;
  }

  get bytes(): number {
    return this.#bytes + this.#open.at;
  }

  /** Takes a copy of one frame. */
  add(frame: Uint8Array): void {
    this.#open.raw(frame);
    this.#last += 1;
  }

  /** Closes what was added since the last call: one piece to be forgotten as a whole. */
  seal(): void {
    if (this.#open.at === 0) return;
    const bytes = Buffer.from(this.#open.written());
    this.#segments.push({ first: this.#openFrom, last: this.#last, bytes });
    this.#bytes += bytes.length;
    this.#openFrom = this.#last + 1;
    this.#open.reset();
  }

  /** Forgets all frames up to this number; how many those were. */
  forget(upTo: number): number {
    this.seal();
    const before = this.#firstKept();
    while (this.#segments.length > 0) {
      const segment = this.#segments[0] as Segment;
      if (segment.first > upTo) break;
      this.#bytes -= segment.bytes.length;
      if (segment.last <= upTo) {
        this.#segments.shift();
        continue;
      }
      segment.bytes = behind(segment.bytes, upTo - segment.first + 1);
      segment.first = upTo + 1;
      this.#bytes += segment.bytes.length;
      break;
    }
    return this.#firstKept() - before;
  }

  /** All that is kept, in order, and the number of the first of them. */
  kept(): { readonly first: number; readonly pieces: readonly Buffer[] } {
    this.seal();
    return { first: this.#firstKept(), pieces: this.#segments.map(({ bytes }) => bytes) };
  }

  #firstKept(): number {
    return this.#segments[0]?.first ?? this.#openFrom;
  }
}

/** The bytes after so many frames. */
function behind(bytes: Buffer, frames: number): Buffer {
  let at = 0;
  for (let count = 0; count < frames; count++) at += FRAME_HEADER + bytes.readUInt32LE(at);
  return bytes.subarray(at);
}
