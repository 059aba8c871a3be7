/** What the names in a role's clauses stand for. */

import type { Channel, Dependency, Program, Role } from './program.ts';
import type { Column } from './type.ts';

export interface Visible {
  readonly kind: 'relation' | 'channel' | 'timer' | 'members' | 'static';
  readonly name: string;
  readonly columns: readonly Column[];
  readonly dependencies: readonly Dependency[];
}

/** The role that a part belongs to; the role itself when it isn't `of` another one. */
export function baseRole(program: Program, role: string): string {
  return program.roles.find((each) => each.name === role)?.of ?? role;
}

/** Channels that the role reads. */
export function inboundChannels(program: Program, role: string): readonly Channel[] {
  return program.channels.filter((channel) => channel.to === role);
}

/** Channels that the role may send: those of its base role, and those declared from the role itself. */
export function outboundChannels(program: Program, role: string): readonly Channel[] {
  const base = baseRole(program, role);
  return program.channels.filter((channel) => channel.from === role || channel.from === base);
}

const remembered = new WeakMap<Role, { program: Program; names: ReadonlyMap<string, Visible> }>();

/** Every name that may stand in a body of the role: relations, inbound channels, timers, statics, roles. */
export function visibleIn(program: Program, role: Role): ReadonlyMap<string, Visible> {
  // Asked for every clause of a role, and programs never change.
  const known = remembered.get(role);
  if (known?.program === program) return known.names;
  const names = namesIn(program, role);
  remembered.set(role, { program, names });
  return names;
}

function namesIn(program: Program, role: Role): ReadonlyMap<string, Visible> {
  const names = new Map<string, Visible>();
  const add = (visible: Visible): void => {
    if (!names.has(visible.name)) names.set(visible.name, visible);
  };
  for (const relation of role.relations) add({ kind: 'relation', ...relation });
  for (const table of role.statics) add({ kind: 'static', ...table });
  for (const timer of role.timers) {
    add({ kind: 'timer', name: timer.name, columns: [], dependencies: [] });
  }
  for (const channel of inboundChannels(program, role.name)) {
    add({ ...channel, kind: 'channel' });
  }
  for (const each of program.roles) {
    const type = { kind: 'id', role: each.of ?? each.name } as const;
    const columns = [{ name: 'member', type }];
    add({ kind: 'members', name: each.name, columns, dependencies: [] });
  }
  return names;
}

/** True for names whose facts never change, so that reading them isn't a reference (theory.md, 1.0). */
export function isRigid(kind: Visible['kind']): boolean {
  return kind === 'static' || kind === 'members';
}
