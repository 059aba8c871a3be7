/**
 * What becomes of the dependencies that a program declares. On what clients send and on static tables they are promises
 * of others. On relations and channels of its own they say something about its clauses: inferred where variables show
 * it, else proved, all together by induction over ticks and stages; what is left is watched by the simulator, which
 * reports the first run that breaks it. A refuted induction step is no run that breaks the dependency: it says that
 * one tick could break it from a state that need not come about.
 */

import { componentOfRole } from '../analysis/component.ts';
import { determines, inferDependencies } from '../analysis/dependencies.ts';
import { canonicalJson } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import { dependencyText } from '../ir/print.ts';
import type { Dependency, Program, Relation, Role } from '../ir/program.ts';
import type { Column } from '../ir/type.ts';
import { variable } from '../smt/build.ts';
import { printCounterexample } from '../smt/counterexample.ts';
import type * as smt from '../smt/encode.ts';
import { functionalDependency } from '../smt/lemmas/functional-dependency.ts';
import type { Obligation } from '../smt/obligation.ts';
import type { Solver } from '../smt/solver.ts';
import { namedSort } from '../smt/sort.ts';
import { describeVerdict, type Verdict } from '../smt/verdict.ts';
import { dependenciesIn, type HowDeclared } from './dependencies-in.ts';
import { encodeClause } from './encode.ts';

/**
 * - `given`: of what clients send, or of a static table;
 * - `inferred`: variables, keys and functions of the clauses show it;
 * - `proved`: by induction over the clauses, with the solver;
 * - `monitored`: not shown; the simulator watches it.
 */
export type Standing = 'given' | 'inferred' | 'proved' | 'monitored';

export interface Established {
  /** The role that holds the relation, or receives the channel. */
  readonly role: string;
  readonly relation: string;
  readonly dependency: Dependency;
  readonly columns: { readonly from: readonly number[]; readonly to: readonly number[] };
  /** In the words of the program: `key (id)`. */
  readonly text: string;
  readonly standing: Standing;
  /** Why it isn't shown; empty for all but `monitored`. */
  readonly reason: string;
  /** Two derivations in one tick that break it, from a state that may not come about. */
  readonly counterexample: readonly string[];
  readonly obligations: readonly Obligation[];
}

/** A declaration where it stands: of a relation or static table of a role, or of a channel that the role receives. */
interface Declared {
  readonly role: Role;
  readonly relation: string;
  readonly columns: readonly Column[];
  readonly dependency: Dependency;
  readonly from: 'clauses' | 'outside';
}

export async function establishDependencies(
  program: Program,
  solver: Solver,
  signal?: AbortSignal,
): Promise<readonly Established[]> {
  const all = declarationsOf(program);
  const standing = new Map<Declared, Established>();
  for (const each of all) {
    const known = withoutSolver(program, each);
    if (known !== null) standing.set(each, established(each, known));
  }
  const open = all.filter((each) => !standing.has(each));
  let kept = open;
  // Proved together or not at all: what fails is no hypothesis of the others in the next round.
  for (let before = -1; before !== kept.length && kept.length > 0; ) {
    before = kept.length;
    const dropped = open.filter((each) => !kept.includes(each));
    const assumed = without(program, dropped);
    const asked = kept.map((each) => ({ each, obligations: obligationsOf(assumed, each) }));
    const verdicts = await verdictsOf(
      asked.flatMap(({ obligations }) => obligations ?? []),
      solver,
      signal,
    );
    kept = [];
    for (const { each, obligations } of asked) {
      const failed = obligations?.find((one) => verdicts.get(one)?.kind !== 'proved');
      if (obligations !== null && failed === undefined) {
        kept.push(each);
        standing.set(each, { ...established(each, 'proved'), obligations });
      } else standing.set(each, notShown(each, failed, failed && verdicts.get(failed)));
    }
  }
  return all.flatMap((each) => standing.get(each) ?? []);
}

function declarationsOf(program: Program): readonly Declared[] {
  const isExternal = (name: string): boolean =>
    program.roles.some((role) => role.name === name && role.external);
  const each = (
    role: Role,
    { name, columns, dependencies }: Pick<Relation, 'name' | 'columns' | 'dependencies'>,
    from: Declared['from'],
  ): readonly Declared[] =>
    dependencies.map((dependency) => ({ role, relation: name, columns, dependency, from }));
  return program.roles.flatMap((role) => [
    ...role.relations.flatMap((relation) => each(role, relation, 'clauses')),
    ...role.statics.flatMap((table) => each(role, table, 'outside')),
    ...program.channels
      .filter((channel) => channel.to === role.name)
      .flatMap((channel) => each(role, channel, isExternal(channel.from) ? 'outside' : 'clauses')),
  ]);
}

/** What needs no proof: promises, and what follows from them by names alone. */
function withoutSolver(program: Program, declared: Declared): Standing | null {
  if (declared.from === 'outside') return 'given';
  const { role, relation } = declared;
  const { from, to } = indicesOf(declared);
  // A channel has no facts of one tick only: what it is said to depend on, it depends on for ever.
  const scope = role.relations.some((each) => each.name === relation) ? 'tick' : 'ever';
  const at = { role: role.name, relation, scope } as const;
  return determines(inferDependencies(program, 'environment'), at, from, to) ? 'inferred' : null;
}

function indicesOf({ columns, dependency }: Declared): Shape {
  const index = (name: string): number => columns.findIndex((column) => column.name === name);
  return { from: dependency.from.map(index), to: dependency.to.map(index) };
}

