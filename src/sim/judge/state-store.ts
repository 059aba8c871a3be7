/**
 * Local states as a search keeps them, hundreds of thousands at a time: many combinations of few sets of facts, of which
 * each is kept once.
 */
import type { FactSet } from '../../exec/fact-set.ts';
import type { NodeState } from '../../exec/node-state.ts';
import { Interner, packNumbers } from './packed-numbers.ts';

export class StateStore {
  readonly #sets = new Interner<FactSet>();
  readonly #ids = new WeakMap<FactSet, number>();

  /** What two states of one role share exactly when they behave alike. */
  keyOf({ phase, settled, diskBefore, ...state }: NodeState): string {
    const before = diskBefore === null ? [0] : [1, ...this.#idsOf(diskBefore)];
    const { carried, disk, held, armed, expired } = state;
    const sets = [carried, disk, held, armed, expired].flatMap((list) => this.#idsOf(list));
    return `${phase} ${settled} ${packNumbers([...before, ...sets])}`;
  }

  /** The same state, which shares its sets with all others. */
  shared(state: NodeState): NodeState {
    return {
      ...state,
      carried: this.#sharedSets(state.carried),
      disk: this.#sharedSets(state.disk),
      diskBefore: state.diskBefore === null ? null : this.#sharedSets(state.diskBefore),
      held: this.#sharedSets(state.held),
      armed: this.#sharedSets(state.armed),
      expired: this.#sharedSets(state.expired),
    };
  }

  #sharedSets(sets: readonly FactSet[]): readonly FactSet[] {
    return this.#idsOf(sets).map((id) => this.#sets.at(id));
  }

  #idsOf(sets: readonly FactSet[]): readonly number[] {
    return sets.map((set) => this.#idOf(set));
  }

  #idOf(set: FactSet): number {
    const known = this.#ids.get(set);
    if (known !== undefined) return known;
    const id = this.#sets.idOf(set.text(), () => set);
    this.#ids.set(set, id);
    return id;
  }
}
