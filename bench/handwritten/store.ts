/** The key-value machine with the last answer of each client; what changed in a batch goes to disk at its end. */
import { defined } from '../../src/base/assert.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { Effects } from './effects.ts';
import type { Command } from './messages.ts';
import type { Snapshot } from './transfer.ts';

/** Kinds of records on disk, in the order of the program's durable relations. */
const NEXT = 0;
const CELL = 1;
const SESSION = 2;

export interface Session {
  readonly id: number;
  readonly value: string;
}

export class Store {
  readonly #effects: Effects;
  next = 0;
  readonly cells: Map<number, string> = new Map();
  readonly sessions: Map<number, Session> = new Map();
  /** What is on disk of what changed in this batch; null: nothing. */
  #nextBefore: number | null;
  readonly #cellsBefore = new Map<number, string | null>();
  readonly #sessionsBefore = new Map<number, Session | null>();

  constructor(effects: Effects, recovered: readonly (readonly Fact[])[] | null) {
    this.#effects = effects;
    if (recovered === null) effects.keep(NEXT, [0]);
    for (const fact of recovered?.[NEXT] ?? []) this.next = fact[0] as number;
    for (const fact of recovered?.[CELL] ?? []) {
      this.cells.set(...(fact as unknown as [number, string]));
    }
    for (const fact of recovered?.[SESSION] ?? []) {
      const [client, id, value] = fact as unknown as [number, number, string];
      this.sessions.set(client, { id, value });
    }
    this.#nextBefore = this.next;
  }

  /** The next command; its answer, unless it is a no-op or older than the client's last one. */
  execute([client, id, key, value]: Command): readonly [id: number, value: string] | null {
    this.next += 1;
    if (id < 0) return null;
    const session = this.sessions.get(client);
    if (session !== undefined && id <= session.id) {
      return id === session.id ? [id, session.value] : null;
    }
    const result = value === '' ? (this.cells.get(key) ?? '') : '';
    if (value !== '') {
      if (!this.#cellsBefore.has(key)) this.#cellsBefore.set(key, this.cells.get(key) ?? null);
      this.cells.set(key, value);
    }
    if (!this.#sessionsBefore.has(client)) this.#sessionsBefore.set(client, session ?? null);
    this.sessions.set(client, { id, value: result });
    return [id, result];
  }

  install({ slot, cells, sessions }: Snapshot): void {
    this.write();
    for (const [key, value] of this.cells) this.#effects.drop(CELL, [key, value]);
    for (const [client, { id, value }] of this.sessions) {
      this.#effects.drop(SESSION, [client, id, value]);
    }
    this.cells.clear();
    this.sessions.clear();
    for (const [key, value] of cells) {
      this.cells.set(key, value);
      this.#effects.keep(CELL, [key, value]);
    }
    for (const [client, session] of sessions) {
      this.sessions.set(client, session);
      this.#effects.keep(SESSION, [client, session.id, session.value]);
    }
    this.next = slot;
  }

  /** Tells the disk what changed since the last call. */
  write(): void {
    if (this.next === this.#nextBefore) return;
    const effects = this.#effects;
    if (this.#nextBefore !== null) effects.drop(NEXT, [this.#nextBefore]);
    effects.keep(NEXT, [this.next]);
    this.#nextBefore = this.next;
    for (const [key, before] of this.#cellsBefore) {
      if (before !== null) effects.drop(CELL, [key, before]);
      effects.keep(CELL, [key, defined(this.cells.get(key), 'a cell that was written')]);
    }
    for (const [client, before] of this.#sessionsBefore) {
      if (before !== null) effects.drop(SESSION, [client, before.id, before.value]);
      const { id, value } = defined(this.sessions.get(client), 'a session that was written');
      effects.keep(SESSION, [client, id, value]);
    }
    this.#cellsBefore.clear();
    this.#sessionsBefore.clear();
  }

  onDisk(): readonly (readonly Fact[])[] {
    return [
      [[this.next]],
      Array.from(this.cells),
      Array.from(this.sessions, ([client, { id, value }]) => [client, id, value]),
    ];
  }
}
