/** What the names in a role's clauses stand for. */

import { groupBy } from '../base/order.ts';
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
  return channelsTo(program.channels).get(role) ?? [];
}

const receivers = new WeakMap<readonly Channel[], ReadonlyMap<string, readonly Channel[]>>();

/** A program of ten thousand roles is asked about each of them. */
function channelsTo(channels: readonly Channel[]): ReadonlyMap<string, readonly Channel[]> {
  const known = receivers.get(channels);
  if (known !== undefined) return known;
  const made = groupBy(channels, (channel) => channel.to);
  receivers.set(channels, made);
  return made;
}

const byName = new WeakMap<readonly Channel[], ReadonlyMap<string, Channel>>();

/** The channel of a name. */
export function channelNamed({ channels }: Program, name: string): Channel | undefined {
  const known = byName.get(channels);
  if (known !== undefined) return known.get(name);
  const made = new Map(channels.map((channel) => [channel.name, channel]));
  byName.set(channels, made);
  return made.get(name);
}

/** Channels that the role may send: those of its base role, and those declared from the role itself. */
export function outboundChannels(program: Program, role: string): readonly Channel[] {
  const base = baseRole(program, role);
  return program.channels.filter((channel) => channel.from === role || channel.from === base);
}

/** Names by what they stand for; those of roles are the same for every role, and come last. */
export interface VisibleNames {
  readonly get: (name: string) => Visible | undefined;
  readonly keys: () => readonly string[];
  /** Without those of roles. */
  readonly own: () => Iterable<Visible>;
}

const remembered = new WeakMap<Role, { program: Program; names: VisibleNames }>();

/** Every name that may stand in a body of the role: relations, inbound channels, timers, statics, roles. */
export function visibleIn(program: Program, role: Role): VisibleNames {
  // Asked for every clause of a role, and programs never change.
  const known = remembered.get(role);
  if (known?.program === program) return known.names;
  const own = ownNames(program, role);
  const names: VisibleNames = {
    get: (name) => own.get(name) ?? members(program.roles).get(name),
    keys: () => [...new Set([...own.keys(), ...members(program.roles).keys()])],
    own: () => own.values(),
  };
  remembered.set(role, { program, names });
  return names;
}

function ownNames(program: Program, role: Role): ReadonlyMap<string, Visible> {
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
  return names;
}

const rolesByName = new WeakMap<readonly Role[], ReadonlyMap<string, Visible>>();

/** A table of all roles for each of them would grow with the square of the program. */
function members(roles: readonly Role[]): ReadonlyMap<string, Visible> {
  const known = rolesByName.get(roles);
  if (known !== undefined) return known;
  const made = new Map<string, Visible>();
  for (const { name, of } of roles) {
    if (made.has(name)) continue;
    const columns = [{ name: 'member', type: { kind: 'id', role: of ?? name } as const }];
    made.set(name, { kind: 'members', name, columns, dependencies: [] });
  }
  rolesByName.set(roles, made);
  return made;
}

/** True for names whose facts never change, so that reading them isn't a reference (theory.md, 1.0). */
export function isRigid(kind: Visible['kind']): boolean {
  return kind === 'static' || kind === 'members';
}
