/** A role of a program compiled to the code that its processes run. */
import { defined, invariant } from '../base/assert.ts';
import type { Clause } from '../ir/clause.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program, Role } from '../ir/program.ts';
import { type ClauseContext, compileClause } from './compile-clause.ts';
import { eventRelations, isEventClause } from './events.ts';
import { compileExpression, type ExpressionScope } from './expression.ts';
import { EMPTY, FactSet, type Merging } from './fact-set.ts';
import { type ExternalFunctions, functionTable, scopeOf } from './functions.ts';
import { type VariableTable, variableTable } from './join.ts';
import { type Merge, mergingOf } from './lattice.ts';
import { type Layout, layoutOf, slotOfLiteral } from './layout.ts';
import {
  type CompiledClause,
  defaultExecLimits,
  type ExecLimits,
  type Frame,
  type InitialCode,
  type MeasuredClause,
  type NextRelation,
  type NodeCode,
  type SendClause,
  type Unit,
} from './node-code.ts';
import { components } from './strata.ts';
import type { Fact, Value } from './value.ts';

export interface CompileOptions {
  readonly functions: ExternalFunctions;
  /** Logical members of a role, by name. */
  readonly members: (role: string) => number;
  /** Count what each clause derives; slower. */
  readonly measure: boolean;
  readonly limits: ExecLimits;
}

export const defaultCompileOptions: Omit<CompileOptions, 'members'> = {
  functions: {},
  measure: false,
  limits: defaultExecLimits,
};

/** The value of an expression that the checker requires to be constant, such as the size of a role. */
export function constantIn(program: Program, expression: Expression): number {
  const value = evaluateInteger(expression, parameterValues(program));
  invariant(value.kind === 'ok', 'the checker allows constant integers only here');
  return value.value;
}

export function compileRole(program: Program, role: Role, options: CompileOptions): NodeCode {
  const call = functionTable(program, options.functions);
  const scope = (table: VariableTable): ExpressionScope => scopeOf(program, table.at, call);
  const constant = (expression: Expression): number => constantIn(program, expression);
  const layout = layoutOf(program, role, constant);
  const events = eventRelations(role, layout);
  const isEvent = layout.names.map(
    (name, slot) => events.has(name) || layout.sites.some((site) => site.slot === slot),
  );
  const context: ClauseContext = {
    scope,
    slotOf: (literal) => slotOfLiteral(layout, literal, constant),
    isSmall: (slot) => isEvent[slot] === true,
    joinStepsMax: options.limits.joinStepsMax,
  };
  const clauses = role.clauses.map((clause, index) => ({
    clause: compileClause(clause, index, context),
    event: isEventClause(clause, events),
    written: clause,
  }));
  const of = (kind: Clause['kind']): readonly WrittenClause[] =>
    clauses.filter(({ written }) => written.kind === kind);
  const sends = compileSends(of('send'));
  const merging = mergings(program, layout, scope);
  return {
    role: role.name,
    slotCount: layout.names.length,
    names: layout.names,
    relationCount: layout.relationCount,
    merging,
    channels: layout.channels,
    timers: layout.timers,
    rigid: rigidFacts(layout, options, scope),
    durable: durables(role, layout),
    sites: layout.sites,
    initial: initialFacts(role, layout, scope),
    units: compileUnits(of('now'), layout),
    sends,
    heldCount: sends.filter((send) => send.held !== null).length,
    next: compileNext(of('next')),
    clauses: measuredClauses(role, clauses, { sends, merging }),
    clauseIds: role.clauses.map((clause) => clause.id),
    isEvent,
    measure: options.measure,
    limits: options.limits,
  };
}

function evaluateAlone(
  expression: Expression,
  me: number,
  scope: (table: VariableTable) => ExpressionScope,
): Value {
  const table = variableTable();
  const evaluate = compileExpression(expression, scope(table));
  invariant(table.count() === 0, 'the checker allows no variables here');
  const frame: Frame = {
    me,
    variables: [],
    slots: [],
    delta: EMPTY,
    emit: () => undefined,
    budget: 0,
  };
  return evaluate(frame);
}

function mergings(
  program: Program,
  layout: Layout,
  scope: (table: VariableTable) => ExpressionScope,
): readonly (Merging | null)[] {
  const declared = (name: string): Merge => {
    const lattice = program.lattices.find((each) => each.name === name);
    const { parameters, merge } = defined(lattice, `\`${name}\` is declared, says the checker`);
    const table = variableTable();
    for (const parameter of parameters) table.at(parameter);
    const evaluate = compileExpression(merge, scope(table));
    return (a, b) =>
      evaluate({
        me: 0,
        variables: [a, b],
        slots: [],
        delta: EMPTY,
        emit: () => undefined,
        budget: 0,
      });
  };
  return layout.columns.map((columns) => mergingOf(columns, declared));
}

interface WrittenClause {
  readonly clause: CompiledClause;
  /** Some literal of the body is an event. */
  readonly event: boolean;
  readonly written: Clause;
}

