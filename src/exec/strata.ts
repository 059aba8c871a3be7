/** Groups of relations that depend on each other within a tick, in an order that respects every dependence. */
import { at, defined } from '../base/assert.ts';

/**
 * Tarjan's strongly connected components of `count` slots under `reads`, dependencies first. Iterative, so
 * that a chain of 10^5 relations needs no stack.
 */
export function components(
  count: number,
  reads: readonly (readonly number[])[],
): readonly (readonly number[])[] {
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const stack: number[] = [];
  const found: number[][] = [];
  let visited = 0;
  const enter = (slot: number): Visit => {
    order[slot] = low[slot] = visited++;
    stack.push(slot);
    onStack[slot] = 1;
    return { slot, next: 0 };
  };
  const leave = (slot: number): void => {
    if (low[slot] !== order[slot]) return;
    const component: number[] = [];
    for (;;) {
      const member = defined(stack.pop(), 'the root is on the stack');
      onStack[member] = 0;
      component.push(member);
      if (member === slot) break;
    }
    found.push(component.reverse());
  };
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    const visits = [enter(root)];
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = reads[visit.slot]?.[visit.next];
      if (target === undefined) {
        visits.pop();
        leave(visit.slot);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(low, parent.slot, at(low, visit.slot));
        continue;
      }
      visit.next++;
      if (order[target] === -1) visits.push(enter(target));
      else if (onStack[target] === 1) lower(low, visit.slot, at(order, target));
    }
  }
  return found;
}

interface Visit {
  readonly slot: number;
  next: number;
}

function lower(low: Int32Array, index: number, value: number): void {
  if (value < at(low, index)) low[index] = value;
}
