/**
 * The faults of one run, each with a number: a run is made smaller by leaving out all but a few of them, and replayed by
 * naming those that are left. What is drawn for a fault that is left out is drawn all the same, so that the others stay
 * as near as they can to where they were.
 */
import type { FaultName } from './faults.ts';

export class FaultDraws {
  readonly #names: ReadonlySet<FaultName>;
  /** Null: every one happens. */
  readonly #kept: ReadonlySet<number> | null;
  #count = 0;

  constructor(options: {
    readonly faults: readonly FaultName[];
    readonly keptFaults: readonly number[] | null;
  }) {
    this.#names = new Set(options.faults);
    this.#kept = options.keptFaults === null ? null : new Set(options.keptFaults);
  }

  /** Faults so far, those that were left out among them. */
  get count(): number {
    return this.#count;
  }

  has(name: FaultName): boolean {
    return this.#names.has(name);
  }

  /** The next fault has come up: false when it is left out. */
  happens(): boolean {
    const number = this.#count++;
    return this.#kept === null || this.#kept.has(number);
  }
}
