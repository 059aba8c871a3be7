/**
 * The log of one process. `append` takes what a tick changes on disk; `onFlushed` says up to which tick all is safe.
 *
 * - `group`: while one write is on its way to the disk, ticks gather, and leave as one record.
 * - `each`: every tick is a record of its own, on disk before the next tick.
 * - `none`: written to the system and not to the disk: survives a killed process, not a power cut.
 *
 * After a failed write or flush nothing is safe any more and nothing is tried again: what the system says after a
 * failed flush can't be trusted. The process stops, and whoever starts it again reads what is there into a new snapshot.
 */
import { ok, type Result } from '../../base/result.ts';
import type { Fact } from '../../exec/value.ts';
import type { DiskChange } from '../machine.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import type { FactCodec } from '../wire/fact-codec.ts';
import type { Disk, DiskFile } from './disk.ts';
import {
  beginRecord,
  endRecord,
  fileName,
  type LogOwner,
  parseFileName,
  writeFileHeader,
  writeImage,
  writeTick,
} from './log-files.ts';
import { recover } from './recovery.ts';

export type Durability = 'none' | 'group' | 'each';

export interface LogOptions {
  readonly disk: Disk;
  readonly owner: LogOwner;
  /** By durable relation. */
  readonly codecs: readonly FactCodec[];
  readonly durability: Durability;
  /** A longer log is replaced by a snapshot, unless the last snapshot is more than half as long. */
  readonly bytesMax: number;
}

export interface LogEvents {
  /** All ticks up to this one are as safe as the durability asks for. */
  readonly onFlushed: (tick: number) => void;
  readonly onFailed: (problem: string) => void;
  /** What a snapshot holds: by durable relation, all facts after the tick that was appended last. */
  readonly image: () => readonly (readonly Fact[])[];
}

export interface OpenLog {
  readonly log: DurableLog;
  readonly image: readonly (readonly Fact[])[] | null;
  readonly cut: string | null;
}

export class DurableLog {
  readonly #options: LogOptions;
  #events: LogEvents | null = null;
  #file: DiskFile;
  #fileBytes = 0;
  #snapshotBytes = 0;
  #pending = new ByteWriter();
  #spare = new ByteWriter();
  #pendingTicks = 0;
  #recordStart = 0;
  #appended: number;
  #flushed: number;
  #isFlushing = false;
  #isBroken = false;
  #flushes = 0;

  private constructor(options: LogOptions, tick: number, file: DiskFile) {
    this.#options = options;
    this.#appended = tick;
    this.#flushed = tick;
    this.#file = file;
  }

  /** The error is a sentence for the user. Errors of the system are thrown. */
  static open(options: LogOptions): Result<OpenLog, string> {
    const { disk, owner, codecs } = options;
    const recovered = recover(disk, owner, codecs);
    if (recovered.kind === 'err') return recovered;
    const { image, tick, cut } = recovered.value;
    let snapshotBytes = 0;
    if (image !== null) {
      // Written anew, so that all of it is on this disk whatever happened to the writes before the crash.
      const bytes = snapshotOf(options, image);
      const name = fileName('snapshot', tick);
      const file = disk.create(`${name}.tmp`);
      file.appendNow(bytes);
      if (options.durability !== 'none') file.syncNow();
      file.close();
      disk.rename(`${name}.tmp`, name);
      snapshotBytes = bytes.length;
    }
    // The old log of this name has no tick that the snapshot hasn't, so it may be begun again.
    const log = new DurableLog(options, tick, DurableLog.#begin(options, tick));
    log.#snapshotBytes = snapshotBytes;
    log.#removeOld(tick);
    return ok({ log, image, cut });
  }

  static #begin({ disk, owner, durability }: LogOptions, tick: number): DiskFile {
    const header = new ByteWriter();
    writeFileHeader(header, owner);
    const file = disk.create(fileName('log', tick));
    file.appendNow(header.written());
    if (durability !== 'none') file.syncNow();
    disk.syncFolder();
    return file;
  }

  /** Must be called before the first `append`. */
  start(events: LogEvents): void {
    this.#events = events;
  }

  /** Ticks that are safe. */
  get flushed(): number {
    return this.#flushed;
  }

  get appended(): number {
    return this.#appended;
  }

  get isIdle(): boolean {
    return this.#pendingTicks === 0 && !this.#isFlushing;
  }

  /** Bytes that wait to be written. */
  get waiting(): number {
    return this.#pending.at;
  }

  /** Writes to disk so far. */
  get flushes(): number {
    return this.#flushes;
  }

