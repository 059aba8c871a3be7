/** The searches that make up a scope: pools of commands, faults, members whose timers fire, states to start from. */

import { at, defined } from '../../base/assert.ts';
import { sendChoices } from './client-interface.ts';
import type { ClientPool } from './client-pool.ts';
import { type Exploration, explore } from './explore.ts';
import {
  type FaultAssignment,
  faultAssignments,
  lostOutputs,
  lostWithMember,
  lostWithParts,
  originOf,
} from './faults.ts';
import { Independence } from './independence.ts';
import { type EverId, InvariantWatch } from './invariant-watch.ts';
import type { LocalRun } from './local-steps.ts';
import { Reference, type ReferenceLimits } from './reference.ts';
import { rehearse } from './rehearsal.ts';
import type { Scope } from './scope.ts';
import { Symmetry } from './symmetry.ts';
import type { System } from './system.ts';
import type { Bounds } from './transitions.ts';
import { type Warmed, waitOut, warmUp } from './warm-up.ts';
import type { WorldState } from './world-state.ts';

export interface Systems {
  readonly original: System;
  readonly plan: System;
}

export interface Search {
  readonly pool: ClientPool;
  readonly assignment: FaultAssignment;
  /** The logical member whose timers fire; null when no process has any. */
  readonly firingMember: string | null;
  /** `marked`, `uncrashed`: a part of a search that is judged by its parts, where the plan crashes (composition.ts). */
  readonly mode: 'plain' | 'marked' | 'uncrashed';
  /** Number of the states that it starts from. */
  readonly point: number;
  readonly from: WorldState;
  /** What processes did by then. */
  readonly before: readonly LocalRun[];
  /** The states of the original on the way to the same point. */
  readonly starts: readonly WorldState[];
}

/** Every pool under every assignment of faults, from the first states and after the warm-up. */
export function searchesOf(
  systems: Systems,
  pools: readonly ClientPool[],
  scope: Scope,
): readonly Search[] {
  const points = startsOf(systems, scope);
  const assignments = faultAssignments(systems.plan, scope);
  const timed = systems.plan.engine.places.filter((place) => place.timers.length > 0);
  const members = [...new Set(timed.map((place) => place.origin))];
  const firing = members.length === 0 || scope.firings === 0 ? [null] : members;
  return pools.flatMap((pool) =>
    assignments.flatMap((assignment) =>
      firing.flatMap((firingMember) =>
        points.map((start, point) => {
          const chosen = { pool, assignment, firingMember, mode: 'plain', point } as const;
          return { ...chosen, ...start };
        }),
      ),
    ),
  );
}

type Start = Pick<Search, 'from' | 'before' | 'starts'>;

/** The first states, those after the warm-up, and those in which the other members are about to act. */
function startsOf({ original, plan }: Systems, scope: Scope): readonly Start[] {
  const warm = warmUp(plan, scope.warmUpRounds);
  const waited = waitOut(plan, warm);
  const originalWarm = warmUp(original, scope.warmUpRounds);
  const originalWaited = waitOut(original, originalWarm);
  const starts = [startAt(waited, originalWaited)];
  if (waited.length > warm.length) starts.push(startAt(warm, originalWarm));
  if (warm.length > 1) starts.push(startAt(warm.slice(0, 1), originalWarm.slice(0, 1)));
  return starts;
}

function startAt(path: readonly Warmed[], original: readonly Warmed[]): Start {
  return {
    from: defined(path.at(-1), 'a path has its start').world,
    before: path.flatMap(({ runs }) => runs),
    starts: original.map(({ world }) => world),
  };
}

