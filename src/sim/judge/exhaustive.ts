/** Every run of a plan at verification size, compared with its original (the definition: verify.ts). */

import { defined } from '../../base/assert.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
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
import { waitOut, warmUp } from './warm-up.ts';
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
  /** Searches that came to their end, and all of them: pools, faults, members whose timers fire, starts. */
  readonly searches: number;
  readonly searchesPlanned: number;
  readonly scope: Scope;
}

export interface ExhaustiveJudgement {
  /** `incomplete`: nothing was found, but the scope wasn't searched to its end, or progress is open somewhere. */
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

/**
 * Judges every run of the scope. The first violation ends it; a stall only when no violation follows. Every search is
 * made twice when it must be: first shallowly, so that a large one can't starve the rest, then as far as states are left.
 */
export function judgeExhaustively(
  original: Program,
  plan: Program,
  options: ExhaustiveOptions,
): ExhaustiveJudgement {
  const { scope, functions } = options;
  const base = cutProgram(original, scope);
  const clients = new ClientInterface(base);
  const systemOf = (program: Program): System =>
    new System(makeEngine(program, { functions, clients: scope.clients }), clients, scope);
  const systems: Systems = { original: systemOf(base), plan: systemOf(cutProgram(plan, scope)) };
  const pools = options.pools ?? poolsOf(base, scope);
  const searches = searchesOf(systems, pools, scope);
  const tally = new Tally();
  const firstRound = scope.statesMax * shallowShare;
  const fair = Math.ceil(firstRound / Math.max(searches.length, 1));
  const left: Search[] = [];
  let spent = 0;
  for (const search of searches) {
    const statesMax = Math.min(Math.max(fair, shallowMin), scope.statesPerSearchMax);
    if (spent + statesMax > Math.max(firstRound, statesMax)) {
      left.push(search);
      continue;
    }
    const found = runSearch(systems, search, { ...scope, statesMax });
    spent += found.states;
    if (!found.complete && found.violation === null) left.push(search);
    else tally.count(found);
    tally.note(systems, search, found);
    if (tally.violation !== null) break;
  }
  for (const search of tally.violation === null ? left : []) {
    const statesMax = Math.min(scope.statesMax - tally.states, scope.statesPerSearchMax);
    if (statesMax <= 0) break;
    const found = runSearch(systems, search, { ...scope, statesMax });
    tally.count(found);
    tally.note(systems, search, found);
    if (tally.violation !== null) break;
  }
  const { states, histories, completions, openCompletions } = tally;
  const report: ExhaustiveReport = {
    nodes: systems.plan.engine.places.length,
    commands: Math.max(0, ...pools.map((pool) => pool.commands.length)),
    faults: Math.max(scope.duplicates, scope.losses, scope.crashes),
    states,
    histories,
    completions,
    openCompletions,
    complete: tally.searches === searches.length,
    searches: tally.searches,
    searchesPlanned: searches.length,
    scope,
  };
  return { ...tally.judgement(report), report };
}

/** Of all states, what the first, shallow round may take. */
const shallowShare = 0.25;

/** States below which a shallow search shows nothing. */
const shallowMin = 500;

/** What the searches found and how large they were; states of a search that was made again count once. */
class Tally {
  states = 0;
  histories = 0;
  completions = 0;
  openCompletions = 0;
  /** Searches that came to their end. */
  searches = 0;
  violation: Counterexample | null = null;
  #stall: Counterexample | null = null;
  #unknown: Counterexample | null = null;

  count(found: Exploration): void {
    this.states += found.states;
    this.histories += found.histories;
    this.completions += found.completions;
    this.openCompletions += found.openCompletions;
    if (found.complete) this.searches++;
  }

  note(systems: Systems, search: Search, found: Exploration): void {
    const show = (
      kind: Counterexample['kind'],
      trail: Exploration['violation'],
    ): Counterexample | null => (trail === null ? null : shown(systems, search, kind, trail));
    this.violation ??= show('violated', found.violation);
    this.#stall ??= show('stalls', found.stall);
    this.#unknown ??= show('unknown', found.unknown);
  }

  judgement(report: ExhaustiveReport): Pick<ExhaustiveJudgement, 'verdict' | 'counterexample'> {
    if (this.violation !== null) return { verdict: 'violated', counterexample: this.violation };
    if (this.#stall !== null) return { verdict: 'stalls', counterexample: this.#stall };
    if (this.#unknown !== null) return { verdict: 'unknown', counterexample: this.#unknown };
    const sure = report.complete && report.openCompletions === 0;
    return { verdict: sure ? 'refines' : 'incomplete', counterexample: null };
  }
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
  const points = startsOf(systems, scope);
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

type Start = Pick<Search, 'from' | 'starts'>;

/** The first states, those after the warm-up, and those in which the other members are about to act. */
function startsOf({ original, plan }: Systems, scope: Scope): readonly Start[] {
  const warm = warmUp(plan, scope.warmUpRounds);
  const waited = waitOut(plan, warm);
  const originalWarm = warmUp(original, scope.warmUpRounds);
  const originalWaited = waitOut(original, originalWarm);
  const starts: Start[] = [{ from: endOf(waited), starts: originalWaited }];
  if (waited.length > warm.length) starts.push({ from: endOf(warm), starts: originalWarm });
  if (warm.length > 1) starts.push({ from: plan.start(), starts: [original.start()] });
  return starts;
}

function endOf(path: readonly WorldState[]): WorldState {
  return defined(path.at(-1), 'a path has its start');
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
    planFree: lostWithParts(plan, assignment),
    originalFree: lostWithMember(original, assignment),
    from,
    limits: scope,
  });
}
