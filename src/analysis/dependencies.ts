/**
 * Keys and functional dependencies of every relation and channel: declared, and inferred by variable sharing, by
 * inheritance, through functions, values bound and aggregates (theory.md, 1.4b), to a fixpoint over recursion.
 *
 * A dependency is kept as an equation `column = term over other columns` with the very function that gives the
 * value. Two clauses that each have a dependency `k -> v` give their head one only if the function is the same:
 * from `r(k, v) :- a(k, v)` and `r(k, v) :- b(k, v)` with keys on `a` and `b`, `r` gets none.
 *
 * The scope matters: `n(count<x>) :- in(x)` has one fact in each tick, and over time many. So a value of an
 * aggregate carries the ticks since it was taken, and `last(n) :+ n(n); last(n) :+ last(n)` has no key.
 *
 * Method: optimistic, as in sparse constant propagation. A relation takes its equations from the first of its
 * clauses whose body can be judged, and then loses those that another clause doesn't confirm.
 */

import { memoized } from '../base/memoized.ts';
import { groupBy, sortedStrings } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import type { Channel, Dependency, Program, Role } from '../ir/program.ts';
import type { Column } from '../ir/type.ts';
import { type ClauseTerms, clauseTerms, type Equation } from './clause-terms.ts';
import { type Component, componentOfRole, namesOf } from './component.ts';
import {
  apply,
  column,
  columnsOf,
  delayed,
  lifeOf,
  type Term,
  termKey,
  withColumns,
} from './congruence.ts';
import { expressible } from './expressible.ts';
import { type Island, islandAround } from './islands.ts';

/** `tick`: among the facts of one node in one tick; `ever`: among all facts of all nodes and ticks. */
export type DependencyScope = 'tick' | 'ever';

/** Which declarations are hypotheses: those on what clients send and on statics always are. */
export type Trust = 'declared' | 'environment';

export interface Dependencies {
  readonly program: Program;
  /** Of a relation, static or channel as the role sees it. */
  readonly at: (role: string, relation: string) => readonly Equation[];
}

/** Channels are the same everywhere; relations and statics belong to a role. */
export function placeKey(role: string, relation: string): string {
  return `${role}/${relation}`;
}

const inferWith: Readonly<Record<Trust, (program: Program) => Dependencies>> = {
  declared: memoized((program) => inferOnDemand(program, 'declared')),
  environment: memoized((program) => inferOnDemand(program, 'environment')),
};

/** One island of the program at a time, when something in it is asked for. */
function inferOnDemand(program: Program, trust: Trust): Dependencies {
  const known = new Map<Role | string, ReadonlyMap<string, readonly Equation[]>>();
  const around = (start: Role | string): ReadonlyMap<string, readonly Equation[]> => {
    const found = known.get(start);
    if (found !== undefined) return found;
    const island = islandAround(program, start);
    const equations = infer(program, island, trust);
    for (const each of island.roles) known.set(each, equations);
    for (const each of island.channels) known.set(each.name, equations);
    known.set(start, equations);
    return equations;
  };
  const roles = new Map(program.roles.map((each) => [each.name, each]));
  return {
    program,
    at: (name, relation) => {
      const role = roles.get(name);
      const own = role === undefined ? undefined : around(role).get(placeKey(name, relation));
      return own ?? around(relation).get(channelKey(relation)) ?? [];
    },
  };
}

export function inferDependencies(program: Program, trust: Trust = 'declared'): Dependencies {
  return inferWith[trust](program);
}

/** The equations of a relation, static or inbound channel as the role sees them. */
export function equationsOf(
  dependencies: Dependencies,
  role: string,
  relation: string,
  scope: DependencyScope,
): readonly Equation[] {
  const found = dependencies.at(role, relation);
  return scope === 'tick' ? found : found.filter(({ term }) => lifeOf(term) === 'ever');
}

/** Whether facts that agree on the columns `from` agree on the columns `to`. */
export function determines(
  dependencies: Dependencies,
  at: { readonly role: string; readonly relation: string; readonly scope: DependencyScope },
  from: readonly number[],
  to: readonly number[],
): boolean {
  const reached = closure(equationsOf(dependencies, at.role, at.relation, at.scope), from);
  return to.every((index) => reached.has(index));
}

/** The columns that the columns `from` determine, themselves included. */
export function closure(
  equations: readonly Equation[],
  from: readonly number[],
): ReadonlySet<number> {
  const reached = new Set(from);
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const { column: target, term } of equations) {
      if (columnsOf(term).every((index) => reached.has(index))) reached.add(target);
    }
  }
  return reached;
}

/** The terms of a clause under what holds of its relations; `ever` is what a distribution of facts may rely on. */
export function termsOf(
  dependencies: Dependencies,
  component: Component,
  clause: Clause,
  scope: DependencyScope,
): ClauseTerms {
  return clauseTerms(component, clause, (relation, mode) =>
    readable(
      component,
      relation,
      mode,
      equationsOf(dependencies, component.role.name, relation, scope),
    ),
  );
}

