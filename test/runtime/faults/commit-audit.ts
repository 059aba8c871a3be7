/**
 * Clients of two-phase commit who remember every answer, and what the participants have on disk in the end: a transaction is
 * applied by all of them or by none, as its client was told.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Prng } from '../../../src/base/prng.ts';
import { compileRole, defaultCompileOptions } from '../../../src/exec/compile.ts';
import type { Fact } from '../../../src/exec/value.ts';
import { ClientConnection } from '../../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../../../src/runtime/limits.ts';
import { folderDisk } from '../../../src/runtime/log/disk.ts';
import { recover } from '../../../src/runtime/log/recovery.ts';
import { dialAddress, systemClock } from '../../../src/runtime/sockets.ts';
import type { Supervisor } from '../../../src/runtime/supervisor.ts';
import { topologyOf } from '../../../src/runtime/topology.ts';
import { factCodec } from '../../../src/runtime/wire/fact-codec.ts';

interface Client {
  id: number;
  sentAt: number;
  issued: number;
  amount: number;
  isOpen: boolean;
  /** By request: what was answered. */
  readonly told: Map<number, boolean>;
}

const retryMs = 300;

export class CommitAudit {
  readonly divergent: string[] = [];
  acknowledged = 0;
  readonly #clients: readonly Client[];
  readonly #connection: ClientConnection;
  readonly #prng: Prng;
  #isIssuing = true;
  #cancel: (() => void) | null = null;

  constructor(supervisor: Supervisor, count: number, seed: number) {
    this.#prng = Prng.fromSeed(seed);
    this.#clients = Array.from({ length: count }, () => {
      return { id: 0, sentAt: 0, issued: 0, amount: 0, isOpen: false, told: new Map() };
    });
    this.#connection = new ClientConnection({
      topology: supervisor.topology,
      plan: supervisor.plan,
      addresses: () => supervisor.addresses,
      role: 'client',
      first: 0,
      count,
      token: `audit ${seed}`,
      onAnswer: (client, _, fact) => this.#answered(client, Number(fact[0]), fact[1] === true),
      limits: defaultRuntimeLimits,
      dial: dialAddress,
      clock: systemClock,
      prng: this.#prng.split(),
      defer: setImmediate,
    });
  }

  async start(): Promise<void> {
    await this.#connection.ready();
    for (const client of this.#clients.keys()) this.#next(client);
    this.#retry();
  }

  finish(): void {
    this.#isIssuing = false;
  }

  get isDone(): boolean {
    return this.#clients.every(({ isOpen }) => !isOpen);
  }

  answeredSince(time: number): boolean {
    return this.#clients.every(({ isOpen, issued }) => !isOpen || issued >= time);
  }

  close(): void {
    this.#cancel?.();
    this.#connection.close();
  }

  /** How many were told that it is done, and that it isn't. */
  get answers(): { readonly commits: number; readonly aborts: number } {
    const all = this.#clients.flatMap(({ told }) => [...told.values()]);
    const commits = all.filter((ok) => ok).length;
    return { commits, aborts: all.length - commits };
  }

  /** What the clients were told against what each participant has on disk: (client, id, text, done). */
  contradictions(participants: readonly (readonly Fact[])[]): readonly string[] {
    const problems: string[] = [...this.divergent];
    const outcomes = new Map<string, boolean>();
    for (const [member, applied] of participants.entries()) {
      for (const [client, id, text, done] of applied) {
        const name = `participant ${member}, client ${client}, request ${id}`;
        const other = outcomes.get(`${client} ${id}`);
        const told = this.#clients[Number(client)]?.told.get(Number(id));
        if (other !== undefined && other !== done) problems.push(`${name}: ${done}, not ${other}`);
        if (told !== undefined && told !== done) problems.push(`${name}: ${done}, told ${told}`);
        if (text !== textOf(Number(client), Number(id))) problems.push(`${name}: says ${text}`);
        outcomes.set(`${client} ${id}`, done === true);
      }
      // A participant keeps the last transaction of each client.
      for (const [number, { id, told }] of this.#clients.entries()) {
        const isThere = applied.some((fact) => fact[0] === number && fact[1] === id && fact[3]);
        if (told.get(id) === true && !isThere)
          problems.push(`participant ${member} lost client ${number}, request ${id}`);
      }
    }
    return problems;
  }

  #next(number: number): void {
    const client = this.#clients[number];
    if (client === undefined) return;
    client.isOpen = this.#isIssuing;
    if (!this.#isIssuing) return;
    client.id += 1;
    client.amount = this.#prng.below(1000);
    client.issued = systemClock.now();
    this.#send(number, client);
  }

  #send(number: number, client: Client): void {
    client.sentAt = systemClock.now();
    const { id, amount } = client;
    this.#connection.send('req', 0, [number, id, textOf(number, id), amount]);
  }

  #retry(): void {
    const now = systemClock.now();
    for (const [number, client] of this.#clients.entries()) {
      if (client.isOpen && now - client.sentAt > retryMs) this.#send(number, client);
    }
    this.#cancel = systemClock.after(20, () => this.#retry());
  }

  #answered(number: number, id: number, ok: boolean): void {
    const client = this.#clients[number];
    if (client === undefined) return;
    const before = client.told.get(id);
    if (before !== undefined && before !== ok) {
      this.divergent.push(`client ${number}, request ${id}: ${before} and ${ok}`);
    }
    client.told.set(id, ok);
    if (!client.isOpen || id !== client.id) return;
    this.acknowledged += 1;
    this.#next(number);
  }
}

function textOf(client: number, id: number): string {
  return `${client}.${id}`;
}

/** By member: what a durable relation of the role has on disk. All processes have stopped. */
export function onDisk(
  supervisor: Supervisor,
  folder: string,
  roleName: string,
  relationName: string,
): readonly (readonly Fact[])[] {
  const { topology, plan } = supervisor;
  const { program } = topology;
  const role = program.roles.find(({ name }) => name === roleName);
  if (role === undefined) throw new Error(`no role ${roleName}`);
  const { members } = topologyOf(program, { clients: 1, functions: {} });
  const code = compileRole(program, role, { ...defaultCompileOptions, members });
  const names = code.durable.map(({ slot }) => code.names[slot]);
  const scope = { program, members: topology.members };
  const codecs = names.map((name) =>
    factCodec(role.relations.find((each) => each.name === name)?.columns ?? [], scope),
  );
  return topology.nodes
    .filter((place) => place.role === roleName)
    .map((place) => {
      const member = join(folder, 'data', `${roleName}-${place.member}`);
      const [part = ''] = readdirSync(member);
      const disk = folderDisk(join(member, part));
      const read = recover(disk, { plan, node: place.name }, codecs);
      if (read.kind === 'err') throw new Error(read.error);
      return read.value.image?.[names.indexOf(relationName)] ?? [];
    });
}
