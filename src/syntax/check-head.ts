/** Heads: what may be derived where, what is sent to whom, aggregates and ranks. */

import type { Clause, HeadArgument } from '../ir/clause.ts';
import { type Expression, variablesOf } from '../ir/expression.ts';
import { printAtom } from '../ir/print-clause.ts';
import type { Channel, Role } from '../ir/program.ts';
import type { VisibleNames } from '../ir/schema.ts';
import type { Column } from '../ir/type.ts';
import { checkArguments, columnExpectation, declaredAt, lookUp, nameSpan } from './check-atom.ts';
import { place, spanOf } from './context.ts';
import { type Environment, type Expectation, expectType, infer } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { boundBy } from './pattern.ts';
import { constructed, describeTerm, INT_TERM, idTerm, type Term, unify } from './term.ts';

interface Target {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly declared: Expectation['declared'];
}

export function checkHead(
  clause: Clause,
  role: Role,
  visible: VisibleNames,
  environment: Environment,
): void {
  const target =
    clause.kind === 'send'
      ? sendTarget(clause, role, visible, environment)
      : derivedTarget(clause, role, visible, environment);
  checkHeadArguments(clause, target, environment);
  checkFallbacks(clause, role, visible, environment);
  checkIndex(clause, environment);
}

function sendTarget(
  clause: Clause,
  role: Role,
  visible: VisibleNames,
  environment: Environment,
): Target | null {
  const { context } = environment;
  const { program, diagnostics, scope } = context;
  const { relation, destination } = clause.head;
  const span = nameSpan(context, clause.head, relation);
  const channel = context.channels.get(relation);
  if (channel === undefined) {
    if (destination !== null) infer(destination, environment);
    if (scope.broken.has(relation)) return null;
    const known = visible.get(relation);
    const isOwn = known?.kind === 'relation';
    const parameters = { name: relation, isOwn, channels: program.channels.map((c) => c.name) };
    diagnostics.push(syntaxMessages.report('IR0508', span, parameters));
    return null;
  }
  const declared = place(context, 'channel', relation) ?? null;
  if (channel.from !== role.name && channel.from !== role.of) {
    const parameters = { name: relation, role: role.name, from: channel.from, declared };
    diagnostics.push(syntaxMessages.report('IR0505', span, parameters));
  }
  checkDestination(clause, channel, environment);
  return { name: relation, columns: channel.columns, declared };
}

function checkDestination(clause: Clause, channel: Channel, environment: Environment): void {
  const { context } = environment;
  const { head } = clause;
  if (head.destination === null) {
    const parameters = { name: head.relation, to: channel.to };
    context.diagnostics.push(
      syntaxMessages.report('IR0506', nameSpan(context, head, head.relation), parameters),
    );
    return;
  }
  const type = idTerm(context.program, channel.to);
  const of = `the destination of \`${head.relation}\``;
  const declared = place(context, 'channel', channel.name) ?? null;
  expectType(head.destination, { type, of, declared }, environment);
}

function derivedTarget(
  clause: Clause,
  role: Role,
  visible: VisibleNames,
  environment: Environment,
): Target | null {
  const { context } = environment;
  const { diagnostics } = context;
  const { relation, destination } = clause.head;
  const span = nameSpan(context, clause.head, relation);
  if (destination !== null) infer(destination, environment);
  const channel = context.channels.get(relation);
  if (channel !== undefined) {
    const declared = place(context, 'channel', relation) ?? null;
    diagnostics.push(
      syntaxMessages.report('IR0502', span, { name: relation, kind: clause.kind, declared }),
    );
    return { name: relation, columns: channel.columns, declared };
  }
  if (destination !== null) {
    diagnostics.push(
      syntaxMessages.report('IR0507', spanOf(context, destination) ?? span, { name: relation }),
    );
  }
  const found = lookUp(relation, clause.head, role, visible, context);
  if (found === null) return null;
  const declared = declaredAt(context, role, found);
  if (found.kind !== 'relation') {
    const parameters = { name: relation, kind: found.kind, declared };
    diagnostics.push(syntaxMessages.report('IR0405', span, parameters));
    return null;
  }
  return { name: relation, columns: found.columns, declared };
}

/** The number of columns that an argument fills. */
export function widthOf(argument: HeadArgument): number {
  const isLexicographic =
    argument.kind === 'aggregate' && (argument.aggregate === 'min' || argument.aggregate === 'max');
  return isLexicographic ? argument.of.length : 1;
}

function checkHeadArguments(clause: Clause, target: Target | null, environment: Environment): void {
  const { context } = environment;
  const { head } = clause;
  const given = head.args.reduce((sum, argument) => sum + widthOf(argument), 0);
  if (target !== null && given !== target.columns.length) {
    context.diagnostics.push(
      syntaxMessages.report('IR0302', spanOf(context, head), {
        name: head.relation,
        columns: target.columns,
        given,
        declared: target.declared,
      }),
    );
  }
  let column = 0;
  for (const argument of head.args) {
    const width = widthOf(argument);
    const columns = target?.columns.slice(column, column + width) ?? [];
    checkHeadArgument(argument, columns, target, environment);
    column += width;
  }
}

