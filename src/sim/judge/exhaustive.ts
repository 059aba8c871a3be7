/** Every run of a plan at verification size, compared with its original (the definition: verify.ts). */

import type { ExternalFunctions } from '../../exec/functions.ts';
import type { Program } from '../../ir/program.ts';
import { type InvariantFound, printBodyFact } from '../invariants.ts';
import { ClientInterface } from './client-interface.ts';
import { type ClientPool, poolsOf } from './client-pool.ts';
import { keyOf, mayCompose, type Unit, unitsOf } from './composition.ts';
import { type Counterexample, counterexampleOf } from './counterexample.ts';
import { cutProgram } from './cut-program.ts';
import { makeEngine } from './engine.ts';
import type { Exploration, Trail } from './explore.ts';
import type { Scope } from './scope.ts';
import { runSearch, type Search, type Systems, searchesOf } from './searches.ts';
import { System } from './system.ts';

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
  /** Of runs that may go on for ever, those judged by many rounds of timers (completeness.ts). */
  readonly quietCompletions: number;
  readonly openCompletions: number;
  /** Every run of the scope was searched. */
  readonly complete: boolean;
  /** Searches that came to their end, and all of them: pools, faults, members whose timers fire, starts. */
  readonly searches: number;
  readonly searchesPlanned: number;
  /** Of those that came to their end, how many follow from searches with fewer commands (composition.ts). */
  readonly composed: number;
  /** Declared ones, on one run to each state (invariant-watch.ts). */
  readonly invariants: readonly InvariantFound[];
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
  /** Told what is known so far after each search. */
  readonly onProgress?: (soFar: ExhaustiveJudgement) => void;
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
  const units = unitsOf(systems, searchesOf(systems, pools, scope), scope);
  const judgementOf = (tally: Tally): ExhaustiveJudgement => {
    const { states, histories, completions, quietCompletions, openCompletions } = tally;
    const report: ExhaustiveReport = {
      nodes: systems.plan.engine.places.length,
      commands: Math.max(0, ...pools.map((pool) => pool.commands.length)),
      faults: Math.max(scope.duplicates, scope.losses, scope.crashes),
      states,
      histories,
      completions,
      quietCompletions,
      openCompletions,
      complete: tally.searches === units.length,
      searches: tally.searches,
      searchesPlanned: units.length,
      composed: tally.composed,
      invariants: plan.invariants.map(({ name }) => ({
        name,
        verdict: name === tally.brokenInvariant ? 'violated' : 'held',
      })),
      scope,
    };
    return { ...tally.judgement(report), report };
  };
  const { onProgress } = options;
  return judgementOf(
    judgeUnits(systems, units, scope, (soFar) => onProgress?.(judgementOf(soFar))),
  );
}

/** Shallowly, each search with its share, then deeply what is left. */
function judgeUnits(
  systems: Systems,
  units: readonly Unit[],
  scope: Scope,
  report: (soFar: Tally) => void,
): Tally {
  const tally = new Tally(systems);
  const firstRound = scope.statesMax * shallowShare;
  const fair = Math.ceil(firstRound / Math.max(units.length, 1));
  const left: Unit[] = [];
  for (const unit of units) {
    const statesMax = Math.min(Math.max(fair, shallowMin), shallowMax, scope.statesPerSearchMax);
    if (tally.spent + statesMax > Math.max(firstRound, statesMax)) {
      left.push(unit);
      continue;
    }
    if (!tally.judge(unit, { ...scope, statesMax }, 'shallow')) left.push(unit);
    report(tally);
    if (tally.violation !== null) return tally;
  }
  for (const unit of left) {
    const statesMax = Math.min(scope.statesMax - tally.states, scope.statesPerSearchMax);
    if (statesMax <= 0) break;
    tally.judge(unit, { ...scope, statesMax }, 'deep');
    report(tally);
    if (tally.violation !== null) break;
  }
  return tally;
}

/** Of all states, what the first, shallow round may take. */
const shallowShare = 0.25;

/** States below which a shallow search shows nothing, and above which a deep one is done sooner. */
const shallowMin = 500;
const shallowMax = 3_000;

