/**
 * The one registry of operators: what the clauses of a program are made of. What is said here is said nowhere else: the
 * checker asks which are blocking, the analyses and the solver's lemmas which are monotone, how folds move, and which
 * bring or remember facts, cost models charge by class, and the reference prints the sentences.
 */

import { assertNever } from '../base/assert.ts';
import type { AggregateName, Clause, Head, Literal } from './clause.ts';

export interface Operator {
  /** Inputs; null where there is no upper bound. */
  readonly arity: { readonly min: number; readonly max: number | null };
  /**
   * More input gives more output: `yes`; `no`; or `first`, in its first input only (an antijoin grows with
   * what it keeps, and shrinks with what it removes); `lattice`: where the lattice's order says so.
   */
  readonly monotone: 'yes' | 'no' | 'first' | 'lattice';
  /** Remembers facts from one tick to the next. */
  readonly stateful: boolean;
  /** Needs its whole input of the tick before it has an output: ends a stratum. */
  readonly blocking: boolean;
  /** Has facts in a tick because something happens in that tick, as a message does: not because they still hold. */
  readonly event: boolean;
  /** The term of a cost model that it falls under. */
  readonly cost: CostClass;
  readonly doc: string;
}

/**
 * - `free`: no work of its own (names, columns);
 * - `fact`: per input fact;
 * - `probe`: a look-up in an index per input fact;
 * - `group`: an update of a group per input fact;
 * - `sort`: as `group`, and n log n in the size of the tick's batch;
 * - `state`: a write to memory that outlives the tick;
 * - `disk`: a write that is flushed;
 * - `timer`: an alarm per fact;
 * - `message`: a message per fact, with its bytes.
 */
export type CostClass =
  | 'free'
  | 'fact'
  | 'probe'
  | 'group'
  | 'sort'
  | 'state'
  | 'disk'
  | 'timer'
  | 'message';

export const operatorNames = [
  'scan',
  'stable',
  'expired',
  'join',
  'antijoin',
  'filter',
  'bind',
  'project',
  'count',
  'sum',
  'min',
  'max',
  'collect',
  'choose',
  'default',
  'index',
  'union',
  'merge',
  'next',
  'persist',
  'flush',
  'send',
  'route',
] as const;

export type OperatorName = (typeof operatorNames)[number];

const source = { min: 0, max: 0 } as const;
const unary = { min: 1, max: 1 } as const;
const binary = { min: 2, max: 2 } as const;
const many = { min: 1, max: null } as const;

export const operators: Readonly<Record<OperatorName, Operator>> = {
  scan: {
    arity: source,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'free',
    doc: 'The facts of a relation, channel, timer, static relation or role in this tick.',
  },
  stable: {
    arity: source,
    monotone: 'yes',
    stateful: true,
    blocking: false,
    event: false,
    cost: 'free',
    doc: 'The facts of a durable relation that were on disk when the tick began.',
  },
  expired: {
    arity: source,
    monotone: 'yes',
    stateful: true,
    blocking: false,
    event: true,
    cost: 'timer',
    doc: 'Each fact of a relation once, at some tick after its delay: an input like a message.',
  },
  join: {
    arity: { min: 2, max: null },
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'probe',
    doc: 'Facts that agree on the variables they share.',
  },
  antijoin: {
    arity: binary,
    monotone: 'first',
    stateful: false,
    blocking: true,
    event: false,
    cost: 'probe',
    doc: 'What has no matching fact in a relation that is complete for this tick.',
  },
  filter: {
    arity: unary,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'fact',
    doc: 'What satisfies a condition.',
  },
  bind: {
    arity: unary,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'fact',
    doc: 'A new variable with the value of an expression.',
  },
  project: {
    arity: unary,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'fact',
    doc: 'The arguments of the head, each fact once.',
  },
  count: aggregate('The number of distinct values in each group.', 'group'),
  sum: aggregate(
    'The sum of the first expression over the distinct values in each group.',
    'group',
  ),
  min: aggregate(
    'The least value in each group; of several expressions the first decides.',
    'group',
  ),
  max: aggregate(
    'The greatest value in each group; of several expressions the first decides.',
    'group',
  ),
  collect: aggregate('The distinct values in each group as a sorted list.', 'sort'),
  choose: aggregate('One value of each group: the least, so that all runs choose alike.', 'group'),
  default: {
    arity: binary,
    monotone: 'no',
    stateful: false,
    blocking: true,
    event: false,
    cost: 'probe',
    doc: 'A value for the groups that a relation lists and that have no facts.',
  },
  index: {
    arity: unary,
    monotone: 'no',
    stateful: false,
    blocking: true,
    event: false,
    cost: 'sort',
    doc: 'The rank, from 0, of each distinct value of the tick in the canonical order.',
  },
  union: {
    arity: many,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'free',
    doc: 'The facts of all clauses with one head.',
  },
  merge: {
    arity: many,
    monotone: 'lattice',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'group',
    doc: 'One fact for all that agree outside of their lattice columns, with the least upper bound there.',
  },
  next: {
    arity: unary,
    monotone: 'yes',
    stateful: true,
    blocking: false,
    event: false,
    cost: 'state',
    doc: 'Facts that hold in the next tick.',
  },
  persist: {
    arity: unary,
    monotone: 'yes',
    stateful: true,
    blocking: false,
    event: false,
    cost: 'state',
    doc: 'Facts that go on holding.',
  },
  flush: {
    arity: unary,
    monotone: 'yes',
    stateful: true,
    blocking: false,
    event: false,
    cost: 'disk',
    doc: 'Facts of a durable relation on their way to disk.',
  },
  send: {
    arity: unary,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'message',
    doc: 'Messages to a logical id; they arrive at any later time.',
  },
  route: {
    arity: unary,
    monotone: 'yes',
    stateful: false,
    blocking: false,
    event: false,
    cost: 'fact',
    doc: 'The part of the addressed member that a message goes to.',
  },
};

