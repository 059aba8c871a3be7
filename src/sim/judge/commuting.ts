/**
 * Whether a process could as well take one message before all that it may do until it takes it: the check behind taking
 * messages alone (independence.ts). Every local state is looked at that the process may come to by what may arrive there
 * and by its timers, and in each of them every batch.
 */
import type { Inputs } from './arrivals.ts';
import { inTwo, isRedundant, isSame, subsetsUpTo } from './batches.ts';
import type { InputInfo } from './local-steps.ts';
import type { System } from './system.ts';
import { stopped } from './world-state.ts';

/** Batches that the checks of one process look at, and how many more for each world that the search meets. */
const batchesFirst = 3_000;
const batchesPerWorld = 4;

/** And of one question: one that leads further is about most of what its process can do. */
const batchesPerQuestion = 500;

/** Inputs of a process that is asked at all: batches of three grow with their cube. */
const inputsMax = 8;

/** May the process take this message first, with so many firings of its timers left, of both kinds? */
export interface Question {
  readonly process: number;
  readonly local: number;
  readonly message: number;
  /** What else may arrive there. */
  readonly others: Inputs;
  readonly firings: number;
  readonly expiries: number;
}

export class Commuting {
  readonly #system: System;
  readonly #batchMax: number;
  readonly #answers = new Map<string, boolean>();
  /** By process: batches that its checks have looked at. */
  readonly #spent: number[] = [];
  #worlds = 0;

  constructor(system: System, batchMax: number) {
    this.#system = system;
    this.#batchMax = batchMax;
  }

  /** One more world is asked about, and checks may take as much longer. */
  allowMore(): void {
    this.#worlds++;
  }

  mayGoFirst(question: Question): boolean {
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
    const next: Question[] = [];
    for (const batch of subsetsUpTo(inputs, this.#batchMax)) {
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
  #othersAt(question: Question): readonly number[] {
    return [...distinct(question.others), ...ownInputsLeft(this.#system, question)];
  }

  #count(inputs: readonly number[], kind: InputInfo['kind']): number {
    return inputs.filter((input) => this.#system.input(input).kind === kind).length;
  }
}

/** Its own inputs that are left within the bounds. */
export function ownInputsLeft(
  system: System,
  { process, local, firings, expiries }: Omit<Question, 'message' | 'others'>,
): readonly number[] {
  return system.ownInputs(process, local).filter((input) => {
    return (system.input(input).kind === 'timer' ? firings : expiries) > 0;
  });
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

export function distinct({ counted, repeated }: Inputs): readonly number[] {
  return [...new Set([...counted, ...repeated])];
}

function lessOf({ counted, repeated }: Inputs, taken: readonly number[]): Inputs {
  return { counted: taken.reduce(withoutOne, counted), repeated };
}

export function withoutOne(list: readonly number[], item: number): readonly number[] {
  const place = list.indexOf(item);
  return place < 0 ? list : list.toSpliced(place, 1);
}
