/**
 * Verification size: a program with small parameters and every partitioned role cut to few parts. Rules and routes are
 * written for any number of parts, and two parts with both keys in play show every confusion of one with another.
 */
import { defined } from '../../base/assert.ts';
import { evaluateInteger } from '../../ir/constant.ts';
import { int } from '../../ir/expression.ts';
import type { Program } from '../../ir/program.ts';

export interface CutOptions {
  /** Parameters set by name; names that the program doesn't have are ignored. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Parts of one member, at most. */
  readonly partsMax: number;
}

/** Parameters that depend on a changed one are computed anew, in the order of declaration. */
export function cutProgram(program: Program, options: CutOptions): Program {
  const values = new Map<string, number>();
  const unchanged = new Map(program.parameters.map((each) => [each.name, each.value]));
  for (const parameter of program.parameters) {
    const asked = options.parameters[parameter.name];
    values.set(parameter.name, asked ?? recomputed(parameter, unchanged, values));
  }
  // A plan that asks how many processes a part has says so by a parameter.
  for (const { parts } of program.roles) {
    if (parts?.kind !== 'parameter') continue;
    values.set(parts.name, Math.min(values.get(parts.name) ?? 1, options.partsMax));
  }
  const parameters = program.parameters.map((each) => ({
    ...each,
    value: defined(values.get(each.name), 'every parameter was computed'),
  }));
  const roles = program.roles.map((role) => {
    if (role.parts === null) return role;
    const parts = evaluateInteger(role.parts, values);
    const many = parts.kind === 'ok' ? parts.value : 1;
    if (role.parts.kind === 'parameter') return role;
    return { ...role, parts: int(Math.min(many, options.partsMax)) };
  });
  return { ...program, parameters, roles };
}

/** The definition's value now; a value that was set by hand, so that it differs from its definition, stays. */
function recomputed(
  parameter: Program['parameters'][number],
  unchanged: ReadonlyMap<string, number>,
  values: ReadonlyMap<string, number>,
): number {
  const before = evaluateInteger(parameter.definition, unchanged);
  if (before.kind === 'ok' && before.value !== parameter.value) return parameter.value;
  const now = evaluateInteger(parameter.definition, values);
  return now.kind === 'ok' ? now.value : parameter.value;
}
