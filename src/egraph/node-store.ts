/**
 * E-nodes as parallel integer arrays. A node's number is also the number of the class it was born
 * in, so the union-find over nodes is the map from node to class. Children stand in one arena
 * of slots, a node's slots side by side; the members of a class form a ring, and so do the
 * slots that refer to a class, so that uniting two classes splices two rings in constant time.
 */
import { at, grown } from './ints.ts';
import { UnionFind } from './union-find.ts';

/** Marks the ring of a class without parents. */
const none = -1;

export class NodeStore {
  readonly classes: UnionFind = new UnionFind();
  /** Symbol of each node; its complement once the node is dead (merged into a congruent twin). */
  symbols: Int32Array = new Int32Array(16);
  /** First slot of each node; the entry after the last node ends the last one's slots. */
  starts: Int32Array = new Int32Array(17);
  /** The next member of the class's ring. */
  members: Int32Array = new Int32Array(16);
  /** By leader: the last slot of its ring of parents, or -1. */
  parentTails: Int32Array = new Int32Array(16);
  /** By leader: the number of slots in that ring, the dead ones too. */
  parentCounts: Int32Array = new Int32Array(16);
  /** The child in each slot, as of the last time the node was made canonical. */
  children: Int32Array = new Int32Array(16);
  /** The node that a slot belongs to. */
  owners: Int32Array = new Int32Array(16);
  /** The next slot of the ring of parents that the slot is in. */
  nextParents: Int32Array = new Int32Array(16);
  /** The children as first given, for explanations; empty when they aren't kept. */
  originals: Int32Array;
  /** When each node last changed (its children or its class); empty unless stamps are kept. */
  stamps: Int32Array = new Int32Array(0);
  /** The stamp of changes made now. */
  epoch = 0;
  readonly keepsOriginals: boolean;
  nodeCount = 0;
  slotCount = 0;
  liveCount = 0;
  classCount = 0;

  constructor(keepsOriginals: boolean) {
    this.keepsOriginals = keepsOriginals;
    this.originals = new Int32Array(keepsOriginals ? 16 : 0);
  }

  /** Keeps stamps from now on; what is there has stamp 0. */
  keepStamps(): void {
    if (this.stamps.length === 0) this.stamps = new Int32Array(this.symbols.length);
  }

  stamp(node: number): void {
    if (this.stamps.length > 0) this.stamps[node] = this.epoch;
  }

  find(id: number): number {
    return this.classes.find(id);
  }

  isLive(node: number): boolean {
    return at(this.symbols, node) >= 0;
  }

  /** The symbol of a node, dead or alive. */
  symbolOf(node: number): number {
    const symbol = at(this.symbols, node);
    return symbol < 0 ? ~symbol : symbol;
  }

  arity(node: number): number {
    return at(this.starts, node + 1) - at(this.starts, node);
  }

  /**
   * Appends a node in a class of its own. `canonical` holds its children's leaders, `given` the
   * children as the caller named them; both from `offset` on.
   */
  append(symbol: number, arity: number, canonical: Int32Array, given: Int32Array): number {
    const node = this.classes.make();
    if (node === this.symbols.length) this.#growNodes(node + 1);
    const start = this.slotCount;
    if (start + arity > this.children.length) this.#growSlots(start + arity);
    this.symbols[node] = symbol;
    this.starts[node + 1] = start + arity;
    this.members[node] = node;
    this.parentTails[node] = none;
    this.parentCounts[node] = 0;
    this.stamp(node);
    for (let position = 0; position < arity; position++) {
      const slot = start + position;
      const child = at(canonical, position);
      this.children[slot] = child;
      this.owners[slot] = node;
      if (this.keepsOriginals) this.originals[slot] = at(given, position);
      this.#addParent(child, slot);
    }
    this.slotCount = start + arity;
    this.nodeCount = node + 1;
    this.liveCount++;
    this.classCount++;
    return node;
  }

  /** Joins two classes given by their leaders. */
  unite(winner: number, loser: number): void {
    if (this.stamps.length > 0) this.#stampMembers(loser);
    this.classes.attach(winner, loser);
    const afterWinner = at(this.members, winner);
    this.members[winner] = at(this.members, loser);
    this.members[loser] = afterWinner;
    const loserTail = at(this.parentTails, loser);
    if (loserTail !== none) {
      const winnerTail = at(this.parentTails, winner);
      if (winnerTail !== none) {
        const head = at(this.nextParents, winnerTail);
        this.nextParents[winnerTail] = at(this.nextParents, loserTail);
        this.nextParents[loserTail] = head;
      }
      this.parentTails[winner] = loserTail;
      this.parentCounts[winner] = at(this.parentCounts, winner) + at(this.parentCounts, loser);
    }
    this.classCount--;
  }

  /** Takes a node that has a congruent twin out of the live ones; its slots stay for explanations. */
  kill(node: number): void {
    this.symbols[node] = ~at(this.symbols, node);
    this.liveCount--;
  }

  /**
   * Drops dead nodes and their slots from all rings and points every node straight at its leader.
   * Leaders stay in their rings, dead or not, as the way in.
   */
  relink(): void {
    this.parentTails.fill(none, 0, this.nodeCount);
    this.parentCounts.fill(0, 0, this.nodeCount);
    for (let node = 0; node < this.nodeCount; node++) this.members[node] = node;
    for (let node = 0; node < this.nodeCount; node++) {
      const leader = this.find(node);
      this.classes.attach(leader, node);
      if (at(this.symbols, node) < 0) continue;
      if (node !== leader) {
        this.members[node] = at(this.members, leader);
        this.members[leader] = node;
      }
      const end = at(this.starts, node + 1);
      for (let slot = at(this.starts, node); slot < end; slot++) {
        this.#addParent(at(this.children, slot), slot);
      }
    }
  }

  #addParent(child: number, slot: number): void {
    const tail = at(this.parentTails, child);
    if (tail === none) {
      this.nextParents[slot] = slot;
    } else {
      this.nextParents[slot] = at(this.nextParents, tail);
      this.nextParents[tail] = slot;
    }
    this.parentTails[child] = slot;
    this.parentCounts[child] = at(this.parentCounts, child) + 1;
  }

  #stampMembers(leader: number): void {
    let member = leader;
    do {
      this.stamps[member] = this.epoch;
      member = at(this.members, member);
    } while (member !== leader);
  }

  #growNodes(length: number): void {
    this.symbols = grown(this.symbols, length);
    this.starts = grown(this.starts, this.symbols.length + 1);
    this.members = grown(this.members, length);
    this.parentTails = grown(this.parentTails, length);
    this.parentCounts = grown(this.parentCounts, length);
    if (this.stamps.length > 0) this.stamps = grown(this.stamps, length);
  }

  #growSlots(length: number): void {
    this.children = grown(this.children, length);
    this.owners = grown(this.owners, length);
    this.nextParents = grown(this.nextParents, length);
    if (this.keepsOriginals) this.originals = grown(this.originals, length);
  }
}
