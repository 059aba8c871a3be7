/** Disjoint sets of integers by parent pointers, with path halving (Tarjan and van Leeuwen 1984). */
import { at, grown } from './ints.ts';

export class UnionFind {
  parents: Int32Array;
  length = 0;

  constructor(capacity: number = 16) {
    this.parents = new Int32Array(capacity);
  }

  /** Adds a set of one element and returns the element. */
  make(): number {
    const id = this.length++;
    if (id === this.parents.length) this.parents = grown(this.parents, id + 1);
    this.parents[id] = id;
    return id;
  }

  find(id: number): number {
    const parents = this.parents;
    let current = id;
    let parent = at(parents, current);
    while (parent !== current) {
      const grandparent = at(parents, parent);
      parents[current] = grandparent;
      current = grandparent;
      parent = at(parents, current);
    }
    return current;
  }

  /** Joins two sets, given their leaders; the first stays leader. Who leads is the caller's choice. */
  attach(winner: number, loser: number): void {
    this.parents[loser] = winner;
  }
}
