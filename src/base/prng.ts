/**
 * Seeded pseudo-random numbers (xoroshiro128+ of `pure-rand`). The one source of randomness below
 * the command line: a seed comes in as an argument and goes out in every failure message.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { defined, invariant } from './assert.ts';

/** A generator that advances on each draw; two of equal state draw equal sequences. */
export class Prng {
  readonly #generator: RandomGenerator;

  private constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  /** A seed is any safe integer; neighbouring seeds give unrelated sequences. */
  static fromSeed(seed: number): Prng {
    invariant(Number.isSafeInteger(seed), 'a seed is a safe integer, checked where it is read');
    return Prng.#fromWords(seed | 0, Math.floor(seed / 2 ** 32) | 0);
  }

  /** Continues from what `state` returned. */
  static fromState(state: readonly number[]): Prng {
    invariant(state.length === 4, 'the state of a generator is four words');
    return new Prng(xoroshiro128plusFromState(state));
  }

  static #fromWords(low: number, high: number): Prng {
    const first = mix(low ^ mix(high ^ 0x243f6a88));
    const second = mix(first + 0x9e3779b9);
    const third = mix(second + 0x9e3779b9);
    // Never all zero, the one state that xoroshiro can't leave.
    return new Prng(xoroshiro128plusFromState([first, second, third, mix(third) | 1]));
  }

  /** Four 32-bit words, enough to continue from here. */
  state(): readonly number[] {
    return [...this.#generator.getState()];
  }

  /** An integer in `[0, bound)`. */
  below(bound: number): number {
    invariant(Number.isSafeInteger(bound) && bound > 0, 'a bound is a positive integer');
    return uniformInt(this.#generator, 0, bound - 1);
  }

  /** An integer in `[low, high]`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with probability `p`, to a resolution of 2^-32; draws once whatever `p` is. */
  chance(p: number): boolean {
    return this.below(2 ** 32) < p * 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    invariant(items.length > 0, 'nothing to pick from');
    const index = this.below(items.length);
    invariant(index in items, 'the index is below the length');
    return items[index] as T;
  }

  /** A shuffled copy (Fisher and Yates), every order equally likely. */
  shuffle<T>(items: readonly T[]): readonly T[] {
    const order = Array.from(items.keys());
    for (let last = order.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = defined(order[last], 'last is an index');
      order[last] = defined(order[other], 'other is at most last');
      order[other] = kept;
    }
    return order.map((index) => items[index] as T);
  }

  /** A generator of its own for a part of the work: what one part draws can't shift another's. */
  split(): Prng {
    return Prng.#fromWords(this.#generator.next(), this.#generator.next());
  }
}

/** The finalizer of MurmurHash3: every input bit flips every output bit with probability near 1/2. */
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
