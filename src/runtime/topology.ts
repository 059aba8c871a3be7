/**
 * Who is there and who gets what: a process (node) for each part of each member of each role, its fault domain, and the
 * receiver of every message. A logical member with all its parts is one domain (docs/adr/0001).
 */
import { defined } from '../base/assert.ts';
import { constantIn } from '../exec/compile.ts';
import { compileExpression } from '../exec/expression.ts';
import { EMPTY } from '../exec/fact-set.ts';
import { EvaluationAbort, type RuntimeFault } from '../exec/fault.ts';
import { type ExternalFunctions, functionTable, scopeOf } from '../exec/functions.ts';
import { variableTable } from '../exec/join.ts';
import { partOf } from '../exec/route.ts';
import type { Fact } from '../exec/value.ts';
import type { Channel, Program, Role } from '../ir/program.ts';
import { baseRole, outboundChannels } from '../ir/schema.ts';

export interface NodePlace {
  /** Position in `Topology.nodes`. */
  readonly index: number;
  /** `leader`, `acceptor:2`, `acceptorShard:2/1` (member, part). */
  readonly name: string;
  readonly role: string;
  /** The number of the logical member: `me`. */
  readonly member: number;
  readonly part: number;
  /** Position in `Topology.domains`. */
  readonly domain: number;
}

export interface FaultDomain {
  readonly index: number;
  readonly role: string;
  readonly member: number;
  readonly nodes: readonly number[];
}

export interface ChannelPlace {
  /** Position in the program's channels: what the wire calls it. */
  readonly index: number;
  readonly channel: Channel;
  /** Neither lost nor left out: sent again until it is acknowledged. */
  readonly sequenced: boolean;
  readonly toClients: boolean;
}

/** The address of a fact that goes to the client whose number it was sent to. */
export const TO_CLIENT = -1;

export interface Topology {
  readonly program: Program;
  readonly nodes: readonly NodePlace[];
  readonly domains: readonly FaultDomain[];
  readonly channels: ReadonlyMap<string, ChannelPlace>;
  /** Members of external roles whose size the program doesn't fix. */
  readonly clients: number;
  readonly members: (role: string) => number;
  /** Who gets a fact of the channel: for each message, so it is looked up once. */
  readonly receiver: (channel: string) => Receiver;
}

/** Position of the receiving node, or `TO_CLIENT`. */
export type Receiver = (destination: number, fact: Fact) => number | RuntimeFault;

export interface TopologyOptions {
  readonly clients: number;
  readonly functions: ExternalFunctions;
}

export function topologyOf(program: Program, options: TopologyOptions): Topology {
  const members = memberCounts(program, options.clients);
  const nodes: NodePlace[] = [];
  const domains = new Map<string, { role: string; member: number; nodes: number[] }>();
  for (const role of program.roles) {
    if (role.external) continue;
    const parts = partCount(program, role);
    const base = baseRole(program, role.name);
    const isSingle = role.size === null && members(role.name) === 1;
    for (let member = 0; member < members(role.name); member++) {
      const key = `${base}:${member}`;
      const domain = domains.get(key) ?? { role: base, member, nodes: [] };
      domains.set(key, domain);
      for (let part = 0; part < parts; part++) {
        const index = nodes.length;
        domain.nodes.push(index);
        const name = `${role.name}${isSingle ? '' : `:${member}`}${parts === 1 ? '' : `/${part}`}`;
        const at = [...domains.keys()].indexOf(key);
        nodes.push({ index, name, role: role.name, member, part, domain: at });
      }
    }
  }
  const channels = new Map(
    program.channels.map((channel, index) => [channel.name, placeOf(program, channel, index)]),
  );
  return {
    program,
    nodes,
    domains: Array.from(domains.values(), (domain, index) => ({ index, ...domain })),
    channels,
    clients: options.clients,
    members,
    receiver: receivers(program, nodes, channels, { members, functions: options.functions }),
  };
}

/** The nodes that this one may send to, itself not among them. */
export function peersOf(topology: Topology, node: NodePlace): readonly NodePlace[] {
  const to = new Set(channelsSentBy(topology, node).map(({ channel }) => channel.to));
  return topology.nodes.filter((each) => to.has(each.role) && each.index !== node.index);
}