  /** The tick's number. With `each` and `none` it is safe when this returns, unless the disk failed. */
  append(changes: readonly DiskChange[]): number {
    const to = this.#pending;
    if (this.#pendingTicks === 0) {
      this.#recordStart = beginRecord(to);
      to.f64(this.#appended + 1);
      to.u32(0);
    }
    this.#appended += 1;
    this.#pendingTicks += 1;
    writeTick(to, this.#options.codecs, changes);
    if (this.#options.durability === 'each') this.#flushNow('sync');
    return this.#appended;
  }

  /** Begins to write what was appended. To be called when the image has the last appended tick, and no other. */
  commit(): void {
    if (this.#isBroken || this.#isFlushing) return;
    const { durability } = this.#options;
    if (durability === 'group') void this.#flushLater();
    else {
      if (this.#pendingTicks > 0) this.#flushNow('written');
      if (this.#isLong()) this.#snapshotNow(durability === 'each' ? 'sync' : 'written');
    }
  }

  close(): void {
    this.#isBroken = true;
    this.#file.close();
  }

  #flushNow(until: 'sync' | 'written'): void {
    if (this.#isBroken) return;
    try {
      const bytes = this.#seal();
      this.#file.appendNow(bytes);
      if (until === 'sync') this.#file.syncNow();
      this.#fileBytes += bytes.length;
      this.#pending.reset();
      this.#pendingTicks = 0;
      this.#done(this.#appended);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  async #flushLater(): Promise<void> {
    this.#isFlushing = true;
    try {
      while (this.#pendingTicks > 0) {
        const tick = this.#appended;
        if (this.#isLong()) {
          await this.#snapshotLater(tick);
        } else {
          const bytes = this.#seal();
          this.#swap();
          await this.#file.append(bytes);
          await this.#file.sync();
          this.#fileBytes += bytes.length;
        }
        this.#done(tick);
      }
      this.#isFlushing = false;
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** The finished record of all ticks that wait. */
  #seal(): Buffer {
    const { view, bytes, at } = this.#pending;
    const countAt = this.#recordStart + 12 + 8;
    view.setUint32(countAt, this.#pendingTicks, true);
    endRecord(this.#pending, this.#recordStart);
    return bytes.subarray(0, at);
  }

  #swap(): void {
    const full = this.#pending;
    this.#pending = this.#spare;
    this.#pending.reset();
    this.#spare = full;
    this.#pendingTicks = 0;
  }

  #isLong(): boolean {
    return this.#fileBytes > Math.max(this.#options.bytesMax, 2 * this.#snapshotBytes);
  }

  /** The image has the ticks that wait as well, so they need no record. */
  async #snapshotLater(tick: number): Promise<void> {
    const bytes = snapshotOf(this.#options, this.#events?.image() ?? []);
    this.#pending.reset();
    this.#pendingTicks = 0;
    const { disk } = this.#options;
    const name = fileName('snapshot', tick);
    const file = disk.create(`${name}.tmp`);
    await file.append(bytes);
    await file.sync();
    file.close();
    this.#continueAfter(name, tick, bytes.length);
  }

  #snapshotNow(until: 'sync' | 'written'): void {
    if (this.#isBroken) return;
    try {
      this.#writeSnapshot(until);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #writeSnapshot(until: 'sync' | 'written'): void {
    const bytes = snapshotOf(this.#options, this.#events?.image() ?? []);
    const name = fileName('snapshot', this.#appended);
    const file = this.#options.disk.create(`${name}.tmp`);
    file.appendNow(bytes);
    if (until === 'sync') file.syncNow();
    file.close();
    this.#continueAfter(name, this.#appended, bytes.length);
  }

  #continueAfter(name: string, tick: number, bytes: number): void {
    this.#options.disk.rename(`${name}.tmp`, name);
    this.#file.close();
    this.#file = DurableLog.#begin(this.#options, tick);
    this.#fileBytes = 0;
    this.#snapshotBytes = bytes;
    this.#removeOld(tick);
  }

  #removeOld(tick: number): void {
    const { disk } = this.#options;
    for (const name of disk.list()) {
      const file = parseFileName(name);
      if (name.endsWith('.tmp') || (file !== null && file.tick < tick)) disk.remove(name);
    }
  }

  #done(tick: number): void {
    this.#flushes += 1;
    this.#flushed = tick;
    this.#events?.onFlushed(tick);
  }

  #fail(thrown: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#events?.onFailed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function snapshotOf({ owner, codecs }: LogOptions, image: readonly (readonly Fact[])[]): Buffer {
  const to = new ByteWriter();
  writeFileHeader(to, owner);
  const start = beginRecord(to);
  writeImage(to, codecs, image);
  endRecord(to, start);
  return to.written();
}
