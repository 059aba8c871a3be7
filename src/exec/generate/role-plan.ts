/**
 * What the compiler decides before it writes: the tables of a role, which clauses are run for the events of a tick, which
 * are kept up to date by what changed, and which are run again as a whole.
 */
import { defined } from '../../base/assert.ts';
import { atomOf, type Clause } from '../../ir/clause.ts';
import { type Expression, variablesOf } from '../../ir/expression.ts';
import type { Program, Role } from '../../ir/program.ts';
import { visibleIn } from '../../ir/schema.ts';
import type { Type } from '../../ir/type.ts';
import { eventRelations, isEventClause } from '../events.ts';
import type { Goal } from '../goal.ts';
import { goalOf } from '../goal.ts';
import { planHead } from '../head.ts';
import { type Layout, slotOfLiteral } from '../layout.ts';
import { components } from '../strata.ts';
import { totalFunctions } from '../total.ts';
import { type ClausePlan, readsOf } from './clause-plan.ts';
import { type Passing, passingOf } from './passing.ts';
import { inlineViews } from './views.ts';

/** Relations that are derived together: one, or several that depend on each other in a tick. */
export interface UnitPlan {
  readonly slots: readonly number[];
  readonly clauses: readonly ClausePlan[];
  readonly recursive: boolean;
}

export interface RolePlan {
  readonly program: Program;
  readonly role: Role;
  readonly layout: Layout;
  readonly clauses: readonly ClausePlan[];
  readonly units: readonly UnitPlan[];
  /** By slot: it can only hold in a tick with an event, or is derived anew in each tick as if it did. */
  readonly isEvent: readonly boolean[];
  /** By slot: nothing asks in a tick what it held in the last one, so that its table is emptied. */
  readonly isBrief: readonly boolean[];
  readonly passing: Passing;
  /** Slots of relations that nothing but clauses looks at; none for who measures. */
  readonly hidden: ReadonlySet<number>;
  readonly isLattice: readonly boolean[];
  /** By slot: expected to hold few facts. */
  readonly isSmall: readonly boolean[];
  /** Slots that clauses carry over. */
  readonly carried: ReadonlySet<number>;
  /** Slots with a clause `persist r`. */
  readonly persisted: ReadonlySet<number>;
  /** Slots of stable views that something reads. */
  readonly watched: ReadonlySet<number>;
  readonly columnTypes: readonly (readonly (Type | null)[])[];
  readonly keyColumns: readonly (readonly number[])[];
}

export function planRole(
  program: Program,
  role: Role,
  layout: Layout,
  constant: (expression: Expression) => number,
  measure: boolean,
): RolePlan {
  const events = eventRelations(role, layout);
  const isEvent = layout.names.map(
    (name, slot) => events.has(name) || layout.sites.some((site) => site.slot === slot),
  );
  const written = role.clauses.map((clause, index) =>
    planClause(clause, index, { layout, events, constant }),
  );
  // Who measures wants to know what each clause derives.
  const hidden = measure ? noSlots : hiddenSlots(program, role, layout);
  const inlined = measure ? written : inlineViews(written, hidden, totalFunctions(program));
  const keyColumns = keyColumnsOf(program, role, layout);
  const passing = measure ? noPassing : passingIn(role, layout, inlined, isEvent, keyColumns);
  const clauses = inlined.map((plan) =>
    passing.clauses.has(plan.index) ? { ...plan, strategy: 'event' as const } : plan,
  );
  const carried = new Set(
    clauses.flatMap(({ clause, slot }) => (clause.kind === 'next' ? [slot] : [])),
  );
  const units = planUnits(
    clauses.filter(({ clause, strategy }) => clause.kind === 'now' && strategy !== 'view'),
    layout.names.length,
  );
  const isLattice = layout.columns.map((columns, slot) =>
    [...layout.stable.values(), ...layout.sites.map((site) => site.slot)].includes(slot)
      ? false
      : columns.some((column) => column.type.kind === 'lattice'),
  );
  const mayPass = isEvent.map((its, slot) => its || passing.slots.has(slot));
  const remembered = new Set([
    ...clauses.flatMap(({ strategy, reads }) => (strategy === 'event' ? [] : reads)),
    ...units.flatMap((unit) => (unit.recursive ? unit.slots : [])),
    ...layout.stable.keys(),
  ]);
  return {
    program,
    role,
    layout,
    clauses,
    units,
    isEvent: isEvent.map((its, slot) => its || (passing.slots.has(slot) && !remembered.has(slot))),
    isBrief: mayPass.map((its, slot) => its && !remembered.has(slot) && isLattice[slot] !== true),
    passing,
    hidden,
    isLattice,
    isSmall: smallSlots(role, layout, clauses, mayPass).map(
      (its, slot) => its || passing.registers.has(slot),
    ),
    carried,
    persisted: new Set(clauses.flatMap((plan) => (isPersist(plan.clause) ? [plan.slot] : []))),
    watched: watchedSlots(program, layout, clauses),
    columnTypes: layout.columns.map((columns) => columns.map((column) => column.type)),
    keyColumns,
  };
}

