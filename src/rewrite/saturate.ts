/**
 * Saturation of the search space. Equations run in the e-graph until nothing is left to find; between
 * their rounds every new component is offered to the refinements, what their conditions leave open is
 * asked of the solver in one batch, and proved matches become plans of their component.
 */

import { defined } from '../base/assert.ts';
import type {
  DeclinedRewrite,
  ProofRecord,
  SearchReport,
  StopReason,
} from '../base/search-record.ts';
import { nextTurn } from '../base/turns.ts';
import type { ClassId, NodeId } from '../egraph/ids.ts';
import { Saturation } from '../egraph/saturate.ts';
import type { Program } from '../ir/program.ts';
import type { Solver } from '../smt/solver.ts';
import { type Established, establishDependencies, howDeclared } from './establish.ts';
import { columnsFact } from './facts.ts';
import type { Policy } from './language.ts';
import { matchKey, matchOf } from './match.ts';
import type { ProgramFacts } from './normal/change.ts';
import { type Normalized, normalize } from './normalize.ts';
import { type Decided, decide, type RuleVerdicts } from './prove.ts';
import type { EquationRule, Match, RefinementRule, Rule, Site } from './rule.ts';
import { Space } from './space.ts';
import { functionalTails } from './tail.ts';

export interface SearchLimits {
  readonly iterationsMax: number;
  readonly nodesMax: number;
  readonly matchesMax: number;
  /** Components that are offered to the refinements. */
  readonly componentsMax: number;
  /** Proposals of one rule for one component. */
  readonly proposalsMax: number;
  /** Clauses of components, added up over all proposals. */
  readonly workMax: number;
  /** Clauses of a component that is offered to the refinements. */
  readonly clausesMax: number;
  /** Clauses of the whole program, added up over all proposals: conditions may look at every role. */
  readonly programWorkMax: number;
}

export const searchLimits: SearchLimits = {
  iterationsMax: 40,
  nodesMax: 100_000,
  matchesMax: 1_000_000,
  componentsMax: 400,
  proposalsMax: 48,
  workMax: 60_000,
  clausesMax: 2_000,
  programWorkMax: 1_000_000,
};

export interface SaturateOptions {
  readonly rules: readonly Rule[];
  readonly solver: Solver;
  readonly limits: SearchLimits;
  /** Messages or facts per command, by role and clause: orders the proposals when there are too many. */
  readonly rate: (role: string, clauseId: string) => number;
  /** What program rules ask of a run; nothing is known when it is left out. */
  readonly facts?: ProgramFacts;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly iteration: number;
  readonly enodes: number;
  readonly eclasses: number;
  readonly components: number;
  readonly obligations: number;
}

/** A refinement that became a plan node. */
export interface Application {
  readonly rule: RefinementRule;
  readonly match: Match;
  readonly proofs: readonly ProofRecord[];
  /** Others of the same match: a cut, and that one half of it is spread. */
  readonly beside: readonly NodeId[];
}

export interface Saturated {
  readonly space: Space;
  /** The program of the space: that which was given, after the program rules. */
  readonly normalized: Normalized;
  /** How each dependency that this program declares is known; conditions use them all. */
  readonly dependencies: readonly Established[];
  /** The plans of each role that has clauses. */
  readonly roots: ReadonlyMap<string, ClassId>;
  readonly applications: ReadonlyMap<NodeId, Application>;
  readonly declined: readonly DeclinedRewrite[];
  readonly report: Omit<SearchReport, 'optimal' | 'elapsedMs'>;
}

export async function saturate(program: Program, options: SaturateOptions): Promise<Saturated> {
  const { solver, facts, signal } = options;
  const rules = options.rules.filter((rule) => rule.kind === 'program');
  const aboutRules: RuleVerdicts = new Map();
  const given = { rules, solver, aboutRules };
  const normalized = await normalize(program, {
    ...given,
    ...(facts === undefined ? {} : { facts }),
    ...(signal === undefined ? {} : { signal }),
  });
  const refines = options.rules.some((rule) => rule.kind === 'refinement');
  const dependencies = refines
    ? await establishDependencies(normalized.program, solver, signal)
    : [];
  const search = new Search({ normalized, dependencies }, options, aboutRules);
  return search.run();
}

type Start = Pick<Saturated, 'normalized' | 'dependencies'>;

class Search {
  readonly #start: Start;
  readonly #space: Space;
  readonly #options: SaturateOptions;
  readonly #equations: readonly EquationRule[];
  readonly #refinements: readonly RefinementRule[];
  readonly #applications = new Map<NodeId, Application>();
  readonly #declined = new Map<string, DeclinedRewrite>();
  readonly #expanded = new Set<NodeId>();
  readonly #asked = new Set<string>();
  readonly #aboutRules: RuleVerdicts;
  readonly #applied = new Map<string, number>();
  readonly #cutOff = new Map<string, number>();
  readonly #sites = new Map<Match['site']['part'], ClassId>();
  readonly #programSize: number;
  #iterations = 0;
  #work = 0;
  #programWork = 0;

