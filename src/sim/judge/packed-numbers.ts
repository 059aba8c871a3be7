/**
 * Sequences of small numbers as strings: the keys and the storage of a search over millions of states. A number below
 * 2^15 takes one UTF-16 unit, one below 2^30 takes two.
 */
import { invariant } from '../../base/assert.ts';

const short = 0x8000;

export function packNumbers(numbers: readonly number[]): string {
  const units: number[] = [];
  for (const number of numbers) {
    if (number < short) units.push(number);
    else {
      invariant(number < short * short, 'ids of a search stay below 2^30');
      units.push(short + Math.floor(number / short), number % short);
    }
  }
  return textOf(units);
}

/** In one piece: a text that is put together unit by unit is kept in as many pieces. */
function textOf(units: readonly number[]): string {
  let text = '';
  for (let from = 0; from < units.length; from += argumentsMax) {
    text += String.fromCharCode(...units.slice(from, from + argumentsMax));
  }
  return text;
}

/** Arguments of one call that no engine refuses. */
const argumentsMax = 4096;

export function unpackNumbers(text: string): readonly number[] {
  const numbers: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < short) numbers.push(unit);
    else {
      at++;
      numbers.push((unit - short) * short + text.charCodeAt(at));
    }
  }
  return numbers;
}

/** Distinct values get distinct numbers, from 0 in order of first sight. */
export class Interner<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: T[] = [];

  /** `key` is equal exactly for equal values. */
  idOf(key: string, make: () => T): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#values.length;
    this.#ids.set(key, id);
    this.#values.push(make());
    return id;
  }

  at(id: number): T {
    invariant(id < this.#values.length, 'an id comes from the same table');
    return this.#values[id] as T;
  }

  get size(): number {
    return this.#values.length;
  }
}