const noSlots: ReadonlySet<number> = new Set();
const noPassing: Passing = { registers: new Set(), slots: new Set(), clauses: new Set() };

function passingIn(
  role: Role,
  layout: Layout,
  clauses: readonly ClausePlan[],
  isEvent: readonly boolean[],
  keyColumns: readonly (readonly number[])[],
): Passing {
  const initial = new Set(role.initial.map(({ relation }) => relation));
  const recursive = planUnits(
    clauses.filter(({ clause }) => clause.kind === 'now'),
    layout.names.length,
  ).flatMap((unit) => (unit.recursive ? unit.slots : []));
  const candidates = role.relations.flatMap(({ name, columns, durable }, slot) => {
    const isTimed = layout.sites.some(({ source }) => source === slot);
    const isLattice = columns.some(({ type }) => type.kind === 'lattice');
    const isOther = isEvent[slot] === true || recursive.includes(slot);
    return durable || initial.has(name) || isTimed || isLattice || isOther ? [] : [slot];
  });
  const arityOf = (slot: number): number => layout.columns[slot]?.length ?? 0;
  return passingOf(clauses, { keyColumns, arityOf, candidates: new Set(candidates) });
}

/** `r(x, ..) :+ r(x, ..)` with distinct variables: every fact stays, however the clause was written. */
export function isPersist(clause: Clause): boolean {
  const [literal] = clause.body;
  if (clause.kind !== 'next' || clause.body.length !== 1 || literal?.kind !== 'atom') return false;
  if (literal.atom.relation !== clause.head.relation) return false;
  const names = literal.atom.args.map((arg) => (arg.kind === 'variable' ? arg.name : null));
  if (names.includes(null) || new Set(names).size !== names.length) return false;
  return clause.head.args.every(
    (arg, at) =>
      arg.kind === 'plain' && arg.value.kind === 'variable' && arg.value.name === names[at],
  );
}

interface ClauseSite {
  readonly layout: Layout;
  readonly events: ReadonlySet<string>;
  readonly constant: (expression: Expression) => number;
}

function planClause(clause: Clause, index: number, site: ClauseSite): ClausePlan {
  const { layout, events, constant } = site;
  const goals = clause.body.map((literal) =>
    goalOf(literal, (each) => slotOfLiteral(layout, each, constant)),
  );
  const head = planHead(clause.head);
  const overs = head.fallbacks.map(({ over }) => ({
    slot: defined(layout.slotOf.get(over.relation), 'declared, says the checker'),
    args: over.args,
  }));
  const isAgain = head.shape === 'index' || overs.length > 0 || !goals.every(canChange(goals));
  return {
    clause,
    index,
    goals,
    head,
    strategy: isEventClause(clause, events) ? 'event' : isAgain ? 'again' : 'delta',
    slot:
      clause.kind === 'send'
        ? -1
        : defined(layout.slotOf.get(clause.head.relation), 'declared, says the checker'),
    reads: readsOf(goals, overs),
    overs,
  };
}

/**
 * A change of the goal's relation can start the join: what its arguments say about a fact, they say column by column.
 * Under `!` that leaves out variables that stand for any value and occur twice, and tuples with such in them.
 */
function canChange(goals: readonly Goal[]): (goal: Goal) => boolean {
  return (goal) => {
    if (goal.kind !== 'absent') return true;
    const elsewhere = new Set(
      goals.flatMap((other) => {
        if (other.kind === 'match') return other.args.flatMap(variablesOf);
        return other.kind === 'bind' ? [other.variable] : [];
      }),
    );
    return goal.args.every(
      (arg) =>
        arg.kind === 'wildcard' ||
        (!hasWildcard(arg) && variablesOf(arg).every((name) => elsewhere.has(name))),
    );
  };
}

function hasWildcard(expression: Expression): boolean {
  if (expression.kind === 'wildcard') return true;
  return expression.kind === 'tuple' && expression.items.some(hasWildcard);
}

