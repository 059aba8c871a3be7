/**
 * Parts of a program that no channel joins: what holds in one of them follows from its own clauses, so that a
 * program of a thousand services is never looked at as a whole.
 */

import { memoized } from '../base/memoized.ts';
import { compareNumbers, sorted } from '../base/order.ts';
import type { Channel, Program, Role } from '../ir/program.ts';

export interface Island {
  /** In the order of the program, those without clauses only where they were asked for. */
  readonly roles: readonly Role[];
  readonly channels: readonly Channel[];
}

/** What a role, or the channel of a name, belongs to; empty where the name is of no channel. */
export function islandAround(program: Program, start: Role | string): Island {
  const { roles, channels, users } = indexed(program);
  const found = new Set<Role>(typeof start === 'string' ? [] : [start]);
  const joined = new Set<string>();
  const join = (name: string): void => {
    if (joined.has(name) || !channels.has(name)) return;
    joined.add(name);
    for (const user of users.get(name) ?? []) found.add(user);
  };
  if (typeof start === 'string') join(start);
  // Grows while it is gone through.
  for (const role of found) for (const name of namesUsed(role)) join(name);
  // By their places, since a look at the whole program for each of its islands would take as long as their square.
  return {
    roles: inProgram(
      program.roles,
      [...found].map((role) => roles.get(role)),
    ),
    channels: inProgram(
      program.channels,
      [...joined].map((name) => channels.get(name)),
    ),
  };
}

function inProgram<T>(all: readonly T[], places: readonly (number | undefined)[]): readonly T[] {
  const known = places.filter((place) => place !== undefined);
  return sorted(known, compareNumbers).flatMap((place) => all[place] ?? []);
}

/** Where things stand in the program, by role and by name. */
interface Index {
  readonly roles: ReadonlyMap<Role, number>;
  readonly channels: ReadonlyMap<string, number>;
  /** Roles whose clauses read or send a channel. */
  readonly users: ReadonlyMap<string, readonly Role[]>;
}

const indexed = memoized((program: Program): Index => {
  const roles = new Map(program.roles.map((role, at) => [role, at]));
  const channels = new Map(program.channels.map(({ name }, at) => [name, at]));
  const users = new Map<string, Role[]>();
  for (const role of program.roles) {
    for (const name of namesUsed(role)) {
      if (!channels.has(name)) continue;
      const known = users.get(name);
      if (known === undefined) users.set(name, [role]);
      else known.push(role);
    }
  }
  return { roles, channels, users };
});

/** Remembered by role: a rewritten program has all the others unchanged. */
const namesUsed = memoized((role: Role): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { head, body } of role.clauses) {
    names.add(head.relation);
    for (const literal of body) {
      if (literal.kind !== 'condition' && literal.kind !== 'bind') names.add(literal.atom.relation);
    }
  }
  return names;
});
