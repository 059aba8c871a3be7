/** When commands of an open loop arrive: drawn before the first of them, so that no answer can put one off. */
import type { Prng } from '../base/prng.ts';

/** Milliseconds from the start, rising: exponential gaps (a Poisson process). */
export function arrivals(perSecond: number, seconds: number, prng: Prng): readonly number[] {
  const times: number[] = [];
  const meanMs = 1000 / perSecond;
  let at = 0;
  for (;;) {
    // In (0, 1]: the logarithm of 0 would be no time.
    const uniform = (prng.below(2 ** 32) + 1) / 2 ** 32;
    at -= Math.log(uniform) * meanMs;
    if (at >= seconds * 1000) return times;
    times.push(at);
  }
}
