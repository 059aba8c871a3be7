/**
 * Bodies with their names resolved, and the order in which they are evaluated: filters as soon as they can
 * run, then the smallest or most constrained join next. Facts of events come first; there are few of them.
 */
import { defined, invariant } from '../base/assert.ts';
import type { Literal } from '../ir/clause.ts';
import { type Expression, subexpressions, variablesOf } from '../ir/expression.ts';
import { isTotal, neverTotal } from './total.ts';

export type Goal =
  | { readonly kind: 'match'; readonly slot: number; readonly args: readonly Expression[] }
  /** No fact of the slot meets the arguments and passes all tests. */
  | {
      readonly kind: 'absent';
      readonly slot: number;
      readonly args: readonly Expression[];
      readonly tests: readonly Expression[];
    }
  | { readonly kind: 'test'; readonly expression: Expression }
  | { readonly kind: 'bind'; readonly variable: string; readonly value: Expression };

export interface OrderOptions {
  /** Variables that have values before the first goal. */
  readonly bound: Iterable<string>;
  /** The goal that must come first: the one that reads new facts. */
  readonly first: number | null;
  /** Slots that are expected to hold few facts. */
  readonly isSmall: (slot: number) => boolean;
}

/** The goal of a literal; names are resolved to slots. */
export function goalOf(
  literal: Literal,
  slotOf: (literal: Exclude<Literal, { kind: 'condition' | 'bind' }>) => number,
): Goal {
  switch (literal.kind) {
    case 'atom':
    case 'stable':
    case 'expired':
      return { kind: 'match', slot: slotOf(literal), args: literal.atom.args };
    case 'negated':
      return { kind: 'absent', slot: slotOf(literal), args: literal.atom.args, tests: [] };
    case 'condition':
      return { kind: 'test', expression: literal.expression };
    case 'bind':
      return { kind: 'bind', variable: literal.variable, value: literal.value };
  }
}

/** The indexes of the goals in the order of evaluation. */
export function orderGoals(goals: readonly Goal[], options: OrderOptions): readonly number[] {
  const bound = new Set(options.bound);
  const shared = sharedVariables(goals, bound);
  const waiting = goals.map((_, index) => index);
  const order: number[] = [];
  const take = (index: number): void => {
    waiting.splice(waiting.indexOf(index), 1);
    order.push(index);
    for (const name of bindsOf(defined(goals[index], 'a goal'))) bound.add(name);
  };
  if (options.first !== null) take(options.first);
  while (waiting.length > 0) {
    let best: number | null = null;
    let bestScore = 0;
    for (const index of waiting) {
      const score = scoreOf(defined(goals[index], 'a goal'), bound, shared, options);
      if (score > bestScore) {
        best = index;
        bestScore = score;
      }
    }
    invariant(best !== null, 'the body is range-restricted, says the checker');
    take(best);
  }
  return order;
}

/** Zero: it can't run yet. */
function scoreOf(
  goal: Goal,
  bound: ReadonlySet<string>,
  shared: ReadonlySet<string>,
  options: OrderOptions,
): number {
  switch (goal.kind) {
    case 'test':
      if (hasAll(variablesOf(goal.expression), bound)) return 1000;
      return bindingOf(goal, bound) === null ? 0 : 900;
    case 'bind':
      return hasAll(variablesOf(goal.value), bound) ? 900 : 0;
    case 'absent': {
      // A variable of this goal alone is existential: `!r(x)` with `x` nowhere else means "no fact".
      const names = [...goal.args, ...goal.tests].flatMap(variablesOf);
      const needed = names.filter((name) => shared.has(name));
      return hasAll(needed, bound) ? 800 : 0;
    }
    case 'match': {
      if (!goal.args.every((arg) => canMatch(arg, bound))) return 0;
      const known = goal.args.filter((arg) => isKnown(arg, bound)).length;
      if (known === goal.args.length) return 700;
      return 1 + (options.isSmall(goal.slot) ? 300 : 0) + Math.min(known, 20) * 10;
    }
  }
}

/** Variables that some goal can bind, or that have values already. */
function sharedVariables(goals: readonly Goal[], bound: Iterable<string>): ReadonlySet<string> {
  const names = new Set(bound);
  for (const goal of goals) {
    if (goal.kind === 'match')
      for (const arg of goal.args) for (const v of variablesOf(arg)) names.add(v);
    if (goal.kind === 'bind') names.add(goal.variable);
  }
  return names;
}

/** What has a value once the goal has run. */
function bindsOf(goal: Goal): readonly string[] {
  if (goal.kind === 'match') return goal.args.flatMap(variablesOf);
  if (goal.kind === 'test') return variablesOf(goal.expression);
  return goal.kind === 'bind' ? [goal.variable] : [];
}

/**
 * `x == e` gives `x` its value where it has none yet, so that what reads `x` is probed and not searched. Only where `e` can't fail:
 * a test that comes early may see values that no fact would have let it see.
 */
export function bindingOf(
  goal: Goal,
  bound: ReadonlySet<string>,
): Extract<Goal, { readonly kind: 'bind' }> | null {
  if (goal.kind !== 'test') return null;
  const { expression } = goal;
  if (expression.kind !== 'binary' || expression.operator !== '==') return null;
  const { left, right } = expression;
  for (const [name, value] of [
    [left, right],
    [right, left],
  ] as const) {
    if (name.kind !== 'variable' || bound.has(name.name)) continue;
    if (isTotal(value, neverTotal) && isKnown(value, bound)) {
      return { kind: 'bind', variable: name.name, value };
    }
  }
  return null;
}

/** The argument has a value before the fact is looked at, so it can be probed. */
export function isKnown(arg: Expression, bound: ReadonlySet<string>): boolean {
  if (arg.kind === 'wildcard') return false;
  if (arg.kind === 'variable') return bound.has(arg.name);
  return subexpressions(arg).every((sub) => isKnown(sub, bound));
}

/** A variable, `_`, a tuple of such, or an expression whose variables have values. */
export function canMatch(arg: Expression, bound: ReadonlySet<string>): boolean {
  if (arg.kind === 'variable' || arg.kind === 'wildcard') return true;
  if (arg.kind === 'tuple') return arg.items.every((item) => canMatch(item, bound));
  return isKnown(arg, bound);
}

function hasAll(names: readonly string[], bound: ReadonlySet<string>): boolean {
  return names.every((name) => bound.has(name));
}