function planUnits(derivations: readonly ClausePlan[], slotCount: number): readonly UnitPlan[] {
  const byHead: ClausePlan[][] = Array.from({ length: slotCount }, () => []);
  const reads: number[][] = Array.from({ length: slotCount }, () => []);
  for (const plan of derivations) {
    byHead[plan.slot]?.push(plan);
    reads[plan.slot]?.push(...plan.reads);
  }
  return components(slotCount, reads).flatMap((slots): readonly UnitPlan[] => {
    const clauses = slots.flatMap((slot) => byHead[slot] ?? []).sort((a, b) => a.index - b.index);
    if (clauses.length === 0) return [];
    const [first] = slots;
    const recursive =
      slots.length > 1 || (first !== undefined && reads[first]?.includes(first) === true);
    return [{ slots, clauses, recursive }];
  });
}

/** Slots of relations that nothing but clauses looks at from tick to tick. */
function hiddenSlots(program: Program, role: Role, layout: Layout): ReadonlySet<number> {
  const named = new Set(
    program.invariants
      .flatMap((invariant) => [...invariant.body, ...invariant.conclusion])
      .map((literal) => atomOf(literal)?.relation),
  );
  const initial = new Set(role.initial.map(({ relation }) => relation));
  return new Set(
    role.relations.flatMap(({ name, columns, dependencies, durable }, slot) => {
      const isSeen = named.has(name) || initial.has(name) || durable || dependencies.length > 0;
      const isTimed = layout.sites.some(({ source }) => source === slot);
      const isLattice = columns.some(({ type }) => type.kind === 'lattice');
      return isSeen || isTimed || isLattice ? [] : [slot];
    }),
  );
}

/** Events, lists of members, relations without columns, with an empty key, or filled by aggregates of everything. */
function smallSlots(
  role: Role,
  layout: Layout,
  clauses: readonly ClausePlan[],
  isEvent: readonly boolean[],
): readonly boolean[] {
  const single = new Set(
    role.relations.flatMap(({ name, columns, dependencies }) =>
      dependencies.some(({ from, to }) => from.length === 0 && to.length === columns.length)
        ? [name]
        : [],
    ),
  );
  return layout.names.map((name, slot) => {
    const heads = clauses.filter((plan) => plan.slot === slot);
    const isWhole = (plan: ClausePlan): boolean =>
      plan.head.shape === 'aggregate' && plan.head.parts.every((part) => part.kind !== 'plain');
    return (
      isEvent[slot] === true ||
      layout.members.some((each) => each.slot === slot) ||
      layout.columns[slot]?.length === 0 ||
      single.has(name) ||
      (heads.length > 0 && heads.every(isWhole))
    );
  });
}

/** Stable views that clauses or invariants read, and those of relations that nothing carries over: what is on disk. */
function watchedSlots(
  program: Program,
  layout: Layout,
  clauses: readonly ClausePlan[],
): ReadonlySet<number> {
  const read = new Set(clauses.flatMap(({ reads }) => reads));
  const named = new Set(
    program.invariants
      .flatMap((invariant) => [...invariant.body, ...invariant.conclusion])
      .flatMap((literal) => (literal.kind === 'stable' ? [atomOf(literal)?.relation] : [])),
  );
  const carried = new Set(
    clauses.flatMap(({ clause, slot }) => (clause.kind === 'next' ? [slot] : [])),
  );
  return new Set(
    Array.from(layout.stable).flatMap(([slot, stable]) =>
      read.has(stable) || named.has(layout.names[slot]) || !carried.has(slot) ? [stable] : [],
    ),
  );
}

/** The columns of a declared key, where there is one; without a key, or with an empty one, all. */
function keyColumnsOf(
  program: Program,
  role: Role,
  layout: Layout,
): readonly (readonly number[])[] {
  const visible = visibleIn(program, role);
  return layout.columns.map((columns, slot) => {
    const name = (layout.names[slot] ?? '').replace(/^stable /, '');
    const all = columns.map((_, column) => column);
    const keys = (visible.get(name)?.dependencies ?? []).flatMap(({ from, to }) => {
      const isKey = columns.every(
        (column) => from.includes(column.name) || to.includes(column.name),
      );
      return isKey && from.length > 0
        ? [columns.flatMap((column, at) => (from.includes(column.name) ? [at] : []))]
        : [];
    });
    return keys.reduce((best, key) => (key.length < best.length ? key : best), all);
  });
}