  constructor(start: Start, options: SaturateOptions, aboutRules: RuleVerdicts) {
    const { normalized, dependencies } = start;
    this.#start = start;
    this.#space = new Space(normalized.program, howDeclared(dependencies));
    this.#aboutRules = aboutRules;
    this.#programSize = normalized.program.roles.flatMap((role) => role.clauses).length;
    for (const { rule } of normalized.steps) this.#count(rule.name, 1);
    if (normalized.cutOff > 0) this.#cutOff.set('steps of the whole program', normalized.cutOff);
    this.#options = options;
    this.#equations = options.rules.filter((rule) => rule.kind === 'equation');
    this.#refinements = options.rules.filter((rule) => rule.kind === 'refinement');
    columnsFact(this.#space.egraph);
  }

  async run(): Promise<Saturated> {
    const owners = this.#space.base.roles.filter((role) => role.clauses.length > 0);
    const roots = new Map(owners.map((role) => [role.name, this.#space.addRole(role.name)]));
    const stop = await this.#loop();
    const { egraph } = this.#space;
    return {
      space: this.#space,
      ...this.#start,
      roots: new Map([...roots].map(([role, plan]) => [role, egraph.find(plan)])),
      applications: this.#applications,
      declined: [...this.#start.normalized.declined, ...this.#declined.values()],
      report: {
        enodes: egraph.nodeCount,
        eclasses: egraph.classCount,
        iterations: this.#iterations,
        stop,
        rules: Object.fromEntries(this.#applied),
        cutOff: Object.fromEntries(this.#cutOff),
      },
    };
  }

  async #loop(): Promise<StopReason> {
    const { limits, signal } = this.#options;
    for (;;) {
      if (this.#isOver()) return 'interrupted';
      if (this.#iterations >= limits.iterationsMax) return 'iterations';
      // A program that fills the e-graph by itself is placed as it is.
      if (this.#space.egraph.nodeCount > limits.nodesMax) return 'nodes';
      const stop = await this.#equate();
      if (stop !== 'saturated') return stop;
      this.#iterations += 1;
      const candidates = await this.#propose();
      if (this.#isOver()) return 'interrupted';
      if (candidates.length === 0) return this.#cutOff.size === 0 ? 'saturated' : 'matches';
      const decided = await decide(candidates, this.#options.solver, {
        signal,
        aboutRules: this.#aboutRules,
      });
      for (const each of decided) this.#take(each);
      this.#space.egraph.rebuild();
      this.#reportProgress(candidates.length);
    }
  }

  /** Runs the equations to their end; each iteration counts towards the limits. */
  async #equate(): Promise<StopReason> {
    const { limits, signal } = this.#options;
    const saturation = new Saturation(
      this.#space.egraph,
      this.#equations.flatMap((rule) => rule.rewrites),
      {
        iterationsMax: limits.iterationsMax,
        nodesMax: limits.nodesMax,
        matchesMax: limits.matchesMax,
        isInterrupted: () => signal?.aborted === true,
      },
    );
    for (;;) {
      await nextTurn();
      const stop = saturation.step();
      const last = saturation.iterations.at(-1);
      for (const [rule, count] of last?.applied ?? []) this.#count(familyOf(rule), count);
      if (stop !== undefined) return stop.kind;
    }
  }

  async #propose(): Promise<readonly { readonly rule: RefinementRule; readonly match: Match }[]> {
    const found: { rule: RefinementRule; match: Match }[] = [];
    for (const node of this.#space.egraph.nodesWith('component')) {
      if (this.#expanded.has(node)) continue;
      if (this.#expanded.size >= this.#options.limits.componentsMax) {
        this.#cut('components');
        continue;
      }
      await nextTurn();
      if (this.#isOver()) break;
      this.#expanded.add(node);
      if (this.#space.egraph.childrenOf(node).length > this.#options.limits.clausesMax) {
        this.#cut('parts of too many clauses');
        continue;
      }
      const site = this.#siteOf(node);
      for (const rule of this.#refinements) found.push(...this.#proposalsOf(rule, site, node));
    }
    return found;
  }

  #proposalsOf(
    rule: RefinementRule,
    site: Site,
    component: ClassId,
  ): { rule: RefinementRule; match: Match }[] {
    const found: { rule: RefinementRule; match: Match }[] = [];
    for (const proposal of rule.choose(site)) {
      if (found.length >= this.#options.limits.proposalsMax) {
        this.#cut(`proposals of ${rule.name}`);
        break;
      }
      const { workMax, programWorkMax } = this.#options.limits;
      if (this.#work >= workMax || this.#programWork >= programWorkMax) {
        this.#cut('clauses looked at');
        break;
      }
      this.#work += site.clauses.length;
      this.#programWork += this.#programSize;
      const key = matchKey(rule.name, component, proposal);
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      found.push({ rule, match: matchOf(this.#space, site.view, proposal) });
    }
    return found;
  }

  #siteOf(node: NodeId): Site {
    const space = this.#space;
    const view = space.viewOf(node);
    this.#sites.set(view.part, node);
    const clauses = space.egraph
      .childrenOf(node)
      .map((id) => ({ kind: 'known', id, clause: space.clauseOf(id) }) as const);
    const sent = new Set(clauses.map(({ clause }) => clause.head.relation));
    return {
      base: space.base,
      view,
      clauses,
      rate: (id) => this.#options.rate(view.part.role, id),
      tails: (clause) => functionalTails(space, clause.id),
      forwardOf: (request) => space.forwardOf(request, sent),
      keptOf: (forward) => space.keptOf(forward),
      construct: (key, make) => space.construct(view.part.role, key, make),
      draft: (clause) => space.draft(clause),
      cutOff: (bound) => this.#cut(bound),
    };
  }

  #take({ rule, match, outcome }: Decided<RefinementRule, Match>): void {
    if (outcome.kind === 'declined') {
      const at = match.site.part.role;
      const { condition, reason, verdict, counterexample } = outcome;
      const key = JSON.stringify([rule.name, at, condition, reason]);
      if (this.#declined.has(key)) return;
      this.#declined.set(key, { rule: rule.name, at, condition, reason, verdict, counterexample });
      return;
    }
    const plan = this.#space.planOf(this.#componentOf(match));
    const { node, spread } = this.#addPlan(rule, match);
    if (this.#space.egraph.same(node, plan)) return;
    // Two specifications must never share an implementation (soundness.md, 11): the e-node is new, or
    // it stands for this component already.
    if (this.#applications.has(node)) {
      this.#cut('implementations of two specifications');
      return;
    }
    this.#space.egraph.union(plan, node, rule.name);
    const { proofs } = outcome;
    const beside = spread === null ? [] : [spread];
    this.#applications.set(node, { rule, match, proofs, beside });
    for (const each of beside) {
      this.#applications.set(each, { rule, match, proofs, beside: [node] });
    }
    this.#count(rule.name, 1);
  }

  #componentOf({ site }: Match): ClassId {
    return defined(this.#sites.get(site.part), 'matches are made of sites of this search');
  }

  #addPlan(rule: RefinementRule, match: Match): { node: NodeId; spread: NodeId | null } {
    const { site, proposal } = match;
    const space = this.#space;
    if (proposal.kind === 'partition') {
      const component = this.#componentOf(match);
      const { policy } = proposal;
      const node = space.egraph.add(rule.name, [component], { rule: rule.name, policy });
      return { node, spread: null };
    }
    const { role, relayed, observed } = site.part;
    const stay = space.addComponent(
      { role, relayed, observed },
      proposal.stay.map((each) => space.addDraft(each)),
    );
    const move = space.addComponent(
      { role, relayed: [...relayed, ...proposal.relayed], observed },
      proposal.move.map((each) => space.addDraft(each)),
    );
    const plan = space.planOf(move);
    const spread = this.#spreadOf(rule, move, proposal.spread);
    if (spread !== null) space.egraph.union(plan, spread, rule.name);
    const node = space.egraph.add(rule.name, [space.planOf(stay), plan], {
      rule: rule.name,
      forwards: proposal.forwards,
    });
    return { node, spread };
  }

  /** What was cut so that it can be on several processes. */
  #spreadOf(rule: RefinementRule, component: ClassId, policy: Policy | undefined): NodeId | null {
    if (policy === undefined) return null;
    return this.#space.egraph.add(rule.name, [component], { rule: rule.name, policy });
  }

  #isOver(): boolean {
    return this.#options.signal?.aborted === true;
  }

  #count(rule: string, times: number): void {
    this.#applied.set(rule, (this.#applied.get(rule) ?? 0) + times);
  }

  #cut(bound: string): void {
    this.#cutOff.set(bound, (this.#cutOff.get(bound) ?? 0) + 1);
  }

  #reportProgress(obligations: number): void {
    const { egraph } = this.#space;
    this.#options.onProgress?.({
      iteration: this.#iterations,
      enodes: egraph.nodeCount,
      eclasses: egraph.classCount,
      components: this.#expanded.size,
      obligations,
    });
  }
}

/** `normalize/join-rigid-last/filter` is counted as `normalize/join-rigid-last`. */
function familyOf(rewrite: string): string {
  return rewrite.split('/').slice(0, 2).join('/');
}
