/**
 * Random runs before a search, for what they show of the steps of processes. A search takes messages alone by the steps that it
 * has met (independence.ts), and what it decides before it has met them is wrong more often than not: it then goes on twice,
 * and has several times the states. Runs to their ends show nearly all steps in a fraction of the time.
 */
import { Prng } from '../../base/prng.ts';
import type { Independence } from './independence.ts';
import type { System } from './system.ts';
import { type Policy, transitionsOf } from './transitions.ts';
import type { WorldState } from './world-state.ts';

/** Runs without a new step that end it, and runs in all. */
const idleMax = 40;
const runsMax = 4_000;

/** Steps of one run: processes whose timers fire for ever have runs without an end. */
const stepsMax = 400;

/** `system` and `policy`: those of the search that begins at `from`; each search has the same runs each time. */
export function rehearse(
  independence: Independence,
  system: System,
  policy: Policy,
  from: WorldState,
): void {
  const random = Prng.fromSeed(0);
  for (let run = 0, idle = 0; run < runsMax && idle < idleMax; run++) {
    const before = independence.version;
    let world = from;
    for (let step = 0; step < stepsMax; step++) {
      const { list } = transitionsOf(system, world, policy);
      for (const each of list) independence.note(world, each);
      if (list.length === 0) break;
      world = random.pick(list).next;
    }
    idle = independence.version === before ? idle + 1 : 0;
  }
}
