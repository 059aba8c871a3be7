/** Middle and spread of repeated measurements. */
import { compareNumbers, sorted } from '../base/order.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median of the distances from the median. */
  readonly mad: number;
}

/** Of no values: zeroes. */
export function spreadOf(values: readonly number[]): Spread {
  const order = sorted(values, compareNumbers);
  const middle = medianOf(order);
  const distances = values.map((value) => Math.abs(value - middle));
  return {
    median: middle,
    min: order[0] ?? 0,
    max: order.at(-1) ?? 0,
    mad: medianOf(sorted(distances, compareNumbers)),
  };
}

export function median(values: readonly number[]): number {
  return medianOf(sorted(values, compareNumbers));
}

function medianOf(order: readonly number[]): number {
  const middle = Math.floor(order.length / 2);
  const upper = order[middle] ?? 0;
  return order.length % 2 === 1 ? upper : ((order[middle - 1] ?? 0) + upper) / 2;
}
