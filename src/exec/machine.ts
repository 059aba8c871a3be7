/**
 * One process that owns its state: a tick changes it in place and costs what changed. It can be saved as a value and
 * filled from one, for who keeps many states of one process (`node.ts`).
 *
 * An incremental tick joins what began to hold with what held before, so it may evaluate an expression on values that never
 * hold together. When one fails, the tick is done once more from what is carried alone; what fails then is the program's.
 */
import { defined, invariant } from '../base/assert.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import { EvaluationAbort, type RuntimeFault } from './fault.ts';
import type { Kernel } from './generate/kernel.ts';
import { Meter } from './generate/meter.ts';
import type { NodeCode } from './node-code.ts';
import type { NodeInput, NodeState, Outgoing, TickStats } from './node-state.ts';
import { compareFacts, type Fact } from './value.ts';

export type MachineResult =
  | {
      readonly kind: 'ticked';
      /** Each message once, in a fixed order. */
      readonly outbox: readonly Outgoing[];
      /** Null unless the code was compiled to measure. */
      readonly stats: TickStats | null;
    }
  /** The machine is as it was after the last good tick. */
  | { readonly kind: 'fault'; readonly fault: RuntimeFault };

export interface ArmedTimer {
  readonly site: number;
  readonly fact: Fact;
}

export class Machine {
  readonly code: NodeCode;
  readonly me: number;
  readonly #kernel: Kernel;
  readonly #meter: Meter;
  #phase: NodeState['phase'] = 'fresh';
  #settled = false;
  /** The kernel is empty and must be filled with this state before it ticks. */
  #pending: NodeState | null;
  /** The state that was saved or loaded last, and the kernel's tick then. */
  #known: NodeState;
  #knownAt = 0;
  #generation = 0;
  /** The last tick was the first one. */
  #wasFresh = true;

  constructor(code: NodeCode, me: number) {
    this.code = code;
    this.me = me;
    this.#meter = new Meter(code.isEventClause);
    this.#kernel = code.kernel(me, this.#meter);
    this.#known = freshState(code, me);
    this.#pending = this.#known;
  }

  /** An empty tick would change and send nothing. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Grows whenever the machine was filled anew: what was added before says nothing any more. */
  get generation(): number {
    return this.#generation;
  }

  get phase(): NodeState['phase'] {
    return this.#phase;
  }

