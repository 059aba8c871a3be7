/**
 * Relations that are only ever negated, as `forget_r` of `persist r until ..`: `forget_r(s) :- r(_, s), top(t), s < t` and
 * `r(x, s) :+ r(x, s), !forget_r(s)` are `r(x, s) :+ r(x, s), !(top(t), s < t)`, which keeps no fact of `forget_r`. What the reader
 * says itself needn't be said of what it negates.
 */
import { invariant } from '../../base/assert.ts';
import { type Expression, substitute, variable, variablesOf } from '../../ir/expression.ts';
import type { Goal } from '../goal.ts';
import { isTotal } from '../total.ts';
import { type ClausePlan, readsOf } from './clause-plan.ts';

/** The clauses, those whose heads nobody reads any more as views; `hidden`: slots that may become one. */
export function inlineViews(
  clauses: readonly ClausePlan[],
  hidden: ReadonlySet<number>,
  isTotalFunction: (name: string) => boolean,
): readonly ClausePlan[] {
  let plans = clauses;
  for (const { index } of clauses) {
    const view = plans[index];
    if (view === undefined || !hidden.has(view.slot) || !isView(view, plans)) continue;
    const changed = plans.map((plan) =>
      plan !== view && plan.reads.includes(view.slot)
        ? withoutView(plan, view, isTotalFunction)
        : plan,
    );
    if (changed.includes(null)) continue;
    plans = changed.flatMap((plan) =>
      plan === null ? [] : [plan === view ? { ...view, strategy: 'view' as const } : plan],
    );
  }
  return plans;
}

/** It alone says what its head holds: a row of variables for the solutions of a body over state. */
function isView(view: ClausePlan, plans: readonly ClausePlan[]): boolean {
  const { clause, head, strategy, slot } = view;
  const names = head.row.map((each) => (each.kind === 'variable' ? each.name : null));
  return (
    clause.kind === 'now' &&
    strategy === 'delta' &&
    head.shape === 'plain' &&
    !names.includes(null) &&
    new Set(names).size === names.length &&
    plans.every((other) => other === view || other.slot !== slot) &&
    plans.some((other) => other.reads.includes(slot)) &&
    !view.reads.includes(slot)
  );
}

/** The clause with what the view's body says in place of its head; null when it can't be said in one goal. */
function withoutView(
  plan: ClausePlan,
  view: ClausePlan,
  isTotalFunction: (name: string) => boolean,
): ClausePlan | null {
  if (plan.overs.some(({ slot }) => slot === view.slot)) return null;
  const goals: Goal[] = [];
  for (const [at, goal] of plan.goals.entries()) {
    if ((goal.kind !== 'match' && goal.kind !== 'absent') || goal.slot !== view.slot) {
      goals.push(goal);
      continue;
    }
    if (goal.kind === 'match' || goal.tests.length > 0) return null;
    const others = plan.goals.filter((_, other) => other !== at);
    const body = bodyFor(view, goal.args, others, `${plan.index}.${at}`);
    const denied = body === null ? null : deny(body, others, isTotalFunction);
    if (denied === null) return null;
    goals.push(denied);
  }
  return { ...plan, goals, reads: readsOf(goals, plan.overs) };
}

/** The view's body for these arguments of its head, less what the other goals say; its own variables have new names. */
function bodyFor(
  view: ClausePlan,
  args: readonly Expression[],
  others: readonly Goal[],
  suffix: string,
): readonly Goal[] | null {
  const bound = boundBy(others);
  const names = new Map<string, Expression>();
  for (const [at, arg] of args.entries()) {
    const own = view.head.row[at];
    invariant(own?.kind === 'variable', 'a view has a row of variables');
    const isGiven = arg.kind === 'variable' ? bound.has(arg.name) : isConstant(arg);
    if (isGiven) names.set(own.name, arg);
    else if (arg.kind !== 'variable' && arg.kind !== 'wildcard') return null;
    // A variable that is nowhere else stands for any value; twice, for the same one.
    else if (arg.kind === 'variable') names.set(own.name, variable(`${arg.name}#${suffix}`));
  }
  const renamed = (expression: Expression): Expression => {
    for (const name of variablesOf(expression)) {
      if (!names.has(name)) names.set(name, variable(`${name}#view ${suffix}`));
    }
    return substitute(expression, names);
  };
  const body: Goal[] = [];
  for (const goal of view.goals) {
    if (goal.kind === 'bind') return null;
    if (goal.kind === 'test') body.push({ kind: 'test', expression: renamed(goal.expression) });
    else if (goal.kind === 'match') body.push({ ...goal, args: goal.args.map(renamed) });
    else body.push({ ...goal, args: goal.args.map(renamed), tests: goal.tests.map(renamed) });
  }
  return body.filter((goal, at) => {
    const rest = body.filter((_, other) => other !== at);
    return !others.some((other) => isSaid(goal, other, rest));
  });
}

/** The reader has a fact that meets the goal. */
function isSaid(goal: Goal, by: Goal, rest: readonly Goal[]): boolean {
  if (goal.kind !== 'match' || by.kind !== 'match' || goal.slot !== by.slot) return false;
  const own = rest.flatMap(namesIn);
  const names = goal.args.flatMap(variablesOf);
  return goal.args.every((arg, at) => {
    const said = by.args[at];
    if (arg.kind === 'wildcard') return true;
    if (arg.kind !== 'variable') return false;
    if (said?.kind === 'variable' && said.name === arg.name) return true;
    const isFree = arg.name.includes('#') && !own.includes(arg.name);
    return isFree && names.indexOf(arg.name) === names.lastIndexOf(arg.name);
  });
}

/** That the body has no solution, as one goal. */
function deny(
  body: readonly Goal[],
  others: readonly Goal[],
  isTotalFunction: (name: string) => boolean,
): Goal | null {
  const bound = boundBy(others);
  const tests = body.flatMap((goal) => (goal.kind === 'test' ? [goal.expression] : []));
  if (!tests.every((test) => isTotal(test, isTotalFunction))) return null;
  const [fact, ...more] = body.filter((goal) => goal.kind !== 'test');
  if (fact === undefined || more.length > 0) return null;
  if (fact.kind === 'match') {
    const names = new Set([...bound, ...fact.args.flatMap(variablesOf)]);
    const isClosed = tests.flatMap(variablesOf).every((name) => names.has(name));
    return isClosed ? { kind: 'absent', slot: fact.slot, args: fact.args, tests } : null;
  }
  if (fact.kind !== 'absent' || tests.length > 0 || fact.tests.length > 0) return null;
  // Not absent is there, where no variable may stand for several values.
  const isOne = fact.args.every(
    (arg) => isConstant(arg) || (arg.kind === 'variable' && bound.has(arg.name)),
  );
  return isOne ? { kind: 'match', slot: fact.slot, args: fact.args } : null;
}

function boundBy(goals: readonly Goal[]): ReadonlySet<string> {
  return new Set(
    goals.flatMap((goal) => {
      if (goal.kind === 'match') return goal.args.flatMap(variablesOf);
      return goal.kind === 'bind' ? [goal.variable] : [];
    }),
  );
}

function namesIn(goal: Goal): readonly string[] {
  switch (goal.kind) {
    case 'match':
      return goal.args.flatMap(variablesOf);
    case 'absent':
      return [...goal.args, ...goal.tests].flatMap(variablesOf);
    case 'test':
      return variablesOf(goal.expression);
    case 'bind':
      return [goal.variable, ...variablesOf(goal.value)];
  }
}

function isConstant({ kind }: Expression): boolean {
  return ['int', 'bool', 'string', 'parameter', 'me'].includes(kind);
}
