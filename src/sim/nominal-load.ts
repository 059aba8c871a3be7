/**
 * What a program that is too long to be run is taken to cost: every clause fires once a command, on every process of its
 * role. It says nothing of which role is the busiest in truth, and whoever uses it has to say so.
 */

import type { Program, Role } from '../ir/program.ts';
import type { RoleLoad, Traffic } from '../plan/load-profile.ts';
import type { MeasuredLoad } from './load-profile.ts';

/** Bytes of a message whose columns nobody has seen. */
const MESSAGE_BYTES = 16;

/** No command was issued: all of them were left out. */
export function nominalLoad(program: Program, commandsLeftOut: number): MeasuredLoad {
  const roles = program.roles.filter((role) => !role.external).map((role) => loadOf(program, role));
  const path = null;
  return {
    commands: 1,
    answered: 1,
    roles,
    keys: {},
    path,
    brokenDependencies: [],
    commandsLeftOut,
    isNominal: true,
  };
}

function loadOf({ channels }: Program, { name, clauses, relations }: Role): RoleLoad {
  const once: Traffic = { messages: 1, bytes: MESSAGE_BYTES };
  const received = channels.flatMap((channel) =>
    channel.to === name ? [[channel.name, once] as const] : [],
  );
  const sent = clauses.flatMap(({ id, kind }) => (kind === 'send' ? [[id, once] as const] : []));
  const derived = clauses.flatMap(({ id, kind }) => (kind === 'send' ? [] : [[id, 1] as const]));
  return {
    role: name,
    process: name,
    received: Object.fromEntries(received),
    sent: Object.fromEntries(sent),
    derived: Object.fromEntries(derived),
    syncs: relations.some((relation) => relation.durable) ? 1 : 0,
  };
}