  tick(inbox: readonly NodeInput[]): MachineResult {
    const failed = this.#attempt(inbox);
    if (failed === null) return this.#finish(inbox);
    if (this.#pending === null) {
      const state = this.#export('before');
      this.#pending = state;
      if (this.#attempt(inbox) === null) return this.#finish(inbox);
      this.#pending = state;
    }
    return { kind: 'fault', fault: failed };
  }

  load(state: NodeState): void {
    invariant(state.me === this.me, 'a state of this member');
    this.#phase = state.phase;
    this.#settled = state.settled;
    this.#pending = state;
  }

  /** The state as a value; what didn't change since the last one is shared with it. */
  save(): NodeState {
    if (this.#pending !== null) return this.#pending;
    if (this.#knownAt === this.#kernel.now()) return this.#known;
    this.#known = this.#export('after');
    this.#knownAt = this.#kernel.now();
    return this.#known;
  }

  /** The machine is at this state, whatever it takes to know it. */
  isAt(state: NodeState): boolean {
    if (this.#pending !== null) return this.#pending === state;
    return this.#knownAt === this.#kernel.now() && this.#known === state;
  }

  /** What a relation, channel or view held in the last tick. */
  facts(slot: number): readonly Fact[] {
    return this.#pending === null ? this.#slot(slot).facts() : [];
  }

  /** What began to hold in the last tick; all that held, of events. */
  added(slot: number): readonly Fact[] {
    return this.#pending === null ? this.#slot(slot).added() : [];
  }

  removed(slot: number): readonly Fact[] {
    return this.#pending === null ? this.#slot(slot).removed() : [];
  }

  /** What the last tick puts on disk (`kept`) or takes from it, by slot of the durable relation. */
  diskChanges(): ReturnType<Kernel['flips']> {
    return this.#pending === null ? this.#kernel.flips(this.#kernel.now()) : [];
  }

  /** Facts whose timer may expire in the next tick, in canonical order. */
  armed(): readonly ArmedTimer[] {
    const pending = this.#pending;
    return this.code.sites.flatMap((_, site) => {
      const facts =
        pending === null ? this.#kernel.sites[site]?.facts(1) : pending.armed[site]?.values();
      return [...(facts ?? [])].sort(compareFacts).map((fact) => ({ site, fact }));
    });
  }

  /** The number of facts that are carried into the next tick. */
  carriedCount(slot: number): number {
    return this.#pending === null
      ? this.#slot(slot).carriedCount()
      : (this.#pending.carried[slot]?.size ?? 0);
  }

  /** The number of facts that held in the last tick. */
  count(slot: number): number {
    return this.#pending === null ? this.#slot(slot).count() : 0;
  }

  /** Facts that the machine remembers, for whatever reason: what it holds in memory. */
  records(): number {
    return this.#kernel.records();
  }

  /** The last tick changed what the slot holds. */
  changed(slot: number): boolean {
    return this.#pending === null && this.#slot(slot).changed();
  }

  /** Timers that began to run in the last tick, in canonical order. */
  newlyArmed(): readonly ArmedTimer[] {
    const armed = this.#kernel.armed();
    if (armed.length < 2) return armed;
    return armed.toSorted((a, b) => a.site - b.site || compareFacts(a.fact, b.fact));
  }

  isArmed(site: number, fact: Fact): boolean {
    if (this.#pending !== null) return this.#pending.armed[site]?.has(fact) === true;
    return this.#kernel.sites[site]?.has(fact) === true;
  }

  /** Null when the tick ran; the kernel can be read but not ticked after a failure. */
  #attempt(inbox: readonly NodeInput[]): RuntimeFault | null {
    const kernel = this.#kernel;
    const pending = this.#pending;
    try {
      if (pending !== null) kernel.wipe();
      kernel.begin();
      if (pending !== null) {
        this.#fill(pending);
        this.#known = pending;
        this.#knownAt = kernel.now() - 1;
      }
      this.#pending = null;
      this.#give(inbox);
      kernel.run();
      return null;
    } catch (thrown) {
      const fault = faultOf(thrown, this.code.clauseIds[kernel.at()] ?? null);
      if (fault === null) throw thrown;
      if (pending !== null) this.#pending = pending;
      return fault;
    }
  }

  #finish(inbox: readonly NodeInput[]): MachineResult {
    const kernel = this.#kernel;
    kernel.end();
    const outbox = kernel.sent();
    const same = this.#phase === 'running' && !kernel.changed();
    const quiet = inbox.length === 0 && outbox.length === 0;
    this.#wasFresh = this.#phase === 'fresh';
    // What was on disk before the first tick isn't what was there before the second one.
    const isBorn = !this.#wasFresh || this.code.durable.length === 0;
    this.#settled = (kernel.idle() && isBorn) || (same && (this.#settled || quiet));
    this.#phase = 'running';
    return { kind: 'ticked', outbox, stats: this.code.measure ? this.#stats() : null };
  }

  #fill(state: NodeState): void {
    const { code } = this;
    if (code.measure) this.#meter.clear();
    this.#generation += 1;
    for (const { slot, facts } of code.rigid(this.me)) {
      for (const fact of facts.values()) this.#slot(slot).load(fact);
    }
    for (const [slot, facts] of state.carried.entries()) {
      for (const fact of facts.values()) this.#slot(slot).load(fact);
    }
    for (const [at, { stableSlot }] of code.durable.entries()) {
      if (!code.watched.has(stableSlot)) continue;
      for (const fact of state.disk[at]?.values() ?? []) this.#slot(stableSlot).load(fact);
    }
    for (const [at, facts] of state.held.entries()) {
      const held = defined(this.#kernel.held[at], 'states and code have one layout');
      for (const fact of facts.values()) held.load(fact);
    }
    for (const [at, site] of this.#kernel.sites.entries()) {
      for (const fact of state.armed[at]?.values() ?? []) site.load(fact, 1);
      for (const fact of state.expired[at]?.values() ?? []) site.load(fact, 2);
    }
  }

  #give(inbox: readonly NodeInput[]): void {
    const { code } = this;
    if (this.#phase !== 'running') {
      for (const { slot, durable, fact } of code.initial) {
        if (durable && this.#phase === 'restarted') continue;
        this.#slot(slot).input(fact(this.me));
      }
    }
    this.#kernel.give(inbox);
  }

  /** `before`: in the midst of a tick, the state that it began with. */
  #export(tick: 'before' | 'after'): NodeState {
    const { code } = this;
    const kernel = this.#kernel;
    const known = this.#known;
    const now = tick === 'after' ? kernel.now() : kernel.now() - 1;
    if (this.#knownAt === now) return known;
    const share = (old: FactSet | undefined, flippedAt: number, facts: () => FactSet): FactSet =>
      old !== undefined && flippedAt <= this.#knownAt ? old : facts();
    const carriedOf = (slot: number, old: FactSet | undefined): FactSet => {
      const handle = this.#slot(slot);
      return share(old, handle.flippedAt(), () =>
        setOf(handle.carried(), code.merging[slot] ?? null),
      );
    };
    const carried = known.carried.map((old, slot) =>
      code.carried.has(slot) ? carriedOf(slot, old) : EMPTY,
    );
    const disk = code.durable.map(({ slot, stableSlot, carried: kept }, at) =>
      kept ? defined(carried[slot], 'a relation') : carriedOf(stableSlot, known.disk[at]),
    );
    return {
      me: this.me,
      carried,
      disk,
      diskBefore: this.#wasFresh ? null : this.#diskBefore(disk, now),
      held: kernel.held.map((held, at) =>
        share(known.held[at], held.flippedAt(), () => setOf(held.facts(), null)),
      ),
      armed: kernel.sites.map((site, at) =>
        share(known.armed[at], site.flippedAt(), () => setOf(site.facts(1), null)),
      ),
      expired: kernel.sites.map((site, at) =>
        share(known.expired[at], site.flippedAt(), () => setOf(site.facts(2), null)),
      ),
      phase: this.#phase,
      settled: this.#settled,
    };
  }

  /** What was on disk before the tick `now`. */
  #diskBefore(disk: readonly FactSet[], now: number): readonly FactSet[] {
    if (this.#knownAt === now - 1) return this.#known.disk;
    const flips = this.#kernel.flips(now);
    return disk.map((facts, at) => {
      const { slot } = defined(this.code.durable[at], 'a durable relation');
      const its = flips.filter((flip) => flip.slot === slot);
      if (its.length === 0) return facts;
      const came = FactSet.of(its.flatMap((flip) => (flip.kept ? [flip.fact] : [])));
      const went = its.flatMap((flip) => (flip.kept ? [] : [flip.fact]));
      const stayed = facts.values().filter((fact) => !came.has(fact));
      return setOf([...stayed, ...went], this.code.merging[slot] ?? null);
    });
  }

  #stats(): TickStats {
    const derived = [...this.#meter.take()];
    // A plain `persist` has no text of its own: it carries whatever is new.
    for (const { slot, index } of this.code.persists) {
      derived[index] = this.#slot(slot).added().length;
    }
    return { derived, flushed: this.#kernel.flushed() };
  }

  #slot(slot: number): Kernel['slots'][number] {
    return defined(this.#kernel.slots[slot], 'states and code have one layout');
  }
}

/** Before the first tick. */
export function freshState(code: NodeCode, me: number): NodeState {
  const empty = (count: number): readonly FactSet[] => new Array<FactSet>(count).fill(EMPTY);
  return {
    me,
    carried: empty(code.relationCount),
    disk: empty(code.durable.length),
    diskBefore: null,
    held: empty(code.heldCount),
    armed: empty(code.sites.length),
    expired: empty(code.sites.length),
    phase: 'fresh',
    settled: false,
  };
}

/**
 * The shared empty set where there are none, so that sets which are equal are often one. In canonical order, so that what a
 * machine does that is filled from a state depends on the state alone.
 */
function setOf(facts: readonly Fact[], merging: Parameters<typeof FactSet.of>[1]): FactSet {
  return facts.length === 0 ? EMPTY : FactSet.of(facts.toSorted(compareFacts), merging);
}

function faultOf(thrown: unknown, clause: string | null): RuntimeFault | null {
  if (thrown instanceof EvaluationAbort) {
    return { kind: thrown.kind, message: thrown.message, clause, node: null };
  }
  // Expressions nest as deep as the program writes them; a stack that overflows is the program's.
  if (thrown instanceof RangeError) {
    const message = 'an expression needs more stack than there is';
    return { kind: 'expression', message, clause, node: null };
  }
  return null;
}
