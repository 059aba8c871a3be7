/** Every run of a plan at verification size, compared with its original (the definition: verify.ts). */

import { defined } from '../../base/assert.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import { sameNumbers } from './batches.ts';
import { ClientInterface, sendChoices } from './client-interface.ts';
import { type ClientPool, poolsOf } from './client-pool.ts';
import { type Counterexample, counterexampleOf } from './counterexample.ts';
import { cutProgram } from './cut-program.ts';
import { makeEngine } from './engine.ts';
import { type Exploration, explore, type Trail } from './explore.ts';
import {
  type FaultAssignment,
  faultAssignments,
  lostOutputs,
  lostWithMember,
  lostWithParts,
  originOf,
} from './faults.ts';
import { Reference } from './reference.ts';
import type { Scope } from './scope.ts';
import { System } from './system.ts';
import type { Bounds } from './transitions.ts';
import { warmUp } from './warm-up.ts';
import type { WorldState } from './world-state.ts';

export interface ExhaustiveReport {
  /** Processes of the plan at this size. */
  readonly nodes: number;
  readonly commands: number;
  /** Faults of one run, at most. */
  readonly faults: number;
  /** States of the plan, each with a set of states of the original. */
  readonly states: number;
  readonly histories: number;
  /** States in which a run may end for good, each judged for progress; and those of which it isn't clear. */
  readonly completions: number;
  readonly openCompletions: number;
  /** Every run of the scope was searched. */
  readonly complete: boolean;
  /** Pools of commands times fault assignments that were searched, and that there are. */
  readonly searches: number;
  readonly searchesPlanned: number;
  readonly scope: Scope;
}

export interface ExhaustiveJudgement {
  /** `incomplete`: nothing was found, and the scope wasn't searched to its end. */
  readonly verdict: 'refines' | 'stalls' | 'violated' | 'unknown' | 'incomplete';
  readonly report: ExhaustiveReport;
  readonly counterexample: Counterexample | null;
}

export interface ExhaustiveOptions {
  readonly scope: Scope;
  readonly functions: ExternalFunctions;
  /** In place of the pools that the workload gives. */
  readonly pools: readonly ClientPool[] | null;
}

/** Judges every run of the scope. The first violation ends it; a stall only when no violation follows. */
export function judgeExhaustively(
  original: Program,
  plan: Program,
  options: ExhaustiveOptions,
): ExhaustiveJudgement {
  const { scope } = options;
  const base = cutProgram(original, scope);
  const cut = cutProgram(plan, scope);
  const clients = new ClientInterface(base);
  const engineOptions = { functions: options.functions, clients: scope.clients };
  const originalSystem = new System(makeEngine(base, engineOptions), clients, scope);
  const planSystem = new System(makeEngine(cut, engineOptions), clients, scope);
  const systems: Systems = { original: originalSystem, plan: planSystem };
  const pools = options.pools ?? poolsOf(base, scope);
  const searches = searchesOf(systems, pools, scope);
  const state: Running = {
    states: 0,
    histories: 0,
    completions: 0,
    openCompletions: 0,
    searches: 0,
    complete: true,
  };
  let stall: Counterexample | null = null;
  let unknown: Counterexample | null = null;
  const judged = (
    verdict: ExhaustiveJudgement['verdict'],
    counterexample: Counterexample | null,
  ): ExhaustiveJudgement => ({
    verdict,
    counterexample,
    report: {
      nodes: planSystem.engine.places.length,
      commands: Math.max(0, ...pools.map((pool) => pool.commands.length)),
      faults: Math.max(scope.duplicates, scope.losses, scope.crashes),
      ...state,
      searchesPlanned: searches.length,
      scope,
    },
  });
  for (const [index, search] of searches.entries()) {
    const left = scope.statesMax - state.states;
    if (left <= 0) {
      state.complete = false;
      break;
    }
    // A large search must not starve the rest: each may take some shares of what is left.
    const share = Math.ceil((sharesMax * left) / (searches.length - index));
    const statesMax = Math.min(left, share, scope.statesPerSearchMax);
    const found = runSearch(systems, search, { ...scope, statesMax });
    state.searches++;
    state.states += found.states;
    state.histories += found.histories;
    state.completions += found.completions;
    state.openCompletions += found.openCompletions;
    if (!found.complete) state.complete = false;
    const show = (
      kind: Counterexample['kind'],
      trail: Exploration['violation'],
    ): Counterexample | null => (trail === null ? null : shown(systems, search, kind, trail));
    const violation = show('violated', found.violation);
    if (violation !== null) return judged('violated', violation);
    stall ??= show('stalls', found.stall);
    unknown ??= show('unknown', found.unknown);
  }
  if (stall !== null) return judged('stalls', stall);
  if (unknown !== null) return judged('unknown', unknown);
  if (!state.complete) return judged('incomplete', null);
  return judged('refines', null);
}

