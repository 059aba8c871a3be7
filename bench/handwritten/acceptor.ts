/** An acceptor: promises and votes, each on disk before it is told. */
import type { Fact } from '../../src/exec/value.ts';
import type { Effects } from './effects.ts';
import { as, type Ballot, type Command, isAbove } from './messages.ts';
import type { Role } from './role.ts';

/** Kinds of records on disk, in the order of the program's durable relations. */
const PROMISED = 0;
const LOG = 1;
const CUTS = 2;

interface Vote {
  readonly command: Command;
  readonly number: number;
  readonly proposer: number;
}

export class Acceptor implements Role {
  readonly #me: number;
  readonly #effects: Effects;
  #top: Ballot | null = null;
  /** By slot, from the floor on. */
  readonly #log = new Map<number, Vote>();
  #floor = 0;

  constructor(me: number, effects: Effects, recovered: readonly (readonly Fact[])[] | null) {
    this.#me = me;
    this.#effects = effects;
    if (recovered === null) effects.keep(CUTS, [0]);
    else this.#recover(recovered);
  }

  onMessage(channel: string, fact: Fact): void {
    switch (channel) {
      case 'p2a':
        this.#onP2a(...as('p2a', fact));
        break;
      case 'p1a':
        this.#onP1a(...as('p1a', fact));
        break;
      case 'uphold':
        this.#promise(...as('uphold', fact));
        break;
      case 'cut':
        this.#onCut(...as('cut', fact));
        break;
    }
  }

  onTimer(): void {}

  endBatch(): void {}

  onDisk(): readonly (readonly Fact[])[] {
    const top = this.#top;
    return [
      top === null ? [] : [[top.proposer, top.number]],
      Array.from(this.#log, ([slot, vote]) => [vote.command, slot, vote.number, vote.proposer]),
      [[this.#floor]],
    ];
  }

  #recover([promised, log, cuts]: readonly (readonly Fact[])[]): void {
    for (const fact of promised ?? []) {
      const [proposer, number] = as('p1a', fact);
      if (this.#top === null || isAbove(number, proposer, this.#top)) {
        this.#top = { number, proposer };
      }
    }
    for (const fact of cuts ?? []) this.#floor = Math.max(this.#floor, as('cut', fact)[0]);
    for (const fact of log ?? []) {
      const [command, slot, number, proposer] = fact as unknown as [Command, ...number[]];
      if (slot === undefined || number === undefined || proposer === undefined) continue;
      const vote = this.#log.get(slot);
      if (slot < this.#floor || (vote !== undefined && !isAbove(number, proposer, vote))) continue;
      this.#log.set(slot, { command, number, proposer });
    }
  }

  #onP2a(proposer: number, command: Command, slot: number, number: number): void {
    const top = this.#top;
    const effects = this.#effects;
    if (top === null) return;
    if (top.number !== number || top.proposer !== proposer) {
      if (!isAbove(top.number, top.proposer, { number, proposer })) return;
      const rejection = [this.#me, command, slot, proposer, number, top.proposer, top.number];
      effects.send('p2b', proposer, rejection);
      return;
    }
    if (slot < this.#floor) return;
    const answer = [this.#me, command, slot, proposer, number, proposer, number];
    const vote = this.#log.get(slot);
    if (vote !== undefined && vote.number === number && vote.proposer === proposer) {
      effects.sendAfterFlush('p2b', proposer, answer);
      return;
    }
    if (vote !== undefined) {
      effects.drop(LOG, [vote.command, slot, vote.number, vote.proposer]);
    }
    this.#log.set(slot, { command, number, proposer });
    effects.keep(LOG, [command, slot, number, proposer]);
    effects.sendAfterFlush('p2b', proposer, answer);
  }

  #onP1a(proposer: number, number: number): void {
    this.#promise(proposer, number);
    const effects = this.#effects;
    const top = this.#top;
    if (top === null) return;
    if (top.number !== number || top.proposer !== proposer) {
      const refusal = [this.#me, 0, 0, proposer, number, top.proposer, top.number];
      effects.send('p1b', proposer, refusal);
      return;
    }
    const size = this.#log.size;
    const answer = [this.#me, size, this.#floor, proposer, number, proposer, number];
    effects.sendAfterFlush('p1b', proposer, answer);
    for (const [slot, vote] of this.#log) {
      const entry = [this.#me, vote.command, slot, vote.number, vote.proposer, proposer, number];
      effects.sendAfterFlush('p1bLog', proposer, entry);
    }
  }

  #promise(proposer: number, number: number): void {
    const top = this.#top;
    if (top !== null && !isAbove(number, proposer, top)) return;
    if (top !== null) this.#effects.drop(PROMISED, [top.proposer, top.number]);
    this.#top = { number, proposer };
    this.#effects.keep(PROMISED, [proposer, number]);
  }

  #onCut(slot: number): void {
    if (slot <= this.#floor) return;
    for (let at = this.#floor; at < slot; at++) {
      const vote = this.#log.get(at);
      if (vote === undefined) continue;
      this.#effects.drop(LOG, [vote.command, at, vote.number, vote.proposer]);
      this.#log.delete(at);
    }
    this.#effects.drop(CUTS, [this.#floor]);
    this.#effects.keep(CUTS, [slot]);
    this.#floor = slot;
  }
}
