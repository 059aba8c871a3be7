/**
 * The folder of one deployment: `deployment.json` says where the nodes are, `logs/` has what each printed, `data/` what
 * each member keeps on disk.
 */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseRole } from '../ir/schema.ts';
import type { Address } from './stream.ts';
import type { NodePlace, Topology } from './topology.ts';

export const DEPLOYMENT_SCHEMA = 'compart/deployment@1';

interface Located {
  readonly place: NodePlace;
  readonly address: Address | null;
  readonly pid: number | null;
}

export class DeploymentFolder {
  readonly #folder: string;
  readonly #topology: Topology;
  readonly #plan: string;
  #sockets: string | null = null;

  /** Throws what the system says when it can't be written. */
  constructor(folder: string, topology: Topology, plan: string) {
    this.#folder = folder;
    this.#topology = topology;
    this.#plan = plan;
    mkdirSync(join(folder, 'logs'), { recursive: true });
    mkdirSync(join(folder, 'data'), { recursive: true });
  }

  logFile({ name }: NodePlace): string {
    return join(this.#folder, 'logs', `${fileNameOf(name)}.log`);
  }

  /** A folder for the process in that of its member. */
  dataFolder({ role, member, part }: NodePlace): string {
    const base = baseRole(this.#topology.program, role);
    return join(this.#folder, 'data', `${base}-${member}`, `${role}-${part}`);
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
      nodes: nodes.map(({ place: { name, role, member, part }, address, pid }) => ({
        name,
        role,
        member,
        part,
        address,
        pid,
      })),
    };
    const file = join(this.#folder, 'deployment.json');
    try {
      writeFileSync(`${file}.tmp`, `${JSON.stringify(document, null, 2)}\n`);
      renameSync(`${file}.tmp`, file);
      return null;
    } catch (thrown) {
      return `${file} can't be written: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }

  close(): void {
    if (this.#sockets !== null) rmSync(this.#sockets, { recursive: true, force: true });
  }
}

function fileNameOf(node: string): string {
  return node.replaceAll(/[:/]/g, '-');
}
