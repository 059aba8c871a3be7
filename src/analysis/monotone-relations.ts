/**
 * Which relations of a component only grow when its inputs grow, and which of their columns then move: a count
 * goes up, a minimum down. Read through a threshold such a column is harmless; joined, compared for equality or
 * sent, it takes back what was said (theory.md, 1.1).
 *
 * What `persist .. until` forgets is judged as if it were kept (soundness.md, 7); that this changes nothing is
 * for `forgetting.ts`.
 */

import { stronglyConnected } from '../base/graph.ts';
import { memoized } from '../base/memoized.ts';
import { type Atom, atomOf, type Clause, type HeadArgument, type Literal } from '../ir/clause.ts';
import { type Expression, variablesOf } from '../ir/expression.ts';
import { folds, literalOperator, operators } from '../ir/operator.ts';
import { widthOf } from './clause-terms.ts';
import { type Component, derivations, namesOf, readersOf } from './component.ts';
import { type Direction, directionOf, joinDirections, latticeDirection } from './direction.ts';
import { type Finding, finding, type Reason, type ReasonKind, reason } from './finding.ts';
import { columnTypes, keepingOf } from './shape.ts';

export interface RelationMonotonicity {
  readonly finding: Finding;
  /** One for each column, for relations derived inside. */
  readonly columns: readonly Direction[];
}

/** By relation derived or channel sent; inputs only grow, and aren't listed. */
export const monotoneRelations: (
  component: Component,
) => ReadonlyMap<string, RelationMonotonicity> = memoized(judgeRelations);

function judgeRelations(component: Component): ReadonlyMap<string, RelationMonotonicity> {
  const directions = columnDirections(component);
  const own = new Map<string, readonly Reason[]>();
  const reads = new Map<string, Set<string>>();
  const names = namesOf(component);
  for (const clause of component.clauses) {
    const name = clause.head.relation;
    own.set(name, [...(own.get(name) ?? []), ...clauseReasons(component, clause, directions)]);
    const targets = reads.get(name) ?? new Set();
    for (const literal of growing(clause)) {
      const atom = atomOf(literal);
      // What comes over a channel is an input, even if this role sends it too.
      if (atom !== null && names.get(atom.relation)?.kind === 'relation')
        targets.add(atom.relation);
    }
    reads.set(name, targets);
  }
  const inherited = new Map<string, readonly Reason[]>();
  for (const { nodes } of stronglyConnected([...own.keys()], (name) => reads.get(name) ?? [])) {
    const below = nodes.flatMap((name) => [...(reads.get(name) ?? [])]);
    const reasons = new Set([
      ...nodes.flatMap((name) => own.get(name) ?? []),
      ...below.flatMap((name) => inherited.get(name) ?? []),
    ]);
    for (const name of nodes) inherited.set(name, [...reasons]);
  }
  const found = new Map<string, RelationMonotonicity>();
  for (const name of own.keys()) {
    const reasons = new Set([...(own.get(name) ?? []), ...(inherited.get(name) ?? [])]);
    found.set(name, { finding: finding([...reasons]), columns: directions.get(name) ?? [] });
  }
  return found;
}

/** By clause id: why it may take back a fact of its head; empty for a clause that only adds. */
export function clauseMonotonicity(component: Component): ReadonlyMap<string, readonly Reason[]> {
  const directions = columnDirections(component);
  return new Map(
    component.clauses.map((clause) => [clause.id, clauseReasons(component, clause, directions)]),
  );
}

/** The literals that count: a clause that only keeps a relation is judged as if it kept all of it. */
function growing(clause: Clause): readonly Literal[] {
  const keeping = keepingOf(clause);
  if (keeping?.kind !== 'guarded') return clause.body;
  return clause.body.filter((literal) => !keeping.guards.includes(literal));
}

type ColumnDirections = ReadonlyMap<string, readonly Direction[]>;

const columnDirections: (component: Component) => ColumnDirections = memoized(moveColumns);