/** A batch mixes messages of many nodes and ticks, and `stable` and time-outs see facts of earlier ticks. */
function readable(
  component: Component,
  relation: string,
  mode: 'now' | 'earlier',
  equations: readonly Equation[],
): readonly Equation[] {
  const kind = namesOf(component).get(relation)?.kind;
  if (kind === 'relation' && mode === 'now') return equations;
  const lives = kind === 'relation' ? ['ever', 'node'] : ['ever'];
  return equations.filter(({ term }) => lives.includes(lifeOf(term)));
}

function channelKey(name: string): string {
  return `/${name}`;
}

/** A way in which a place gets facts; judged when all that it reads positively has been. */
interface Source {
  readonly target: string;
  readonly reads: readonly string[];
  /** Null for an initial fact. */
  readonly clause: Clause | null;
  readonly component: Component;
  readonly constants: readonly Term[];
}

interface Inference {
  readonly program: Program;
  /** Absent: nothing is known to hold there yet, so everything holds of its facts. */
  readonly state: Map<string, readonly Equation[]>;
  readonly assumed: ReadonlyMap<string, readonly Equation[]>;
  readonly latticeColumns: ReadonlyMap<string, ReadonlySet<number>>;
}

function infer(
  program: Program,
  island: Island,
  trust: Trust,
): ReadonlyMap<string, readonly Equation[]> {
  const assumed = declarations(program, island, trust);
  const inference: Inference = {
    program,
    state: new Map(),
    assumed,
    latticeColumns: latticeColumns(island),
  };
  const sources = island.roles.flatMap((role) => sourcesOf(program, role));
  const targets = new Set(sources.map((source) => source.target));
  for (const [key, equations] of assumed)
    if (!targets.has(key)) inference.state.set(key, equations);
  const byTarget = groupBy(sources, (source) => source.target);
  const reads = sources.flatMap((source) => source.reads.map((read) => ({ read, source })));
  const readers = groupBy(reads, ({ read }) => read);
  const work = new Set(sources);
  for (const source of work) {
    work.delete(source);
    if (!judge(inference, source)) continue;
    for (const reader of readers.get(source.target) ?? []) work.add(reader.source);
    for (const other of byTarget.get(source.target) ?? []) work.add(other);
  }
  return inference.state;
}

/** True if what is known of the target has changed. */
function judge(inference: Inference, source: Source): boolean {
  const { state, assumed } = inference;
  if (source.reads.some((key) => !state.has(key))) return false;
  const terms = sourceTerms(inference, source);
  const own = assumed.get(source.target) ?? [];
  const before = state.get(source.target);
  const fixed = new Set(own.map(equationKey));
  if (before === undefined) {
    const lattice = inference.latticeColumns.get(source.target) ?? new Set();
    const fresh = offers(source, terms).filter(
      ({ column: target, term }) =>
        !lattice.has(target) && columnsOf(term).every((index) => !lattice.has(index)),
    );
    const added = fresh.filter((equation) => !fixed.has(equationKey(equation)));
    state.set(source.target, [...own, ...added]);
    return true;
  }
  const kept = before.filter(
    (equation) => fixed.has(equationKey(equation)) || confirms(source, terms, equation),
  );
  state.set(source.target, kept);
  return kept.length < before.length;
}

function equationKey({ column: target, term }: Equation): string {
  return `${target}=${termKey(term)}`;
}

function sourceTerms(inference: Inference, source: Source): ClauseTerms | null {
  const { component, clause } = source;
  if (clause === null) return null;
  return clauseTerms(component, clause, (relation, mode) => {
    const key = stateKey(component, relation);
    return readable(component, relation, mode, inference.state.get(key) ?? []);
  });
}

/** The equations that a source alone would give its target. */
function offers(source: Source, terms: ClauseTerms | null): readonly Equation[] {
  if (terms === null) return source.constants.map((term, index) => ({ column: index, term }));
  const heads = terms.head.map((each) => each.term);
  return expressible(terms.congruence, heads).flatMap((equation) => {
    const term = leaving(source, equation.term);
    return term === null ? [] : [{ column: equation.column, term }];
  });
}

/** A term as the head's readers see it: a tick later for `:+`; on a channel, only what is the same everywhere. */
function leaving(source: Source, term: Term): Term | null {
  if (source.clause?.kind === 'send') return lifeOf(term) === 'ever' ? term : null;
  return source.clause?.kind === 'next' ? delayed(term, 1) : term;
}

