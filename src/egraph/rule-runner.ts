/** One rule made ready for one e-graph: searches, keeps what the condition accepts, applies. */
import { assertNever, defined, invariant } from '../base/assert.ts';
import { type ApplyFunction, compileApply } from './apply-code.ts';
import {
  type CompiledAtom,
  type CompiledLeft,
  type CompiledPattern,
  type CompiledRule,
  compileLeft,
  compileRight,
  type Layout,
  singleAtom,
} from './compiled-pattern.ts';
import { noApplication } from './congruence-closure.ts';
import type { EGraph } from './egraph.ts';
import { type ClassId, classId } from './ids.ts';
import { at } from './ints.ts';
import { MatchTable } from './match-table.ts';
import { registerSubstitution } from './register-substitution.ts';
import type { Applier, Match, Rule } from './rule.ts';
import {
  type CompiledSearch,
  compileNewSearches,
  compileSearch,
  type SearchFunction,
  type SearchInput,
} from './search-code.ts';
import type { Substitution } from './substitution.ts';

const emptyLayout: Layout = { variables: new Map(), width: 0 };

export class RuleRunner<P> {
  readonly rule: Rule<P>;
  /** Only matches with an e-node of this stamp or later are searched; all while it is 0. */
  since = 0;
  readonly #egraph: EGraph<P>;
  readonly #compiled: CompiledRule<P>;
  readonly #search: CompiledSearch | undefined;
  #newSearches: readonly SearchFunction[] | undefined;
  readonly #apply: ApplyFunction | undefined;
  readonly #table: MatchTable;
  readonly #made: Int32Array;
  readonly #results: Int32Array;
  readonly #leftSlots: readonly number[];
  /** Of a searcher of the host's own; the table is used otherwise. */
  #found: readonly Match<P>[] = [];

  constructor(egraph: EGraph<P>, rule: Rule<P>) {
    const left = leftOf(egraph, rule);
    const right = left === undefined ? undefined : rightOf(egraph, rule, left);
    const width = left?.layout.width ?? 0;
    const apply = right === undefined ? undefined : compileApply(right, width);
    this.rule = rule;
    this.#egraph = egraph;
    this.#compiled = { rule, left, right };
    this.#search = left === undefined ? undefined : compileSearch(left);
    this.#apply = apply?.apply;
    this.#table = new MatchTable(width);
    this.#made = new Int32Array(apply?.madeCount ?? 0);
    this.#results = new Int32Array(right?.length ?? 0);
    this.#leftSlots = leftSlotsOf(rule, left, right);
  }

  /** Number of matches at hand. */
  get count(): number {
    return this.#search === undefined ? this.#found.length : this.#table.count;
  }

