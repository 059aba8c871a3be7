/**
 * The processes of a program: one for each part of each member of each role. A logical member with all its
 * parts is one fault domain (soundness.md, 2): `domain` numbers them.
 */
import { defined } from '../base/assert.ts';
import {
  type CompileOptions,
  compileRole,
  constantIn,
  defaultCompileOptions,
} from '../exec/compile.ts';
import { compileExpression } from '../exec/expression.ts';
import { EMPTY } from '../exec/fact-set.ts';
import { EvaluationAbort, type RuntimeFault } from '../exec/fault.ts';
import { functionTable, scopeOf } from '../exec/functions.ts';
import { variableTable } from '../exec/join.ts';
import type { NodeCode } from '../exec/node-code.ts';
import { partOf } from '../exec/route.ts';
import type { Fact } from '../exec/value.ts';
import type { Channel, Program, Role } from '../ir/program.ts';
import { baseRole } from '../ir/schema.ts';

export interface Process {
  /** Position in `Deployment.processes`. */
  readonly index: number;
  /** `leader`, `acceptor:2`, `acceptorShard:2/1` (member, part). */
  readonly name: string;
  readonly role: string;
  /** The number of the logical member: `me`. */
  readonly member: number;
  readonly part: number;
  /** Position in `Deployment.domains`. */
  readonly domain: number;
  readonly code: NodeCode;
}

/** A logical member of a base role, and the processes that are its parts. */
export interface Domain {
  readonly index: number;
  readonly role: string;
  readonly member: number;
  readonly processes: readonly number[];
}

export type Address =
  | { readonly kind: 'process'; readonly process: number }
  /** A member of an external role. */
  | { readonly kind: 'client'; readonly client: number }
  | { readonly kind: 'nowhere'; readonly fault: RuntimeFault };

export interface Deployment {
  readonly program: Program;
  readonly processes: readonly Process[];
  readonly domains: readonly Domain[];
  readonly clients: number;
  readonly channels: ReadonlyMap<string, Channel>;
  /** Who gets a fact on a channel that is addressed to a member of the receiving role. */
  readonly resolve: (channel: string, destination: number, fact: Fact) => Address;
}

export interface DeployOptions extends Omit<CompileOptions, 'members'> {
  /** Members of external roles whose size the program doesn't fix. */
  readonly clients: number;
}

export const defaultDeployOptions: DeployOptions = { ...defaultCompileOptions, clients: 2 };

export function deploy(program: Program, options: DeployOptions): Deployment {
  const members = (name: string): number => memberCount(program, name, options.clients);
  const processes: Process[] = [];
  const domains = new Map<string, { role: string; member: number; processes: number[] }>();
  for (const role of program.roles) {
    if (role.external) continue;
    const code = compileRole(program, role, { ...options, members });
    const parts = partCount(program, role);
    const base = baseRole(program, role.name);
    for (let member = 0; member < members(role.name); member++) {
      const key = `${base}:${member}`;
      const domain = domains.get(key) ?? { role: base, member, processes: [] };
      domains.set(key, domain);
      for (let part = 0; part < parts; part++) {
        const index = processes.length;
        domain.processes.push(index);
        const single = role.size === null && members(role.name) === 1;
        const name = `${role.name}${single ? '' : `:${member}`}${parts === 1 ? '' : `/${part}`}`;
        const at = [...domains.keys()].indexOf(key);
        processes.push({ index, name, role: role.name, member, part, domain: at, code });
      }
    }
  }
  return {
    program,
    processes,
    domains: Array.from(domains.values(), (domain, index) => ({ index, ...domain })),
    clients: options.clients,
    channels: new Map(program.channels.map((channel) => [channel.name, channel])),
    resolve: resolver(program, processes, options),
  };
}

/** Logical members of a role; a part of another role has as many as that one. */
export function memberCount(program: Program, name: string, clients: number): number {
  const base = baseRole(program, name);
  const role = program.roles.find((each) => each.name === base);
  const { size, external } = defined(role, `\`${base}\` is a role, says the checker`);
  if (size !== null) return constantIn(program, size);
  return external ? clients : 1;
}

export function partCount(program: Program, role: Role): number {
  return role.parts === null ? 1 : constantIn(program, role.parts);
}

function resolver(
  program: Program,
  processes: readonly Process[],
  options: DeployOptions,
): Deployment['resolve'] {
  const byPlace = new Map(processes.map((p) => [`${p.role}:${p.member}/${p.part}`, p.index]));
  const routes = new Map(
    program.channels.map((channel) => {
      const to = program.roles.find((role) => role.name === channel.to);
      const role = defined(to, `\`${channel.to}\` is a role, says the checker`);
      const parts = partCount(program, role);
      return [
        channel.name,
        { channel, role, parts, values: routeValues(program, channel, options) },
      ];
    }),
  );
  return (name, destination, fact) => {
    const route = defined(routes.get(name), `\`${name}\` is a channel, says the checker`);
    const { channel, role, parts } = route;
    const size = memberCount(program, channel.to, options.clients);
    if (!Number.isInteger(destination) || destination < 0 || destination >= size) {
      return nowhere(`\`${name}\` addresses ${channel.to}:${destination}; there are ${size}`);
    }
    if (role.external) return { kind: 'client', client: destination };
    if (parts > 1 && channel.route.length === 0) {
      return nowhere(`\`${name}\` doesn't say by which columns it chooses a part`);
    }
    const values = parts === 1 ? [] : route.values(fact);
    if (values === null) return nowhere(`the route of \`${name}\` has no value`);
    const part = parts === 1 ? 0 : partOf(values, parts);
    const process = byPlace.get(`${channel.to}:${destination}/${part}`);
    return { kind: 'process', process: defined(process, 'every part of a member is a process') };
  };
}

function nowhere(message: string): Address {
  return {
    kind: 'nowhere',
    fault: { kind: 'no-such-address', message, clause: null, node: null },
  };
}

/** The values of the channel's `by` for a fact; null when evaluating them fails. */
function routeValues(
  program: Program,
  channel: Channel,
  options: DeployOptions,
): (fact: Fact) => Fact | null {
  const table = variableTable();
  for (const column of channel.columns) table.at(column.name);
  const scope = scopeOf(program, table.at, functionTable(program, options.functions));
  const evaluators = channel.route.map((expression) => compileExpression(expression, scope));
  return (fact) => {
    const variables = [...fact];
    const frame = { me: 0, variables, slots: [], delta: EMPTY, emit: () => undefined, budget: 0 };
    try {
      return evaluators.map((evaluate) => evaluate(frame));
    } catch (thrown) {
      if (thrown instanceof EvaluationAbort) return null;
      throw thrown;
    }
  };
}
