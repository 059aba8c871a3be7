/**
 * What the files of a log say: `log-N` holds the ticks after the N-th, `snapshot-N` all facts after the N-th tick, and both
 * begin with who they belong to. A tick is, for each durable relation, the facts that came and those that went.
 */
import type { Fact } from '../../exec/value.ts';
import type { DiskChange } from '../machine.ts';
import { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import type { FactCodec } from '../wire/fact-codec.ts';
import { RECORD_HEADER, sealRecord } from './record.ts';

export const LOG_MAGIC: Buffer = Buffer.from('compart1');

/** Of whom the files are. Another plan keeps other facts, so its files can't be read. */
export interface LogOwner {
  readonly plan: string;
  /** Name of the node. */
  readonly node: string;
}

export interface LogFile {
  readonly kind: 'log' | 'snapshot';
  readonly file: string;
  /** Ticks before the first that it holds; for a snapshot, ticks that it holds. */
  readonly tick: number;
}

export function fileName(kind: LogFile['kind'], tick: number): string {
  return `${kind}-${String(tick).padStart(16, '0')}`;
}

export function parseFileName(file: string): LogFile | null {
  const [, kind, digits] = /^(log|snapshot)-(\d{16})$/.exec(file) ?? [];
  if (kind === undefined || digits === undefined) return null;
  return { kind: kind === 'log' ? 'log' : 'snapshot', file, tick: Number(digits) };
}

export function writeFileHeader(to: ByteWriter, owner: LogOwner): void {
  to.raw(LOG_MAGIC);
  const start = beginRecord(to);
  to.raw(Buffer.from(JSON.stringify(owner)));
  endRecord(to, start);
}

export function beginRecord(to: ByteWriter): number {
  to.ensure(RECORD_HEADER);
  const start = to.at;
  to.at += RECORD_HEADER;
  return start;
}

export function endRecord(to: ByteWriter, start: number): void {
  sealRecord(to.bytes, start, to.at);
}

export function writeTick(
  to: ByteWriter,
  codecs: readonly FactCodec[],
  changes: readonly DiskChange[],
): void {
  for (const [at, codec] of codecs.entries()) {
    writeFacts(to, codec, changes[at]?.removed ?? []);
    writeFacts(to, codec, changes[at]?.added ?? []);
  }
}

/** The payload of the snapshot's record. */
export function writeImage(
  to: ByteWriter,
  codecs: readonly FactCodec[],
  image: readonly (readonly Fact[])[],
): void {
  for (const [at, codec] of codecs.entries()) writeFacts(to, codec, image[at] ?? []);
}

function writeFacts(to: ByteWriter, codec: FactCodec, facts: readonly Fact[]): void {
  to.varint(facts.length);
  for (const fact of facts) {
    codec.encode(fact, to);
    // A fact without columns takes a byte too, so that counts are bounded by bytes.
    to.u8(0);
  }
}

export interface TickRecord {
  readonly first: number;
  readonly ticks: readonly (readonly DiskChange[])[];
}

/** Throws `WireFault`. */
export function readTicks(payload: Buffer, codecs: readonly FactCodec[]): TickRecord {
  const from = new ByteReader();
  from.open(payload);
  const first = from.f64();
  const count = from.u32();
  const ticks: DiskChange[][] = [];
  for (let tick = 0; tick < count; tick++) {
    ticks.push(
      codecs.map((codec) => {
        const removed = readFacts(from, codec);
        return { removed, added: readFacts(from, codec) };
      }),
    );
  }
  from.finish();
  return { first, ticks };
}

/** Throws `WireFault`. */
export function readImage(payload: Buffer, codecs: readonly FactCodec[]): readonly Fact[][] {
  const from = new ByteReader();
  from.open(payload);
  const image = codecs.map((codec) => readFacts(from, codec));
  from.finish();
  return image;
}

function readFacts(from: ByteReader, codec: FactCodec): Fact[] {
  const count = from.count();
  const facts: Fact[] = [];
  for (let at = 0; at < count; at++) {
    facts.push(codec.decode(from));
    from.u8();
  }
  return facts;
}
