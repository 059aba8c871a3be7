/** What the names in a role's clauses stand for. */

import { memoized } from '../base/memoized.ts';
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
export function baseRole({ roles }: Program, role: string): string {
  return roleNamed(roles).get(role)?.of ?? role;
}

// A program of ten thousand roles is asked about each of them, so what is looked up by name is kept by name.
const roleNamed = memoized(
  (roles: readonly Role[]) => new Map(roles.map((role) => [role.name, role])),
);
const channelsByName = memoized(
  (channels: readonly Channel[]) => new Map(channels.map((channel) => [channel.name, channel])),
);
const channelsTo = memoized((channels: readonly Channel[]) => groupBy(channels, ({ to }) => to));
const channelsFrom = memoized((channels: readonly Channel[]) =>
  groupBy(channels, ({ from }) => from),
);

/** The channel of a name. */
export function channelNamed({ channels }: Program, name: string): Channel | undefined {
  return channelsByName(channels).get(name);
}

/** Channels that the role reads. */
export function inboundChannels({ channels }: Program, role: string): readonly Channel[] {
  return channelsTo(channels).get(role) ?? [];
}

/** Channels that the role may send: those of its base role, and those declared from the role itself. */
export function outboundChannels(program: Program, role: string): readonly Channel[] {
  const { channels } = program;
  const base = baseRole(program, role);
  const own = channelsFrom(channels).get(role) ?? [];
  if (own.length === 0 || base === role) return channelsFrom(channels).get(base) ?? [];
  return channels.filter(({ from }) => from === role || from === base);
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

/** A table of all roles for each of them would grow with the square of the program. */
const members = memoized((roles: readonly Role[]): ReadonlyMap<string, Visible> => {
  const made = new Map<string, Visible>();
  for (const { name, of } of roles) {
    if (made.has(name)) continue;
    const columns = [{ name: 'member', type: { kind: 'id', role: of ?? name } as const }];
    made.set(name, { kind: 'members', name, columns, dependencies: [] });
  }
  return made;
});

/** True for names whose facts never change, so that reading them isn't a reference (theory.md, 1.0). */
export function isRigid(kind: Visible['kind']): boolean {
  return kind === 'static' || kind === 'members';
}
