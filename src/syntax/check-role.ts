/** Roles and channels: sizes, parts, owners, timers, facts that hold from the start, ends and routes. */

import { defaultLimits } from '../base/limits.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Channel, Role } from '../ir/program.ts';
import { visibleIn } from '../ir/schema.ts';
import type { Column } from '../ir/type.ts';
import { requireAtMost, requirePeriod } from './check-amount.ts';
import { columnExpectation } from './check-atom.ts';
import { checkClause } from './check-clause.ts';
import { requireBound } from './check-safety.ts';
import { checkStrata } from './check-strata.ts';
import { type Context, localPlace, place, spanOf, termOfType } from './context.ts';
import { type Environment, expectType, infer } from './infer.ts';
import { syntaxMessages } from './messages.ts';
import { idTerm } from './term.ts';

export function checkRole(role: Role, context: Context): void {
  checkShape(role, context);
  for (const timer of role.timers) {
    requirePeriod(timer.periodMs, `the period of timer \`${timer.name}\``, context);
  }
  checkFacts(role, context);
  const visible = visibleIn(context.program, role);
  for (const clause of role.clauses) checkClause(clause, role, visible, context);
  checkStrata(role, context);
}

function checkShape(role: Role, context: Context): void {
  const { program, diagnostics } = context;
  const span = place(context, 'role', role.name);
  const report = (
    problem: 'external' | 'sized-part' | 'part-of-part' | 'part-of-external',
  ): void => {
    diagnostics.push(
      syntaxMessages.report('IR0511', span, { name: role.name, of: role.of ?? '', problem }),
    );
  };
  if (role.external && (role.size !== null || role.of !== null || role.parts !== null)) {
    report('external');
  }
  const owner = program.roles.find((each) => each.name === role.of);
  if (owner !== undefined) {
    if (role.size !== null) report('sized-part');
    if (owner.of !== null || owner === role) report('part-of-part');
    if (owner.external) report('part-of-external');
  }
  if (role.size !== null) requireSize(role, role.size, 'members', context);
  if (role.parts !== null) requireSize(role, role.parts, 'parts', context);
}

function requireSize(
  role: Role,
  size: Expression,
  what: 'members' | 'parts',
  context: Context,
): void {
  const value = evaluateInteger(size, parameterValues(context.program));
  const span = spanOf(context, size);
  if (value.kind === 'err') {
    const of = what === 'members' ? 'size' : 'number of parts';
    const parameters = { what: `the ${of} of role \`${role.name}\``, reason: value.error };
    context.diagnostics.push(syntaxMessages.report('IR0307', span, parameters));
  } else if (value.value < 1) {
    const text = printExpression(size);
    const parameters = { role: role.name, what, text, value: value.value };
    context.diagnostics.push(syntaxMessages.report('IR0308', span, parameters));
  } else {
    const amount = { what: `the number of ${what} of role \`${role.name}\``, value: value.value };
    requireAtMost(amount, defaultLimits.membersMax, span, context);
  }
}

/** Constants in the facts of static relations; constants and `me` in initial ones. */
function checkFacts(role: Role, context: Context): void {
  const shared: Environment = { context, variables: new Map(), me: null };
  const own: Environment = { ...shared, me: idTerm(context.program, role.name) };
  for (const table of role.statics) {
    for (const fact of table.facts) checkFact(fact, fact, table.name, table.columns, role, shared);
  }
  const relations = new Map(role.relations.map((relation) => [relation.name, relation]));
  for (const fact of role.initial) {
    const relation = relations.get(fact.relation);
    if (relation !== undefined) {
      checkFact(fact, fact.args, relation.name, relation.columns, role, own);
    }
  }
}

function checkFact(
  node: object,
  args: readonly Expression[],
  name: string,
  columns: readonly Column[],
  role: Role,
  environment: Environment,
): void {
  const { context } = environment;
  const declared = localPlace(context, role.name, name) ?? null;
  if (args.length !== columns.length) {
    const parameters = { name, columns, given: args.length, declared };
    context.diagnostics.push(syntaxMessages.report('IR0302', spanOf(context, node), parameters));
  }
  for (const [index, arg] of args.entries()) {
    const column = columns[index];
    if (column === undefined) infer(arg, environment);
    else expectType(arg, columnExpectation(column, name, declared, context), environment);
    requireBound(arg, new Set(), 'fact', context);
  }
}

export function checkChannel(channel: Channel, context: Context): void {
  const { program, diagnostics } = context;
  const span = place(context, 'channel', channel.name);
  const role = (name: string): Role | undefined => program.roles.find((each) => each.name === name);
  const to = role(channel.to);
  if (to?.external === true && role(channel.from)?.external === true) {
    diagnostics.push(syntaxMessages.report('IR0513', span, { name: channel.name }));
  }
  checkRoute(channel, to, context);
}

function checkRoute(channel: Channel, to: Role | undefined, context: Context): void {
  const { diagnostics } = context;
  const span = place(context, 'channel', channel.name);
  const isRouted = channel.route.length > 0;
  if (to !== undefined && isRouted !== (to.parts !== null)) {
    const parameters = { name: channel.name, to: to.name, columns: channel.columns };
    diagnostics.push(syntaxMessages.report(isRouted ? 'IR0510' : 'IR0509', span, parameters));
  }
  const columns = channel.columns.map(
    ({ name, type }) => [name, termOfType(context, type)] as const,
  );
  const environment: Environment = { context, variables: new Map(columns), me: null };
  const known = new Set(channel.columns.map((column) => column.name));
  for (const expression of channel.route) {
    requireBound(expression, known, 'route', context);
    infer(expression, environment);
  }
}
