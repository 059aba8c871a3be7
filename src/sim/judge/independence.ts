/**
 * Messages that may be taken alone, at once, while everything else waits (an ample set of one process).
 *
 * Taking message m at process p is such a step when, whatever p may do before it takes m, it could as well have taken m
 * first: in every local state l that p reaches from here without m, and for every batch B that p may take there,
 * `m; B`, `B; m` and `B + m` end in the same local state with the same messages in all. Then any run from here has
 * another one that begins with m and goes on with the same steps:
 *
 * - steps of other processes only add to what waits at p and never take m, so they commute with taking it;
 * - steps of p commute by the check. `m; B` has sent by then all that `B; m` will have sent, so nothing that others
 *   take is missing; a run that never takes m just leaves what m adds on its way;
 * - where m may be lost, or a copy of it stay, that is a branch of its own beside taking it; where the run may end
 *   with m on its way for nothing (after a crash), so is dropping it. Losses and copies are counted, and a step that
 *   uses up the count before m is taken leaves a run in which m is just taken;
 * - p must not crash before m is taken, so processes that may still fail take no message in this way.
 *
 * Outputs needn't be hidden: with m taken first they come no later, so the new history has all outputs of the old one and
 * all its pairs output-before-send, maybe more. Histories are closed under dropping both (explore.ts), so a plan
 * refines its original exactly when these histories are in it; and an original has a history exactly when one of
 * these runs covers it. A message that a client is just sending is never taken in this way: its send would come earlier.
 *
 * What p may do is what it does with the inputs that may still arrive there (arrivals.ts; what others may yet send as often
 * as it likes), and with its own timers within what is left of their bounds. What may arrive is read off the steps that the search has met; so
 * all decisions are looked at again when more steps are known. From a world with a wrong one the search goes on once more, with
 * all that may happen there (explore.ts), or it starts again (`stale`). That is enough: were there a run from such a world with a message that can't arrive by the steps met, take the shortest; its
 * steps before the one that sends it have a run of the reduced search from there that sends as much, and in which that
 * step was met.
 *
 * Processes at which nothing more will arrive than what waits there, but from each other, may go first with all their
 * steps: what one of them does first in a run it can do now, and nothing that others do takes from it or adds to it.
 *
 * A step must not be put off for ever: the caller lets m go first only if that leads to a state with a higher number
 * than the one it starts from, and processes only if all their steps do. Following them up to the highest number ends in a
 * state of which all steps are searched.
 */
import { defined } from '../../base/assert.ts';
import { compareNumbers, groupBy, sorted } from '../../base/order.ts';
import { Arrivals, type Arriving, roomOf } from './arrivals.ts';
import type { SendChoice } from './client-interface.ts';
import { Commuting, distinct, ownInputsLeft, type Question, withoutOne } from './commuting.ts';
import type { Losing } from './completeness.ts';
import type { Symmetry } from './symmetry.ts';
import type { System } from './system.ts';
import type { Bounds, CrashTarget, Transition } from './transitions.ts';
import { stopped, type WorldState, type WorldStates } from './world-state.ts';

export interface IndependenceOptions {
  /** The highest bounds of the search. */
  readonly bounds: Bounds;
  readonly crashes: readonly CrashTarget[];
  /** Messages that may count as lost without limit. */
  readonly free: Losing['free'];
  /** Commands that clients may send. */
  readonly choices: readonly SendChoice[];
  readonly symmetry: Symmetry;
  /** False: nothing is taken alone. A search of few states is done before the checks are. */
  readonly enabled: boolean;
}

/**
 * What goes first: one message that is taken alone (`isCrowded`: a tick could take more than the bound of batches lets it),
 * or whatever some processes may do.
 */
export type First =
  | { readonly kind: 'message'; readonly message: number; readonly isCrowded: boolean }
  | { readonly kind: 'processes'; readonly processes: readonly number[] };

/** What was decided in a world by what may arrive there. */
export interface Decision {
  /** Of the search; the world can be looked at again. */
  readonly worlds: WorldStates;
  readonly id: number;
  /** The node of the search that has the world. */
  readonly node: number;
  readonly first: First;
}

/** Decisions that were wrong before the process takes nothing more alone: each has its world searched on twice. */
const refutedMax = 24;

