/**
 * The e-graph: a set of e-nodes, an equivalence over them, and their closure under congruence,
 * restored on demand (`rebuild`) as in Willsey et al., "egg: Fast and Extensible Equality
 * Saturation", POPL 2021. It knows nothing about what its operators mean.
 *
 * Unions take effect in `find` at once; what follows from them by congruence, and the facts of
 * analyses, only after `rebuild`. Searching needs a rebuilt e-graph.
 */
import { defined, invariant } from '../base/assert.ts';
import { canonicalJson } from '../base/order.ts';
import { Analyses } from './analyses.ts';
import type { Analysis, AnalysisFacts } from './class-analysis.ts';
import { Hashcons, hashSlots } from './hashcons.ts';
import {
  type ApplicationId,
  applicationId,
  type ClassId,
  classId,
  type NodeId,
  nodeId,
  type OpId,
  type SymbolId,
  symbolId,
} from './ids.ts';
import { at, grown, IntVector } from './ints.ts';
import { NodeStore } from './node-store.ts';
import { OpIndex } from './op-index.ts';
import { SymbolTable } from './symbol-table.ts';
import { childrenFirst, type PayloadKey, type Term } from './term.ts';
import { UnionLog } from './union-log.ts';

export type EGraphOptions<P> = {
  /** Tells payloads apart; canonical JSON unless given, which is right for all plain data. */
  readonly payloadKey?: PayloadKey<P>;
  /**
   * Keep what `explain` and `originOf` need (about 20 bytes a node and 30 a union). On unless given.
   */
  readonly explanations?: boolean;
};

/** An e-node read out; children are canonical when the e-graph is rebuilt. */
export type ENode<P> = {
  readonly op: string;
  readonly payload: P | undefined;
  readonly children: readonly ClassId[];
};

/** The label of unions that the host makes without one. */
const host = 'given';
const noApplication = -1;
/** The reason of the union log for congruence. */
const congruence = -1;

export class EGraph<P = never> {
  /** For the files of this folder, as are all members that name them. */
  readonly store: NodeStore;
  readonly symbols: SymbolTable<P>;
  /** Absent when explanations are switched off. */
  readonly log: UnionLog<P> | undefined;
  /** Children of the node that `intern` is asked for. */
  arguments: Int32Array = new Int32Array(16);
  /** The application under way, which new nodes and unions without label have as reason; or -1. */
  application: number = noApplication;
  readonly #hashcons: Hashcons;
  readonly #index: OpIndex = new OpIndex();
  readonly #origins: IntVector = new IntVector();
  /** Slots of parents of classes that lost their leadership: pairs of first and last slot. */
  readonly #pending: IntVector = new IntVector();
  readonly #analyses: Analyses<P> = new Analyses(this);
  #canonical: Int32Array = new Int32Array(16);
  #maker = host;
  #version = 0;
  #indexedVersion = -1;
  #unitedSinceRelink = false;

  constructor(options: EGraphOptions<P> = {}) {
    const explanations = options.explanations ?? true;
    this.store = new NodeStore(explanations);
    this.symbols = new SymbolTable(options.payloadKey ?? canonicalJson);
    this.log = explanations ? new UnionLog() : undefined;
    this.#hashcons = new Hashcons(this.store);
  }

  /** E-nodes that are alive: congruent ones count once after `rebuild`. */
  get nodeCount(): number {
    return this.store.liveCount;
  }

  get classCount(): number {
    return this.store.classCount;
  }

  /** Changes whenever an e-node or a union is added: two equal readings mean an unchanged e-graph. */
  get version(): number {
    return this.#version;
  }

  /** False while unions wait for `rebuild`. */
  get isRebuilt(): boolean {
    return this.#pending.length === 0 && this.#analyses.areSettled;
  }

  /** Interns an operator name. */
  operator(name: string): OpId {
    return this.symbols.op(name);
  }

  operatorName(op: OpId): string {
    return this.symbols.opName(op);
  }

  /**
   * Adds an e-node, or finds the one that is there, and returns it. The result names its class; that
   * of an e-node that was found may have another leader, so compare by `same`.
   */
  add(op: OpId | string, children: readonly ClassId[] = [], payload?: P): NodeId {
    const number = typeof op === 'string' ? this.symbols.op(op) : op;
    this.#setArguments(children);
    return this.intern(this.symbols.symbol(number, payload), children.length);
  }

