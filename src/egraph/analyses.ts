/** The analyses of one e-graph, and the classes whose facts changed and wait to be propagated. */
import { AnalysisState, type AttachedAnalysis } from './analysis-state.ts';
import type { Analysis, AnalysisFacts } from './class-analysis.ts';
import type { ClosureListener } from './congruence-closure.ts';
import type { EGraph } from './egraph.ts';
import type { ClassId, NodeId } from './ids.ts';

export class Analyses<P> implements ClosureListener {
  readonly #egraph: EGraph<P>;
  readonly #attached: AttachedAnalysis[] = [];
  readonly #changed: ClassId[] = [];
  readonly #changedSet = new Set<ClassId>();

  constructor(egraph: EGraph<P>) {
    this.#egraph = egraph;
  }

  /** True when no fact waits to be propagated. */
  get areSettled(): boolean {
    return this.#changed.length === 0;
  }

  attach<T>(analysis: Analysis<P, T>, nodes: Iterable<NodeId>): AnalysisFacts<T> {
    const state = new AnalysisState<P, T>(this.#egraph, analysis, (id) => this.#enqueue(id));
    this.#attached.push(state);
    for (const node of nodes) state.remake(node);
    return state;
  }

  nodeAdded(node: NodeId): void {
    for (const analysis of this.#attached) analysis.nodeAdded(node);
  }

  classesUnited(winner: ClassId, loser: ClassId): void {
    for (const analysis of this.#attached) analysis.classesUnited(winner, loser);
  }

  nodeRepaired(node: NodeId): void {
    for (const analysis of this.#attached) analysis.remake(node);
  }

  /** Lets one class whose fact changed act, and makes the facts of its parents again. */
  propagate(): void {
    const id = this.#changed.pop();
    if (id === undefined) return;
    this.#changedSet.delete(id);
    for (const analysis of this.#attached) analysis.modify(id);
    for (const parent of this.#egraph.parentsOf(id)) this.nodeRepaired(parent);
  }

  #enqueue(id: ClassId): void {
    if (this.#changedSet.has(id)) return;
    this.#changedSet.add(id);
    this.#changed.push(id);
  }
}