/** Fair shares of the states left that one search may take. */
const sharesMax = 4;

interface Running {
  states: number;
  histories: number;
  completions: number;
  openCompletions: number;
  searches: number;
  complete: boolean;
}

interface Systems {
  readonly original: System;
  readonly plan: System;
}

interface Search {
  readonly pool: ClientPool;
  readonly assignment: FaultAssignment;
  /** The logical member whose timers fire; null when no process has any. */
  readonly firingMember: string | null;
  readonly from: WorldState;
  /** The states of the original on the way to the same point. */
  readonly starts: readonly WorldState[];
}

/** Every pool under every assignment of faults, from the first states and after the warm-up. */
function searchesOf(
  systems: Systems,
  pools: readonly ClientPool[],
  scope: Scope,
): readonly Search[] {
  const path = warmUp(systems.plan, scope.warmUpRounds);
  const cold = defined(path[0], 'a path has its start');
  const warm = defined(path.at(-1), 'a path has its start');
  const original = warmUp(systems.original, scope.warmUpRounds);
  const points: Pick<Search, 'from' | 'starts'>[] = [{ from: cold, starts: original.slice(0, 1) }];
  if (!sameNumbers(cold.nodes, warm.nodes)) points.push({ from: warm, starts: original });
  const assignments = faultAssignments(systems.plan, scope);
  const timed = systems.plan.engine.places.filter((place) => place.timers.length > 0);
  const members = [...new Set(timed.map((place) => place.origin))];
  const firing = members.length === 0 || scope.firings === 0 ? [null] : members;
  return pools.flatMap((pool) =>
    assignments.flatMap((assignment) =>
      firing.flatMap((firingMember) =>
        points.map((point) => ({ pool, assignment, firingMember, ...point })),
      ),
    ),
  );
}

function shown(
  systems: Systems,
  search: Search,
  kind: Counterexample['kind'],
  trail: Trail,
): Counterexample {
  const { plan } = systems;
  const { pool, assignment, from } = search;
  return counterexampleOf(kind, plan, from, trail, {
    commands: pool.commands.map((each) => plan.clients.printFact(each.channel, each.fact)),
    faults: assignment.name,
  });
}

function runSearch(systems: Systems, search: Search, scope: Scope): Exploration {
  const { original, plan } = systems;
  const { pool, assignment, from, starts } = search;
  const bounds: Bounds = {
    firings: scope.firings,
    firingMember: search.firingMember,
    duplicates: assignment.duplicates,
    losses: assignment.losses,
    crashes: assignment.crash === null ? 0 : 1,
    batch: scope.batchMax,
  };
  const levels = Array.from(
    { length: scope.levels },
    (_, level): Bounds => ({
      ...bounds,
      firings: bounds.firings + level,
      firingMember: level === 0 ? bounds.firingMember : null,
      duplicates: bounds.duplicates + level,
      losses: bounds.losses + level,
      batch: bounds.batch + level,
    }),
  );
  const crashes = assignment.crash === null ? [] : [assignment.crash.target];
  const choices = sendChoices(plan.clients, pool, original.engine.receivers);
  return explore({
    plan,
    reference: new Reference(original, {
      levels,
      crashes: originOf(original, assignment),
      starts,
      lostOutput: lostOutputs(original, assignment),
      limits: scope,
    }),
    policy: { bounds, crashes, choices },
    planFree: lostWithParts(assignment),
    originalFree: lostWithMember(original, assignment),
    from,
    limits: scope,
  });
}
