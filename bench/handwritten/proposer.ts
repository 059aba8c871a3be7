/** A proposer: stands for election, and as the leader numbers commands, counts votes and tells replicas what is decided. */
import type { Fact } from '../../src/exec/value.ts';
import type { Effects } from './effects.ts';
import { Election } from './election.ts';
import { as, type Command, type Group } from './messages.ts';
import type { Role } from './role.ts';

/** A slot that some replica may not have on disk. */
interface Instance {
  readonly command: Command;
  /** Bit by acceptor: who voted for it in the ballot. */
  voters: number;
  votes: number;
  isDecided: boolean;
  /** It was there when commands were sent again last. */
  isOld: boolean;
}

export class Proposer implements Role {
  readonly #me: number;
  readonly #group: Group;
  readonly #effects: Effects;
  readonly #election: Election;
  #isLeading = false;
  #nextSlot = 0;
  readonly #instances = new Map<number, Instance>();
  /** Below these, replicas have applied everything, and have it on disk. */
  #trimmed = 0;
  #pruned = 0;

  constructor(
    me: number,
    group: Group,
    effects: Effects,
    recovered: readonly (readonly Fact[])[] | null,
  ) {
    this.#me = me;
    this.#group = group;
    this.#effects = effects;
    this.#election = new Election(me, group, effects, recovered);
  }

  onMessage(channel: string, fact: Fact): void {
    switch (channel) {
      case 'p2b':
        this.#onP2b(fact);
        break;
      case 'put':
        this.#onCommand(as('put', fact));
        break;
      case 'get': {
        const [client, id, key] = as('get', fact);
        this.#onCommand([client, id, key, '']);
        break;
      }
      case 'relayed':
        if (this.#isLeading) this.#propose(as('relayed', fact)[0]);
        break;
      case 'trim':
        this.#trimmed = Math.max(this.#trimmed, as('trim', fact)[0]);
        break;
      case 'prune':
        this.#onPrune(...as('prune', fact));
        break;
      case 'missing':
        this.#onMissing(...as('missing', fact));
        break;
      case 'heartbeat':
        this.#election.onHeartbeat(...as('heartbeat', fact));
        this.#yield();
        break;
      case 'p1b':
        this.#election.onP1b(as('p1b', fact));
        this.#yield();
        this.#takeOver();
        break;
      case 'p1bLog':
        this.#election.onP1bLog(as('p1bLog', fact));
        this.#takeOver();
        break;
    }
  }

  onTimer(timer: string): void {
    switch (timer) {
      case 'check':
        this.#election.onCheck(this.#isLeading);
        break;
      case 'beat':
        if (this.#isLeading) this.#election.onBeat();
        break;
      case 'resend':
        if (this.#isLeading) this.#onResend();
        break;
    }
  }

  endBatch(): void {}

  onDisk(): readonly (readonly Fact[])[] {
    return this.#election.onDisk();
  }

  #onCommand(command: Command): void {
    if (this.#isLeading) this.#propose(command);
    else {
      const leader = this.#election.highest?.proposer;
      if (leader !== undefined && leader !== this.#me) {
        this.#effects.send('relayed', leader, [command]);
      }
    }
  }

  #propose(command: Command): void {
    this.#proposeAt(this.#nextSlot, command);
    this.#nextSlot += 1;
  }

  #proposeAt(slot: number, command: Command): void {
    const instance = { command, voters: 0, votes: 0, isDecided: false, isOld: false };
    this.#instances.set(slot, instance);
    this.#sendP2a(slot, command);
  }

  #sendP2a(slot: number, command: Command): void {
    const fact = [this.#me, command, slot, this.#election.number];
    for (let a = 0; a < this.#group.acceptors; a++) this.#effects.send('p2a', a, fact);
  }

  #onP2b(fact: Fact): void {
    const [acceptor, , slot, proposer, number, topProposer, topNumber] = as('p2b', fact);
    if (topNumber !== number || topProposer !== proposer) {
      this.#election.see(topNumber, topProposer);
      this.#yield();
      return;
    }
    if (!this.#isLeading || number !== this.#election.number) return;
    const instance = this.#instances.get(slot);
    const bit = 1 << acceptor;
    if (instance === undefined || instance.isDecided || (instance.voters & bit) !== 0) return;
    instance.voters |= bit;
    instance.votes += 1;
    if (instance.votes <= this.#group.f) return;
    instance.isDecided = true;
    this.#sendOut(slot, instance.command);
  }

  #sendOut(slot: number, command: Command): void {
    const fact = [command, slot];
    for (let r = 0; r < this.#group.replicas; r++) this.#effects.send('out', r, fact);
  }

  #onPrune(slot: number): void {
    for (; this.#pruned < slot; this.#pruned++) this.#instances.delete(this.#pruned);
  }

  #onMissing(replica: number, slot: number): void {
    const instance = this.#instances.get(slot);
    if (instance?.isDecided === true) this.#effects.send('out', replica, [instance.command, slot]);
    if (slot < this.#pruned) this.#effects.send('gone', replica, [this.#pruned]);
  }

  /** Proposes what has been under way for a while again, and tells what was decided meanwhile. */
  #onResend(): void {
    for (const [slot, instance] of this.#instances) {
      if (slot < this.#trimmed) continue;
      if (instance.isOld && instance.isDecided) this.#sendOut(slot, instance.command);
      else if (instance.isOld) this.#sendP2a(slot, instance.command);
      instance.isOld = true;
    }
  }

  /** Another one has a higher ballot. What is decided is kept for replicas that ask. */
  #yield(): void {
    if (!this.#isLeading || !this.#election.isBeaten) return;
    this.#isLeading = false;
    for (const [slot, { isDecided }] of this.#instances) {
      if (!isDecided) this.#instances.delete(slot);
    }
  }

  /** Leads, once enough logs are there, and proposes again all that may have been chosen. */
  #takeOver(): void {
    if (this.#isLeading) return;
    const log = this.#election.reconciled();
    if (log === null) return;
    this.#isLeading = true;
    for (const [at, command] of log.commands.entries()) {
      this.#proposeAt(log.base + at, command);
    }
    this.#nextSlot = log.base + log.commands.length;
  }
}
