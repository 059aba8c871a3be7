/** A plan as a program, in the words of the plan document: what a role runs, where, and how it is reached. */

import type { Expression } from '../ir/expression.ts';
import { printClause } from '../ir/print-clause.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Channel, Program } from '../ir/program.ts';
import type { PlanChannel, PlanRole } from './document.ts';
import { membersOf, partsOf } from './size.ts';

/** What a program itself says of a role; `by` and `utilization` are what a search and a model add. */
export type RoleDescription = Omit<PlanRole, 'by' | 'utilization'>;

/** Clients left out. */
export function describeRoles(program: Program): readonly RoleDescription[] {
  return program.roles
    .filter((role) => !role.external)
    .map((role) => ({
      name: role.name,
      origin: role.of ?? role.name,
      instances: partsOf(program, role.name),
      of: membersOf(program, role.name),
      partitionKey: partitionKey(program, role.name),
      clauses: role.clauses.map((clause) => printClause(clause)),
    }));
}

/** `base` is the program that has none of the channels that rewrites introduced. */
export function describeChannels(base: Program, program: Program): readonly PlanChannel[] {
  return program.channels.map((channel) => ({
    name: channel.name,
    from: channel.from,
    to: channel.to,
    route: routeText(program, channel),
    introduced: !base.channels.some((each) => each.name === channel.name),
  }));
}

/** The columns by which the channels of a partitioned role are routed, each name once. */
function partitionKey(program: Program, role: string): readonly string[] {
  if (partsOf(program, role) <= 1) return [];
  const routes = program.channels.filter((channel) => channel.to === role);
  return [...new Set(routes.flatMap((channel) => channel.route.map(printExpression)))];
}

function routeText(program: Program, channel: Channel): string {
  const parts = partsOf(program, channel.to);
  if (parts <= 1) return 'member';
  const [only] = channel.route;
  const text = channel.route.map(printExpression).join(', ');
  const whole = channel.route.length === 1 && only !== undefined && isInteger(channel, only);
  return `member, ${whole ? text : `hash(${text})`} mod ${parts}`;
}

function isInteger(channel: Channel, key: Expression): boolean {
  const column = channel.columns.find((each) => key.kind === 'variable' && each.name === key.name);
  return column?.type.kind === 'int';
}
