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
 * What p may do is what it does with the inputs met at p in this search, each as often as it likes, its own timers
 * within what is left of their bounds. An input met later is added, and decisions that it refutes make the search
 * start again (`stale`). That is enough: were there a run with an input x at p that isn't known, take the shortest;
 * the steps before x have a run of the reduced search with the same messages, in which x was met.
 *
 * A step must not be put off for ever: the caller takes m alone only if that leads to a state with a higher number
 * than the one it starts from. Following m up to the highest number ends in a state of which all steps are searched.
 */
import { defined } from '../../base/assert.ts';
import { inTwo, isRedundant, isSame, subsetsUpTo } from './batches.ts';
import type { Losing } from './completeness.ts';
import type { InputInfo, System } from './system.ts';
import type { Bounds, CrashTarget } from './transitions.ts';
import { stopped, type WorldState } from './world-state.ts';

export interface IndependenceOptions {
  /** The highest bounds of the search. */
  readonly bounds: Bounds;
  readonly crashes: readonly CrashTarget[];
  /** Messages that may count as lost without limit. */
  readonly free: Losing['free'];
  /** Commands that clients may send. */
  readonly commands: readonly number[];
  /** False: nothing is taken alone. A search of few states is done before the checks are. */
  readonly enabled: boolean;
}

/** Batches that the checks of one process look at, and how many more for each world that the search meets. */
const batchesFirst = 3_000;
const batchesPerWorld = 4;

/** Decisions that were wrong before the process takes nothing more alone: each may cost a search. */
const refutedMax = 12;

/** Inputs of a process that is asked at all: batches of three grow with their cube. */
const inputsMax = 8;

export class Independence {
  readonly #system: System;
  readonly #options: IndependenceOptions;
  readonly #inputs: Set<number>[];
  /** By process: answers of this set of inputs, and the questions of which the answer was used. */
  readonly #answers: Map<string, boolean>[];
  readonly #used: Map<string, Question>[];
  readonly #spent: number[] = [];
  readonly #refuted: number[] = [];
  #worlds = 0;
  #restless: number;
  #stale = false;

  constructor(system: System, options: IndependenceOptions) {
    this.#system = system;
    this.#options = options;
    this.#inputs = system.engine.places.map(() => new Set());
    this.#answers = system.engine.places.map(() => new Map());
    this.#used = system.engine.places.map(() => new Map());
    this.#restless = system.restless.size;
    for (const command of options.commands) this.note(command);
  }

  /** A decision was wrong, by what was met later: the search must start again, and then knows more. */
  get stale(): boolean {
    return this.#stale || (this.#restless !== this.#system.restless.size && this.#hasUsed());
  }

