/** Bodies compiled to nested closures: each goal calls the next one for every way in which it holds. */
import { defined, invariant } from '../base/assert.ts';
import type { Expression } from '../ir/expression.ts';
import { compileExpression, type ExpressionScope } from './expression.ts';
import { EvaluationAbort } from './fault.ts';
import { bindingOf, type Goal, isKnown, orderGoals } from './goal.ts';
import type { Evaluate, Frame, RunClause } from './node-code.ts';
import { equalValues, type Fact, isTuple, type Value } from './value.ts';

export type Action = (frame: Frame) => void;

/** Allots the variables of one clause. */
export interface VariableTable {
  readonly at: (name: string) => number;
  readonly count: () => number;
}

export function variableTable(): VariableTable {
  const places = new Map<string, number>();
  const at = (name: string): number => {
    const place = places.get(name) ?? places.size;
    places.set(name, place);
    return place;
  };
  return { at, count: () => places.size };
}

export interface JoinOptions {
  readonly goals: readonly Goal[];
  /** Variables with values in the frame already. */
  readonly bound: readonly string[];
  /** The goal that reads `frame.delta` instead of its slot. */
  readonly delta: number | null;
  readonly isSmall: (slot: number) => boolean;
  readonly scope: ExpressionScope;
}

/** Calls `found` once for each solution of the goals, with the variables in the frame. */
export function compileJoin(options: JoinOptions, found: Action): Action {
  const order = orderGoals(options.goals, { ...options, first: options.delta });
  const bound = new Set(options.bound);
  const makers: ((next: Action) => Action)[] = [];
  for (const index of order) {
    const goal = defined(options.goals[index], 'a goal');
    makers.push(compileGoal(goal, { bound, scope: options.scope, delta: index === options.delta }));
  }
  return makers.reduceRight((next, make) => make(next), found);
}

interface GoalContext {
  /** Grows as goals bind variables. */
  readonly bound: Set<string>;
  readonly scope: ExpressionScope;
  readonly delta: boolean;
}

function compileGoal(goal: Goal, context: GoalContext): (next: Action) => Action {
  switch (goal.kind) {
    case 'test': {
      const binding = bindingOf(goal, context.bound);
      if (binding !== null) return compileBind(binding.variable, binding.value, context);
      const test = compileExpression(goal.expression, context.scope);
      return (next) => (frame) => {
        if (test(frame) === true) next(frame);
      };
    }
    case 'bind':
      return compileBind(goal.variable, goal.value, context);
    case 'match':
      return compileMatch(goal.slot, goal.args, context);
    case 'absent':
      return compileAbsent(goal, context);
  }
}

function compileBind(
  name: string,
  value: Expression,
  context: GoalContext,
): (next: Action) => Action {
  const evaluate = compileExpression(value, context.scope);
  const at = context.scope.variable(name);
  if (context.bound.has(name)) {
    return (next) => (frame) => {
      if (equalValues(frame.variables[at] as Value, evaluate(frame))) next(frame);
    };
  }
  context.bound.add(name);
  return (next) => (frame) => {
    frame.variables[at] = evaluate(frame);
    next(frame);
  };
}

/** How an atom's arguments meet a fact: columns probed by value, and the rest checked or bound. */
interface Pattern {
  readonly columns: readonly number[];
  readonly values: readonly Evaluate[];
  readonly rest: readonly ((fact: Fact, frame: Frame) => boolean)[];
  readonly arity: number;
}

function compilePattern(args: readonly Expression[], context: GoalContext): Pattern {
  const columns: number[] = [];
  const values: Evaluate[] = [];
  const known = args.map((arg) => isKnown(arg, context.bound));
  const rest: ((fact: Fact, frame: Frame) => boolean)[] = [];
  for (const [column, arg] of args.entries()) {
    if (known[column]) {
      columns.push(column);
      values.push(compileExpression(arg, context.scope));
      continue;
    }
    const meet = compileDestructure(arg, context);
    if (meet !== null) rest.push((fact, frame) => meet(fact[column] as Value, frame));
  }
  return { columns, values, rest, arity: args.length };
}

/** Binds the variables of an argument to a value of the column; null when any value will do. */
function compileDestructure(
  arg: Expression,
  context: GoalContext,
): ((value: Value, frame: Frame) => boolean) | null {
  if (arg.kind === 'wildcard') return null;
  if (arg.kind === 'variable' && !context.bound.has(arg.name)) {
    context.bound.add(arg.name);
    const at = context.scope.variable(arg.name);
    return (value, frame) => {
      frame.variables[at] = value;
      return true;
    };
  }
  if (isKnown(arg, context.bound)) {
    const evaluate = compileExpression(arg, context.scope);
    return (value, frame) => equalValues(value, evaluate(frame));
  }
  invariant(arg.kind === 'tuple', 'orderGoals waits until an argument can be matched');
  const items = arg.items.map((item) => compileDestructure(item, context));
  return (value, frame) =>
    typeof value === 'object' &&
    isTuple(value) &&
    value.length === items.length &&
    items.every((meet, at) => meet === null || meet(value[at] as Value, frame));
}

function compileMatch(
  slot: number,
  args: readonly Expression[],
  context: GoalContext,
): (next: Action) => Action {
  const pattern = compilePattern(args, context);
  const { delta } = context;
  return (next) => (frame) => {
    const facts = delta ? frame.delta : (frame.slots[slot] as Frame['delta']);
    if (facts.size === 0) return;
    const values = pattern.values.map((value) => value(frame));
    if (values.length === pattern.arity) {
      if (facts.has(values)) next(frame);
      return;
    }
    const looked = candidates(facts, pattern, values);
    frame.budget -= looked.length;
    if (frame.budget < 0)
      throw new EvaluationAbort('tick-diverges', 'a join looks at too many facts');
    for (const fact of looked) if (meets(fact, pattern, values, frame)) next(frame);
  };
}

function compileAbsent(
  { slot, args, tests }: Extract<Goal, { readonly kind: 'absent' }>,
  context: GoalContext,
): (next: Action) => Action {
  invariant(tests.length === 0, 'only generated code has tests here');
  // Bindings of existential variables must not leak to later goals.
  const pattern = compilePattern(args, { ...context, bound: new Set(context.bound) });
  return (next) => (frame) => {
    const facts = frame.slots[slot] as Frame['delta'];
    if (facts.size > 0) {
      const values = pattern.values.map((value) => value(frame));
      if (values.length === pattern.arity && facts.has(values)) return;
      for (const fact of candidates(facts, pattern, values)) {
        if (meets(fact, pattern, values, frame)) return;
      }
    }
    next(frame);
  };
}

function candidates(
  facts: Frame['delta'],
  pattern: Pattern,
  values: readonly Value[],
): readonly Fact[] {
  return pattern.columns.length === 0 ? facts.values() : facts.probe(pattern.columns, values);
}

function meets(fact: Fact, pattern: Pattern, values: readonly Value[], frame: Frame): boolean {
  const { columns, rest } = pattern;
  for (let at = 0; at < columns.length; at++) {
    if (!equalValues(fact[columns[at] as number] as Value, values[at] as Value)) return false;
  }
  for (const meet of rest) if (!meet(fact, frame)) return false;
  return true;
}

export interface RowsContext {
  readonly scope: (variables: VariableTable) => ExpressionScope;
  readonly isSmall: (slot: number) => boolean;
  readonly joinStepsMax: number;
}

/** Emits the values of `row` for every solution of the goals. */
export function compileRows(
  row: readonly Expression[],
  goals: readonly Goal[],
  delta: number | null,
  context: RowsContext,
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
