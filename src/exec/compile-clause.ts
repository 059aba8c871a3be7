/** One clause compiled: its body to a join, its head to an emitter, and a variant for each recursive literal. */
import type { Atom, Clause, Literal } from '../ir/clause.ts';
import type { Expression } from '../ir/expression.ts';
import { aggregateRows, isLexicographic } from './aggregate.ts';
import { compileExpression, type ExpressionScope } from './expression.ts';
import { EMPTY, FactSet } from './fact-set.ts';
import type { Goal } from './goal.ts';
import { type HeadPlan, headFacts, planHead } from './head.ts';
import { type Action, compileJoin, type VariableTable, variableTable } from './join.ts';
import type { CompiledClause, Frame, RunClause } from './node-code.ts';

export interface ClauseContext {
  readonly scope: (variables: VariableTable) => ExpressionScope;
  readonly slotOf: (literal: Exclude<Literal, { kind: 'condition' | 'bind' }>) => number;
  readonly isSmall: (slot: number) => boolean;
  readonly joinStepsMax: number;
}

export function compileClause(
  clause: Clause,
  index: number,
  context: ClauseContext,
): CompiledClause {
  const goals = clause.body.map((literal) => goalOf(literal, context.slotOf));
  const plan = planHead(clause.head);
  const fallbackSlots = plan.fallbacks.map((fallback) => atomSlot(fallback.over, context));
  const positive = goals.flatMap((goal) => (goal.kind === 'match' ? [goal.slot] : []));
  const negative = goals.flatMap((goal) => (goal.kind === 'absent' ? [goal.slot] : []));
  return {
    id: clause.id,
    index,
    head:
      clause.kind === 'send'
        ? -1
        : context.slotOf({ kind: 'atom', atom: { ...noAtom, relation: clause.head.relation } }),
    positive: [...new Set(fallbackSlots.length > 0 ? fallbackSlots : positive)],
    reads: [...new Set([...positive, ...negative, ...fallbackSlots])],
    joined: [...new Set(positive)],
    steady: [...new Set([...negative, ...fallbackSlots])],
    run: compileRun(plan, goals, context),
    plain: plan.shape === 'plain',
    deltas: variants(plan, goals, context),
    grouping: groupingOf(plan, goals, context),
  };
}

/** One for each joined literal, compiled when it is first needed: most never are. */
function variants(
  plan: HeadPlan,
  goals: readonly Goal[],
  context: ClauseContext,
): CompiledClause['deltas'] {
  return goals.flatMap((goal, at) => {
    if (goal.kind !== 'match') return [];
    let compiled: RunClause | null = null;
    const run: RunClause = (slots, me, delta, emit) => {
      compiled ??= compileRows(plan.row, goals, at, context);
      compiled(slots, me, delta, emit);
    };
    return [{ slot: goal.slot, run }];
  });
}

/** How an aggregate can be kept up to date group by group; null for other heads. */
function groupingOf(
  plan: HeadPlan,
  goals: readonly Goal[],
  context: ClauseContext,
): CompiledClause['grouping'] {
  if (plan.shape !== 'aggregate' || plan.fallbacks.length > 0) return null;
  const plainColumns = plan.parts.flatMap((part) => (part.kind === 'plain' ? [part.at] : []));
  let column = 0;
  const headColumns: number[] = [];
  for (const part of plan.parts) {
    if (part.kind === 'plain') headColumns.push(column);
    column += part.kind === 'aggregate' && isLexicographic(part.aggregate) ? part.width : 1;
  }
  return {
    rows: compileRows(plan.row, goals, null, context),
    plainColumns,
    headColumns,
    head: (group) => aggregateRows(plan.parts, group, null)[0] ?? null,
  };
}

/** The goal of a literal; names are resolved to slots. */
export function goalOf(literal: Literal, slotOf: ClauseContext['slotOf']): Goal {
  switch (literal.kind) {
    case 'atom':
    case 'stable':
    case 'expired':
      return { kind: 'match', slot: slotOf(literal), args: literal.atom.args };
    case 'negated':
      return { kind: 'absent', slot: slotOf(literal), args: literal.atom.args };
    case 'condition':
      return { kind: 'test', expression: literal.expression };
    case 'bind':
      return { kind: 'bind', variable: literal.variable, value: literal.value };
  }
}

const noAtom: Atom = { relation: '', args: [], at: null };

function atomSlot(atom: Atom, context: ClauseContext): number {
  return context.slotOf({ kind: 'atom', atom });
}

function compileRun(plan: HeadPlan, goals: readonly Goal[], context: ClauseContext): RunClause {
  const body = compileRows(plan.row, goals, null, context);
  if (plan.shape === 'plain') return body;
  const fallbacks = plan.fallbacks.map((fallback) => {
    const goal: Goal = {
      kind: 'match',
      slot: atomSlot(fallback.over, context),
      args: fallback.over.args,
    };
    return compileRows(fallback.row, [goal], null, context);
  });
  return (slots, me, deltaFacts, emit) => {
    const rows = gather(body, slots, me, deltaFacts);
    const groups = fallbacks.map((run) => gather(run, slots, me, EMPTY));
    for (const fact of headFacts(plan, rows, groups)) emit(fact);
  };
}

function gather(
  run: RunClause,
  slots: readonly FactSet[],
  me: number,
  deltaFacts: FactSet,
): FactSet {
  const rows = FactSet.make();
  run(slots, me, deltaFacts, (row) => rows.add(row));
  return rows;
}

/** Emits the values of `row` for every solution of the goals. */
export function compileRows(
  row: readonly Expression[],
  goals: readonly Goal[],
  delta: number | null,
  context: Pick<ClauseContext, 'scope' | 'isSmall' | 'joinStepsMax'>,
): RunClause {
  const variables = variableTable();
  const scope = context.scope(variables);
  const { isSmall, joinStepsMax: budget } = context;
  // Joins first: they bind the variables that the row reads.
  let evaluate: readonly ((frame: Frame) => ReturnType<ReturnType<typeof compileExpression>>)[] =
    [];
  const found: Action = (frame) => frame.emit(evaluate.map((value) => value(frame)));
  const join = compileJoin({ goals, bound: [], delta, isSmall, scope }, found);
  evaluate = row.map((expression) => compileExpression(expression, scope));
  const count = variables.count();
  return (slots, me, deltaFacts, emit) => {
    const variableValues = new Array<never>(count);
    join({ me, slots, delta: deltaFacts, emit, variables: variableValues, budget });
  };
}