  /** Forgets the decisions, not the inputs. */
  restart(): void {
    this.#stale = false;
    this.#restless = this.#system.restless.size;
    for (const used of this.#used) used.clear();
  }

  /** Everything that is on its way in a world of the search. */
  noteWorld(world: WorldState): void {
    if (!this.#options.enabled) return;
    this.#worlds++;
    for (const input of world.flight) this.note(input);
    for (const input of world.queued) this.note(input);
  }

  note(input: number): void {
    const { process } = this.#system.input(input);
    const inputs = this.#of(this.#inputs, process);
    if (inputs.has(input)) return;
    inputs.add(input);
    const answers = this.#of(this.#answers, process);
    // More inputs can only refute more.
    for (const [key, answer] of answers) if (answer) answers.delete(key);
    for (const question of this.#of(this.#used, process).values()) {
      if (this.#answer(question)) continue;
      this.#stale = true;
      this.#refuted[process] = (this.#refuted[process] ?? 0) + 1;
    }
  }

  /** Messages of the world that may be taken alone. */
  *candidates(world: WorldState): Generator<number> {
    if (!this.#options.enabled) return;
    let before = -1;
    for (const message of world.flight) {
      if (message === before) continue;
      before = message;
      const question = this.#questionOf(world, message);
      if (question === null || !this.#answer(question)) continue;
      this.#of(this.#used, question.process).set(keyOf(question), question);
      yield message;
    }
  }

  /** A tick of the process could take more inputs than the bound of batches lets it. */
  isCut(process: number): boolean {
    return this.#of(this.#inputs, process).size >= this.#options.bounds.batch;
  }

  #hasUsed(): boolean {
    return this.#used.some((used) => used.size > 0);
  }

  #questionOf(world: WorldState, message: number): Question | null {
    const system = this.#system;
    const info = system.input(message);
    const { bounds, crashes, free } = this.#options;
    const { process } = info;
    if (info.kind !== 'message') return null;
    if (system.restless.has(system.place(process).role)) return null;
    const local = defined(world.nodes[process], 'a process of the world');
    if (local === stopped || system.isDoomed(local)) return null;
    const isOver =
      world.used.crashes >= bounds.crashes && !world.nodes.some((each) => this.#hangs(each));
    if (!isOver) {
      if (crashes.some((target) => target.processes.includes(process))) return null;
      const crashed = { ...world, used: { ...world.used, crashes: 1 } };
      if (!free(info, world) && free(info, crashed)) return null;
    }
    const expiries = Math.max(bounds.expiries - world.used.expiries, 0);
    return { process, local, message, firings: this.#firingsLeft(world, process), expiries };
  }

  #hangs(local: number): boolean {
    return local !== stopped && this.#system.isDoomed(local);
  }

  #firingsLeft(world: WorldState, process: number): number {
    const { firings, firingMember } = this.#options.bounds;
    const fires = firingMember === null || this.#system.place(process).origin === firingMember;
    return fires ? Math.max(firings - world.used.firings, 0) : 0;
  }

  #answer(question: Question): boolean {
    const answers = this.#of(this.#answers, question.process);
    const known = answers.get(keyOf(question));
    if (known !== undefined) return known;
    const reached = this.#closure(question);
    if (reached === null) answers.set(keyOf(question), false);
    else for (const each of reached) answers.set(keyOf(each), true);
    return reached !== null;
  }

  #isLarge({ process }: Question): boolean {
    return (
      (this.#spent[process] ?? 0) > batchesFirst + batchesPerWorld * this.#worlds ||
      (this.#refuted[process] ?? 0) > refutedMax ||
      this.#of(this.#inputs, process).size > inputsMax
    );
  }

  /** What the process may become without the message, if taking it first makes no difference anywhere; else null. */
  #closure(question: Question): readonly Question[] | null {
    const reached = new Map([[keyOf(question), question]]);
    for (const each of reached.values()) {
      const following = this.#isLarge(each) ? null : this.#commuting(each);
      if (following === null) return null;
      for (const next of following) {
        const key = keyOf(next);
        if (!reached.has(key)) reached.set(key, next);
      }
    }
    return [...reached.values()];
  }

  /** The states after each batch without the message; null when one of them doesn't commute with it. */
  #commuting(question: Question): readonly Question[] | null {
    const system = this.#system;
    const { process, local, message } = question;
    if (system.localState(local) === null) return null;
    const inputs = [message, ...this.#othersAt(question)].sort((a, b) => a - b);
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
      next.push({ ...question, local: after, firings, expiries });
    }
    return next;
  }

  /** Inputs that may wait beside the message. */
  #othersAt({ process, local, message, firings, expiries }: Question): readonly number[] {
    const own = this.#system.ownInputs(process, local).filter((input) => {
      return (this.#system.input(input).kind === 'timer' ? firings : expiries) > 0;
    });
    const met = [...this.#of(this.#inputs, process)].filter((input) => input !== message);
    return [...met, ...own];
  }

  #count(inputs: readonly number[], kind: InputInfo['kind']): number {
    return inputs.filter((input) => this.#system.input(input).kind === kind).length;
  }

  #of<T>(list: readonly T[], process: number): T {
    return defined(list[process], 'a process of the system');
  }
}

/** May the process take this message first, with so many firings of its timers left, of both kinds? */
interface Question {
  readonly process: number;
  readonly local: number;
  readonly message: number;
  readonly firings: number;
  readonly expiries: number;
}

function keyOf({ local, message, firings, expiries }: Question): string {
  return `${local} ${message} ${firings} ${expiries}`;
}

/** Asks again until no decision that the answer relies on was wrong. */
export function settled<T>(independence: Independence, ask: () => T): T {
  for (;;) {
    const answer = ask();
    if (!independence.stale) return answer;
    independence.restart();
  }
}