function compileUnits(derivations: readonly WrittenClause[], layout: Layout): readonly Unit[] {
  const byHead: CompiledClause[][] = layout.names.map(() => []);
  const reads: number[][] = layout.names.map(() => []);
  for (const { clause } of derivations) {
    byHead[clause.head]?.push(clause);
    reads[clause.head]?.push(...clause.reads);
  }
  const units: Unit[] = [];
  for (const slots of components(layout.names.length, reads)) {
    const own = slots.flatMap((slot) => byHead[slot] ?? []).sort((a, b) => a.index - b.index);
    if (own.length === 0) continue;
    const first = defined(slots[0], 'a component has a member');
    const recursive = slots.length > 1 || reads[first]?.includes(first) === true;
    const inputs = new Set(own.flatMap((clause) => clause.reads));
    for (const slot of slots) inputs.delete(slot);
    units.push({ slots, clauses: own, reads: [...inputs], recursive });
  }
  return units;
}

function compileSends(clauses: readonly WrittenClause[]): readonly SendClause[] {
  let held = 0;
  return clauses.map(({ clause, event, written }) => ({
    clause,
    channel: written.head.relation,
    held: event ? null : held++,
  }));
}

function compileNext(clauses: readonly WrittenClause[]): readonly NextRelation[] {
  const bySlot = new Map<number, { persists: boolean; clauses: CompiledClause[] }>();
  for (const { clause, written } of clauses) {
    const entry = bySlot.get(clause.head) ?? { persists: false, clauses: [] };
    bySlot.set(clause.head, entry);
    if (isPersist(written)) entry.persists = true;
    else entry.clauses.push(clause);
  }
  return Array.from(bySlot, ([slot, entry]) => {
    const reads = new Set(entry.clauses.flatMap((clause) => clause.reads));
    if (entry.persists) reads.add(slot);
    return { slot, ...entry, reads: [...reads] };
  });
}

/** A relation that one clause alone fills, in the tick itself, holds what that clause derives. */
function measuredClauses(
  role: Role,
  clauses: readonly WrittenClause[],
  { sends, merging }: Pick<NodeCode, 'sends' | 'merging'>,
): readonly MeasuredClause[] {
  const held = new Map(sends.map((send) => [send.clause, send.held]));
  const fillers = new Map<string, number>();
  for (const { relation } of [...role.initial, ...role.clauses.map(({ head }) => head)]) {
    fillers.set(relation, (fillers.get(relation) ?? 0) + 1);
  }
  return clauses.map(({ clause, event, written }): MeasuredClause => {
    const place = held.get(clause) ?? null;
    if (place !== null) return { clause, event, result: { kind: 'held', at: place } };
    const isAlone = written.kind === 'now' && fillers.get(written.head.relation) === 1;
    const isWhole = isAlone && merging[clause.head] === null;
    return { clause, event, result: isWhole ? { kind: 'slot', at: clause.head } : null };
  });
}

/** `r(x, ..) :+ r(x, ..)` with distinct variables: every fact stays, however the clause was written. */
function isPersist(clause: Clause): boolean {
  const [literal] = clause.body;
  if (clause.body.length !== 1 || literal?.kind !== 'atom') return false;
  if (literal.atom.relation !== clause.head.relation) return false;
  const names = literal.atom.args.map((arg) => (arg.kind === 'variable' ? arg.name : null));
  if (names.includes(null) || new Set(names).size !== names.length) return false;
  return clause.head.args.every(
    (arg, at) =>
      arg.kind === 'plain' && arg.value.kind === 'variable' && arg.value.name === names[at],
  );
}

function durables(role: Role, layout: Layout): NodeCode['durable'] {
  const carried = new Set(
    role.clauses.flatMap(({ kind, head }) => (kind === 'next' ? [head.relation] : [])),
  );
  return Array.from(layout.stable, ([slot, stableSlot]) => ({
    slot,
    stableSlot,
    carried: carried.has(layout.names[slot] ?? ''),
  }));
}

function initialFacts(
  role: Role,
  layout: Layout,
  scope: (table: VariableTable) => ExpressionScope,
): readonly InitialCode[] {
  return role.initial.map((initial) => {
    const slot = defined(layout.slotOf.get(initial.relation), 'declared, says the checker');
    const fact = (me: number): Fact => initial.args.map((arg) => evaluateAlone(arg, me, scope));
    return { slot, durable: layout.stable.has(slot), fact };
  });
}

/** Statics and lists of members, made once for each member. */
function rigidFacts(
  layout: Layout,
  options: CompileOptions,
  scope: (table: VariableTable) => ExpressionScope,
): NodeCode['rigid'] {
  const byMember = new Map<number, ReturnType<NodeCode['rigid']>>();
  const make = (me: number): ReturnType<NodeCode['rigid']> => [
    ...layout.statics.map(({ slot, table }) => ({
      slot,
      facts: FactSet.of(table.facts.map((row) => row.map((e) => evaluateAlone(e, me, scope)))),
    })),
    ...layout.members.map(({ slot, role }) => ({
      slot,
      facts: FactSet.of(Array.from({ length: options.members(role) }, (_, member) => [member])),
    })),
  ];
  return (me) => {
    const found = byMember.get(me) ?? make(me);
    byMember.set(me, found);
    return found;
  };
}
