/** The few things that the log asks of a folder. Tests put a disk in its place that fills up, fails, or forgets. */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from '../make-folder.ts';

/** A file that is written at its end. Every call may throw or reject with an error of the system. */
export interface DiskFile {
  readonly append: (bytes: Uint8Array) => Promise<void>;
  /** What was appended is on disk when this is done. */
  readonly sync: () => Promise<void>;
  readonly appendNow: (bytes: Uint8Array) => void;
  readonly syncNow: () => void;
  readonly close: () => void;
}

export interface Disk {
  /** How messages call it. */
  readonly name: string;
  readonly list: () => readonly string[];
  readonly read: (file: string) => Buffer;
  /** Empty, in the place of one of that name. */
  readonly create: (file: string) => DiskFile;
  readonly truncate: (file: string, length: number) => void;
  /** The new name is on disk when this is done. */
  readonly rename: (from: string, to: string) => void;
  readonly remove: (file: string) => void;
  /** Names that were made or removed are on disk when this is done. */
  readonly syncFolder: () => void;
}

/** Makes the folder when it isn't there. */
export function folderDisk(folder: string): Disk {
  makeFolder(folder);
  const syncFolder = (): void => {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  };
  return {
    name: folder,
    list: () => readdirSync(folder),
    read: (file) => readFileSync(join(folder, file)),
    create: (file) => fileAt(openSync(join(folder, file), 'w')),
    truncate: (file, length) => truncateSync(join(folder, file), length),
    rename: (from, to) => {
      renameSync(join(folder, from), join(folder, to));
      syncFolder();
    },
    remove: (file) => rmSync(join(folder, file), { force: true }),
    syncFolder,
  };
}

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

function fileAt(handle: number): DiskFile {
  return {
    append: async (bytes) => {
      // A disk that is nearly full takes a part, and fails at the rest.
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await writeLater(handle, bytes, at, bytes.length - at);
        at += bytesWritten;
      }
    },
    sync: () => syncLater(handle),
    appendNow: (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at, bytes.length - at);
    },
    syncNow: () => fdatasyncSync(handle),
    close: () => closeSync(handle),
  };
}