/** A deep search also leaves out what messages taken alone make superfluous (independence.ts). */
export function runSearch(
  systems: Systems,
  search: Search,
  scope: Scope,
  reach: 'shallow' | 'deep',
): Exploration {
  const { original, plan } = systems;
  const { pool, assignment, from, before, starts, mode } = search;
  const marksCrashes = mode === 'marked';
  const bounds = boundsOf(search, scope);
  const levels = levelsOf(search, scope, bounds);
  const crashes = assignment.crash === null ? [] : [assignment.crash.target];
  const choices = sendChoices(plan.clients, pool, original.engine.receivers);
  const originalCrashes = originOf(original, assignment);
  const planFree = lostWithParts(plan, assignment);
  const originalFree = lostWithMember(original, assignment);
  const { reductions } = scope;
  const enabled = reductions === 'eager' || (reductions === 'all' && reach === 'deep');
  const widest = defined(levels.at(-1), 'there is a level');
  const isSymmetric = reductions !== 'none';
  const symmetry = new Symmetry(plan, { bounds, crashes, enabled: isSymmetric });
  const likeness = new Symmetry(original, {
    bounds: { ...widest, firingMember: search.firingMember },
    crashes: originalCrashes,
    enabled: isSymmetric,
  });
  const independence = new Independence(plan, {
    bounds,
    crashes,
    free: planFree,
    choices,
    symmetry,
    enabled,
  });
  const ofOriginal = new Independence(original, {
    bounds: widest,
    crashes: originalCrashes,
    free: originalFree,
    choices,
    symmetry: likeness,
    enabled,
  });
  const watching = watchingOf(plan, before);
  const policy = { bounds, crashes, choices };
  if (enabled) rehearse(independence, plan, policy, from);
  const isStrict = mode !== 'plain';
  const widths = limitsOf(scope);
  for (let width = 0; ; ) {
    const isLast = width === widths.length - 1;
    const found = explore({
      plan,
      reference: new Reference(original, {
        levels,
        crashes: originalCrashes,
        marksCrashes,
        starts,
        choices,
        independence: ofOriginal,
        symmetry: likeness,
        free: originalFree,
        lostOutput: lostOutputs(original, assignment),
        limits: at(widths, width),
      }),
      policy,
      marksCrashes,
      stopsWhenUnsure: isStrict || !isLast,
      stopsAtStall: isStrict,
      independence,
      symmetry,
      watching,
      planFree,
      originalFree,
      from,
      limits: scope,
    });
    if (found !== null && (found.unknown === null || isLast)) return found;
    if (found !== null) width++;
    independence.restart();
    ofOriginal.restart();
  }
}

/**
 * All states after each event are found only where they are few; where those of one run are too many as well, they are
 * looked for after all.
 */
function limitsOf(scope: Scope): readonly ReferenceLimits[] {
  const { statesPerEventMax, statesUnsureMax } = scope;
  if (statesUnsureMax <= statesPerEventMax) return [scope];
  const wide = { statesPerEventMax: statesUnsureMax, statesPerWitnessMax: statesUnsureMax };
  return [scope, { ...scope, ...wide }];
}

function boundsOf({ assignment, firingMember }: Search, scope: Scope): Bounds {
  return {
    firings: scope.firings,
    expiries: scope.expiries,
    firingMember,
    duplicates: assignment.duplicates,
    losses: assignment.losses,
    crashes: assignment.crash === null ? 0 : 1,
    batch: scope.batchMax,
  };
}

/** What the original may do: as much as the plan, then more and more. */
function levelsOf({ mode }: Search, scope: Scope, bounds: Bounds): readonly Bounds[] {
  return Array.from({ length: scope.levels }, (_, level) => ({
    ...bounds,
    firings: bounds.firings + level,
    expiries: bounds.expiries + level,
    firingMember: level === 0 ? bounds.firingMember : null,
    duplicates: bounds.duplicates + level,
    losses: bounds.losses + level,
    // It only loses what a crash would.
    crashes: mode === 'uncrashed' ? 0 : bounds.crashes,
    batch: bounds.batch + level,
  }));
}

/** Null where there is nothing to watch. */
function watchingOf(
  plan: System,
  before: readonly LocalRun[],
): { readonly watch: InvariantWatch; readonly from: EverId } | null {
  if (plan.engine.program.invariants.length === 0) return null;
  const watch = new InvariantWatch(plan);
  return { watch, from: watch.after(0, { sends: [], runs: before }).ever };
}