function confirms(source: Source, terms: ClauseTerms | null, equation: Equation): boolean {
  if (terms === null) {
    const value = source.constants[equation.column];
    const other = withColumns(equation.term, (index) => source.constants[index] ?? column(index));
    return value !== undefined && termKey(value) === termKey(other);
  }
  const { kind } = source.clause ?? { kind: 'now' };
  if (kind === 'send' && lifeOf(equation.term) !== 'ever') return false;
  const inner = kind === 'next' ? delayed(equation.term, -1) : equation.term;
  const target = terms.head[equation.column];
  if (inner === null || target === undefined) return false;
  const wanted = withColumns(inner, (index) => terms.head[index]?.term ?? column(index));
  return terms.congruence.equal(target.term, wanted);
}

function stateKey(component: Component, relation: string): string {
  const kind = namesOf(component).get(relation)?.kind;
  return kind === 'channel' ? channelKey(relation) : placeKey(component.role.name, relation);
}

function sourcesOf(program: Program, role: Role): readonly Source[] {
  const component = componentOfRole(program, role.name);
  const names = namesOf(component);
  const clauses = role.clauses.map((clause): Source => {
    const atoms = clause.body.flatMap((literal) =>
      literal.kind === 'atom' || literal.kind === 'stable' || literal.kind === 'expired'
        ? [literal.atom.relation]
        : [],
    );
    const read = atoms.filter((name) => {
      const kind = names.get(name)?.kind;
      return kind === 'relation' || kind === 'channel';
    });
    const target =
      clause.kind === 'send'
        ? channelKey(clause.head.relation)
        : placeKey(role.name, clause.head.relation);
    const reads = sortedStrings(read.map((name) => stateKey(component, name)));
    return { target, reads, clause, component, constants: [] };
  });
  const initial = role.initial.map((fact): Source => {
    const constants = fact.args.map((arg, index) =>
      arg.kind === 'int' || arg.kind === 'bool' || arg.kind === 'string'
        ? apply(`${arg.kind}:${JSON.stringify(arg.value)}`, [])
        : apply(`initial:${fact.relation}:${index}`, [], 'node'),
    );
    const target = placeKey(role.name, fact.relation);
    return { target, reads: [], clause: null, component, constants };
  });
  return [...initial, ...clauses];
}

/** What is assumed: declared keys and dependencies, and the keys that lattice columns give their relation. */
function declarations(
  program: Program,
  island: Island,
  trust: Trust,
): ReadonlyMap<string, readonly Equation[]> {
  const found = new Map<string, readonly Equation[]>();
  const isExternal = (name: string): boolean =>
    program.roles.some((role) => role.name === name && role.external);
  for (const channel of island.channels) {
    const trusted = trust === 'declared' || isExternal(channel.from);
    const key = channelKey(channel.name);
    found.set(key, trusted ? keyEquations(channel, 'ever') : []);
  }
  for (const role of island.roles) {
    for (const table of role.statics) {
      found.set(placeKey(role.name, table.name), keyEquations(table, 'ever'));
    }
    for (const relation of role.relations) {
      const declared = trust === 'declared' ? keyEquations(relation, 'tick') : [];
      found.set(placeKey(role.name, relation.name), [...declared, ...latticeEquations(relation)]);
    }
  }
  return found;
}

type Declared = Pick<Channel, 'name' | 'columns' | 'dependencies'>;

function keyEquations(declared: Declared, life: 'ever' | 'tick'): readonly Equation[] {
  const indexOf = (name: string): number =>
    declared.columns.findIndex((each) => each.name === name);
  return declared.dependencies.flatMap(({ from, to }: Dependency) => {
    const inputs = from.map(indexOf);
    return to.map(indexOf).flatMap((target) => {
      if (inputs.includes(target)) return [];
      const name = `key:${declared.name}:${inputs.join(',')}:${target}`;
      return [{ column: target, term: apply(name, inputs.map(column), life) }];
    });
  });
}

function latticeEquations(relation: Declared): readonly Equation[] {
  const plain = plainColumns(relation.columns);
  return relation.columns.flatMap(({ type }, target) =>
    type.kind === 'lattice'
      ? [
          {
            column: target,
            term: apply(`merged:${relation.name}:${target}`, plain.map(column), 'tick'),
          },
        ]
      : [],
  );
}

function plainColumns(columns: readonly Column[]): readonly number[] {
  return columns.flatMap(({ type }, index) => (type.kind === 'lattice' ? [] : [index]));
}

function latticeColumns({ roles, channels }: Island): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, ReadonlySet<number>>();
  const add = (key: string, columns: readonly Column[]): void => {
    const merged = columns.flatMap(({ type }, index) => (type.kind === 'lattice' ? [index] : []));
    found.set(key, new Set(merged));
  };
  for (const channel of channels) add(channelKey(channel.name), channel.columns);
  for (const role of roles) {
    for (const each of role.relations) add(placeKey(role.name, each.name), each.columns);
  }
  return found;
}