  /** The e-node, if it is there; adds nothing. */
  lookup(op: OpId | string, children: readonly ClassId[] = [], payload?: P): NodeId | undefined {
    const number = typeof op === 'string' ? this.symbols.findOp(op) : op;
    const symbol = number === undefined ? undefined : this.symbols.findSymbol(number, payload);
    if (symbol === undefined) return undefined;
    this.#setArguments(children);
    const found = this.probe(symbol, children.length);
    return found < 0 ? undefined : nodeId(found);
  }

  addTerm(term: Term<P>): NodeId {
    const nodes = new Map<Term<P>, NodeId>();
    for (const part of childrenFirst(term)) {
      const children = part.children.map((child) => defined(nodes.get(child), 'children first'));
      nodes.set(part, this.add(part.op, children, part.payload));
    }
    return defined(nodes.get(term), 'the term itself comes last');
  }

  lookupTerm(term: Term<P>): NodeId | undefined {
    const nodes = new Map<Term<P>, NodeId>();
    for (const part of childrenFirst(term)) {
      const children = part.children.flatMap((child) => nodes.get(child) ?? []);
      const found = this.lookup(part.op, children, part.payload);
      if (found === undefined) return undefined;
      nodes.set(part, found);
    }
    return nodes.get(term);
  }

  /** The leader of the class. */
  find(id: ClassId): ClassId {
    return classId(this.store.find(id));
  }

  same(left: ClassId, right: ClassId): boolean {
    return this.store.find(left) === this.store.find(right);
  }

