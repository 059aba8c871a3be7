/** How many members and processes the roles of a checked program have. */

import { invariant } from '../base/assert.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import type { Program } from '../ir/program.ts';
import { baseRole } from '../ir/schema.ts';

/** Logical members of a role; of a part, those of the role that it is a part of. */
export function membersOf(program: Program, role: string): number {
  const base = baseRole(program, role);
  const size = program.roles.find((each) => each.name === base)?.size ?? null;
  return size === null ? 1 : constant(program, size);
}

/** Processes of each member, as the program says. */
export function partsOf(program: Program, role: string): number {
  const parts = program.roles.find((each) => each.name === role)?.parts ?? null;
  return parts === null ? 1 : constant(program, parts);
}

/** Clients not counted. */
export function machinesOf(program: Program): number {
  return program.roles
    .filter((role) => !role.external)
    .reduce((sum, { name }) => sum + membersOf(program, name) * partsOf(program, name), 0);
}

function constant(program: Program, expression: Expression): number {
  const value = evaluateInteger(expression, parameterValues(program));
  invariant(value.kind === 'ok', 'sizes of a checked program are constant');
  return value.value;
}