/** Least fixpoint: columns move no more than the clauses make them. */
function moveColumns(component: Component): ColumnDirections {
  const derived = derivations(component);
  const readers = readersOf(component);
  const found = new Map<string, readonly Direction[]>();
  for (const name of derived.keys()) {
    found.set(name, columnTypes(component, name).map(latticeDirection));
  }
  const work = new Set(derived.keys());
  for (const name of work) {
    work.delete(name);
    const before = found.get(name) ?? [];
    const made = (derived.get(name) ?? []).map((each) => headDirections(component, each, found));
    const after = before.map((direction, column) =>
      joinDirections([direction, ...made.map((columns) => columns[column] ?? 'fixed')]),
    );
    if (after.every((direction, column) => direction === before[column])) continue;
    found.set(name, after);
    for (const reader of readers.get(name) ?? []) {
      if (reader.kind !== 'send') work.add(reader.head.relation);
    }
  }
  return found;
}

function headDirections(
  component: Component,
  clause: Clause,
  directions: ColumnDirections,
): readonly Direction[] {
  const variables = variableDirections(component, clause, directions);
  return clause.head.args.flatMap((arg): readonly Direction[] => {
    if (arg.kind === 'plain') return [directionOf(component.program, arg.value, variables)];
    if (arg.kind === 'index') return ['mixed'];
    const of = joinDirections(
      arg.of.map((each) => directionOf(component.program, each, variables)),
    );
    return Array.from({ length: widthOf(arg) }, (_, at) => aggregateDirection(arg, of, at));
  });
}

/** `of`: how the folded values themselves move. */
function aggregateDirection(
  arg: Extract<HeadArgument, { readonly kind: 'aggregate' }>,
  of: Direction,
  column: number,
): Direction {
  const { aggregate, fallback } = arg;
  if (fallback !== null && !isBottom(arg.aggregate, fallback.value)) return 'mixed';
  const { grows, values, natural } = folds[aggregate];
  // Of several columns, ordered lexicographically, the first decides.
  if (grows === 'mixed' || column > 0) return 'mixed';
  if (natural && !isNotNegative(arg.of[0])) return 'mixed';
  return of === 'fixed' || (values === 'move' && of === grows) ? grows : 'mixed';
}

/** A default that the first fact can't undercut. */
function isBottom(aggregate: string, value: Expression): boolean {
  return (aggregate === 'count' || aggregate === 'sum') && value.kind === 'int' && value.value <= 0;
}

function isNotNegative(value: Expression | undefined): boolean {
  return value?.kind === 'int' && value.value >= 0;
}

/** The variables that are bound to a moving column, or to a value made of one. */
function variableDirections(
  component: Component,
  clause: Clause,
  directions: ColumnDirections,
): ReadonlyMap<string, Direction> {
  const found = new Map<string, Direction>();
  for (const literal of growing(clause)) {
    if (literal.kind !== 'atom' && literal.kind !== 'stable') continue;
    for (const [column, arg] of literal.atom.args.entries()) {
      const direction = movement(component, literal.atom, column, directions);
      if (arg.kind !== 'variable' || direction === 'fixed') continue;
      found.set(arg.name, joinDirections([found.get(arg.name) ?? 'fixed', direction]));
    }
  }
  for (const literal of clause.body) {
    if (literal.kind !== 'bind') continue;
    const direction = directionOf(component.program, literal.value, found);
    if (direction !== 'fixed') found.set(literal.variable, direction);
  }
  return found;
}

/** An input's columns move only where they are lattices. */
function movement(
  component: Component,
  atom: Atom,
  column: number,
  directions: ColumnDirections,
): Direction {
  const known = directions.get(atom.relation);
  if (known !== undefined) return known[column] ?? 'fixed';
  const type = namesOf(component).get(atom.relation)?.columns[column]?.type;
  return type === undefined ? 'fixed' : latticeDirection(type);
}

function clauseReasons(
  component: Component,
  clause: Clause,
  directions: ColumnDirections,
): readonly Reason[] {
  const variables = variableDirections(component, clause, directions);
  const literals = growing(clause);
  return [
    ...literals.flatMap((literal) => literalReasons(component, clause, literal, variables)),
    ...joinReasons(component, clause, literals, directions),
    ...headReasons(component, clause, variables, directions),
  ];
}

