/** The first of many tuples while they come and go: those that went are dropped when they would be first. */
import { defined } from '../../base/assert.ts';
import type { Fact } from '../value.ts';

export class TupleHeap {
  readonly #compare: (a: Fact, b: Fact) => number;
  #items: Fact[] = [];

  constructor(compare: (a: Fact, b: Fact) => number) {
    this.#compare = compare;
  }

  push(item: Fact): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as Fact;
      if (this.#compare(above, item) <= 0) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  /** The first item that `isThere`; `size` items are, and `all` lists them when too many that aren't have gathered. */
  top(isThere: (item: Fact) => boolean, size: number, all: () => readonly Fact[]): Fact {
    if (this.#items.length > 2 * size + 16) {
      this.#items = [];
      for (const item of all()) this.push(item);
    }
    for (;;) {
      const first = defined(this.#items[0], 'a group has a tuple');
      if (isThere(first)) return first;
      this.#pop();
    }
  }

  #pop(): void {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (
        child + 1 < items.length &&
        this.#compare(items[child + 1] as Fact, items[child] as Fact) < 0
      ) {
        child += 1;
      }
      const below = items[child] as Fact;
      if (this.#compare(last, below) <= 0) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
  }
}
