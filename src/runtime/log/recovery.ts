/**
 * Reads back what a process had on disk. The end of the last write may be missing, and is cut off; anything else that is
 * wrong is refused with its place: going on with less than was once on disk could contradict what was answered.
 */
import { err, ok, type Result } from '../../base/result.ts';
import { type Fact, keyOfFact } from '../../exec/value.ts';
import type { FactCodec } from '../wire/fact-codec.ts';
import { WireFault } from '../wire/wire-fault.ts';
import type { Disk } from './disk.ts';
import {
  LOG_MAGIC,
  type LogFile,
  type LogOwner,
  parseFileName,
  readImage,
  readTicks,
} from './log-files.ts';
import { type Scan, scanRecords } from './record.ts';

export interface Recovered {
  /** By durable relation; null when nothing was ever written. */
  readonly image: readonly (readonly Fact[])[] | null;
  /** Ticks that it is made of. */
  readonly tick: number;
  /** What was cut off, for the reader of the node's own log. */
  readonly cut: string | null;
  readonly files: readonly LogFile[];
}

/** The error is a sentence: what is wrong, where, and what to do. */
export function recover(
  disk: Disk,
  owner: LogOwner,
  codecs: readonly FactCodec[],
): Result<Recovered, string> {
  const files = disk
    .list()
    .map(parseFileName)
    .filter((file) => file !== null)
    .sort((a, b) => a.tick - b.tick);
  const snapshot = files.findLast(({ kind }) => kind === 'snapshot') ?? null;
  const logs = files.filter(({ kind }) => kind === 'log');
  const recovery: Recovery = { disk, owner, codecs, image: codecs.map(() => new Map()), tick: 0 };
  if (snapshot !== null) {
    const read = readSnapshot(recovery, snapshot);
    if (read.kind === 'err') return read;
  }
  let cut: string | null = null;
  for (const log of logs) {
    const read = readLog(recovery, log, log === logs.at(-1));
    if (read.kind === 'err') return read;
    cut ??= read.value;
  }
  const isEmpty = snapshot === null && recovery.tick === 0;
  const image = isEmpty ? null : recovery.image.map((facts) => [...facts.values()]);
  return ok({ image, tick: recovery.tick, cut, files });
}

interface Recovery {
  readonly disk: Disk;
  readonly owner: LogOwner;
  readonly codecs: readonly FactCodec[];
  readonly image: readonly Map<string, Fact>[];
  tick: number;
}

function readSnapshot(recovery: Recovery, file: LogFile): Result<null, string> {
  const scan = recordsOf(recovery, file);
  if (scan.kind === 'err') return scan;
  const [, payload] = scan.value?.payloads ?? [];
  const { end } = scan.value ?? { end: { kind: 'whole' } };
  // It got its name after it was on disk, so it can't be torn.
  if (payload === undefined || end.kind !== 'whole') {
    return refuse(recovery, file, end.kind === 'whole' ? 0 : end.at, 'the snapshot is damaged');
  }
  try {
    for (const [at, facts] of readImage(payload, recovery.codecs).entries()) {
      for (const fact of facts) recovery.image[at]?.set(keyOfFact(fact), fact);
    }
  } catch (thrown) {
    return unreadable(recovery, file, thrown);
  }
  recovery.tick = file.tick;
  return ok(null);
}

/** What was cut off, if anything. */
function readLog(
  recovery: Recovery,
  file: LogFile,
  isLast: boolean,
): Result<string | null, string> {
  const scan = recordsOf(recovery, file);
  if (scan.kind === 'err') return scan;
  if (scan.value === null) {
    if (isLast) return ok(`${file.file} was never begun`);
    return refuse(recovery, file, 0, 'the beginning of the log is missing');
  }
  const { payloads, end } = scan.value;
  if (end.kind === 'corrupt') return refuse(recovery, file, end.at, end.reason);
  if (end.kind === 'torn' && !isLast) {
    return refuse(recovery, file, end.at, 'the record is cut off, and another log follows');
  }
  for (const payload of payloads.slice(1)) {
    const applied = apply(recovery, file, payload);
    if (applied.kind === 'err') return applied;
  }
  return ok(end.kind === 'torn' ? `the last record of ${file.file}, at byte ${end.at}` : null);
}

function apply(recovery: Recovery, file: LogFile, payload: Buffer): Result<null, string> {
  try {
    const { first, ticks } = readTicks(payload, recovery.codecs);
    for (const [at, changes] of ticks.entries()) {
      const tick = first + at;
      // Older ones are in the snapshot already.
      if (tick <= recovery.tick) continue;
      if (tick !== recovery.tick + 1) {
        const gap = `tick ${tick} follows tick ${recovery.tick}: something between them is missing`;
        return refuse(recovery, file, payload.byteOffset, gap);
      }
      recovery.tick = tick;
      for (const [place, { removed, added }] of changes.entries()) {
        for (const fact of removed) recovery.image[place]?.delete(keyOfFact(fact));
        for (const fact of added) recovery.image[place]?.set(keyOfFact(fact), fact);
      }
    }
    return ok(null);
  } catch (thrown) {
    return unreadable(recovery, file, thrown);
  }
}

/** The records of a file that is this owner's; null when not even its beginning was written. */
function recordsOf(recovery: Recovery, file: LogFile): Result<Scan | null, string> {
  const bytes = recovery.disk.read(file.file);
  if (bytes.every((byte) => byte === 0)) return ok(null);
  const start = bytes.subarray(0, LOG_MAGIC.length);
  if (!start.equals(LOG_MAGIC.subarray(0, start.length))) {
    return refuse(recovery, file, 0, 'the file doesn\u2019t begin as a log does');
  }
  const scan = scanRecords(bytes, LOG_MAGIC.length);
  const [header] = scan.payloads;
  if (header === undefined) {
    if (scan.end.kind === 'corrupt') return refuse(recovery, file, scan.end.at, scan.end.reason);
    return ok(null);
  }
  if (header.toString() !== JSON.stringify(recovery.owner)) {
    const { node } = recovery.owner;
    const text = `the file belongs to ${header.toString()}, not to this plan's ${node}`;
    return err(`${recovery.disk.name}/${file.file}: ${text}; use another folder`);
  }
  return ok(scan);
}

function unreadable(recovery: Recovery, file: LogFile, thrown: unknown): Result<never, string> {
  if (!(thrown instanceof WireFault)) throw thrown;
  return refuse(
    recovery,
    file,
    0,
    `a record has the right checksum and reads as nothing (${thrown.problem})`,
  );
}

function refuse(
  { disk }: Recovery,
  file: LogFile,
  at: number,
  reason: string,
): Result<never, string> {
  const what = `${disk.name}/${file.file} is corrupt at byte ${at}: ${reason}`;
  return err(`${what}; restore the folder from a copy`);
}
