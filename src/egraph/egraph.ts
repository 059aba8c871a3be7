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
import { CongruenceClosure, noApplication } from './congruence-closure.ts';
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
import { at } from './ints.ts';
import type { NodeStore } from './node-store.ts';
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

export class EGraph<P = never> {
  /** For the files of this folder, as are `symbols`, `log` and `searchIndex`. */
  readonly closure: CongruenceClosure;
  readonly symbols: SymbolTable<P>;
  /** Absent when explanations are switched off. */
  readonly log: UnionLog<P> | undefined;
  readonly #store: NodeStore;
  readonly #index: OpIndex = new OpIndex();
  readonly #analyses: Analyses<P> = new Analyses(this);
  #maker = host;
  #indexedVersion = -1;

  constructor(options: EGraphOptions<P> = {}) {
    this.symbols = new SymbolTable(options.payloadKey ?? canonicalJson);
    this.log = (options.explanations ?? true) ? new UnionLog() : undefined;
    this.closure = new CongruenceClosure(this.log, this.#analyses);
    this.#store = this.closure.store;
  }

  /** E-nodes that are alive: congruent ones count once after `rebuild`. */
  get nodeCount(): number {
    return this.#store.liveCount;
  }

  get classCount(): number {
    return this.#store.classCount;
  }

  /** Changes whenever an e-node or a union is added: two equal readings mean an unchanged e-graph. */
  get version(): number {
    return this.closure.version;
  }

  /** False while unions wait for `rebuild`. */
  get isRebuilt(): boolean {
    return this.closure.isClosed && this.#analyses.areSettled;
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
    return nodeId(this.closure.intern(this.symbols.symbol(number, payload), children.length));
  }

  /** The e-node, if it is there; adds nothing. */
  lookup(op: OpId | string, children: readonly ClassId[] = [], payload?: P): NodeId | undefined {
    const number = typeof op === 'string' ? this.symbols.findOp(op) : op;
    const symbol = number === undefined ? undefined : this.symbols.findSymbol(number, payload);
    if (symbol === undefined) return undefined;
    this.#setArguments(children);
    const found = this.closure.probe(symbol, children.length);
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
    invariant(id >= 0 && id < this.#store.nodeCount, 'the class is one of this e-graph');
    return classId(this.#store.find(id));
  }

  same(left: ClassId, right: ClassId): boolean {
    return this.#store.find(left) === this.#store.find(right);
  }

  /**
   * Makes two classes one; true if they weren't. `label` is the reason that explanations give; a union
   * made inside an applier or by an analysis gets the name of its maker when the label is left out.
   */
  union(left: ClassId, right: ClassId, label?: string): boolean {
    const { application } = this.closure;
    const isApplied = label === undefined && application !== noApplication;
    const reason = isApplied ? application : (this.log?.labelReason(label ?? this.#maker) ?? 0);
    return this.closure.unite(left, right, reason);
  }

  /** Restores congruence and the facts of analyses; returns how many e-nodes turned out congruent. */
  rebuild(): number {
    const before = this.closure.deadCount;
    for (;;) {
      if (!this.closure.isClosed) this.closure.restore();
      else if (!this.#analyses.areSettled) this.#analyses.propagate();
      else return this.closure.deadCount - before;
    }
  }

  /** Leaders of all classes in order of their numbers. */
  classes(): readonly ClassId[] {
    const leaders: ClassId[] = [];
    for (let id = 0; id < this.#store.nodeCount; id++) {
      if (this.#store.find(id) === id) leaders.push(classId(id));
    }
    return leaders;
  }

  /**
   * The live e-nodes of a class, oldest first. After `rebuild`, taking the first e-node of a class, of
   * its children, and so on gives a finite term.
   */
  nodesOf(id: ClassId): readonly NodeId[] {
    const nodes: NodeId[] = [];
    const first = this.#store.find(id);
    let member = first;
    do {
      if (this.#store.isLive(member)) nodes.push(nodeId(member));
      member = at(this.#store.members, member);
    } while (member !== first);
    return nodes.sort((left, right) => left - right);
  }

  /** The live e-nodes that have the class among their children, each once, in order. */
  parentsOf(id: ClassId): readonly NodeId[] {
    const parents = new Set<NodeId>();
    const tail = at(this.#store.parentTails, this.#store.find(id));
    if (tail < 0) return [];
    let slot = tail;
    do {
      const owner = at(this.#store.owners, slot);
      if (this.#store.isLive(owner)) parents.add(nodeId(owner));
      slot = at(this.#store.nextParents, slot);
    } while (slot !== tail);
    return [...parents].sort((left, right) => left - right);
  }

  /** The live e-nodes of an operator in order of their numbers; the e-graph must be rebuilt. */
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
    return this.#store.arity(id);
  }

  childOf(id: NodeId, position: number): ClassId {
    return this.find(classId(at(this.#store.children, at(this.#store.starts, id) + position)));
  }

  childrenOf(id: NodeId): readonly ClassId[] {
    return Array.from({ length: this.arityOf(id) }, (_, position) => this.childOf(id, position));
  }

  symbolOf(id: NodeId): SymbolId {
    return symbolId(this.#store.symbolOf(id));
  }

  /** Keeps an analysis from now on; facts about what is there already are complete after `rebuild`. */
  attach<T>(analysis: Analysis<P, T>): AnalysisFacts<T> {
    const nodes = Array.from({ length: this.#store.nodeCount }, (_, node) => nodeId(node));
    return this.#analyses.attach(
      analysis,
      nodes.filter((node) => this.#store.isLive(node)),
    );
  }

  /** The application of a rule that created the e-node; `undefined` if a rule didn't. */
  applicationOf(id: NodeId): ApplicationId | undefined {
    const application = this.closure.originOf(id);
    return application === noApplication ? undefined : applicationId(application);
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

  /** The live nodes by operator, after making every node point straight at its leader. */
  searchIndex(): OpIndex {
    invariant(this.isRebuilt, 'searching needs a rebuilt e-graph');
    if (this.#indexedVersion !== this.version) {
      this.#store.relink();
      this.#index.refresh(this.#store, this.symbols);
      this.#indexedVersion = this.version;
    }
    return this.#index;
  }

  /** Bytes of live data: e-nodes, hashcons and what explanations keep; not payloads, not spare room. */
  get liveBytes(): number {
    return 4 * (this.closure.integerCount + (this.log?.integerCount ?? 0));
  }

  #setArguments(children: readonly ClassId[]): void {
    const room = this.closure.reserveArguments(children.length);
    for (const [position, child] of children.entries()) {
      invariant(
        child >= 0 && child < this.#store.nodeCount,
        'children are classes of this e-graph',
      );
      room[position] = child;
    }
  }
}
