/** A plan beside its original, role by role and channel by channel: what reports and diagrams mark. */

import type { PlanChannel, PlanDocument, PlanRole } from './document.ts';

export type RoleChange =
  | { readonly kind: 'new'; readonly role: PlanRole }
  | {
      readonly kind: 'changed';
      readonly role: PlanRole;
      readonly before: PlanRole;
      /** Clauses that the role no longer runs, and those that it didn't run before. */
      readonly given: readonly string[];
      readonly taken: readonly string[];
    }
  | { readonly kind: 'kept'; readonly role: PlanRole }
  | { readonly kind: 'removed'; readonly before: PlanRole };

export type ChangeKind = RoleChange['kind'];

/** `+ ~ - =`: the mark of a change carries its meaning without colour. */
export const changeMarks: Readonly<Record<ChangeKind, string>> = {
  new: '+',
  changed: '~',
  removed: '-',
  kept: '=',
};

/** In the order of the plan's roles; roles that are gone come last. */
export function roleChanges({ original, plan }: PlanDocument): readonly RoleChange[] {
  const before = new Map(original.roles.map((role) => [role.name, role]));
  const after = new Set(plan.roles.map((role) => role.name));
  return [
    ...plan.roles.map((role) => roleChange(role, before.get(role.name))),
    ...original.roles
      .filter((role) => !after.has(role.name))
      .map((role): RoleChange => ({ kind: 'removed', before: role })),
  ];
}

function roleChange(role: PlanRole, before: PlanRole | undefined): RoleChange {
  if (before === undefined) return { kind: 'new', role };
  const given = before.clauses.filter((clause) => !role.clauses.includes(clause));
  const taken = role.clauses.filter((clause) => !before.clauses.includes(clause));
  const same =
    given.length === 0 &&
    taken.length === 0 &&
    role.instances === before.instances &&
    role.of === before.of &&
    role.partitionKey.join() === before.partitionKey.join();
  return same ? { kind: 'kept', role } : { kind: 'changed', role, before, given, taken };
}

/** Roles that a change shows: the one after it, or the one that is gone. */
export function changedRole(change: RoleChange): PlanRole {
  return change.kind === 'removed' ? change.before : change.role;
}

/** How often each change occurs. */
export function countChanges(changes: readonly RoleChange[]): Readonly<Record<ChangeKind, number>> {
  const count = (kind: ChangeKind): number => changes.filter((each) => each.kind === kind).length;
  return {
    new: count('new'),
    changed: count('changed'),
    removed: count('removed'),
    kept: count('kept'),
  };
}

/** Channels between two roles, together: what a diagram draws as one arrow. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly channels: readonly PlanChannel[];
}

export function arrowsOf(channels: readonly PlanChannel[]): readonly Arrow[] {
  const arrows = new Map<string, PlanChannel[]>();
  for (const channel of channels) {
    const key = JSON.stringify([channel.from, channel.to]);
    const group = arrows.get(key);
    if (group === undefined) arrows.set(key, [channel]);
    else group.push(channel);
  }
  return [...arrows.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ from: first.from, to: first.to, channels: group }];
  });
}