export class Independence {
  readonly #system: System;
  readonly #options: IndependenceOptions;
  readonly #arrivals: Arrivals;
  readonly #commuting: Commuting;
  /** Wrong decisions, by whose messages they were about: a process, or a set of them. */
  readonly #refuted = new Map<string, number>();
  #decisions: Decision[] = [];
  /** Of the steps known when all decisions so far were last looked at. */
  #checked = 0;
  #restless: number;
  #stale = false;

  constructor(system: System, options: IndependenceOptions) {
    this.#system = system;
    this.#options = options;
    this.#arrivals = new Arrivals(system, options);
    this.#commuting = new Commuting(system, options.bounds.batch);
    this.#restless = system.restless.size;
  }

  /** Rises with every step of a process that wasn't known. */
  get version(): number {
    return this.#arrivals.version;
  }

  /** A decision was wrong, by what was met later: the search must start again, and then knows more. Looks at all. */
  get stale(): boolean {
    this.#stale ||= this.outdated || this.wrongOnes().length > 0;
    return this.#stale;
  }

  /** Some role turned out to be restless since: what is known of its steps isn't what it does. */
  get outdated(): boolean {
    return this.#decisions.length > 0 && this.#restless !== this.#system.restless.size;
  }

  /** Decisions that were wrong, by what was met later, each told once. Looks at all of them when more is known. */
  wrongOnes(): readonly Decision[] {
    if (this.#checked === this.#arrivals.version) return [];
    this.#checked = this.#arrivals.version;
    const wrong = this.#decisions.filter(({ worlds, id, first }) => {
      return !this.#mayGo(worlds.at(id), first);
    });
    if (wrong.length === 0) return wrong;
    const all = new Set(wrong);
    this.#decisions = this.#decisions.filter((each) => !all.has(each));
    for (const key of new Set(wrong.map(({ first }) => this.#takerOf(first)))) {
      this.#refuted.set(key, (this.#refuted.get(key) ?? 0) + 1);
    }
    return wrong;
  }

  /** Forgets the decisions, not the steps that were met. */
  restart(): void {
    this.#stale = false;
    this.#restless = this.#system.restless.size;
    this.#decisions = [];
    this.#checked = 0;
  }

  /** The search goes on from a world with nothing but what goes first there. */
  rely(decision: Decision): void {
    this.#decisions.push(decision);
    this.#checked = -1;
  }

  #takerOf(first: First): string {
    if (first.kind === 'processes') return keyOfSet(first.processes);
    return `${this.#system.input(first.message).process}`;
  }

  #isRefuted(taker: string): boolean {
    return (this.#refuted.get(taker) ?? 0) > refutedMax;
  }

  /** A step that the search follows, and with it all its renamings. */
  note(world: WorldState, transition: Transition): void {
    const { enabled, symmetry } = this.#options;
    if (!enabled || !this.#arrivals.record(world, transition)) return;
    for (let by = 1; by < symmetry.order; by++) {
      this.#arrivals.record(
        symmetry.renamed(world, by),
        symmetry.renamedTransition(transition, by),
      );
    }
  }

