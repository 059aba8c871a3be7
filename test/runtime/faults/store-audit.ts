/**
 * Clients of the replicated store who check every answer. Each has a key of its own, writes a new version to it, and reads
 * it back: an acknowledged write that isn't there is lost, an older version that comes back was done twice. Now and then they
 * write and read keys that all share; those operations are recorded, to be judged for linearizability.
 */
import { Prng } from '../../../src/base/prng.ts';
import { ClientConnection } from '../../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../../../src/runtime/limits.ts';
import { dialAddress, systemClock } from '../../../src/runtime/sockets.ts';
import type { Address } from '../../../src/runtime/stream.ts';
import type { Topology } from '../../../src/runtime/topology.ts';
import {
  type ClientEvent,
  type ClientOperation,
  operationsOf,
} from '../../../src/sim/judge/client-history.ts';

export interface AuditOptions {
  readonly topology: Topology;
  readonly plan: string;
  readonly addresses: () => readonly (Address | null)[];
  readonly first: number;
  readonly count: number;
  readonly seed: number;
  /** One operation in so many is on a shared key. */
  readonly shareEvery: number;
  /** A client asks the next member when there is no answer. */
  readonly retryMs: number;
  readonly token: string;
}

export interface Audit {
  readonly acknowledged: number;
  readonly retried: number;
  /** One sentence each. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Two answers to one request that differ. */
  readonly divergent: readonly string[];
}

interface Operation {
  readonly id: number;
  readonly f: 'read' | 'write';
  readonly key: number;
  readonly value: string;
  readonly issued: number;
  member: number;
  sentAt: number;
  attempts: number;
}

interface Client {
  readonly number: number;
  /** Of the last request; ids of a client rise. */
  id: number;
  /** Of its own key: written last, and the highest that was read. */
  version: number;
  seen: number;
  open: Operation | null;
  last: { readonly id: number; readonly value: string } | null;
  member: number;
  turn: number;
}

/** Operations on one shared key: the search for an order grows with their number. */
const operationsPerKey = 400;
const sharedKeys = 4;
/** Clients that use them: so does it with the number of operations that are open at the same time. */
const sharers = 12;
const firstSharedKey = 1_000_000;