/** What folds a group of facts into one value, or numbers them. */
export type FoldName = AggregateName | 'index';

/**
 * How the first result of a fold moves when its group gains facts: `up`, `down`, or `mixed` if it may do either. That
 * holds if the folded values themselves stay, or move (`values`) only the way that the result does.
 */
export interface Fold {
  readonly grows: 'up' | 'down' | 'mixed';
  /** A count needs its values as they are: {1, 2} may become {2}. The greatest may be of values that rise. */
  readonly values: 'stay' | 'move';
  /** Only of values that are not negative. */
  readonly natural: boolean;
}

export const folds: Readonly<Record<FoldName, Fold>> = {
  count: { grows: 'up', values: 'stay', natural: false },
  sum: { grows: 'up', values: 'stay', natural: true },
  min: { grows: 'down', values: 'move', natural: false },
  max: { grows: 'up', values: 'move', natural: false },
  collect: { grows: 'mixed', values: 'stay', natural: false },
  choose: { grows: 'mixed', values: 'stay', natural: false },
  index: { grows: 'mixed', values: 'stay', natural: false },
};

/** The operators that a clause is made of, from its body to its head; joins count one for each pair. */
export function operatorsOf(clause: Clause): readonly OperatorName[] {
  const found: OperatorName[] = [];
  let sources = 0;
  for (const literal of clause.body) {
    found.push(literalOperator(literal));
    if (literal.kind !== 'atom' && literal.kind !== 'stable' && literal.kind !== 'expired')
      continue;
    sources += 1;
    if (sources > 1) found.push('join');
  }
  found.push(...headOperators(clause.head), 'project');
  if (clause.kind === 'send') found.push('send');
  if (clause.kind === 'next') found.push(clause.written === 'clause' ? 'next' : 'persist');
  return found;
}

/** Operators that a literal of a body stands for. */
export type BodyOperator = 'scan' | 'antijoin' | 'stable' | 'expired' | 'filter' | 'bind';

export function literalOperator(literal: Literal): BodyOperator {
  switch (literal.kind) {
    case 'atom':
      return 'scan';
    case 'negated':
      return 'antijoin';
    case 'stable':
    case 'expired':
    case 'bind':
      return literal.kind;
    case 'condition':
      return 'filter';
    default:
      return assertNever(literal);
  }
}

/** Aggregates and ranks, with `default` behind each that has one. */
export function headOperators(head: Head): readonly OperatorName[] {
  return head.args.flatMap((argument): readonly OperatorName[] => {
    if (argument.kind === 'plain') return [];
    if (argument.kind === 'index') return ['index'];
    return argument.fallback === null ? [argument.aggregate] : [argument.aggregate, 'default'];
  });
}

function aggregate(doc: string, cost: CostClass): Operator {
  return { arity: unary, monotone: 'no', stateful: false, blocking: true, event: false, cost, doc };
}