/** The nodes that may send to clients, and so must know where they are; and those that clients send to. */
export function clientFacing(topology: Topology): readonly NodePlace[] {
  const { program, nodes } = topology;
  const external = new Set(program.roles.filter((role) => role.external).map(({ name }) => name));
  return nodes.filter(
    (node) =>
      program.channels.some((each) => external.has(each.from) && each.to === node.role) ||
      channelsSentBy(topology, node).some(({ toClients }) => toClients),
  );
}

function channelsSentBy(topology: Topology, node: NodePlace): readonly ChannelPlace[] {
  const role = topology.program.roles.find(({ name }) => name === node.role);
  const sent = new Set(
    role?.clauses.flatMap(({ kind, head }) => (kind === 'send' ? [head.relation] : [])),
  );
  return outboundChannels(topology.program, node.role)
    .filter((channel) => sent.has(channel.name))
    .map((channel) => defined(topology.channels.get(channel.name), 'a channel of the program'));
}

function memberCounts(program: Program, clients: number): (role: string) => number {
  const counts = new Map<string, number>();
  for (const { name } of program.roles) {
    const base = baseRole(program, name);
    const role = program.roles.find((each) => each.name === base);
    const { size, external } = defined(role, `\`${base}\` is a role, says the checker`);
    counts.set(name, size !== null ? constantIn(program, size) : external ? clients : 1);
  }
  return (role) => defined(counts.get(role), `\`${role}\` is a role, says the checker`);
}

function partCount(program: Program, role: Role): number {
  return role.parts === null ? 1 : constantIn(program, role.parts);
}

function roleNamed(program: Program, name: string): Role {
  const role = program.roles.find((each) => each.name === name);
  return defined(role, `\`${name}\` is a role, says the checker`);
}

function placeOf(program: Program, channel: Channel, index: number): ChannelPlace {
  const toClients = roleNamed(program, channel.to).external;
  const fromClients = roleNamed(program, channel.from).external;
  const sequenced = !channel.flags.lossy && !toClients && !fromClients;
  return { index, channel, sequenced, toClients };
}

interface Route {
  readonly channel: Channel;
  readonly external: boolean;
  readonly size: number;
  readonly parts: number;
  /** By member and part. */
  readonly nodes: readonly (readonly number[])[];
  readonly values: (fact: Fact) => Fact | null;
}

function receivers(
  program: Program,
  nodes: readonly NodePlace[],
  channels: ReadonlyMap<string, ChannelPlace>,
  options: {
    readonly members: (role: string) => number;
    readonly functions: ExternalFunctions;
  },
): Topology['receiver'] {
  const routes = new Map<string, Route>();
  for (const [name, { channel }] of channels) {
    const role = roleNamed(program, channel.to);
    const places: number[][] = [];
    for (const node of nodes) {
      if (node.role !== channel.to) continue;
      const parts = places[node.member] ?? [];
      places[node.member] = parts;
      parts[node.part] = node.index;
    }
    routes.set(name, {
      channel,
      external: role.external,
      size: options.members(channel.to),
      parts: partCount(program, role),
      nodes: places,
      values: routeValues(program, channel, options.functions),
    });
  }
  const receiving = new Map(Array.from(routes, ([name, route]) => [name, receiverOn(name, route)]));
  return (name) => defined(receiving.get(name), `\`${name}\` is a channel, says the checker`);
}

function receiverOn(name: string, route: Route): Receiver {
  const { channel, size, parts, nodes } = route;
  return (destination, fact) => {
    if (!Number.isInteger(destination) || destination < 0 || destination >= size) {
      return nowhere(`\`${name}\` addresses ${channel.to}:${destination}; there are ${size}`);
    }
    if (route.external) return TO_CLIENT;
    let part = 0;
    if (parts > 1) {
      if (channel.route.length === 0) {
        return nowhere(`\`${name}\` doesn't say by which columns it chooses a part`);
      }
      const values = route.values(fact);
      if (values === null) return nowhere(`the route of \`${name}\` has no value`);
      part = partOf(values, parts);
    }
    return defined(nodes[destination]?.[part], 'every part of a member is a node');
  };
}

function nowhere(message: string): RuntimeFault {
  return { kind: 'no-such-address', message, clause: null, node: null };
}

/** The values of the channel's `by` for a fact; null when evaluating them fails. */
function routeValues(
  program: Program,
  channel: Channel,
  functions: ExternalFunctions,
): (fact: Fact) => Fact | null {
  const table = variableTable();
  for (const column of channel.columns) table.at(column.name);
  const scope = scopeOf(program, table.at, functionTable(program, functions));
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
