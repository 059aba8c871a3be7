/** The facts of one attached analysis, by leader of the class. */
import type { Analysis, AnalysisFacts } from './class-analysis.ts';
import type { EGraph } from './egraph.ts';
import { type ClassId, classId, type NodeId } from './ids.ts';

/** What the e-graph tells an analysis, whatever the type of its facts. */
export type AttachedAnalysis = {
  readonly nodeAdded: (node: NodeId) => void;
  readonly classesUnited: (winner: ClassId, loser: ClassId) => void;
  /** Makes a node's fact again after a child's fact or the node's children changed. */
  readonly remake: (node: NodeId) => void;
  readonly modify: (id: ClassId) => void;
};

export class AnalysisState<P, T> implements AttachedAnalysis, AnalysisFacts<T> {
  readonly #egraph: EGraph<P>;
  readonly #analysis: Analysis<P, T>;
  readonly #changed: (id: ClassId) => void;
  readonly #facts: (T | undefined)[] = [];

  constructor(egraph: EGraph<P>, analysis: Analysis<P, T>, changed: (id: ClassId) => void) {
    this.#egraph = egraph;
    this.#analysis = analysis;
    this.#changed = changed;
  }

  readonly of = (id: ClassId): T | undefined => this.#facts[this.#egraph.find(id)];

  readonly nodeAdded = (node: NodeId): void => {
    const fact = this.#analysis.make(this.#egraph, node, this.of);
    this.#facts[node] = fact;
    if (fact !== undefined && this.#analysis.modify !== undefined) this.#changed(node);
  };

  readonly classesUnited = (winner: ClassId, loser: ClassId): void => {
    const winnerFact = this.#facts[winner];
    const loserFact = this.#facts[loser];
    this.#facts[loser] = undefined;
    const joined = this.#join(winnerFact, loserFact);
    this.#facts[winner] = joined;
    if (!this.#same(joined, winnerFact) || !this.#same(joined, loserFact)) this.#changed(winner);
  };

  readonly remake = (node: NodeId): void => {
    const id = classId(this.#egraph.find(node));
    const old = this.#facts[id];
    const joined = this.#join(old, this.#analysis.make(this.#egraph, node, this.of));
    if (this.#same(joined, old)) return;
    this.#facts[id] = joined;
    this.#changed(id);
  };

  readonly modify = (id: ClassId): void => {
    const fact = this.of(id);
    const modify = this.#analysis.modify;
    if (fact === undefined || modify === undefined) return;
    this.#egraph.madeBy(this.#analysis.name, () => modify(this.#egraph, id, fact));
  };

  #join(left: T | undefined, right: T | undefined): T | undefined {
    if (left === undefined) return right;
    return right === undefined ? left : this.#analysis.join(left, right);
  }

  #same(left: T | undefined, right: T | undefined): boolean {
    if (left === undefined || right === undefined) return left === right;
    return this.#analysis.equals(left, right);
  }
}
