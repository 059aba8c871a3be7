/** What is known of a role depends on the program that it stands in. */

import { memoized } from '../base/memoized.ts';
import type { Program, Role } from '../ir/program.ts';

/** Remembers a function of a role in a program: one role object can stand in several programs. */
export function memoizedByRole<V>(
  compute: (program: Program, role: Role) => V,
): (program: Program, role: Role) => V {
  const inProgram = memoized((program: Program) =>
    memoized((role: Role) => compute(program, role)),
  );
  return (program, role) => inProgram(program)(role);
}
