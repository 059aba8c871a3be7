/**
 * Equality saturation: in each iteration search all rules, then apply what was found, then rebuild,
 * until nothing changes or a limit is reached. Limits count work, never time, so a run is the same
 * everywhere.
 */
import { invariant } from '../base/assert.ts';
import type { EGraph } from './egraph.ts';
import type { Rule } from './rule.ts';
import { RuleRunner } from './rule-runner.ts';
import { backoffScheduler, type Scheduler } from './scheduler.ts';

export type SaturateOptions = {
  /** Iterations after which the run stops. */
  readonly iterationsMax?: number;
  /** Live e-nodes above which it stops, in the middle of an iteration if need be. */
  readonly nodesMax?: number;
  /** Matches found in the whole run after which it stops. */
  readonly matchesMax?: number;
  /** `backoffScheduler()` unless given. A scheduler has state: one for each run. */
  readonly scheduler?: Scheduler;
  /**
   * `new` finds matches again only where something changed since the rule last acted, which leads to
   * the same e-graph and is much faster where most matches are old. The scheduler then counts new
   * matches only, so under back-off runs differ from those of engines that search everything. Rules
   * with a condition, or with an applier or searcher of the host's own, always search everything.
   */
  readonly matching?: 'all' | 'new';
  /** Asked between rules; true ends the run as `interrupted`. */
  readonly isInterrupted?: () => boolean;
};

export const saturateDefaults: {
  readonly iterationsMax: number;
  readonly nodesMax: number;
  readonly matchesMax: number;
} = { iterationsMax: 30, nodesMax: 10_000, matchesMax: 10_000_000 };

export type StopReason =
  /** Nothing is left to find: every consequence of the rules is there. */
  | { readonly kind: 'saturated' }
  | { readonly kind: 'iterations'; readonly limit: number }
  | { readonly kind: 'nodes'; readonly limit: number }
  | { readonly kind: 'matches'; readonly limit: number }
  | { readonly kind: 'interrupted' };

/** What one iteration did; counts are taken after its rebuild. */
export type Iteration = {
  readonly nodeCount: number;
  readonly classCount: number;
  /**
   * Matches found, by rule, before conditions: all or new ones, as asked. Rules without matches are left
   * out.
   */
  readonly found: ReadonlyMap<string, number>;
  /** Matches that changed the e-graph, by rule; rules without are left out. */
  readonly applied: ReadonlyMap<string, number>;
  /** Rules that the scheduler kept from acting. */
  readonly banned: readonly string[];
  /** E-nodes that turned out congruent to others. */
  readonly congruences: number;
};

export type SaturationReport = {
  readonly stop: StopReason;
  readonly iterations: readonly Iteration[];
};

/** Runs to the end. */
export function saturate<P>(
  egraph: EGraph<P>,
  rules: readonly Rule<P>[],
  options: SaturateOptions = {},
): SaturationReport {
  const saturation = new Saturation(egraph, rules, options);
  for (;;) {
    const stop = saturation.step();
    if (stop !== undefined) return { stop, iterations: saturation.iterations };
  }
}

/**
 * A run in steps, so that a host can act between iterations: ask a solver what conditions want to
 * know, add e-nodes, make unions. `saturated` means that the rules found nothing in this step; a host
 * that changes something, or what its conditions answer, can step again.
 */
export class Saturation<P> {
  readonly #iterations: Iteration[] = [];
  readonly #egraph: EGraph<P>;
  readonly #runners: readonly RuleRunner<P>[];
  readonly #scheduler: Scheduler;
  readonly #iterationsMax: number;
  readonly #nodesMax: number;
  readonly #matchesMax: number;
  readonly #isInterrupted: () => boolean;
  #matches = 0;

  constructor(egraph: EGraph<P>, rules: readonly Rule<P>[], options: SaturateOptions = {}) {
    const names = new Set(rules.map((rule) => rule.name));
    invariant(names.size === rules.length, 'the rules of a run have names of their own');
    this.#egraph = egraph;
    this.#runners = rules.map((rule) => new RuleRunner(egraph, rule));
    this.#scheduler = options.scheduler ?? backoffScheduler();
    this.#iterationsMax = options.iterationsMax ?? saturateDefaults.iterationsMax;
    this.#nodesMax = options.nodesMax ?? saturateDefaults.nodesMax;
    this.#matchesMax = options.matchesMax ?? saturateDefaults.matchesMax;
    this.#isInterrupted = options.isInterrupted ?? (() => false);
    if (options.matching === 'new') {
      egraph.closure.store.keepStamps();
      for (const runner of this.#runners) runner.searchNewOnly();
    }
  }

  get iterations(): readonly Iteration[] {
    return this.#iterations;
  }

  /** One iteration, on what is rebuilt first; the reason to stop, or `undefined` to go on. */
  step(): StopReason | undefined {
    const egraph = this.#egraph;
    egraph.rebuild();
    const iteration = this.#iterations.length;
    if (iteration >= this.#iterationsMax) return { kind: 'iterations', limit: this.#iterationsMax };
    const found = new Map<string, number>();
    const applied = new Map<string, number>();
    const banned: string[] = [];
    const stop = this.#search(iteration, found, banned) ?? this.#apply(applied);
    for (const runner of this.#runners) {
      runner.clear();
      // Some matches that were found may not have been applied.
      if (stop !== undefined) runner.since = 0;
    }
    const congruences = egraph.rebuild();
    const { nodeCount, classCount } = egraph;
    this.#iterations.push({ nodeCount, classCount, found, applied, banned, congruences });
    if (stop !== undefined) return stop;
    if (applied.size === 0 && this.#scheduler.isDone(iteration)) return { kind: 'saturated' };
    return undefined;
  }

  #search(iteration: number, found: Map<string, number>, banned: string[]): StopReason | undefined {
    const { store } = this.#egraph.closure;
    // What is there is older than the new stamp; what comes from now on isn't.
    store.epoch++;
    for (const runner of this.#runners) {
      const { name } = runner.rule;
      if (this.#isInterrupted()) return { kind: 'interrupted' };
      const left = this.#matchesMax - this.#matches;
      if (left <= 0) return { kind: 'matches', limit: this.#matchesMax };
      const wanted = this.#scheduler.matchesMax(name, iteration);
      const count = wanted === 0 ? 0 : runner.search(Math.min(wanted, left + 1));
      this.#matches += count;
      if (count > 0) found.set(name, count);
      if (this.#matches > this.#matchesMax) return { kind: 'matches', limit: this.#matchesMax };
      if (wanted > 0 && this.#scheduler.accepts(name, iteration, count)) {
        runner.keepAccepted();
        runner.since = store.epoch;
      } else {
        banned.push(name);
        runner.clear();
      }
    }
    return undefined;
  }

  #apply(applied: Map<string, number>): StopReason | undefined {
    for (const runner of this.#runners) {
      if (this.#isInterrupted()) return { kind: 'interrupted' };
      let changes = 0;
      let full = false;
      for (let row = 0; row < runner.count && !full; row++) {
        if (runner.apply(row)) changes++;
        full = this.#egraph.nodeCount > this.#nodesMax;
      }
      if (changes > 0) applied.set(runner.rule.name, changes);
      if (full) return { kind: 'nodes', limit: this.#nodesMax };
    }
    return undefined;
  }
}