  /** What may go first in the world, while everything else waits; who takes one of them says so (`rely`). */
  *firsts(world: WorldState): Generator<First> {
    if (!this.#options.enabled || world.flight.length + world.queued.length === 0) return;
    this.#commuting.allowMore();
    yield* this.#all(world, this.#arrivals.of(world));
  }

  *#all(world: WorldState, arriving: readonly Arriving[]): Generator<First> {
    for (const [place, message] of world.flight.entries()) {
      if (message === world.flight[place - 1]) continue;
      if (this.#isRefuted(`${this.#system.input(message).process}`)) continue;
      const question = this.#questionOf(world, message, arriving);
      if (question === null || !this.#commuting.mayGoFirst(question)) continue;
      const isCrowded = distinct(question.others).length >= this.#options.bounds.batch;
      yield { kind: 'message', message, isCrowded };
    }
    const met = { world, arriving, waiting: this.#waiting(world) };
    for (const processes of this.#closedSets(met)) {
      if (this.#isRefuted(keyOfSet(processes))) continue;
      if (this.#isServed(met, processes)) yield { kind: 'processes', processes };
    }
  }

  #mayGo(world: WorldState, first: First): boolean {
    const arriving = this.#arrivals.of(world);
    if (first.kind === 'processes') {
      return this.#isServed({ world, arriving, waiting: this.#waiting(world) }, first.processes);
    }
    const question = this.#questionOf(world, first.message, arriving);
    return question !== null && this.#commuting.mayGoFirst(question);
  }

  #waiting(world: WorldState): Met['waiting'] {
    return groupBy(
      [...world.flight, ...world.queued],
      (input) => this.#system.input(input).process,
    );
  }

  /**
   * Processes at which something waits, each with all that may send it more, directly or not: smaller sets first, without
   * those that leave nobody to wait for them.
   */
  #closedSets({ world, arriving, waiting }: Met): readonly (readonly number[])[] {
    const active = [...world.nodes.keys()].filter(
      (process) =>
        waiting.has(process) ||
        arriving[process]?.hasUnsent === true ||
        this.#ownAt(world, process).length > 0,
    );
    const sets = new Map<string, readonly number[]>();
    for (const process of waiting.keys()) {
      const closed = new Set([process]);
      for (const each of closed) {
        for (const sender of arriving[each]?.senders ?? []) closed.add(sender);
      }
      if (active.every((each) => closed.has(each))) continue;
      const processes = sorted([...closed], compareNumbers);
      sets.set(keyOfSet(processes), processes);
    }
    return sorted([...sets.values()], (a, b) => a.length - b.length);
  }

  /** Firings of its timers that are left. */
  #ownAt(world: WorldState, process: number): readonly number[] {
    const { firings, expiries } = roomOf(this.#system, this.#options.bounds, world, process);
    const local = defined(world.nodes[process], 'a process of the world');
    return ownInputsLeft(this.#system, { process, local, firings, expiries });
  }

  /** All that may still arrive is there, or comes from one of them. */
  #isServed({ world, arriving, waiting }: Met, processes: readonly number[]): boolean {
    const own = new Set(processes);
    return processes.every((process) => {
      const { senders, hasUnsent } = defined(arriving[process], 'a process of the world');
      if (hasUnsent || ![...senders].every((sender) => own.has(sender))) return false;
      const here = waiting.get(process) ?? [];
      return this.#mayAct(world, process) && here.every((each) => this.#mayGoFirst(world, each));
    });
  }

  #questionOf(world: WorldState, message: number, arriving: readonly Arriving[]): Question | null {
    if (!this.#mayGoFirst(world, message)) return null;
    const { bounds } = this.#options;
    const { process } = this.#system.input(message);
    const local = defined(world.nodes[process], 'a process of the world');
    const { counted, repeated } = defined(arriving[process], 'a process of the world');
    const others = { counted: withoutOne(counted, message), repeated };
    const { firings, expiries } = roomOf(this.#system, bounds, world, process);
    return { process, local, message, others, firings, expiries };
  }

  /** Its process may act, and a crash changes nothing about it. */
  #mayGoFirst(world: WorldState, message: number): boolean {
    const info = this.#system.input(message);
    const { process } = info;
    if (info.kind !== 'message' || !this.#mayAct(world, process)) return false;
    if (!roomOf(this.#system, this.#options.bounds, world, process).crashes) return true;
    const { free } = this.#options;
    const crashed = { ...world, used: { ...world.used, crashes: 1 } };
    return free(info, world) || !free(info, crashed);
  }

  /** It is at rest, and no crash may come between. */
  #mayAct(world: WorldState, process: number): boolean {
    const system = this.#system;
    const { bounds, crashes } = this.#options;
    if (system.restless.has(system.place(process).role)) return false;
    const local = defined(world.nodes[process], 'a process of the world');
    if (local === stopped || system.isDoomed(local)) return false;
    if (!roomOf(system, bounds, world, process).crashes) return true;
    return !crashes.some((target) => target.processes.includes(process));
  }
}

/** A world, with what may arrive at each process, and what waits there. */
interface Met {
  readonly world: WorldState;
  readonly arriving: readonly Arriving[];
  readonly waiting: ReadonlyMap<number, readonly number[]>;
}

/** Not that of a process by itself, which is the key of its messages. */
function keyOfSet(processes: readonly number[]): string {
  return `${processes.join(' ')} `;
}

/** Asks again until no decision that the answer relies on was wrong. */
export function settled<T>(independence: Independence, ask: () => T): T {
  for (;;) {
    const answer = ask();
    if (!independence.stale) return answer;
    independence.restart();
  }
}
