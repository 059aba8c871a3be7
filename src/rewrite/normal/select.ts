/**
 * Selections that can be made before a channel: conditions over its columns with which every clause that reads
 * it begins, so that what fails them is sent for nothing.
 */

import { groupBy } from '../../base/order.ts';
import type { Atom, Clause, Literal } from '../../ir/clause.ts';
import { type Expression, substitute, variable, variablesOf } from '../../ir/expression.ts';
import { printExpression } from '../../ir/print-expression.ts';
import type { Channel, Program } from '../../ir/program.ts';
import type { ProgramProposal } from './change.ts';
import {
  type ChannelUse,
  columnArguments,
  innerChannels,
  mapClauses,
  sends,
} from './channel-use.ts';

/** Conditions of one channel that are put to the conditions of the rule, if not all readers share one. */
const GUESSES_MAX = 4;

/** One proposal a channel where readers share conditions; else the conditions of some of them, one by one. */
export function* selections(program: Program): Iterable<ProgramProposal> {
  for (const use of innerChannels(program)) {
    const asked = use.readers.flatMap(({ clause, atoms }) =>
      atoms.map((atom) => conditionsOn(clause, atom, use.channel)),
    );
    const everywhere = asked.reduce((shared, each) =>
      shared.filter((one) => each.some((other) => isSame(one, other))),
    );
    const guesses = distinct(asked.flat()).slice(0, GUESSES_MAX);
    const wanted = everywhere.length > 0 ? [conjunction(distinct(everywhere))] : guesses;
    for (const keeps of wanted) {
      const proposal = selection(program, use, keeps);
      if (proposal !== null) yield proposal;
    }
  }
}

/** Null when no sender has to change. */
function selection(
  program: Program,
  { channel, senders }: ChannelUse,
  keeps: Expression,
): ProgramProposal | null {
  const after = mapClauses(program, (clause) =>
    sends(clause, channel.name) ? guarded(clause, channel, keeps) : clause,
  );
  const [first] = senders;
  const unchanged = after.roles.every((role, at) => role === program.roles[at]);
  if (unchanged || first === undefined) return null;
  return {
    at: first.role.name,
    change: { kind: 'select', channel: channel.name, keeps },
    after,
    summary: `sends \`${channel.name}\` only if \`${printExpression(keeps)}\`, as its readers ask`,
  };
}

/** The clause with those conditions that it doesn't have yet. */
export function guarded(clause: Clause, channel: Channel, keeps: Expression): Clause {
  const own = clause.body.flatMap((literal) =>
    literal.kind === 'condition' ? conjuncts(literal.expression).map(printExpression) : [],
  );
  const added = conjuncts(selected(clause, channel, keeps)).filter(
    (each) => !isTrue(each) && !own.includes(printExpression(each)),
  );
  if (added.length === 0) return clause;
  const literals = added.map((expression): Literal => ({ kind: 'condition', expression }));
  return { ...clause, body: [...clause.body, ...literals] };
}

/** The condition in terms of the clause that sends; a column that isn't plain stays a variable of its own. */
export function selected(clause: Clause, channel: Channel, keeps: Expression): Expression {
  const args = columnArguments(clause, channel);
  const values = channel.columns.flatMap(({ name }, column) => {
    const arg = args[column];
    return arg?.kind === 'plain' ? [[name, arg.value] as const] : [];
  });
  return substitute(keeps, new Map(values));
}

/** The same in terms of an atom that reads the channel. */
export function asRead(atom: Atom, channel: Channel, keeps: Expression): Expression {
  const values = channel.columns.flatMap(({ name }, column) => {
    const arg = atom.args[column];
    return arg === undefined || arg.kind === 'wildcard' ? [] : [[name, arg] as const];
  });
  return substitute(keeps, new Map(values));
}

/** What the clause asks of a message by this atom alone, over the channel's column names. */
function conditionsOn(clause: Clause, atom: Atom, { columns }: Channel): readonly Expression[] {
  const known = new Map<string, Expression>();
  const found: Expression[] = [];
  for (const [index, arg] of atom.args.entries()) {
    const column = variable(columns[index]?.name ?? '');
    if (arg.kind === 'int' || arg.kind === 'bool' || arg.kind === 'string') {
      found.push(equals(column, arg));
    } else if (arg.kind === 'variable') {
      const earlier = known.get(arg.name);
      if (earlier === undefined) known.set(arg.name, column);
      else found.push(equals(earlier, column));
    }
  }
  for (const literal of clause.body) {
    if (literal.kind === 'bind' && isOver(literal.value, known) && !known.has(literal.variable)) {
      known.set(literal.variable, substitute(literal.value, known));
    }
    if (literal.kind !== 'condition') continue;
    for (const each of conjuncts(literal.expression)) {
      if (isOver(each, known) && variablesOf(each).length > 0) found.push(substitute(each, known));
    }
  }
  return found;
}

function equals(left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator: '==', left, right };
}

function isOver(expression: Expression, known: ReadonlyMap<string, Expression>): boolean {
  return isTotal(expression) && variablesOf(expression).every((name) => known.has(name));
}

/**
 * The same value at the sender, and never a fault: `me` is another member there, a division may divide by zero
 * in a message that the reader's other literals would have spared, and a bound function may throw.
 */
function isTotal(expression: Expression): boolean {
  switch (expression.kind) {
    case 'variable':
    case 'int':
    case 'bool':
    case 'string':
    case 'parameter':
      return true;
    case 'unary':
      return isTotal(expression.operand);
    case 'component':
      return isTotal(expression.of);
    case 'tuple':
      return expression.items.every(isTotal);
    case 'if':
      return [expression.condition, expression.then, expression.otherwise].every(isTotal);
    case 'binary': {
      const { operator, left, right } = expression;
      const divides = operator === '/' || operator === '%';
      const isSafe = !divides || (right.kind === 'int' && right.value !== 0);
      return isSafe && isTotal(left) && isTotal(right);
    }
    default:
      return false;
  }
}

export function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'binary' && expression.operator === '&&'
    ? [...conjuncts(expression.left), ...conjuncts(expression.right)]
    : [expression];
}

function conjunction(expressions: readonly Expression[]): Expression {
  return expressions.reduce((left, right) => ({ kind: 'binary', operator: '&&', left, right }));
}

/** `2 == 2`: what a clause that always sends one kind of message makes of a condition on the kind. */
function isTrue(expression: Expression): boolean {
  return (
    expression.kind === 'binary' &&
    expression.operator === '==' &&
    printExpression(expression.left) === printExpression(expression.right)
  );
}

function isSame(one: Expression, other: Expression): boolean {
  return printExpression(one) === printExpression(other);
}

function distinct(expressions: readonly Expression[]): readonly Expression[] {
  return [...groupBy(expressions, printExpression).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}
