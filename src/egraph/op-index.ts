/** Live e-nodes grouped by operator, in order of their numbers: where searches start. */
import { at } from './ints.ts';
import type { NodeStore } from './node-store.ts';
import type { SymbolTable } from './symbol-table.ts';

export class OpIndex {
  /** Node numbers, an operator's side by side. */
  nodes: Int32Array = new Int32Array(0);
  /** Where each operator's nodes start; one entry more than operators. */
  starts: Int32Array = new Int32Array(1);

  /** Counting sort over the live nodes. */
  refresh<P>(store: NodeStore, symbols: SymbolTable<P>): void {
    const opCount = symbols.opCount;
    const ops = symbols.ops.data;
    const starts = new Int32Array(opCount + 1);
    for (let node = 0; node < store.nodeCount; node++) {
      const symbol = at(store.symbols, node);
      if (symbol < 0) continue;
      const op = at(ops, symbol);
      starts[op + 1] = at(starts, op + 1) + 1;
    }
    for (let op = 0; op < opCount; op++) starts[op + 1] = at(starts, op + 1) + at(starts, op);
    if (this.nodes.length < store.liveCount) {
      this.nodes = new Int32Array(Math.max(store.liveCount, this.nodes.length * 2));
    }
    const next = starts.slice();
    for (let node = 0; node < store.nodeCount; node++) {
      const symbol = at(store.symbols, node);
      if (symbol < 0) continue;
      const op = at(ops, symbol);
      const place = at(next, op);
      this.nodes[place] = node;
      next[op] = place + 1;
    }
    this.starts = starts;
  }

  /** Operators that were interned after `refresh` have no nodes. */
  startOf(op: number): number {
    return op + 1 < this.starts.length ? at(this.starts, op) : 0;
  }

  endOf(op: number): number {
    return op + 1 < this.starts.length ? at(this.starts, op + 1) : 0;
  }
}
