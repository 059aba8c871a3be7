/**
 * The one place where the runtime meets the evaluator: a process's state, what an input batch makes of it, and what
 * has to be on disk before its messages may leave.
 *
 * A batch is one tick and the ticks without input that settle it. A message of a tick may depend on what was on disk
 * when that tick began, hence on what all earlier ticks wrote, and on nothing that it writes itself.
 */
import { FactSet } from '../exec/fact-set.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import { Machine as Evaluator } from '../exec/machine.ts';
import { initialState, restart } from '../exec/node.ts';
import type { NodeCode } from '../exec/node-code.ts';
import type { NodeInput, NodeState, Outgoing } from '../exec/node-state.ts';
import type { Fact } from '../exec/value.ts';

/** By durable relation of the role: what came to be on disk, and what no longer is. */
export interface DiskChange {
  readonly added: readonly Fact[];
  readonly removed: readonly Fact[];
}

export interface TickOutcome {
  readonly outbox: readonly Outgoing[];
  /** Null when this tick has nothing to write. */
  readonly changes: readonly DiskChange[] | null;
}

export interface Reaction {
  readonly ticks: readonly TickOutcome[];
  /** The ticks are those before it. */
  readonly fault: RuntimeFault | null;
}

/** A fact whose time-out began to run. */
export interface Armed {
  readonly site: number;
  readonly fact: Fact;
}

/** What the runtime knows of the code that it runs: compiled here, or anything else that does the same. */
export interface Reactive {
  readonly react: (inputs: readonly NodeInput[]) => Reaction;
  /** By durable relation: all that is, or will be, on disk. */
  readonly onDisk: () => readonly (readonly Fact[])[];
  /** Since the last call. */
  readonly newlyArmed: () => readonly Armed[];
  readonly isArmed: (site: number, fact: Fact) => boolean;
}

/** Makes the code of a process; `recovered` as for `Machine`. */
export type MakeReactive = (
  code: NodeCode,
  me: number,
  recovered: readonly (readonly Fact[])[] | null,
) => Reactive;

export class Machine implements Reactive {
  readonly code: NodeCode;
  readonly #evaluator: Evaluator;
  /** By slot: place among the durable relations. */
  readonly #places: ReadonlyMap<number, number>;
  /** Since they were asked for. */
  #armed: Armed[] = [];
  /** The first tick is written even when it is empty: a process that ticked once never starts afresh. */
  #isBorn: boolean;

  /** `recovered` is by durable relation what was read from disk; null when nothing ever was written. */
  constructor(code: NodeCode, me: number, recovered: readonly (readonly Fact[])[] | null) {
    this.code = code;
    this.#evaluator = new Evaluator(code, me);
    this.#places = new Map(code.durable.map(({ slot }, at) => [slot, at]));
    this.#isBorn = recovered !== null || code.durable.length === 0;
    if (recovered !== null) this.#evaluator.load(revived(code, me, recovered));
  }

  react(inputs: readonly NodeInput[]): Reaction {
    const ticks: TickOutcome[] = [];
    let input = inputs;
    while (ticks.length < this.code.limits.settleTicksMax) {
      const result = this.#evaluator.tick(input);
      if (result.kind === 'fault') return { ticks, fault: result.fault };
      ticks.push({ outbox: result.outbox, changes: this.#changes() });
      if (this.code.sites.length > 0) this.#armed.push(...this.#evaluator.newlyArmed());
      if (this.#evaluator.settled) return { ticks, fault: null };
      input = [];
    }
    const message = `after ${ticks.length} ticks without input it still changes or sends`;
    return { ticks, fault: { kind: 'never-settles', message, clause: null, node: null } };
  }

  onDisk(): readonly (readonly Fact[])[] {
    return this.#evaluator.save().disk.map((facts) => facts.values());
  }

  newlyArmed(): readonly Armed[] {
    const armed = this.#armed;
    if (armed.length > 0) this.#armed = [];
    return armed;
  }

  isArmed(site: number, fact: Fact): boolean {
    return this.#evaluator.isArmed(site, fact);
  }

  /** Facts and groups that are remembered, for whatever reason. */
  records(): number {
    return this.#evaluator.records();
  }

  #changes(): readonly DiskChange[] | null {
    if (this.#places.size === 0) return null;
    const isFirst = !this.#isBorn;
    this.#isBorn = true;
    const found = this.#evaluator.diskChanges();
    if (found.length === 0 && !isFirst) return null;
    const changes = this.code.durable.map(() => ({ added: [] as Fact[], removed: [] as Fact[] }));
    for (const { slot, fact, kept } of found) {
      const its = changes[this.#places.get(slot) ?? -1];
      (kept ? its?.added : its?.removed)?.push(fact);
    }
    return changes;
  }
}

/** The state of a process that starts again with this on disk. */
function revived(code: NodeCode, me: number, recovered: readonly (readonly Fact[])[]): NodeState {
  const disk = code.durable.map(({ slot }, at) =>
    FactSet.of(recovered[at] ?? [], code.merging[slot] ?? null),
  );
  const fresh = initialState(code, me);
  const crashed: NodeState = { ...fresh, disk, diskBefore: disk, phase: 'running' };
  return restart(code, crashed, { lastFlush: 'kept' });
}
