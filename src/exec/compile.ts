/** A role of a program compiled to the code that its processes run. */
import { defined, invariant } from '../base/assert.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program, Role } from '../ir/program.ts';
import { compileExpression, type ExpressionScope } from './expression.ts';
import { EMPTY, FactSet, type Merging } from './fact-set.ts';
import { type ExternalFunctions, functionTable, scopeOf } from './functions.ts';
import { compileKernel } from './generate/compile-kernel.ts';
import { isPersist } from './generate/role-plan.ts';
import { type VariableTable, variableTable } from './join.ts';
import { type Merge, mergingOf } from './lattice.ts';
import { type Layout, layoutOf } from './layout.ts';
import {
  defaultExecLimits,
  type ExecLimits,
  type Frame,
  type InitialCode,
  type NodeCode,
} from './node-code.ts';
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
  const merging = mergings(program, layout, scope);
  const { functions, measure, limits } = options;
  const kernel = compileKernel(program, role, layout, {
    functions,
    measure,
    limits,
    constant,
    merging,
  });
  const { plan } = kernel;
  const sends = plan.clauses.filter(({ clause }) => clause.kind === 'send');
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
    heldCount: sends.filter(({ strategy }) => strategy !== 'event').length,
    sends: sends.map(({ clause }) => clause.id),
    restless: sends.find(({ strategy }) => strategy === 'event')?.clause.id ?? null,
    carried: plan.carried,
    clauseIds: role.clauses.map((clause) => clause.id),
    isEventClause: plan.clauses.map(({ strategy }) => strategy === 'event'),
    isEvent: plan.isEvent,
    measure,
    limits,
    kernel: kernel.make,
    text: kernel.text,
    persists: plan.clauses.flatMap(({ clause, slot, index }) =>
      isPersist(clause) ? [{ slot, index }] : [],
    ),
    watched: plan.watched,
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
