/** Processes whose disk fails on demand: what they ask of the system for their log goes through here first. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiled } from '../compiled.ts';

export interface DiskFault {
  /** Part of the names of the files that it is about. */
  readonly match: string;
  /** `write` takes half of the bytes before it fails. */
  readonly call: 'write' | 'fdatasync';
  /** That of the error; `stall` when the call never comes back. */
  readonly code: string;
}

export class FaultyDisk {
  /** The module of the processes. */
  readonly entry: string;
  readonly #order: string;

  constructor(compiled: Compiled) {
    this.entry = join(compiled.folder, 'faulty-disk.mjs');
    this.#order = join(compiled.folder, 'disk-fault.json');
    writeFileSync(this.entry, moduleText(this.#order));
    this.heal();
  }

  /** Processes read the order at any moment, so it is there whole or not at all. */
  fail(fault: DiskFault): void {
    writeFileSync(`${this.#order}.tmp`, JSON.stringify(fault));
    renameSync(`${this.#order}.tmp`, this.#order);
  }

  heal(): void {
    rmSync(this.#order, { force: true });
  }
}

const moduleText = (order: string): string => `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { promisify } from 'node:util';

const files = new Map();
const { openSync, readFileSync, writeSync } = fs;
fs.openSync = (file, ...rest) => {
  const handle = openSync(file, ...rest);
  files.set(handle, String(file));
  return handle;
};
function ordered() {
  try {
    return readFileSync(${JSON.stringify(order)}, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return 'null';
    throw error;
  }
}
function faultAt(call, handle) {
  const fault = JSON.parse(ordered());
  if (fault === null) return null;
  const isIt = fault.call === call && (files.get(handle) ?? '').includes(fault.match);
  return isIt ? fault.code : null;
}
for (const call of ['write', 'fdatasync']) {
  const real = promisify(fs[call]);
  const faulty = () => { throw new Error('only through promises'); };
  faulty[promisify.custom] = async (handle, ...rest) => {
    const code = faultAt(call, handle);
    if (code === null) return real(handle, ...rest);
    if (code === 'stall') return new Promise(() => undefined);
    if (call === 'write') writeSync(handle, rest[0], rest[1], Math.floor(rest[2] / 2));
    throw new Error(code + ': the disk failed');
  };
  fs[call] = faulty;
}
syncBuiltinESMExports();
await import('./src/runtime/node-process.js');
`;
