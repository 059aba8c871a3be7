/**
 * The unions of a log as a forest over e-nodes. Each recorded union joined two classes, so between
 * two equal e-nodes there is one path, and it uses only unions that were made before the two became
 * equal: proofs built along paths never refer to themselves (Nieuwenhuis and Oliveras, "Proof-producing
 * congruence closure", RTA 2005).
 */
import { at } from './ints.ts';

/** A union on a path, walked from the node named left in the log to the right one, or back. */
export type PathEdge = { readonly union: number; readonly forward: boolean };

/** The part of a union log that makes the forest. */
export type RecordedUnions = {
  readonly unionCount: number;
  readonly unionOf: (index: number) => readonly [left: number, right: number];
};

export class ProofForest {
  readonly #lefts: Int32Array;
  readonly #parents: Int32Array;
  readonly #parentUnions: Int32Array;
  readonly #depths: Int32Array;

  constructor(nodeCount: number, log: RecordedUnions) {
    const unions = log.unionCount;
    this.#lefts = new Int32Array(unions);
    this.#parents = new Int32Array(nodeCount).fill(-1);
    this.#parentUnions = new Int32Array(nodeCount).fill(-1);
    this.#depths = new Int32Array(nodeCount).fill(-1);
    const rights = new Int32Array(unions);
    const starts = new Int32Array(nodeCount + 1);
    for (let union = 0; union < unions; union++) {
      const [left, right] = log.unionOf(union);
      this.#lefts[union] = left;
      rights[union] = right;
      starts[left + 1] = at(starts, left + 1) + 1;
      starts[right + 1] = at(starts, right + 1) + 1;
    }
    for (let node = 0; node < nodeCount; node++) {
      starts[node + 1] = at(starts, node + 1) + at(starts, node);
    }
    this.#orient(nodeCount, starts, this.#incidence(starts, rights), rights);
  }

  /** The unions from one node to another of its class, in order. */
  path(from: number, to: number): readonly PathEdge[] {
    const up: PathEdge[] = [];
    const down: PathEdge[] = [];
    let left = from;
    let right = to;
    while (left !== right) {
      if (at(this.#depths, left) >= at(this.#depths, right)) {
        const union = at(this.#parentUnions, left);
        up.push({ union, forward: at(this.#lefts, union) === left });
        left = at(this.#parents, left);
      } else {
        const union = at(this.#parentUnions, right);
        down.push({ union, forward: at(this.#lefts, union) !== right });
        right = at(this.#parents, right);
      }
    }
    return [...up, ...down.reverse()];
  }

  /** The unions at each node, a node's side by side. */
  #incidence(starts: Int32Array, rights: Int32Array): Int32Array {
    const unions = this.#lefts.length;
    const incident = new Int32Array(2 * unions);
    const next = starts.slice();
    for (let union = 0; union < unions; union++) {
      for (const node of [at(this.#lefts, union), at(rights, union)]) {
        const place = at(next, node);
        incident[place] = union;
        next[node] = place + 1;
      }
    }
    return incident;
  }

  /** Roots each tree at its lowest node. */
  #orient(nodeCount: number, starts: Int32Array, incident: Int32Array, rights: Int32Array): void {
    const stack: number[] = [];
    for (let root = 0; root < nodeCount; root++) {
      if (at(this.#depths, root) >= 0) continue;
      this.#depths[root] = 0;
      stack.push(root);
      for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
        for (let place = at(starts, node); place < at(starts, node + 1); place++) {
          const union = at(incident, place);
          const left = at(this.#lefts, union);
          const other = left === node ? at(rights, union) : left;
          if (at(this.#depths, other) >= 0) continue;
          this.#depths[other] = at(this.#depths, node) + 1;
          this.#parents[other] = node;
          this.#parentUnions[other] = union;
          stack.push(other);
        }
      }
    }
  }
}
