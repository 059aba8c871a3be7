/** A replica: executes decided commands in order, answers clients, and tells how far it has come. */
import type { Fact } from '../../src/exec/value.ts';
import type { Effects } from './effects.ts';
import { as, type Command, type Group } from './messages.ts';
import type { Role } from './role.ts';
import { Store } from './store.ts';
import { Transfer } from './transfer.ts';

export class Replica implements Role {
  readonly #me: number;
  readonly #group: Group;
  readonly #effects: Effects;
  readonly #store: Store;
  readonly #transfer = new Transfer();
  /** By slot, from the next one on. */
  readonly #learned = new Map<number, Command>();
  /** The next slot as it was when the batch began: all of it that may be reported. */
  #reportable: number;
  /** By replica: it has everything below on disk. */
  readonly #marks = new Map<number, number>();

  constructor(
    me: number,
    group: Group,
    effects: Effects,
    recovered: readonly (readonly Fact[])[] | null,
  ) {
    this.#me = me;
    this.#group = group;
    this.#effects = effects;
    this.#store = new Store(effects, recovered);
    this.#reportable = this.#store.next;
  }

  onMessage(channel: string, fact: Fact): void {
    switch (channel) {
      case 'out':
        this.#onOut(...as('out', fact));
        break;
      case 'mark': {
        const [replica, slot] = as('mark', fact);
        this.#marks.set(replica, Math.max(slot, this.#marks.get(replica) ?? 0));
        break;
      }
      case 'gone': {
        const { next } = this.#store;
        if (next < as('gone', fact)[0]) this.#sendReplicas('fetch', [this.#me, next]);
        break;
      }
      case 'fetch':
        this.#onFetch(...as('fetch', fact));
        break;
      default:
        if (this.#transfer.onMessage(channel, fact)) this.#install();
    }
  }

  onTimer(): void {
    this.#sendReplicas('mark', [this.#me, this.#reportable], true);
    const safe = this.#safe();
    const { acceptors, proposers } = this.#group;
    const { next } = this.#store;
    for (let a = 0; a < acceptors && safe !== null; a++) this.#effects.send('cut', a, [safe]);
    for (let p = 0; p < proposers && safe !== null; p++) {
      this.#effects.send('trim', p, [safe]);
      this.#effects.send('prune', p, [safe]);
    }
    if (this.#learned.has(next)) return;
    for (let p = 0; p < proposers; p++) this.#effects.send('missing', p, [this.#me, next]);
  }

  endBatch(): void {
    this.#store.write();
    this.#reportable = this.#store.next;
  }

  onDisk(): readonly (readonly Fact[])[] {
    return this.#store.onDisk();
  }

  #onOut(command: Command, slot: number): void {
    const store = this.#store;
    if (slot < store.next) return;
    if (slot > store.next) {
      this.#learned.set(slot, command);
      return;
    }
    this.#execute(command);
    for (;;) {
      const next = this.#learned.get(store.next);
      if (next === undefined) return;
      this.#learned.delete(store.next);
      this.#execute(next);
    }
  }

  #execute(command: Command): void {
    const answer = this.#store.execute(command);
    if (answer !== null) this.#effects.send('answer', command[0], answer);
  }

  /** The highest slot that f + 1 replicas have reached. */
  #safe(): number | null {
    const slots = [...this.#marks.values()].sort((a, b) => b - a);
    return slots[this.#group.f] ?? null;
  }

  #onFetch(replica: number, slot: number): void {
    const { next, cells, sessions } = this.#store;
    if (slot >= next) return;
    const snapshot = [this.#me, next, cells.size, sessions.size];
    this.#effects.send('snapshot', replica, snapshot);
    for (const [key, value] of cells) {
      this.#effects.send('snapshotCell', replica, [this.#me, next, key, value]);
    }
    for (const [client, { id, value }] of sessions) {
      this.#effects.send('snapshotSession', replica, [this.#me, next, client, id, value]);
    }
  }

  #install(): void {
    const found = this.#transfer.take(this.#store.next);
    if (found === null) return;
    this.#store.install(found);
    for (const slot of this.#learned.keys()) {
      if (slot < this.#store.next) this.#learned.delete(slot);
    }
  }

  #sendReplicas(channel: string, fact: Fact, withMe = false): void {
    for (let r = 0; r < this.#group.replicas; r++) {
      if (withMe || r !== this.#me) this.#effects.send(channel, r, fact);
    }
  }
}