export class StoreAudit {
  readonly #options: AuditOptions;
  readonly #prng: Prng;
  readonly #connection: ClientConnection;
  readonly #clients: readonly Client[];
  readonly #events: ClientEvent[] = [];
  readonly lost: string[] = [];
  readonly doubled: string[] = [];
  readonly divergent: string[] = [];
  acknowledged = 0;
  retried = 0;
  /** When the youngest of the answered requests was first sent. */
  youngest: number = Number.NEGATIVE_INFINITY;
  #shared = 0;
  #isIssuing = true;
  #cancel: (() => void) | null = null;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.#prng = Prng.fromSeed(options.seed);
    this.#clients = Array.from({ length: options.count }, (_, at) => ({
      number: options.first + at,
      id: 0,
      version: 0,
      seen: 0,
      open: null,
      last: null,
      member: 0,
      turn: at,
    }));
    this.#connection = new ClientConnection({
      ...options,
      role: 'client',
      onAnswer: (client, _, fact) => this.#answered(client, Number(fact[0]), String(fact[1])),
      limits: defaultRuntimeLimits,
      dial: dialAddress,
      clock: systemClock,
      prng: this.#prng.split(),
      defer: setImmediate,
    });
  }

  async start(): Promise<void> {
    await this.#connection.ready();
    for (const client of this.#clients) this.#next(client);
    this.#retry();
  }

  /** Clients all of whose requests from before that time are answered. */
  answeredSince(time: number): boolean {
    return this.#clients.every(({ open }) => open === null || open.issued >= time);
  }

  /** No new requests; those that are open are still asked again. */
  finish(): void {
    this.#isIssuing = false;
  }

  get isDone(): boolean {
    return this.#clients.every(({ open }) => open === null);
  }

  close(): void {
    this.#cancel?.();
    this.#connection.close();
  }

  /** Requests on shared keys, with those that weren't answered. */
  operations(): readonly ClientOperation[] {
    const paired = operationsOf(this.#events);
    if (paired.kind === 'err') throw new Error(JSON.stringify(paired.error));
    return paired.value;
  }

  #next(client: Client): void {
    client.open = null;
    if (!this.#isIssuing) return;
    client.turn += 1;
    client.id += 1;
    const { shareEvery, first } = this.#options;
    const operation =
      client.turn % shareEvery === 0 && client.number - first < sharers
        ? this.#sharedOperation(client)
        : ownOperation(client);
    const now = systemClock.now();
    client.open = {
      ...operation,
      id: client.id,
      issued: now,
      member: client.member,
      sentAt: now,
      attempts: 0,
    };
    if (operation.key >= firstSharedKey) this.#record(client, 'invoke', operation.value);
    this.#send(client);
  }

  #sharedOperation({ number, id }: Client): Pick<Operation, 'f' | 'key' | 'value'> {
    const group = Math.floor(this.#shared / (operationsPerKey * sharedKeys));
    this.#shared += 1;
    const key = firstSharedKey + group * sharedKeys + this.#prng.below(sharedKeys);
    if (this.#prng.below(2) === 0) return { f: 'read', key, value: '' };
    return { f: 'write', key, value: `${number}:${id}` };
  }

  #record(client: Client, type: 'invoke' | 'ok', value: string): void {
    const { open } = client;
    if (open === null) return;
    const { f, key } = open;
    const isNothing = f === 'read' && (type === 'invoke' || value === '');
    const event = { process: client.number, type, f, key };
    this.#events.push({ ...event, value: isNothing ? null : f === 'write' ? open.value : value });
  }

  #send({ number, open }: Client): void {
    if (open === null) return;
    const { id, f, key, value, member } = open;
    if (f === 'write') this.#connection.send('put', member, [number, id, key, value]);
    else this.#connection.send('get', member, [number, id, key]);
  }

  #retry(): void {
    const now = systemClock.now();
    for (const client of this.#clients) {
      const { open } = client;
      if (open === null || now - open.sentAt < this.#pauseMs(open)) continue;
      open.attempts += 1;
      open.member = (open.member + 1) % this.#options.topology.members('proposer');
      open.sentAt = now;
      this.retried += 1;
      this.#send(client);
    }
    this.#cancel = systemClock.after(20, () => this.#retry());
  }

  /** Grows, so that what was slow isn't made slower. */
  #pauseMs({ attempts }: Operation): number {
    return this.#options.retryMs * Math.min(8, 2 ** attempts);
  }

  #answered(number: number, id: number, value: string): void {
    const client = this.#clients[number - this.#options.first];
    if (client === undefined) return;
    const { open, last } = client;
    if (last?.id === id && last.value !== value) {
      this.divergent.push(`client ${number}, request ${id}: "${last.value}" and "${value}"`);
    }
    if (open === null || open.id !== id) return;
    client.last = { id, value };
    client.member = open.member;
    this.acknowledged += 1;
    this.youngest = Math.max(this.youngest, open.issued);
    if (open.key >= firstSharedKey) this.#record(client, 'ok', value);
    else if (open.f === 'write') client.version = versionOf(open.value);
    else this.#check(client, value);
    this.#next(client);
  }

  #check(client: Client, value: string): void {
    const read = value === '' ? 0 : versionOf(value);
    const { version, seen, number } = client;
    const what = `client ${number} wrote version ${version} and read ${read}`;
    if (read < seen) this.doubled.push(`${what}, after it had read ${seen}`);
    else if (read !== version) this.lost.push(what);
    client.seen = Math.max(seen, read);
  }
}

/** Write, read, read: the second read finds what was done again in the meantime. */
function ownOperation({ number, turn, version }: Client): Pick<Operation, 'f' | 'key' | 'value'> {
  const isWrite = turn % 3 === 0;
  return isWrite
    ? { f: 'write', key: number, value: `${number}.${version + 1}` }
    : { f: 'read', key: number, value: '' };
}

function versionOf(value: string): number {
  return Number(value.split('.')[1] ?? Number.NaN);
}
