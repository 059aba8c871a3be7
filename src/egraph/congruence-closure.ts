/**
 * Congruence closure over integers: hashcons, union-find and deferred repair. `EGraph` gives it
 * operators, payloads and analyses; generated code and the rule runner work on it directly.
 */
import { Hashcons, hashSlots } from './hashcons.ts';
import { type ClassId, classId, type NodeId, nodeId } from './ids.ts';
import { at, grown, IntVector } from './ints.ts';
import { NodeStore } from './node-store.ts';

/** The application under way when there is none. */
export const noApplication = -1;
/** The reason that the union log has for congruence. */
const congruence = -1;

/** Told what happens, as it happens. */
export type ClosureListener = {
  readonly nodeAdded: (node: NodeId) => void;
  readonly classesUnited: (winner: ClassId, loser: ClassId) => void;
  /** The children of a node have new leaders. */
  readonly nodeRepaired: (node: NodeId) => void;
};

/** Where reasons go; absent when nobody will ask for them. */
export type UnionRecorder = {
  readonly recordUnion: (left: number, right: number, reason: number) => void;
};

export class CongruenceClosure {
  readonly store: NodeStore;
  /** Children of the node that `intern` or `probe` is asked for. */
  arguments: Int32Array = new Int32Array(16);
  /** What new nodes have as origin, and unions as reason unless another is given. */
  application: number = noApplication;
  /** Grows with every node added and every union. */
  version = 0;
  /** Nodes that died because a congruent one was there. */
  deadCount = 0;
  readonly #recorder: UnionRecorder | undefined;
  readonly #listener: ClosureListener;
  readonly #hashcons: Hashcons;
  readonly #origins: IntVector = new IntVector();
  /** Slots of parents of classes that lost their leadership: pairs of first and last slot. */
  readonly #pending: IntVector = new IntVector();
  #canonical: Int32Array = new Int32Array(16);

  constructor(recorder: UnionRecorder | undefined, listener: ClosureListener) {
    this.store = new NodeStore(recorder !== undefined);
    this.#recorder = recorder;
    this.#listener = listener;
    this.#hashcons = new Hashcons(this.store);
  }

  get isClosed(): boolean {
    return this.#pending.length === 0;
  }

  /** The application that a node was added in, or -1. */
  originOf(node: number): number {
    return this.#recorder === undefined ? noApplication : this.#origins.get(node);
  }

  /** Integers that live data takes, without the spare room of arrays that grow. */
  get integerCount(): number {
    const { nodeCount, slotCount, keepsOriginals } = this.store;
    const explained = keepsOriginals ? nodeCount + slotCount : 0;
    return 6 * nodeCount + 3 * slotCount + explained + this.#hashcons.length;
  }

  /** Room for the children of the node to `intern` or `probe`; valid until the next call. */
  reserveArguments(arity: number): Int32Array {
    if (arity > this.arguments.length) this.arguments = grown(this.arguments, arity);
    return this.arguments;
  }

  /** The node of a symbol and the first `arity` of `arguments`, if it is there, else -1. */
  probe(symbol: number, arity: number): number {
    const hash = this.#canonicalize(symbol, arity);
    return this.#hashcons.lookup(hash, symbol, this.#canonical, arity);
  }

  /** The node of a symbol and the first `arity` of `arguments`, added if new. */
  intern(symbol: number, arity: number): number {
    const hash = this.#canonicalize(symbol, arity);
    const found = this.#hashcons.lookup(hash, symbol, this.#canonical, arity);
    if (found >= 0) return found;
    const node = this.store.append(symbol, arity, this.#canonical, this.arguments);
    this.#hashcons.insert(hash, node);
    this.version++;
    if (this.#recorder !== undefined) this.#origins.push(this.application);
    this.#listener.nodeAdded(nodeId(node));
    return node;
  }

  /** Unites two classes, each named by any member. Fewer parents lose; on a tie the newer class. */
  unite(left: number, right: number, reason: number): boolean {
    const store = this.store;
    const first = store.find(left);
    const second = store.find(right);
    if (first === second) return false;
    const order = at(store.parentCounts, first) - at(store.parentCounts, second) || second - first;
    const winner = order > 0 ? first : second;
    const loser = order > 0 ? second : first;
    this.#recorder?.recordUnion(left, right, reason);
    const tail = at(store.parentTails, loser);
    if (tail >= 0) {
      this.#pending.push(at(store.nextParents, tail));
      this.#pending.push(tail);
    }
    store.unite(winner, loser);
    this.version++;
    this.#listener.classesUnited(classId(winner), classId(loser));
    return true;
  }

  /** Repairs the parents of one class that lost its leadership. */
  restore(): void {
    const tail = this.#pending.pop();
    let slot = this.#pending.pop();
    for (;;) {
      // Read before the repair: a union made by it may splice the ring after this slot.
      const next = at(this.store.nextParents, slot);
      this.#repair(at(this.store.owners, slot));
      if (slot === tail) return;
      slot = next;
    }
  }

  /** Finds the arguments' leaders and returns the hash of the node they make. */
  #canonicalize(symbol: number, arity: number): number {
    if (arity > this.#canonical.length) this.#canonical = grown(this.#canonical, arity);
    for (let position = 0; position < arity; position++) {
      this.#canonical[position] = this.store.find(at(this.arguments, position));
    }
    return hashSlots(symbol, this.#canonical, 0, arity);
  }

  /**
   * Makes a node's children canonical and enters it anew, or unites it with the twin it finds. Of twins
   * the older stays: the oldest node of a class then has children whose classes have older nodes
   * still, so taking the oldest everywhere gives a finite term.
   */
  #repair(node: number): void {
    const store = this.store;
    const symbol = at(store.symbols, node);
    if (symbol < 0) return;
    const start = at(store.starts, node);
    const end = at(store.starts, node + 1);
    let moved = false;
    for (let slot = start; slot < end; slot++) {
      const child = at(store.children, slot);
      const leader = store.find(child);
      if (leader === child) continue;
      store.children[slot] = leader;
      moved = true;
    }
    if (!moved) return;
    store.stamp(node);
    const hash = hashSlots(symbol, store.children, start, end - start);
    const twin = this.#hashcons.reinsert(hash, node);
    if (twin >= 0) {
      this.unite(twin, node, congruence);
      store.kill(Math.max(twin, node));
      this.deadCount++;
      if (twin < node) return;
      // The older one stays, and takes the entry of the dead one.
      this.#hashcons.insert(hash, node);
    }
    this.#listener.nodeRepaired(nodeId(node));
  }
}
