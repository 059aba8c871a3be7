/**
 * The folder of one deployment: `deployment.json` says where the nodes are, `logs/` has what each printed, `data/` what
 * each member keeps on disk.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseRole } from '../ir/schema.ts';
import { makeFolder } from './make-folder.ts';
import type { Address } from './stream.ts';
import type { NodePlace, Topology } from './topology.ts';

/** Holds the number of the process that uses the folder. */
const LOCK = 'lock';
const DOCUMENT = 'deployment.json';

export const DEPLOYMENT_SCHEMA = 'compart/deployment@1';

interface Located {
  readonly place: NodePlace;
  readonly address: Address | null;
  readonly pid: number | null;
  readonly kept: boolean;
}

export class DeploymentFolder {
  readonly #folder: string;
  readonly #topology: Topology;
  readonly #plan: string;
  #sockets: string | null = null;
  /** Names of the nodes that have kept something on disk before. */
  readonly kept: ReadonlySet<string>;

  /** Throws what the system says when it can't be written. */
  constructor(folder: string, topology: Topology, plan: string) {
    this.#folder = folder;
    this.#topology = topology;
    this.#plan = plan;
    makeFolder(join(folder, 'logs'));
    makeFolder(join(folder, 'data'));
    this.#lock();
    this.kept = keptIn(join(folder, DOCUMENT), plan);
  }

  logFile({ name }: NodePlace): string {
    return join(this.#folder, 'logs', `${fileNameOf(name)}.log`);
  }

  /** A folder for the process in that of its member. */
  dataFolder({ role, member, part }: NodePlace): string {
    const base = baseRole(this.#topology.program, role);
    return join(this.#folder, 'data', `${base}-${member}`, `${role}-${part}`);
  }

  /** Two deployments that wrote to the same logs would destroy them. A lock of a process that is gone is none. */
  #lock(): void {
    const file = join(this.#folder, LOCK);
    try {
      writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    } catch (thrown) {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
      const holder = Number(readFileSync(file, 'utf8'));
      if (isRunning(holder)) throw new Error(`it is in use by process ${holder}`);
      writeFileSync(file, `${process.pid}`);
    }
  }

  /** In a folder of its own: names of sockets have to be short. */
  socketFile({ index }: NodePlace): string {
    this.#sockets ??= mkdtempSync(join(tmpdir(), 'compart-'));
    return join(this.#sockets, `${index}`);
  }

  /** For clients that connect later. What went wrong, if anything. */
  write(nodes: readonly Located[]): string | null {
    const document = {
      schema: DEPLOYMENT_SCHEMA,
      program: this.#topology.program.name,
      plan: this.#plan,
      clients: this.#topology.clients,
      nodes: nodes.map(({ place: { name, role, member, part }, address, pid, kept }) => ({
        name,
        role,
        member,
        part,
        address,
        pid,
        kept,
      })),
    };
    const file = join(this.#folder, DOCUMENT);
    try {
      writeFileSync(`${file}.tmp`, `${JSON.stringify(document, null, 2)}\n`);
      renameSync(`${file}.tmp`, file);
      return null;
    } catch (thrown) {
      return `${file} can't be written: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }

  close(): void {
    rmSync(join(this.#folder, LOCK), { force: true });
    if (this.#sockets !== null) rmSync(this.#sockets, { recursive: true, force: true });
  }
}

interface Body {
  readonly plan?: unknown;
  readonly nodes?: unknown;
  readonly name?: unknown;
  readonly kept?: unknown;
}

/** Of a document that isn't there, isn't whole, or is another plan's: none. */
function keptIn(file: string, plan: string): ReadonlySet<string> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return new Set();
  }
  if (!isRecord(document) || document.plan !== plan || !Array.isArray(document.nodes)) {
    return new Set();
  }
  const nodes = document.nodes.filter(isRecord).filter(({ kept }) => kept === true);
  return new Set(nodes.map(({ name }) => String(name)));
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null;
}

function fileNameOf(node: string): string {
  return node.replaceAll(/[:/]/g, '-');
}

function isRunning(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (thrown) {
    // Somebody else's process can't be asked, but it is there.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
