/** The processes of a program, what each runs, and where its messages go: `exec` as the judge uses it. */
import { defined } from '../../base/assert.ts';
import { compileRole, constantIn, defaultCompileOptions } from '../../exec/compile.ts';
import { compileExpression } from '../../exec/expression.ts';
import { EMPTY } from '../../exec/fact-set.ts';
import type { RuntimeFault } from '../../exec/fault.ts';
import { type ExternalFunctions, functionTable, scopeOf } from '../../exec/functions.ts';
import { variableTable } from '../../exec/join.ts';
import { initialState, restart, stateKey, step } from '../../exec/node.ts';
import type { NodeCode } from '../../exec/node-code.ts';
import type { NodeInput, NodeState, Outgoing, StepResult } from '../../exec/node-state.ts';
import { partOf } from '../../exec/route.ts';
import type { Fact } from '../../exec/value.ts';
import type { Channel, Program, Role } from '../../ir/program.ts';
import { baseRole } from '../../ir/schema.ts';
import { eagerChannels } from './eager-channels.ts';

/** One process: a part of a logical member. */
export interface Place {
  readonly role: string;
  /** The logical member that it is a part of. */
  readonly base: string;
  readonly member: number;
  readonly part: number;
  /** Number of the logical member; all its parts have the same. */
  readonly group: number;
  /** `leader`, `participant:1`, `collector:0/1`. */
  readonly label: string;
  readonly timers: readonly string[];
  readonly eager: ReadonlySet<string>;
  /** Everything that it carries from tick to tick is on disk. */
  readonly durable: boolean;
}

export type RouteTarget =
  | { readonly kind: 'process'; readonly process: number; readonly channel: Channel }
  | { readonly kind: 'client'; readonly channel: Channel }
  | { readonly kind: 'fault'; readonly fault: RuntimeFault };

export interface Engine {
  readonly program: Program;
  readonly places: readonly Place[];
  readonly initial: (process: number) => NodeState;
  readonly step: (process: number, state: NodeState, inbox: readonly NodeInput[]) => StepResult;
  readonly restart: (process: number, state: NodeState, flush: 'kept' | 'lost') => NodeState;
  readonly text: (state: NodeState) => string;
  readonly route: (message: Outgoing) => RouteTarget;
  /** Logical members of the role that receives the channel. */
  readonly receivers: (channel: string) => number;
}

export function makeEngine(program: Program, functions: ExternalFunctions): Engine {
  const sizes = new Map(program.roles.map((role) => [role.name, sizeOf(program, role)]));
  const members = (role: string): number => sizes.get(role) ?? 1;
  const options = { ...defaultCompileOptions, functions, members };
  const codes: NodeCode[] = [];
  const places: Place[] = [];
  const processOf = new Map<string, number>();
  for (const role of program.roles.filter((each) => !each.external)) {
    const code = compileRole(program, role, options);
    for (const place of placesOf(program, role, members(role.name))) {
      processOf.set(`${role.name} ${place.member} ${place.part}`, places.length);
      places.push(place);
      codes.push(code);
    }
  }
  const groups = [...new Set(places.map((each) => `${each.base} ${each.member}`))];
  const numbered = places.map((each) => ({
    ...each,
    group: groups.indexOf(`${each.base} ${each.member}`),
  }));
  const codeAt = (process: number): NodeCode => defined(codes[process], 'a process of the program');
  const channels = new Map(program.channels.map((each) => [each.name, each]));
  const parts = new Map(program.roles.map((role) => [role.name, partsOf(program, role)]));
  const routes = new Map(program.channels.map((each) => [each.name, compileRoute(program, each)]));
  return {
    program,
    places: numbered,
    initial: (process) => initialState(codeAt(process), placeAt(places, process).member),
    step: (process, state, inbox) => step(codeAt(process), state, inbox),
    restart: (process, state, flush) => restart(codeAt(process), state, { lastFlush: flush }),
    text: (state) => `${state.settled} ${stateKey(state)}`,
    receivers: (name) => members(channels.get(name)?.to ?? ''),
    route: ({ channel: name, destination, fact }) => {
      const channel = defined(channels.get(name), 'only channels are sent');
      const many = members(channel.to);
      if (isExternal(program, channel.to)) return { kind: 'client', channel };
      if (destination < 0 || destination >= many) {
        return noSuchAddress(`${channel.to}:${destination} doesn't exist`);
      }
      const part = partOf(
        defined(routes.get(name), 'a channel has a route')(fact),
        parts.get(channel.to) ?? 1,
      );
      const process = processOf.get(`${channel.to} ${destination} ${part}`);
      if (process === undefined) return noSuchAddress(`${channel.to} has no part ${part}`);
      return { kind: 'process', process, channel };
    },
  };
}

/** Logical members: of the role itself, or of the one that it is a part of. */
function sizeOf(program: Program, role: Role): number {
  const base = program.roles.find((each) => each.name === baseRole(program, role.name)) ?? role;
  return base.size === null ? 1 : constantIn(program, base.size);
}

function partsOf(program: Program, role: Role): number {
  return role.parts === null ? 1 : constantIn(program, role.parts);
}

function placesOf(program: Program, role: Role, members: number): readonly Place[] {
  const parts = partsOf(program, role);
  const base = role.of ?? role.name;
  const clustered = program.roles.some((each) => each.name === base && each.size !== null);
  const carried = new Set(
    role.clauses.flatMap((clause) => (clause.kind === 'next' ? [clause.head.relation] : [])),
  );
  const shared = {
    role: role.name,
    base,
    group: 0,
    timers: role.timers.map((timer) => timer.name),
    eager: eagerChannels(program, role),
    durable: role.relations.every((each) => each.durable || !carried.has(each.name)),
  };
  return Array.from({ length: members }, (_, member) =>
    Array.from({ length: parts }, (_unused, part): Place => {
      const suffix = parts > 1 ? `/${part}` : '';
      const label = clustered || parts > 1 ? `${role.name}:${member}${suffix}` : role.name;
      return { ...shared, member, part, label };
    }),
  ).flat();
}

function compileRoute(program: Program, channel: Channel): (fact: Fact) => Fact {
  const table = variableTable();
  for (const column of channel.columns) table.at(column.name);
  const scope = scopeOf(program, table.at, functionTable(program, {}));
  const route = channel.route.map((each) => compileExpression(each, scope));
  const idle = { me: 0, slots: [], delta: EMPTY, emit: () => undefined };
  return (fact) => route.map((evaluate) => evaluate({ ...idle, variables: [...fact] }));
}

function isExternal(program: Program, role: string): boolean {
  return program.roles.some((each) => each.name === role && each.external);
}

function placeAt(places: readonly Place[], process: number): Place {
  return defined(places[process], 'a process of the program');
}

function noSuchAddress(message: string): RouteTarget {
  return { kind: 'fault', fault: { kind: 'no-such-address', message, clause: null, node: null } };
}
