/** Results remembered for as long as what they were computed from lives; programs and components are never mutated. */

import type { Program, Role } from '../ir/program.ts';

/** Remembers a function of one object. */
export function memoized<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.value;
    const value = compute(key);
    known.set(key, { value });
    return value;
  };
}

/** Remembers a function of a role in a program: one role object can stand in several programs. */
export function memoizedByRole<V>(
  compute: (program: Program, role: Role) => V,
): (program: Program, role: Role) => V {
  const inProgram = memoized((program: Program) =>
    memoized((role: Role) => compute(program, role)),
  );
  return (program, role) => inProgram(program)(role);
}
