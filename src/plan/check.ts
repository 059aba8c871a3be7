/**
 * Is this plan a deployment of that program? Checked from the two programs alone, without what made the
 * plan: extraction may be wrong, and a saved plan may have been edited. What a plan *does* is the judge's
 * question (`sim/judge`); this asks whether it can be one at all.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import { atomOf, type Clause } from '../ir/clause.ts';
import type { Program, Role } from '../ir/program.ts';
import { planMessages } from './messages.ts';
import { partsOf } from './size.ts';

/** Nothing when the plan is well formed; what clients can see must be as it was. */
export function checkPlan(base: Program, plan: Program): readonly Diagnostic[] {
  return [
    ...clientInterface(base, plan),
    ...lostRoles(base, plan),
    ...lostClauses(base, plan),
    ...stateInTwoPlaces(plan),
    ...keylessShards(plan),
  ];
}

function problem(text: string): Diagnostic {
  return planMessages.report('PL0004', undefined, { problem: text });
}

/** Channels from and to clients keep their columns, their flags and their addresses. */
function clientInterface(base: Program, plan: Program): readonly Diagnostic[] {
  const external = new Set(base.roles.filter((role) => role.external).map((role) => role.name));
  return base.channels.flatMap((channel) => {
    if (!external.has(channel.from) && !external.has(channel.to)) return [];
    const now = plan.channels.find((each) => each.name === channel.name);
    if (now === undefined)
      return [problem(`clients use \`${channel.name}\`, which the plan lacks`)];
    const same =
      JSON.stringify([now.columns, now.flags]) === JSON.stringify([channel.columns, channel.flags]);
    if (!same) return [problem(`clients know \`${channel.name}\` with other columns or flags`)];
    if (external.has(channel.from) && now.to !== channel.to) {
      return [
        problem(`clients send \`${channel.name}\` to \`${channel.to}\`, not to \`${now.to}\``),
      ];
    }
    return [];
  });
}

/** Every role of the original is there under its name, with as many members. */
function lostRoles(base: Program, plan: Program): readonly Diagnostic[] {
  return base.roles.flatMap((role) => {
    const now = plan.roles.find((each) => each.name === role.name);
    if (now === undefined) return [problem(`the plan has no \`${role.name}\``)];
    const same = JSON.stringify(now.size) === JSON.stringify(role.size);
    return same ? [] : [problem(`\`${role.name}\` has another number of members`)];
  });
}

/** What a role derived and sent, its parts still derive and send together. */
function lostClauses(base: Program, plan: Program): readonly Diagnostic[] {
  return base.roles.flatMap((role) => {
    const parts = plan.roles.filter((each) => each.name === role.name || each.of === role.name);
    const heads = new Set(parts.flatMap((part) => part.clauses.map(headOf)));
    const lost = role.clauses.filter(
      (clause) => clause.kind === 'send' && !heads.has(headOf(clause)),
    );
    return lost.map((clause) =>
      problem(`no part of \`${role.name}\` sends \`${clause.head.relation}\``),
    );
  });
}

function headOf(clause: Clause): string {
  return `${clause.kind} ${clause.head.relation}`;
}

/** A relation of one name in two parts of a member is two relations; only what nobody reads may be. */
function stateInTwoPlaces(plan: Program): readonly Diagnostic[] {
  return plan.roles.flatMap((role) => {
    const siblings = plan.roles.filter(
      (each) => each !== role && (each.of ?? each.name) === (role.of ?? role.name),
    );
    const others = new Set(
      siblings.flatMap((each) =>
        each.clauses.filter(isState).map((clause) => clause.head.relation),
      ),
    );
    const own = new Set(role.clauses.filter(isState).map((clause) => clause.head.relation));
    const split = [...readNames(role)].filter((name) => own.has(name) && others.has(name));
    return split.map((name) =>
      problem(`\`${name}\` is derived in \`${role.name}\` and in another part of the same member`),
    );
  });
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
function keylessShards(plan: Program): readonly Diagnostic[] {
  return plan.roles.flatMap((role) => {
    if (partsOf(plan, role.name) <= 1) return [];
    const unrouted = plan.channels.filter(
      (channel) => channel.to === role.name && channel.route.length === 0,
    );
    return [
      ...role.timers.map((timer) =>
        problem(`\`${role.name}\` has parts, and each would have a timer \`${timer.name}\``),
      ),
      ...role.initial.map((fact) =>
        problem(`\`${role.name}\` has parts, and each would start with \`${fact.relation}\``),
      ),
      ...unrouted.map((channel) =>
        problem(`\`${channel.name}\` does not say which part of \`${role.name}\` it goes to`),
      ),
    ];
  });
}