type Shape = { readonly from: readonly number[]; readonly to: readonly number[] };

/** Null for what no lemma covers. */
function obligationsOf(program: Program, declared: Declared): readonly Obligation[] | null {
  const shape = provable(declared);
  if (shape === null) return null;
  const { relation } = declared;
  const isChannel = !declared.role.relations.some((each) => each.name === relation);
  const derivers = isChannel
    ? program.roles.filter((role) => sends(role, relation))
    : program.roles.filter((role) => role.name === declared.role.name);
  // Static tables of two roles may have one name.
  if (derivers.length > 1) return null;
  return derivers.flatMap((role) => {
    const component = componentOfRole(program, role.name);
    const dependencies = dependenciesIn(component);
    const encode = (clause: Clause): smt.Clause => {
      const encoded = encodeClause(component, clause, dependencies);
      return isChannel ? anySender(encoded, role) : encoded;
    };
    const clauses = role.clauses.filter(({ head }) => head.relation === relation);
    return functionalDependency({
      rule: 'declared dependency',
      clauses: clauses.map(encode),
      initial: isChannel ? [] : initialFacts(role, relation).map(encode),
      dependency: shape,
    });
  });
}

function sends(role: Role, channel: string): boolean {
  return role.clauses.some(({ kind, head }) => kind === 'send' && head.relation === channel);
}

/**
 * The dependency as clauses give it, before facts that agree outside of their lattice columns are merged: what
 * determines all the other columns determines these too. Null if they are on the left, where no clause fills them alone.
 */
function provable(declared: Declared): Shape | null {
  const { from, to } = indicesOf(declared);
  const isMerged = (index: number): boolean => declared.columns[index]?.type.kind === 'lattice';
  if (from.some(isMerged)) return null;
  if (!to.some(isMerged)) return { from, to };
  return { from, to: declared.columns.flatMap((_, index) => (isMerged(index) ? [] : [index])) };
}

/** Messages of one channel come from any member: two derivations have a `me` each. */
function anySender(clause: smt.Clause, role: Role): smt.Clause {
  const me = variable('me', namedSort(role.of ?? role.name));
  return { ...clause, variables: [...clause.variables, me] };
}

function initialFacts(role: Role, relation: string): readonly Clause[] {
  return role.initial
    .filter((fact) => fact.relation === relation)
    .map((fact, index) => ({
      id: `init ${relation} ${index + 1}`,
      kind: 'now',
      head: {
        relation,
        args: fact.args.map((value) => ({ kind: 'plain', value }) as const),
        destination: null,
      },
      body: [],
      written: 'clause',
    }));
}

/** The program without these declarations. */
function without(program: Program, dropped: readonly Declared[]): Program {
  if (dropped.length === 0) return program;
  const gone = new Set(dropped.map((each) => each.dependency));
  const rest = <R extends { readonly dependencies: readonly Dependency[] }>(each: R): R => ({
    ...each,
    dependencies: each.dependencies.filter((one) => !gone.has(one)),
  });
  return {
    ...program,
    channels: program.channels.map(rest),
    roles: program.roles.map((role) => ({ ...role, relations: role.relations.map(rest) })),
  };
}

async function verdictsOf(
  obligations: readonly Obligation[],
  solver: Solver,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Obligation, Verdict>> {
  const verdicts = await solver.checkMany(obligations, signal === undefined ? {} : { signal });
  return new Map(
    obligations.flatMap((obligation, index) => {
      const verdict = verdicts[index];
      return verdict === undefined ? [] : [[obligation, verdict] as const];
    }),
  );
}

function established(declared: Declared, standing: Standing): Established {
  const { role, relation, dependency, columns } = declared;
  const text = dependencyText(dependency, columns);
  return {
    role: role.name,
    relation,
    dependency,
    columns: indicesOf(declared),
    text,
    standing,
    reason: '',
    counterexample: [],
    obligations: [],
  };
}

function notShown(
  declared: Declared,
  failed: Obligation | undefined,
  verdict: Verdict | undefined,
): Established {
  const base = established(declared, 'monitored');
  if (failed === undefined) {
    return { ...base, reason: 'no lemma covers a lattice column on its left, or two senders' };
  }
  if (verdict?.kind !== 'refuted') {
    const why = verdict === undefined ? 'not asked' : describeVerdict(verdict);
    return { ...base, reason: `${failed.title}: ${why}`, obligations: [failed] };
  }
  return {
    ...base,
    reason: `not shown: ${failed.title}, from a state that may not come about`,
    counterexample: printCounterexample(verdict.values),
    obligations: [failed],
  };
}

/** How a proof that uses a declared dependency names what it rests on. */
export function howDeclared(known: readonly Established[]): HowDeclared {
  const standings = new Map(
    known.map((each) => [canonicalJson([each.role, each.relation, each.columns]), each.standing]),
  );
  return (role, relation, { from, to }) => {
    const found = standings.get(canonicalJson([role, relation, { from, to }]));
    return found === undefined ? 'declared' : standingText(found);
  };
}

function standingText(standing: Standing): string {
  switch (standing) {
    case 'given':
      return 'declared, given from outside';
    case 'inferred':
      return 'inferred from the clauses';
    case 'proved':
      return 'declared, proved from the clauses';
    case 'monitored':
      return 'declared, monitored by the simulator';
  }
}
