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
 * A process at which nothing more will arrive than what waits there may go first with all its steps: whatever it does
 * first in a run it can do now, and nothing that others do takes from it or adds to it.
 *
 * A step must not be put off for ever: the caller lets m go first only if that leads to a state with a higher number
 * than the one it starts from, and a process only if all its steps do. Following them up to the highest number ends in a
 * state of which all steps are searched.
 */
import { defined } from '../../base/assert.ts';
import { Arrivals, type Arriving, roomOf } from './arrivals.ts';
import { inTwo, isRedundant, isSame, subsetsUpTo } from './batches.ts';
import type { SendChoice } from './client-interface.ts';
import type { Losing } from './completeness.ts';
import type { InputInfo } from './local-steps.ts';
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
 * or whatever one process may do.
 */
export type First =
  | { readonly kind: 'message'; readonly message: number; readonly isCrowded: boolean }
  | { readonly kind: 'process'; readonly process: number };

/** What was decided in a world by what may arrive there. */
export interface Decision {
  /** Of the search; the world can be looked at again. */
  readonly worlds: WorldStates;
  readonly id: number;
  /** The node of the search that has the world. */
  readonly node: number;
  readonly first: First;
}

/** Batches that the checks of one process look at, and how many more for each world that the search meets. */
const batchesFirst = 3_000;
const batchesPerWorld = 4;

/** And of one question: one that leads further is about most of what its process can do. */
const batchesPerQuestion = 500;

/** Decisions that were wrong before the process takes nothing more alone: each may cost a search. */
const refutedMax = 24;

/** Inputs of a process that is asked at all: batches of three grow with their cube. */
const inputsMax = 8;

export class Independence {
  readonly #system: System;
  readonly #options: IndependenceOptions;
  readonly #arrivals: Arrivals;
  readonly #answers = new Map<string, boolean>();
  readonly #spent: number[] = [];
  readonly #refuted: number[] = [];
  #decisions: Decision[] = [];
  /** Of the steps known when all decisions so far were last looked at. */
  #checked = 0;
  #worlds = 0;
  #restless: number;
  #stale = false;

