/**
 * Is this plan a deployment of that program? Checked from the two programs alone, without what made the
 * plan: extraction may be wrong, and a saved plan may have been edited. What a plan *does* is the judge's
 * question (`sim/judge`); this asks whether it can be one at all.
 */

import { groupBy } from '../base/order.ts';
import { atomOf, type Clause } from '../ir/clause.ts';
import type { Parameter, Program, Role } from '../ir/program.ts';
import { partsOf } from './size.ts';

/** Phrases; none when the plan is well formed. What clients can see must be as it was. */
export function planProblems(base: Program, plan: Program): readonly string[] {
  return [...structureProblems(base, plan), ...lostClauses(base, plan), ...stateInTwoPlaces(plan)];
}

/** Those that leave nothing to judge; what the clauses of a plan do wrong, the judge shows by a run. */
export function structureProblems(base: Program, plan: Program): readonly string[] {
  return [
    ...changedDeclarations(base, plan),
    ...changedChannels(base, plan),
    ...lostRoles(base, plan),
    ...keylessShards(plan),
  ];
}

/** What a plan takes over as it is: constants, functions, lattices, and what clients do. */
function changedDeclarations(base: Program, plan: Program): readonly string[] {
  const parts = [
    [
      'parameters',
      base.parameters.map(constantOf),
      plan.parameters.filter((each) => !isCount(each, base, plan)).map(constantOf),
    ],
    ['opaque types', base.opaqueTypes, plan.opaqueTypes],
    ['functions', base.functions, plan.functions],
    ['lattices', base.lattices, plan.lattices],
    ['workload', base.workload, plan.workload],
    ['history', base.history, plan.history],
  ] as const;
  return parts.flatMap(([what, before, after]) =>
    isSame(before, after) ? [] : [`it declares other ${what}`],
  );
}

/** A new parameter that says how many processes a part has, for clauses that send to each of them: one, or as many as it says. */
function isCount({ name, value }: Parameter, base: Program, plan: Program): boolean {
  const counts = ({ parts }: Role): boolean => parts?.kind === 'parameter' && parts.name === name;
  return (
    !base.parameters.some((each) => each.name === name) && (value === 1 || plan.roles.some(counts))
  );
}

function constantOf({ name, value }: Parameter): readonly [string, number] {
  return [name, value];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Channels keep their flags, and between roles of the program no column is new; those to and from clients keep their
 * columns, and those from clients their addresses.
 */
function changedChannels(base: Program, plan: Program): readonly string[] {
  const external = new Set(base.roles.filter((role) => role.external).map((role) => role.name));
  const planned = byName(plan.channels);
  return base.channels.flatMap((channel) => {
    const { name, columns, flags, from, to } = channel;
    const now = planned.get(name);
    if (now === undefined) return [`it has no channel \`${name}\``];
    const isInner = !external.has(from) && !external.has(to);
    const known = columns.filter((each) => now.columns.some((other) => isSame(each, other)));
    if (!isSame([now.columns, now.flags], [isInner ? known : columns, flags])) {
      return [`channel \`${name}\` has other columns or flags`];
    }
    return external.has(from) && now.to !== to
      ? [`clients send \`${name}\` to \`${to}\`, not to \`${now.to}\``]
      : [];
  });
}

/** Every role of the original is there under its name, with as many members. */
function lostRoles(base: Program, plan: Program): readonly string[] {
  const planned = byName(plan.roles);
  return base.roles.flatMap((role) => {
    const now = planned.get(role.name);
    if (now === undefined) return [`the plan has no \`${role.name}\``];
    return isSame(now.size, role.size) ? [] : [`\`${role.name}\` has another number of members`];
  });
}

/** What a role derived and sent, its parts still derive and send together; parts of a part are parts of its member. */
function lostClauses(base: Program, plan: Program): readonly string[] {
  const written = new Set(base.roles.map((role) => role.name));
  const members = groupBy(plan.roles, memberOf);
  return base.roles.flatMap((role) => {
    const parts = (members.get(memberOf(role)) ?? []).filter(
      ({ name }) => name === role.name || !written.has(name),
    );
    const heads = new Set(parts.flatMap((part) => part.clauses.map(headOf)));
    const lost = role.clauses.filter(
      (clause) => clause.kind === 'send' && !heads.has(headOf(clause)),
    );
    return lost.map((clause) => `no part of \`${role.name}\` sends \`${clause.head.relation}\``);
  });
}

function headOf(clause: Clause): string {
  return `${clause.kind} ${clause.head.relation}`;
}

/** A relation of one name in two parts of a member is two relations; only what nobody reads may be. */
function stateInTwoPlaces(plan: Program): readonly string[] {
  const members = groupBy(plan.roles, memberOf);
  return plan.roles.flatMap((role) => {
    const siblings = (members.get(memberOf(role)) ?? []).filter((each) => each !== role);
    const others = new Set(
      siblings.flatMap((each) =>
        each.clauses.filter(isState).map((clause) => clause.head.relation),
      ),
    );
    const own = new Set(role.clauses.filter(isState).map((clause) => clause.head.relation));
    const split = [...readNames(role)].filter((name) => own.has(name) && others.has(name));
    return split.map(
      (name) => `\`${name}\` is derived in \`${role.name}\` and in another part of the same member`,
    );
  });
}

/** What a role is a part of: itself, when it is a whole. */
function memberOf({ name, of }: Role): string {
  return of ?? name;
}

function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((each) => [each.name, each]));
}

function isState(clause: Clause): boolean {
  return clause.kind !== 'send';
}

function readNames(role: Role): ReadonlySet<string> {
  return new Set(
    role.clauses.flatMap((clause) => clause.body.flatMap((each) => atomOf(each)?.relation ?? [])),
  );
}

/** A part on several processes has no timer and no initial fact, and every channel to it has a route. */
function keylessShards(plan: Program): readonly string[] {
  return plan.roles.flatMap((role) => {
    if (partsOf(plan, role.name) <= 1) return [];
    const unrouted = plan.channels.filter(
      (channel) => channel.to === role.name && channel.route.length === 0,
    );
    return [
      ...role.timers.map(
        (timer) => `\`${role.name}\` has parts, and each would have a timer \`${timer.name}\``,
      ),
      ...role.initial.map(
        (fact) => `\`${role.name}\` has parts, and each would start with \`${fact.relation}\``,
      ),
      ...unrouted.map(
        (channel) => `\`${channel.name}\` does not say which part of \`${role.name}\` it goes to`,
      ),
    ];
  });
}