function literalReasons(
  component: Component,
  clause: Clause,
  literal: Literal,
  variables: ReadonlyMap<string, Direction>,
): readonly Reason[] {
  const { monotone, event } = operators[literalOperator(literal)];
  const relation = atomOf(literal)?.relation ?? '';
  if (monotone === 'first') {
    const kind = namesOf(component).get(relation)?.kind;
    if (kind === 'static' || kind === 'members') return [];
    const text = `it holds only while there is no \`${relation}\``;
    return [reason('negation', clause.id, [relation], text)];
  }
  // Of its relation it grows like any input; but it comes when it comes, whatever else is there by then.
  if (event) {
    return [reason('timer', clause.id, [relation], `it waits for a time-out of \`${relation}\``)];
  }
  if (literal.kind !== 'condition') return [];
  const direction = directionOf(component.program, literal.expression, variables);
  if (direction === 'fixed' || direction === 'up') return [];
  const moving = variablesOf(literal.expression).filter((name) => variables.has(name));
  const list = moving.map((name) => `\`${name}\``).join(', ');
  if (isEquality(literal.expression)) {
    const text = `it compares ${list}, which more facts change, for equality`;
    return [reason('equality-with-aggregate', clause.id, sources(clause, moving), text)];
  }
  const text = `its condition on ${list} can turn false when more facts arrive`;
  return [reason('aggregate', clause.id, sources(clause, moving), text)];
}

function isEquality(expression: Expression): boolean {
  return (
    expression.kind === 'binary' && (expression.operator === '==' || expression.operator === '!=')
  );
}

/** The relations that bind the variables. */
function sources(clause: Clause, names: readonly string[]): readonly string[] {
  return clause.body.flatMap((literal) => {
    const atom = atomOf(literal);
    const binds = atom?.args.some((arg) => arg.kind === 'variable' && names.includes(arg.name));
    return atom !== null && binds === true ? [atom.relation] : [];
  });
}

/** A moving column must be read into a variable of its own: anything else is an equality. */
function joinReasons(
  component: Component,
  clause: Clause,
  literals: readonly Literal[],
  directions: ColumnDirections,
): readonly Reason[] {
  const uses = literals.flatMap((literal) => {
    const atom = atomOf(literal);
    return (atom?.args ?? []).flatMap(variablesOf);
  });
  return literals.flatMap((literal) => {
    const atom = atomOf(literal);
    if (atom === null || literal.kind === 'negated') return [];
    return atom.args.flatMap((arg, column) => {
      if (movement(component, atom, column, directions) === 'fixed') return [];
      if (arg.kind === 'wildcard') return [];
      const isAlone =
        arg.kind === 'variable' && uses.filter((name) => name === arg.name).length === 1;
      if (isAlone) return [];
      const name = namesOf(component).get(atom.relation)?.columns[column]?.name ?? String(column);
      const text = `it matches column \`${name}\` of \`${atom.relation}\`, which more facts change`;
      return [reason('equality-with-aggregate', clause.id, [atom.relation], text)];
    });
  });
}

function headReasons(
  component: Component,
  clause: Clause,
  variables: ReadonlyMap<string, Direction>,
  directions: ColumnDirections,
): readonly Reason[] {
  const name = clause.head.relation;
  const moving = headDirections(component, clause, directions);
  const reasons: Reason[] = [];
  const add = (kind: ReasonKind, text: string): void => {
    reasons.push(reason(kind, clause.id, [name], text));
  };
  const isFolding = clause.head.args.some((arg) => arg.kind !== 'plain');
  const groups = clause.head.args.filter((arg) => arg.kind === 'plain');
  const movingGroup = groups.some(
    (arg) => directionOf(component.program, arg.value, variables) !== 'fixed',
  );
  if (isFolding && movingGroup) add('aggregate', `it groups by a value that more facts change`);
  const { destination } = clause.head;
  if (destination !== null && directionOf(component.program, destination, variables) !== 'fixed') {
    add('aggregate', 'it addresses a node by a value that more facts change');
  }
  if (clause.kind === 'send') {
    const types = columnTypes(component, name);
    const sent = moving.findIndex(
      (direction, column) =>
        joinDirections([direction, latticeDirection(types[column] ?? { kind: 'int' })]) !==
        latticeDirection(types[column] ?? { kind: 'int' }),
    );
    const isIndex = clause.head.args.some((arg) => arg.kind === 'index');
    if (sent >= 0) {
      add(isIndex ? 'index' : 'aggregate', `\`${name}\` carries a value that more facts change`);
    }
  }
  return reasons;
}
