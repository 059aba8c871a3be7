/**
 * Records of a log file: `[u32 length][u32 crc of the payload][u32 crc of those eight bytes][payload]`.
 *
 * One record is one write, and the next is written after the last is on disk. So only the last one can be torn: a
 * damaged record with a whole one behind it has been on disk before, and so has one whose bytes are all there and
 * wrong. Those are corruption, which must not be cut: something may have been answered because of them.
 */
import { viewOf } from '../wire/byte-writer.ts';
import { crc32c } from './crc32c.ts';

export const RECORD_HEADER = 12;
const sector = 512;
/** Bytes that the search for records behind a damaged one may check; more is refused as well. */
const searchBytesMax = 1 << 30;

/** Fills in the header of a record that begins at `start`; its payload ends at `end`. */
export function sealRecord(bytes: Uint8Array, start: number, end: number): void {
  const view = viewOf(bytes);
  view.setUint32(start, end - start - RECORD_HEADER, true);
  view.setUint32(start + 4, crc32c(bytes, start + RECORD_HEADER, end), true);
  view.setUint32(start + 8, crc32c(bytes, start, start + 8), true);
}

export type ScanEnd =
  | { readonly kind: 'whole' }
  /** What a crash leaves of the record that was being written. */
  | { readonly kind: 'torn'; readonly at: number }
  | { readonly kind: 'corrupt'; readonly at: number; readonly reason: string };

export interface Scan {
  readonly payloads: readonly Buffer[];
  readonly end: ScanEnd;
}

export function scanRecords(bytes: Buffer, from: number): Scan {
  const payloads: Buffer[] = [];
  let at = from;
  while (at < bytes.length) {
    const found = recordAt(bytes, at);
    if (found.kind !== 'record') return { payloads, end: judge(bytes, at, found.kind) };
    payloads.push(bytes.subarray(at + RECORD_HEADER, found.end));
    at = found.end;
  }
  return { payloads, end: { kind: 'whole' } };
}

type Found =
  | { readonly kind: 'record'; readonly end: number }
  | { readonly kind: 'short' | 'header' | 'payload' };

function recordAt(bytes: Buffer, at: number): Found {
  if (at + RECORD_HEADER > bytes.length) return { kind: 'short' };
  if (bytes.readUInt32LE(at + 8) !== crc32c(bytes, at, at + 8)) return { kind: 'header' };
  const end = at + RECORD_HEADER + bytes.readUInt32LE(at);
  if (end > bytes.length) return { kind: 'short' };
  const isGood = bytes.readUInt32LE(at + 4) === crc32c(bytes, at + RECORD_HEADER, end);
  return isGood ? { kind: 'record', end } : { kind: 'payload' };
}

function judge(bytes: Buffer, at: number, kind: 'short' | 'header' | 'payload'): ScanEnd {
  const behind = recordBehind(bytes, at);
  if (behind !== null) return { kind: 'corrupt', at, reason: behind };
  if (kind === 'short' || hasEmptySector(bytes, at)) return { kind: 'torn', at };
  return { kind: 'corrupt', at, reason: 'all of its bytes are there and its checksum is wrong' };
}

function recordBehind(bytes: Buffer, at: number): string | null {
  let checked = 0;
  for (let place = at + 1; place + RECORD_HEADER <= bytes.length; place++) {
    checked += RECORD_HEADER;
    if (bytes.readUInt32LE(place + 8) === crc32c(bytes, place, place + 8)) {
      const found = recordAt(bytes, place);
      if (found.kind === 'record') return `a whole record follows it at byte ${place}`;
      if (found.kind === 'payload') checked += bytes.readUInt32LE(place);
    }
    if (checked > searchBytesMax) return 'what follows it is too long to be the end of one write';
  }
  return null;
}

/** A file may have grown before all of its sectors were written: those are zeros. */
function hasEmptySector(bytes: Buffer, at: number): boolean {
  for (let start = at; start < bytes.length; ) {
    const end = Math.min(bytes.length, start - (start % sector) + sector);
    const isWhole = end - start === sector || end === bytes.length;
    if (isWhole && bytes.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
  return false;
}