function checkHeadArgument(
  argument: HeadArgument,
  columns: readonly Column[],
  target: Target | null,
  environment: Environment,
): void {
  const expectations = columns.map((column) =>
    columnExpectation(column, target?.name ?? '', target?.declared ?? null, environment.context),
  );
  const [first] = expectations;
  if (argument.kind === 'plain') {
    if (first === undefined) infer(argument.value, environment);
    else expectType(argument.value, first, environment);
    return;
  }
  const width = widthOf(argument);
  if (isExtreme(argument)) {
    for (const [index, of] of argument.of.entries()) {
      const expected = expectations[index];
      if (expected === undefined) infer(of, environment);
      else expectType(of, expected, environment);
    }
    const fallback = argument.kind === 'aggregate' ? argument.fallback : null;
    if (fallback !== null && first !== undefined) {
      // The default of a lexicographic aggregate is a tuple of as many values as it fills.
      const whole = constructed(
        'tuple',
        expectations.map((each) => each.type),
      );
      const expected = width > 1 ? { ...first, type: whole } : first;
      expectType(fallback.value, expected, environment);
    }
    return;
  }
  const result = resultOf(argument, environment);
  if (first !== undefined && !unify(result, first.type))
    reportResult(argument, result, first, environment);
  if (argument.kind === 'aggregate' && argument.fallback !== null) {
    const of = 'the other groups';
    expectType(argument.fallback.value, first ?? { type: result, of, declared: null }, environment);
  }
}

function isExtreme(argument: HeadArgument): boolean {
  return argument.kind === 'aggregate' && ['min', 'max'].includes(argument.aggregate);
}

function resultOf(
  argument: Exclude<HeadArgument, { readonly kind: 'plain' }>,
  environment: Environment,
): Term {
  const [head, ...rest] = argument.of;
  if (argument.kind === 'aggregate' && argument.aggregate === 'sum' && head !== undefined) {
    const of = 'what `sum` adds';
    expectType(head, { type: INT_TERM, of, declared: null }, environment);
    for (const each of rest) infer(each, environment);
    return INT_TERM;
  }
  const types = argument.of.map((each) => infer(each, environment));
  const [only] = types;
  const item = types.length === 1 && only !== undefined ? only : constructed('tuple', types);
  if (argument.kind === 'index') return INT_TERM;
  switch (argument.aggregate) {
    case 'collect':
      return constructed('list', [item]);
    case 'choose':
      return item;
    default:
      return INT_TERM;
  }
}

function reportResult(
  argument: Exclude<HeadArgument, { readonly kind: 'plain' }>,
  result: Term,
  expected: Expectation,
  environment: Environment,
): void {
  const { context } = environment;
  const name = argument.kind === 'index' ? 'index' : argument.aggregate;
  context.diagnostics.push(
    syntaxMessages.report('IR0301', spanOf(context, argument), {
      text: `${name}<..>`,
      found: describeTerm(result),
      expected: describeTerm(expected.type),
      of: expected.of,
      declared: expected.declared,
    }),
  );
}

/** The groups of `default .. over d(..)` are the facts of `d`, so `d` must give every group its values. */
function checkFallbacks(
  clause: Clause,
  role: Role,
  visible: VisibleNames,
  environment: Environment,
): void {
  const { context } = environment;
  const aggregates = clause.head.args.filter((argument) => argument.kind === 'aggregate');
  const overs = aggregates.flatMap((each) => (each.fallback === null ? [] : [each.fallback.over]));
  const [first] = overs;
  if (first === undefined) return;
  for (const over of overs) {
    const found = lookUp(over.relation, over, role, visible, context);
    const declared = found === null ? null : declaredAt(context, role, found);
    checkArguments(over, found, declared, environment);
  }
  const isSame = overs.every((over) => printAtom(over) === printAtom(first));
  if (overs.length !== aggregates.length || !isSame) {
    const at = spanOf(context, first);
    context.diagnostics.push(syntaxMessages.report('IR0312', at, { problem: 'several', name: '' }));
  }
  const bound = new Set(first.args.flatMap(boundBy));
  const groups = clause.head.args.flatMap((argument): readonly Expression[] =>
    argument.kind === 'plain' ? [argument.value] : [],
  );
  if (clause.head.destination !== null) groups.unshift(clause.head.destination);
  const values = aggregates.flatMap((each) =>
    each.fallback === null ? [] : [each.fallback.value],
  );
  for (const expression of [...groups, ...values]) {
    const missing = variablesOf(expression).find((name) => !bound.has(name));
    if (missing === undefined) continue;
    const parameters = { problem: 'unbound', name: missing } as const;
    context.diagnostics.push(
      syntaxMessages.report('IR0312', spanOf(context, expression), parameters),
    );
  }
}

/** A rank is one number for each value ranked: what else stands in the head must follow from that value. */
function checkIndex(clause: Clause, environment: Environment): void {
  const { context } = environment;
  const { args } = clause.head;
  const ranks = args.filter((argument) => argument.kind === 'index');
  const [rank] = ranks;
  if (rank === undefined) return;
  const report = (node: object, problem: 'aggregate' | 'free', name: string): void => {
    const parameters = { problem, name };
    context.diagnostics.push(syntaxMessages.report('IR0311', spanOf(context, node), parameters));
  };
  const other = args.find(
    (each) => each.kind === 'aggregate' || (each.kind === 'index' && each !== rank),
  );
  if (other !== undefined) report(other, 'aggregate', '');
  const ranked = new Set(rank.of.flatMap(boundBy));
  const plain = args.flatMap((each) => (each.kind === 'plain' ? [each.value] : []));
  if (clause.head.destination !== null) plain.push(clause.head.destination);
  for (const value of plain) {
    const free = variablesOf(value).find((name) => !ranked.has(name));
    if (free !== undefined) report(value, 'free', free);
  }
}
