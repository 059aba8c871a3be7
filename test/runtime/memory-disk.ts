/** A disk in memory that can fill up, fail, and lose what wasn't flushed. */
import type { Disk, DiskFile } from '../../src/runtime/log/disk.ts';

interface Content {
  /** What a crash can't take. */
  safe: Buffer;
  /** All that was written. */
  all: Buffer;
}

export interface MemoryDisk extends Disk {
  readonly files: Map<string, Content>;
  /** The next writes or flushes fail with this error code; null to heal. */
  fail: { readonly at: 'write' | 'sync'; readonly code: string } | null;
  /** Bytes that may be written until the disk is full. */
  room: number;
  /** What is left after a power cut: `keep(n)` says how many of n unflushed bytes made it. */
  readonly crash: (keep: (unflushed: number) => number) => MemoryDisk;
}

export function memoryDisk(before: ReadonlyMap<string, Buffer> = new Map()): MemoryDisk {
  const files = new Map<string, Content>();
  for (const [name, bytes] of before) files.set(name, { safe: bytes, all: bytes });
  const check = (at: 'write' | 'sync'): void => {
    if (disk.fail?.at === at) throw new Error(`${disk.fail.code}: the disk failed`);
  };
  const fileOf = (name: string): DiskFile => {
    const content: Content = { safe: Buffer.alloc(0), all: Buffer.alloc(0) };
    files.set(name, content);
    const appendNow = (bytes: Uint8Array): void => {
      check('write');
      const part = bytes.subarray(0, Math.max(0, disk.room));
      disk.room -= bytes.length;
      content.all = Buffer.concat([content.all, part]);
      if (part.length < bytes.length) throw new Error('ENOSPC: no space left on device');
    };
    const syncNow = (): void => {
      check('sync');
      content.safe = content.all;
    };
    return {
      appendNow,
      syncNow,
      append: async (bytes) => {
        const copy = Buffer.from(bytes);
        await Promise.resolve();
        appendNow(copy);
      },
      sync: async () => {
        await Promise.resolve();
        syncNow();
      },
      close: () => undefined,
    };
  };
  const disk: MemoryDisk = {
    name: 'disk',
    files,
    fail: null,
    room: Number.MAX_SAFE_INTEGER,
    list: () => [...files.keys()],
    read: (name) => files.get(name)?.all ?? Buffer.alloc(0),
    create: fileOf,
    truncate: (name, length) => {
      const content = files.get(name);
      if (content !== undefined) content.all = content.all.subarray(0, length);
    },
    rename: (from, to) => {
      const content = files.get(from);
      if (content === undefined) throw new Error(`ENOENT: ${from}`);
      files.delete(from);
      files.set(to, content);
    },
    remove: (name) => void files.delete(name),
    syncFolder: () => undefined,
    crash: (keep) => {
      const left = new Map<string, Buffer>();
      for (const [name, { safe, all }] of files) {
        const unflushed = all.length - safe.length;
        left.set(name, all.subarray(0, safe.length + (unflushed > 0 ? keep(unflushed) : 0)));
      }
      return memoryDisk(left);
    },
  };
  return disk;
}