  /** Searches the rebuilt e-graph for at most `matchesMax` matches. */
  search(matchesMax: number): number {
    const { left } = this.rule;
    this.clear();
    const index = this.#egraph.searchIndex();
    if (left.kind === 'search') {
      this.#found = left.search(this.#egraph, matchesMax).slice(0, matchesMax);
      return this.count;
    }
    if (this.#search === undefined) return 0;
    const { symbols } = this.#egraph;
    const { store } = this.#egraph.closure;
    const ground = new Int32Array(this.#table.width);
    let groundStamp = 0;
    for (const part of this.#search.grounds) {
      if (resolveGround(this.#egraph, part, ground) < 0) return 0;
      groundStamp = Math.max(groundStamp, newestStamp(store.stamps, part, ground));
    }
    const input: SearchInput = {
      store,
      index,
      ops: symbols.ops.data,
      payloadNumbers: symbols.payloadNumbers.data,
      ground,
      since: this.since,
      sameRest: sameRest(store.starts, store.children),
    };
    const news = groundStamp >= this.since ? undefined : this.#newSearches;
    for (const search of news ?? [this.#search.search]) {
      if (this.count < matchesMax) search(input, this.#table, matchesMax);
    }
    return this.count;
  }

  /**
   * Makes `since` count: a match of what was there before is found again only after a change. Not for
   * rules whose condition or applier may answer differently next time.
   */
  searchNewOnly(): void {
    const { left } = this.#compiled;
    const isPure = this.rule.when === undefined && this.rule.right.kind !== 'apply';
    if (isPure && left !== undefined) this.#newSearches = compileNewSearches(left);
  }

  /** Drops the matches that the rule's condition rejects. */
  keepAccepted(): void {
    const { when } = this.rule;
    if (when === undefined) return;
    this.#found = this.#found.filter(({ root, substitution }) =>
      when(this.#egraph, substitution, root),
    );
    this.#table.filter((offset) =>
      when(this.#egraph, this.#substitutionAt(offset), this.#rootAt(offset)),
    );
  }

  /** All matches at hand, read out. */
  matches(): readonly Match<P>[] {
    if (this.#search === undefined) return this.#found;
    return Array.from({ length: this.#table.count }, (_, row) => this.#matchAt(row));
  }

  /** Applies match number `row`; true if the e-graph changed. */
  apply(row: number): boolean {
    const { closure, log } = this.#egraph;
    const { right } = this.rule;
    const offset = row * this.#table.width;
    const before = closure.version;
    const application = log?.applicationCount ?? 0;
    closure.application = application;
    if (right.kind === 'apply') this.#applyOwn(right.apply, row, application);
    else this.#applyPatterns(offset, application);
    closure.application = noApplication;
    if (closure.version === before) return false;
    this.#record(row, offset);
    return true;
  }

  clear(): void {
    this.#table.count = 0;
    this.#found = [];
  }

  #applyPatterns(offset: number, application: number): void {
    this.#apply?.(
      this.#egraph.closure,
      this.#egraph.symbols,
      this.#table.data,
      offset,
      this.#made,
      this.#results,
    );
    for (let index = 0; index < this.#results.length; index++) {
      const left = classId(at(this.#table.data, offset + (this.#leftSlots[index] ?? 0)));
      this.#egraph.closure.unite(left, classId(at(this.#results, index)), application);
    }
  }

  #applyOwn(apply: Applier<P>, row: number, application: number): void {
    const { root, substitution } = this.#matchAt(row);
    const result = apply(this.#egraph, substitution, root);
    if (result === null) return;
    const slot = this.#leftSlots[0];
    const left =
      slot === undefined ? root : classId(at(this.#table.data, row * this.#table.width + slot));
    this.#egraph.closure.unite(left, result, application);
  }

  #record(row: number, offset: number): void {
    const { log } = this.#egraph;
    if (log === undefined) return;
    const own = this.#found[row];
    const application = log.recordApplication(
      this.#compiled,
      this.#table.data,
      offset,
      this.#table.width,
    );
    log.appendRegisters(this.#made, 0, this.#made.length);
    if (own !== undefined) log.attachSubstitution(application, own.substitution);
  }

  #matchAt(row: number): Match<P> {
    if (this.#search === undefined) return defined(this.#found[row], 'rows are below the count');
    const offset = row * this.#table.width;
    return { root: this.#rootAt(offset), substitution: this.#substitutionAt(offset) };
  }

  #rootAt(offset: number): ClassId {
    return classId(at(this.#table.data, offset));
  }

  #substitutionAt(offset: number): Substitution<P> {
    const layout = this.#compiled.left?.layout ?? emptyLayout;
    const row = this.#table.data.slice(offset, offset + layout.width);
    return registerSubstitution(this.#egraph, layout, row);
  }
}

function leftOf<P>(egraph: EGraph<P>, rule: Rule<P>): CompiledLeft | undefined {
  const { left, name } = rule;
  switch (left.kind) {
    case 'pattern':
      return compileLeft(egraph.symbols, name, singleAtom(left.pattern));
    case 'patterns':
      return compileLeft(egraph.symbols, name, left.atoms);
    case 'search':
      return undefined;
    default:
      return assertNever(left);
  }
}

function rightOf<P>(
  egraph: EGraph<P>,
  rule: Rule<P>,
  left: CompiledLeft,
): readonly CompiledAtom[] | undefined {
  const { right, name } = rule;
  switch (right.kind) {
    case 'pattern': {
      const single = rule.left.kind === 'pattern';
      invariant(single, `rule \`${name}\`: a multi-pattern is rewritten to a multi-pattern`);
      return compileRight(egraph.symbols, name, singleAtom(right.pattern), left.layout);
    }
    case 'patterns':
      return compileRight(egraph.symbols, name, right.atoms, left.layout);
    case 'apply':
      return undefined;
    default:
      return assertNever(right);
  }
}

/**
 * The registers that the results are united with. A single pattern gives the e-node that it matched,
 * which lets an explanation start from the very term that was rewritten.
 */
function leftSlotsOf<P>(
  rule: Rule<P>,
  left: CompiledLeft | undefined,
  right: readonly CompiledAtom[] | undefined,
): readonly number[] {
  const first = left?.atoms[0];
  if (first === undefined) return [];
  const root = rule.left.kind === 'pattern' ? first.pattern.slot : first.root;
  if (right === undefined || rule.left.kind === 'pattern') return [root];
  return right.map((atom) => atom.root);
}

/** Looks up a ground pattern and all its parts; -1 if one is missing. */
function resolveGround<P>(
  egraph: EGraph<P>,
  pattern: CompiledPattern,
  registers: Int32Array,
): number {
  invariant(
    pattern.kind === 'node' && pattern.payload.kind === 'symbol',
    'ground has no variables',
  );
  const children = pattern.children.map((child) =>
    child.kind === 'rest' ? -1 : resolveGround(egraph, child, registers),
  );
  if (children.some((child) => child < 0)) return -1;
  egraph.closure.reserveArguments(children.length).set(children);
  const found = egraph.closure.probe(pattern.payload.symbol, children.length);
  registers[pattern.slot] = found;
  return found;
}

function newestStamp(stamps: Int32Array, pattern: CompiledPattern, registers: Int32Array): number {
  if (pattern.kind === 'variable') return 0;
  const own = stamps[at(registers, pattern.slot)] ?? 0;
  return pattern.children.reduce(
    (newest, child) =>
      child.kind === 'rest' ? newest : Math.max(newest, newestStamp(stamps, child, registers)),
    own,
  );
}

/** Whether two rest variables stand for equal lists. */
function sameRest(starts: Int32Array, children: Int32Array): SearchInput['sameRest'] {
  return (left, leftBefore, leftAfter, right, rightBefore, rightAfter) => {
    const from = at(starts, left) + leftBefore;
    const length = at(starts, left + 1) - leftAfter - from;
    const otherFrom = at(starts, right) + rightBefore;
    if (at(starts, right + 1) - rightAfter - otherFrom !== length) return false;
    for (let index = 0; index < length; index++) {
      if (at(children, from + index) !== at(children, otherFrom + index)) return false;
    }
    return true;
  };
}
