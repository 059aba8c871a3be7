/** What some slots of one machine hold, as sets that can be probed: brought up to date by what each tick changed. */
import { EMPTY, FactSet } from '../exec/fact-set.ts';
import type { Machine } from '../exec/machine.ts';
import type { NodeCode } from '../exec/node-code.ts';

export class SlotMirror {
  readonly slots: FactSet[];
  readonly #code: NodeCode;
  #generation = -1;

  constructor(code: NodeCode) {
    this.#code = code;
    this.slots = code.names.map(() => EMPTY);
  }

  /** After each tick: the slots, of those wanted, that hold something else than before. */
  follow(machine: Machine, wanted: ReadonlySet<number>): ReadonlySet<number> {
    const anew = machine.generation !== this.#generation;
    this.#generation = machine.generation;
    const changed = new Set<number>();
    for (const slot of wanted) {
      const there = this.slots[slot] ?? EMPTY;
      // Events of the last tick are gone without having changed.
      const isEvent = this.#code.isEvent[slot] === true;
      if (!anew && !machine.changed(slot) && !(isEvent && there.size > 0)) continue;
      changed.add(slot);
      const grows = !anew && !isEvent && machine.removed(slot).length === 0;
      this.slots[slot] = grows ? extended(there, machine, slot) : FactSet.of(machine.facts(slot));
    }
    return changed;
  }
}

function extended(there: FactSet, machine: Machine, slot: number): FactSet {
  const grown = there.copy();
  for (const fact of machine.added(slot)) grown.add(fact);
  return grown;
}
