/** How far costs that explain the published figures equally well are apart, and what each of them predicts. */

import { type WorkTerm, workTerms } from '../src/extract/cost.ts';
import { type PlanLoad, type Region, rowOf } from './fit.ts';
import { type Constraint, isFeasible, minimize } from './linear-program.ts';

export interface Range {
  readonly least: number;
  /** Infinite where the figures say nothing. */
  readonly most: number;
}

type Roles = PlanLoad['roles'];

/** Microseconds a unit. */
export function costRange(regions: readonly Region[], term: WorkTerm): Range {
  const unit = workTerms.map((each) => (each === term ? 1 : 0));
  const down = regions.map((region) => minimize(unit, region)?.value ?? 0);
  const minus = unit.map((n) => -n);
  const up = regions.map((region) => -(minimize(minus, region)?.value ?? Number.NEGATIVE_INFINITY));
  return { least: Math.min(...down), most: Math.max(...up) };
}

const gainsMost = 16;
const halvings = 20;

/** Throughput of `after` by that of `before`. */
export function gainRange(regions: readonly Region[], before: Roles, after: Roles): Range {
  const some = (choices: readonly (readonly Constraint[])[]): boolean =>
    regions.some((region) =>
      choices.some((choice) => isFeasible(workTerms.length, [...region, ...choice])),
    );
  // Some role of `before` takes as long as `gain` times each role of `after`, and the other way round.
  const reaches = (gain: number): boolean =>
    some(before.map((role) => after.map((each) => atMost(each, gain, role, 1))));
  const staysUnder = (gain: number): boolean =>
    some(after.map((role) => before.map((each) => atMost(each, 1, role, gain))));
  return {
    least: border(0, gainsMost, (gain) => !staysUnder(gain)),
    most: border(0, gainsMost, reaches),
  };
}

/** `a` times the time of `role` is at most `b` times that of `other`. */
function atMost(role: Roles[number], a: number, other: Roles[number], b: number): Constraint {
  const right = rowOf(other.work);
  return { row: rowOf(role.work).map((n, at) => a * n - b * (right[at] ?? 0)), most: 0 };
}

/** Where `holds` turns false. */
function border(from: number, to: number, holds: (at: number) => boolean): number {
  let low = from;
  let high = to;
  for (let halving = 0; halving < halvings; halving++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
