/** Inputs that wait for a tick, oldest first. Taking a batch costs its size, however many wait. */
import type { NodeInput } from '../exec/node-state.ts';

export class Inbox {
  #inputs: NodeInput[] = [];
  #taken = 0;

  get size(): number {
    return this.#inputs.length - this.#taken;
  }

  push(input: NodeInput): void {
    this.#inputs.push(input);
  }

  take(most: number): readonly NodeInput[] {
    if (this.#taken === 0 && this.#inputs.length <= most) {
      const all = this.#inputs;
      this.#inputs = [];
      return all;
    }
    const batch = this.#inputs.slice(this.#taken, this.#taken + most);
    this.#taken += batch.length;
    if (this.#taken * 2 >= this.#inputs.length) {
      this.#inputs = this.#inputs.slice(this.#taken);
      this.#taken = 0;
    }
    return batch;
  }
}
