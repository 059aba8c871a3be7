/** Ballots of a proposer: who leads, standing for election, and the logs that acceptors promise with. */
import type { Fact } from '../../src/exec/value.ts';
import type { Effects } from './effects.ts';
import { type Ballot, type Command, type Group, isAbove, type Messages } from './messages.ts';

/** The kind of record on disk: numbers of ballots that were used. */
const USED = 0;

interface Entry {
  readonly command: Command;
  readonly number: number;
  readonly proposer: number;
}

interface Promised {
  readonly entries: number;
  readonly floor: number;
}

export class Election {
  readonly #me: number;
  readonly #group: Group;
  readonly #effects: Effects;
  /** The highest ballot that was seen. */
  highest: Ballot | null = null;
  /** Of the last ballot that this proposer stood with. */
  number = 0;
  #isCandidate = false;
  #isReconciled = false;
  #hasHeard = false;
  #wasQuiet = false;
  /** By acceptor, for the ballot. */
  readonly #promises = new Map<number, Promised>();
  readonly #logs = new Map<number, Map<number, Entry>>();

  constructor(
    me: number,
    group: Group,
    effects: Effects,
    recovered: readonly (readonly Fact[])[] | null,
  ) {
    this.#me = me;
    this.#group = group;
    this.#effects = effects;
    for (const [number] of recovered?.[USED] ?? []) {
      if (typeof number === 'number') this.number = Math.max(this.number, number);
    }
  }

  get isBeaten(): boolean {
    const { highest, number } = this;
    return highest !== null && isAbove(highest.number, highest.proposer, this.#ballot(number));
  }

  onDisk(): readonly (readonly Fact[])[] {
    return [this.number === 0 ? [] : [[this.number]]];
  }

  see(number: number, proposer: number): void {
    if (this.highest === null || isAbove(number, proposer, this.highest)) {
      this.highest = { number, proposer };
    }
  }

  onHeartbeat(proposer: number, number: number): void {
    this.#hasHeard = true;
    this.see(number, proposer);
  }

  onBeat(): void {
    const fact = [this.#me, this.number];
    for (let p = 0; p < this.#group.proposers; p++) {
      if (p !== this.#me) this.#effects.send('heartbeat', p, fact);
    }
    for (let a = 0; a < this.#group.acceptors; a++) this.#effects.send('uphold', a, fact);
  }

  /** Stands when there was no sign of a leader at two checks in a row. */
  onCheck(isLeading: boolean): void {
    const isExpired = !isLeading && !this.#hasHeard && this.#wasQuiet;
    this.#wasQuiet = !this.#hasHeard;
    this.#hasHeard = false;
    if (!isExpired) return;
    if (!this.#isCandidate || this.isBeaten) this.#renew();
    const fact = [this.#me, this.number];
    // The number is on disk before anybody hears of it.
    for (let a = 0; a < this.#group.acceptors; a++) this.#effects.sendAfterFlush('p1a', a, fact);
  }

  onP1b([acceptor, entries, floor, proposer, number, topI, topN]: Messages['p1b']): void {
    this.see(topN, topI);
    if (!this.#isMine(proposer, number) || !this.#isMine(topI, topN)) return;
    this.#promises.set(acceptor, { entries, floor });
  }

  onP1bLog([acceptor, command, slot, xn, xi, proposer, number]: Messages['p1bLog']): void {
    if (!this.#isMine(proposer, number)) return;
    const log = this.#logs.get(acceptor) ?? new Map<number, Entry>();
    this.#logs.set(acceptor, log);
    log.set(slot, { command, number: xn, proposer: xi });
  }

  /** What to propose again, from the slot `base` on; null unless this makes the proposer the leader. */
  reconciled(): { readonly base: number; readonly commands: readonly Command[] } | null {
    if (this.#isReconciled || this.isBeaten || this.#complete() <= this.#group.f) return null;
    this.#isReconciled = true;
    const base = Math.max(...Array.from(this.#promises.values(), ({ floor }) => floor));
    const best = this.#bestFrom(base);
    const last = Math.max(base - 1, ...best.keys());
    const client = best.get(last)?.command[0] ?? 0;
    const commands: Command[] = [];
    for (let slot = base; slot <= last; slot++) {
      commands.push(best.get(slot)?.command ?? [client, -1, 0, '']);
    }
    this.#promises.clear();
    this.#logs.clear();
    return { base, commands };
  }

  /** By slot: what was voted for in the highest ballot. */
  #bestFrom(base: number): ReadonlyMap<number, Entry> {
    const best = new Map<number, Entry>();
    for (const log of this.#logs.values()) {
      for (const [slot, entry] of log) {
        const there = best.get(slot);
        if (slot < base) continue;
        if (there === undefined || isAbove(entry.number, entry.proposer, there)) {
          best.set(slot, entry);
        }
      }
    }
    return best;
  }

  /** Acceptors whose logs arrived whole. */
  #complete(): number {
    let count = 0;
    for (const [acceptor, { entries, floor }] of this.#promises) {
      const slots = [...(this.#logs.get(acceptor)?.keys() ?? [])];
      if (slots.filter((slot) => slot >= floor).length === entries) count += 1;
    }
    return count;
  }

  #renew(): void {
    if (this.number !== 0) this.#effects.drop(USED, [this.number]);
    this.number = Math.max(this.number, this.highest?.number ?? 0) + 1;
    this.#effects.keep(USED, [this.number]);
    this.#isCandidate = true;
    this.#isReconciled = false;
    this.#promises.clear();
    this.#logs.clear();
  }

  #isMine(proposer: number, number: number): boolean {
    return proposer === this.#me && number === this.number;
  }

  #ballot(number: number): Ballot {
    return { number, proposer: this.#me };
  }
}