  constructor(system: System, options: IndependenceOptions) {
    this.#system = system;
    this.#options = options;
    this.#arrivals = new Arrivals(system, options);
    this.#restless = system.restless.size;
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
    for (const process of new Set(wrong.map(({ first }) => this.#processOf(first)))) {
      this.#refuted[process] = (this.#refuted[process] ?? 0) + 1;
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

  #processOf(first: First): number {
    return first.kind === 'process' ? first.process : this.#system.input(first.message).process;
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
    this.#worlds++;
    yield* this.#all(world, this.#arrivals.of(world));
  }

  *#all(world: WorldState, arriving: readonly Arriving[]): Generator<First> {
    for (const [place, message] of world.flight.entries()) {
      if (message === world.flight[place - 1]) continue;
      const question = this.#questionOf(world, message, arriving);
      if (question === null || !this.#answer(question)) continue;
      const isCrowded = distinct(question.others).length >= this.#options.bounds.batch;
      yield { kind: 'message', message, isCrowded };
    }
    for (const process of world.nodes.keys()) {
      if ((this.#refuted[process] ?? 0) > refutedMax) continue;
      if (this.#isServed(world, process, arriving)) yield { kind: 'process', process };
    }
  }

  #mayGo(world: WorldState, first: First): boolean {
    const arriving = this.#arrivals.of(world);
    if (first.kind === 'process') return this.#isServed(world, first.process, arriving);
    const question = this.#questionOf(world, first.message, arriving);
    return question !== null && this.#answer(question);
  }

  /** All that may still arrive is there. */
  #isServed(world: WorldState, process: number, arriving: readonly Arriving[]): boolean {
    const { counted, repeated } = defined(arriving[process], 'a process of the world');
    if (counted.length === 0 || repeated.length > 0) return false;
    const waiting = [...world.flight, ...world.queued].filter(
      (input) => this.#system.input(input).process === process,
    );
    if (waiting.length !== counted.length) return false;
    return waiting.every((input) => this.#mayGoFirst(world, input));
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

  /** Its process is at rest, and no crash may come between. */
  #mayGoFirst(world: WorldState, message: number): boolean {
    const system = this.#system;
    const info = system.input(message);
    const { bounds, crashes, free } = this.#options;
    const { process } = info;
    if (info.kind !== 'message') return false;
    if (system.restless.has(system.place(process).role)) return false;
    const local = defined(world.nodes[process], 'a process of the world');
    if (local === stopped || system.isDoomed(local)) return false;
    if (!roomOf(system, bounds, world, process).crashes) return true;
    if (crashes.some((target) => target.processes.includes(process))) return false;
    const crashed = { ...world, used: { ...world.used, crashes: 1 } };
    return free(info, world) || !free(info, crashed);
  }

  #answer(question: Question): boolean {
    const key = keyOf(question);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const reached = new Map<string, Reached>([[key, { question, from: null }]]);
    const refuted = this.#refutedAmong(reached);
    if (refuted === null) for (const each of reached.keys()) this.#answers.set(each, true);
    for (let on = refuted; on !== null; on = reached.get(on)?.from ?? null) {
      this.#answers.set(on, false);
    }
    return refuted === null;
  }

  #isLarge({ process, others }: Question): boolean {
    return (
      (this.#spent[process] ?? 0) > batchesFirst + batchesPerWorld * this.#worlds ||
      (this.#refuted[process] ?? 0) > refutedMax ||
      distinct(others).length >= inputsMax
    );
  }

  /**
   * Adds all that the process may become without the message, until taking the message first makes a difference somewhere:
   * the key of that question. What leads there has the same answer, and what was answered before isn't asked again.
   */
  #refutedAmong(reached: Map<string, Reached>): string | null {
    let spentMax: number | null = null;
    for (const [key, { question }] of reached) {
      const known = this.#answers.get(key);
      if (known === true) continue;
      const spent = this.#spent[question.process] ?? 0;
      spentMax ??= spent + batchesPerQuestion;
      if (known === false || spent > spentMax || this.#isLarge(question)) return key;
      const following = this.#commuting(question);
      if (following === null) return key;
      for (const next of following) {
        const nextKey = keyOf(next);
        if (!reached.has(nextKey)) reached.set(nextKey, { question: next, from: key });
      }
    }
    return null;
  }

  /** The states after each batch without the message; null when one of them doesn't commute with it. */
  #commuting(question: Question): readonly Question[] | null {
    const system = this.#system;
    const { process, local, message } = question;
    if (system.localState(local) === null) return null;
    const waiting = this.#othersAt(question).filter((input) => input !== message);
    const inputs = [message, ...waiting].sort((a, b) => a - b);
    const { batch: max } = this.#options.bounds;
    const next: Question[] = [];
    for (const batch of subsetsUpTo(inputs, max)) {
      this.#spent[process] = (this.#spent[process] ?? 0) + 1;
      if (isRedundant(system, process, local, batch)) continue;
      const rest = batch.filter((input) => input !== message);
      if (rest.length === 0) {
        if (system.advance(process, local, batch).next === stopped) return null;
        continue;
      }
      const firings = question.firings - this.#count(rest, 'timer');
      const expiries = question.expiries - this.#count(rest, 'expiry');
      if (firings < 0 || expiries < 0) continue;
      const first = inTwo(system, process, local, [message], rest);
      const whole =
        rest.length < batch.length
          ? system.advance(process, local, batch)
          : inTwo(system, process, local, rest, [message]);
      if (first === null || whole === null || first.next === stopped) return null;
      if (!isSame(system, whole, first)) return null;
      if (rest.length < batch.length) continue;
      const after = system.advance(process, local, rest).next;
      next.push({
        ...question,
        local: after,
        others: lessOf(question.others, rest),
        firings,
        expiries,
      });
    }
    return next;
  }

  /** Inputs that may wait beside the message. */
  #othersAt({ process, local, others, firings, expiries }: Question): readonly number[] {
    const own = this.#system.ownInputs(process, local).filter((input) => {
      return (this.#system.input(input).kind === 'timer' ? firings : expiries) > 0;
    });
    return [...distinct(others), ...own];
  }

  #count(inputs: readonly number[], kind: InputInfo['kind']): number {
    return inputs.filter((input) => this.#system.input(input).kind === kind).length;
  }
}

/** May the process take this message first, with so many firings of its timers left, of both kinds? */
interface Question {
  readonly process: number;
  readonly local: number;
  readonly message: number;
  /** What else may arrive there. */
  readonly others: Arriving;
  readonly firings: number;
  readonly expiries: number;
}

/** A question, and the key of the one that led to it. */
interface Reached {
  readonly question: Question;
  readonly from: string | null;
}

function keyOf({ local, message, others, firings, expiries }: Question): string {
  const { counted, repeated } = others;
  return `${local} ${message} ${firings} ${expiries} ${counted.join(',')} ${repeated.join(',')}`;
}

function distinct({ counted, repeated }: Arriving): readonly number[] {
  return [...new Set([...counted, ...repeated])];
}

function lessOf({ counted, repeated }: Arriving, taken: readonly number[]): Arriving {
  return { counted: taken.reduce(withoutOne, counted), repeated };
}

function withoutOne(list: readonly number[], item: number): readonly number[] {
  const place = list.indexOf(item);
  return place < 0 ? list : list.toSpliced(place, 1);
}

/** Asks again until no decision that the answer relies on was wrong. */
export function settled<T>(independence: Independence, ask: () => T): T {
  for (;;) {
    const answer = ask();
    if (!independence.stale) return answer;
    independence.restart();
  }
}