/** What the searches found and how large they were; states of a search that was made again count once. */
class Tally {
  states = 0;
  histories = 0;
  completions = 0;
  quietCompletions = 0;
  openCompletions = 0;
  /** Units that came to their end, and those of them that are composed. */
  searches = 0;
  composed = 0;
  /** States of all searches, also of those that will be made again. */
  spent = 0;
  violation: Counterexample | null = null;
  /** Which invariant the violation is one of. */
  brokenInvariant: string | null = null;
  #stall: Counterexample | null = null;
  #unknown: Counterexample | null = null;
  readonly #systems: Systems;
  /** Searches that came to their end, and parts that fail in the stricter sense of composition. */
  readonly #done = new Set<string>();
  readonly #failed = new Set<string>();
  /** Deep searches that were stopped. */
  readonly #cut = new Set<string>();

  constructor(systems: Systems) {
    this.#systems = systems;
  }

  /** Says whether the unit came to its end; what isn't composed of its parts is searched as a whole. */
  judge({ whole, parts }: Unit, limits: Scope, reach: 'shallow' | 'deep'): boolean {
    const isComposed = parts.length > 0 && mayCompose(this.#systems);
    for (const part of isComposed ? parts : []) {
      const answer = this.#settle(part, limits, reach);
      if (answer === 'left') return false;
      if (answer === 'failed') return this.judge({ whole, parts: [] }, limits, reach);
    }
    if (isComposed && !mayCompose(this.#systems)) {
      return this.judge({ whole, parts: [] }, limits, reach);
    }
    if (!isComposed && this.#settle(whole, limits, reach) !== 'done') return false;
    this.searches++;
    if (isComposed) this.composed++;
    return true;
  }

  #settle(search: Search, limits: Scope, reach: 'shallow' | 'deep'): 'done' | 'left' | 'failed' {
    const key = keyOf(search);
    if (this.#done.has(key)) return 'done';
    if (this.#failed.has(key)) return 'failed';
    if (this.#cut.has(key)) return 'left';
    const found = runSearch(this.#systems, search, limits, reach);
    this.spent += found.states;
    const isStrict = search.mode !== 'plain';
    const isClean = [found.violation, found.stall, found.unknown, found.broken].every(
      (each) => each === null,
    );
    if (isStrict && !isClean) {
      this.#failed.add(key);
      return 'failed';
    }
    const isOver = found.violation !== null || found.broken !== null;
    if (found.complete || isOver || reach === 'deep') this.#count(found);
    this.note(this.#systems, search, found);
    if (!found.complete && reach === 'deep') this.#cut.add(key);
    if (!found.complete) return 'left';
    this.#done.add(key);
    return 'done';
  }

  #count(found: Exploration): void {
    this.states += found.states;
    this.histories += found.histories;
    this.completions += found.completions;
    this.quietCompletions += found.quietCompletions;
    this.openCompletions += found.openCompletions;
  }

  note(systems: Systems, search: Search, found: Exploration): void {
    const show = (
      kind: Counterexample['kind'],
      trail: Exploration['violation'],
    ): Counterexample | null => (trail === null ? null : shown(systems, search, kind, trail));
    this.violation ??= show('violated', found.violation);
    if (found.broken !== null && this.violation === null) {
      const { trail, violation } = found.broken;
      const { invariant, facts } = violation;
      this.brokenInvariant = invariant;
      const list = facts.map((fact) => printBodyFact(fact)).join(', ');
      const claim = `The invariant ${invariant} is violated: ${list}.`;
      this.violation = shown(systems, search, 'violated', trail, claim);
    }
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

function shown(
  systems: Systems,
  search: Search,
  kind: Counterexample['kind'],
  trail: Trail,
  claim?: string,
): Counterexample {
  const { plan } = systems;
  const { pool, assignment, from } = search;
  const replay = {
    commands: pool.commands.map((each) => plan.clients.printFact(each.channel, each.fact)),
    faults: assignment.name,
  };
  return counterexampleOf(kind, plan, from, trail, {
    replay,
    ...(claim === undefined ? {} : { claim }),
  });
}
