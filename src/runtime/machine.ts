/**
 * The one place where the runtime meets the evaluator: a process's state, what an input batch makes of it, and what
 * has to be on disk before its messages may leave.
 *
 * A batch is one tick and the ticks without input that settle it. A message of a tick may depend on what was on disk
 * when that tick began, hence on what all earlier ticks wrote, and on nothing that it writes itself.
 */

import { defined } from '../base/assert.ts';
import { FactSet } from '../exec/fact-set.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import { initialState, restart, settle } from '../exec/node.ts';
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

export class Machine {
  readonly code: NodeCode;
  #state: NodeState;
  /** Facts armed before the last reaction, to tell the new ones. */
  #armed: readonly FactSet[];
  /** The first tick is written even when it is empty: a process that ticked once never starts afresh. */
  #isBorn: boolean;

  /** `recovered` is by durable relation what was read from disk; null when nothing ever was written. */
  constructor(code: NodeCode, me: number, recovered: readonly (readonly Fact[])[] | null) {
    this.code = code;
    const fresh = initialState(code, me);
    this.#isBorn = recovered !== null || code.durable.length === 0;
    this.#state = recovered === null ? fresh : revived(code, fresh, recovered);
    this.#armed = this.#state.armed;
  }

  react(inputs: readonly NodeInput[]): Reaction {
    let before = this.#state;
    const result = settle(this.code, before, inputs);
    const ticks: TickOutcome[] = [];
    for (const { state, outbox } of result.ticks) {
      ticks.push({ outbox, changes: this.#changes(before, state) });
      before = state;
    }
    this.#state = before;
    return { ticks, fault: result.kind === 'fault' ? result.fault : null };
  }

  /** By durable relation: all that is, or will be, on disk. */
  onDisk(): readonly (readonly Fact[])[] {
    return this.#state.disk.map((facts) => facts.values());
  }

  /** Since the last call. */
  newlyArmed(): readonly Armed[] {
    const { armed } = this.#state;
    const before = this.#armed;
    if (armed === before) return [];
    this.#armed = armed;
    return armed.flatMap((facts, site) => {
      const old = defined(before[site], 'states of one role have one layout');
      return facts === old ? [] : facts.missingIn(old).map((fact) => ({ site, fact }));
    });
  }

  isArmed(site: number, fact: Fact): boolean {
    return this.#state.armed[site]?.has(fact) === true;
  }

  #changes(before: NodeState, after: NodeState): readonly DiskChange[] | null {
    const isFirst = !this.#isBorn;
    this.#isBorn = true;
    if (after.disk === before.disk && !isFirst) return null;
    let some = isFirst;
    const changes = after.disk.map((now, at) => {
      const old = defined(before.disk[at], 'states of one role have one layout');
      if (now === old) return nothing;
      const change = { added: now.missingIn(old), removed: old.missingIn(now) };
      some ||= change.added.length > 0 || change.removed.length > 0;
      return change;
    });
    return some ? changes : null;
  }
}

const nothing: DiskChange = { added: [], removed: [] };

/** The state of a process that starts again with this on disk. */
function revived(
  code: NodeCode,
  fresh: NodeState,
  recovered: readonly (readonly Fact[])[],
): NodeState {
  const disk = code.durable.map(({ slot }, at) =>
    FactSet.of(recovered[at] ?? [], code.merging[slot] ?? null),
  );
  const crashed: NodeState = { ...fresh, disk, diskBefore: disk, phase: 'running' };
  return restart(code, crashed, { lastFlush: 'kept' });
}