  /**
   * Makes two classes one; true if they weren't. `label` is the reason that explanations give; a union
   * made inside an applier or by an analysis gets the name of its maker when the label is left out.
   */
  union(left: ClassId, right: ClassId, label?: string): boolean {
    if (label === undefined && this.application !== noApplication) {
      return this.unite(left, right, this.application);
    }
    return this.unite(left, right, this.log?.labelReason(label ?? this.#maker) ?? 0);
  }

  /** Restores congruence and the facts of analyses; returns how many e-nodes turned out congruent. */
  rebuild(): number {
    const before = this.store.liveCount;
    for (;;) {
      if (this.#pending.length > 0) this.#restoreCongruence();
      else if (!this.#analyses.areSettled) this.#analyses.propagate();
      else return Math.max(0, before - this.store.liveCount);
    }
  }

  /** Leaders of all classes in order of their numbers. */
  classes(): readonly ClassId[] {
    const leaders: ClassId[] = [];
    for (let id = 0; id < this.store.nodeCount; id++) {
      if (this.store.find(id) === id) leaders.push(classId(id));
    }
    return leaders;
  }

  /** The live e-nodes of a class in order of their numbers. */
  nodesOf(id: ClassId): readonly NodeId[] {
    const nodes: NodeId[] = [];
    const first = this.store.find(id);
    let member = first;
    do {
      if (this.store.isLive(member)) nodes.push(nodeId(member));
      member = at(this.store.members, member);
    } while (member !== first);
    return nodes.sort((left, right) => left - right);
  }

  /** The live e-nodes that have the class among their children, each once, in order. */
  parentsOf(id: ClassId): readonly NodeId[] {
    const parents = new Set<NodeId>();
    const tail = at(this.store.parentTails, this.store.find(id));
    if (tail < 0) return [];
    let slot = tail;
    do {
      const owner = at(this.store.owners, slot);
      if (this.store.isLive(owner)) parents.add(nodeId(owner));
      slot = at(this.store.nextParents, slot);
    } while (slot !== tail);
    return [...parents].sort((left, right) => left - right);
  }

  /** The live e-nodes of an operator in order of their numbers. */
  nodesWith(op: OpId | string): readonly NodeId[] {
    const number = typeof op === 'string' ? this.symbols.findOp(op) : op;
    if (number === undefined) return [];
    const index = this.searchIndex();
    const nodes = index.nodes.subarray(index.startOf(number), index.endOf(number));
    return Array.from(nodes, nodeId);
  }

  node(id: NodeId): ENode<P> {
    return {
      op: this.operatorName(this.opOf(id)),
      payload: this.payloadOf(id),
      children: this.childrenOf(id),
    };
  }

  opOf(id: NodeId): OpId {
    return this.symbols.opOf(this.symbolOf(id));
  }

  payloadOf(id: NodeId): P | undefined {
    return this.symbols.payloadOf(this.symbolOf(id));
  }

  arityOf(id: NodeId): number {
    return this.store.arity(id);
  }

  childOf(id: NodeId, position: number): ClassId {
    return this.find(classId(at(this.store.children, at(this.store.starts, id) + position)));
  }

  childrenOf(id: NodeId): readonly ClassId[] {
    return Array.from({ length: this.arityOf(id) }, (_, position) => this.childOf(id, position));
  }

  symbolOf(id: NodeId): SymbolId {
    return symbolId(this.store.symbolOf(id));
  }

  /** Keeps an analysis from now on; facts about what is there already are complete after `rebuild`. */
  attach<T>(analysis: Analysis<P, T>): AnalysisFacts<T> {
    const nodes = Array.from({ length: this.store.nodeCount }, (_, node) => nodeId(node));
    return this.#analyses.attach(
      analysis,
      nodes.filter((node) => this.store.isLive(node)),
    );
  }

  /** The application of a rule that created the e-node; `undefined` if a rule didn't. */
  applicationOf(id: NodeId): ApplicationId | undefined {
    const application = this.log === undefined ? noApplication : this.#origins.get(id);
    return application < 0 ? undefined : applicationId(application);
  }

  /** Runs `body` under a name that is the label of the unions it makes without one. */
  madeBy<R>(maker: string, body: () => R): R {
    this.#maker = maker;
    try {
      return body();
    } finally {
      this.#maker = host;
    }
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
  intern(symbol: number, arity: number): NodeId {
    const hash = this.#canonicalize(symbol, arity);
    const found = this.#hashcons.lookup(hash, symbol, this.#canonical, arity);
    if (found >= 0) return nodeId(found);
    const node = nodeId(this.store.append(symbol, arity, this.#canonical, this.arguments));
    this.#hashcons.insert(hash, node);
    this.#version++;
    if (this.log !== undefined) this.#origins.push(this.application);
    this.#analyses.nodeAdded(node);
    return node;
  }

  /** Unites for a reason of the union log. The class with fewer parents loses, the newer one on a tie. */
  unite(left: ClassId, right: ClassId, reason: number): boolean {
    const store = this.store;
    const first = store.find(left);
    const second = store.find(right);
    if (first === second) return false;
    const order = at(store.parentCounts, first) - at(store.parentCounts, second) || second - first;
    const winner = order > 0 ? first : second;
    const loser = order > 0 ? second : first;
    this.log?.recordUnion(left, right, reason);
    const tail = at(store.parentTails, loser);
    if (tail >= 0) {
      this.#pending.push(at(store.nextParents, tail));
      this.#pending.push(tail);
    }
    store.unite(winner, loser);
    this.#version++;
    this.#unitedSinceRelink = true;
    this.#analyses.classesUnited(classId(winner), classId(loser));
    return true;
  }

  /** The live nodes by operator, after making every node point straight at its leader. */
  searchIndex(): OpIndex {
    invariant(this.isRebuilt, 'searching needs a rebuilt e-graph');
    if (this.#indexedVersion !== this.#version) {
      if (this.#unitedSinceRelink) this.store.relink();
      this.#index.refresh(this.store, this.symbols);
      this.#unitedSinceRelink = false;
      this.#indexedVersion = this.#version;
    }
    return this.#index;
  }

  #setArguments(children: readonly ClassId[]): void {
    const room = this.reserveArguments(children.length);
    for (const [position, child] of children.entries()) {
      invariant(child >= 0 && child < this.store.nodeCount, 'children are classes of this e-graph');
      room[position] = child;
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

  #restoreCongruence(): void {
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

  /** Makes a node's children canonical and enters it anew, or unites it with the twin it finds. */
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
    const twin = this.#hashcons.reinsert(
      hashSlots(symbol, store.children, start, end - start),
      node,
    );
    if (twin < 0) {
      this.#analyses.remake(nodeId(node));
      return;
    }
    this.unite(nodeId(twin), nodeId(node), congruence);
    store.kill(node);
  }
}
