/** The processes of a program as searches use them: what `deploy` says, and what the judge needs beside it. */
import { defined } from '../../base/assert.ts';
import type { RuntimeFault } from '../../exec/fault.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import { initialState, restart, step } from '../../exec/node.ts';
import type { NodeInput, NodeState, Outgoing, StepResult } from '../../exec/node-state.ts';
import type { Channel, Program } from '../../ir/program.ts';
import {
  type Deployment,
  defaultDeployOptions,
  deploy,
  memberCount,
  type Process,
} from '../deployment.ts';
import { restartsAlone } from '../faults.ts';
import { eagerChannels } from './eager-channels.ts';
import { StateStore } from './state-store.ts';

/** One process: a part of a logical member. */
export interface Place {
  readonly role: string;
  /** The logical member that it is a part of: `leader 0`. The same in a program and in its plans. */
  readonly origin: string;
  /** Number of the logical member; all its parts have the same. */
  readonly group: number;
  /** `me`, and which of the role's parts. */
  readonly member: number;
  readonly part: number;
  /** `leader`, `participant:1`, `collector:0/1`. */
  readonly label: string;
  readonly timers: readonly string[];
  readonly eager: ReadonlySet<string>;
  /** It may restart without its siblings: whatever it carries from tick to tick is on disk. */
  readonly durable: boolean;
}

export type RouteTarget =
  | { readonly kind: 'process'; readonly process: number; readonly channel: Channel }
  | { readonly kind: 'client'; readonly channel: Channel }
  | { readonly kind: 'fault'; readonly fault: RuntimeFault };

/** A fact on its way to a logical member. */
export type Addressed = Pick<Outgoing, 'channel' | 'destination' | 'fact'>;

export interface Engine {
  readonly program: Program;
  readonly deployment: Deployment;
  readonly functions: ExternalFunctions;
  readonly places: readonly Place[];
  readonly initial: (process: number) => NodeState;
  readonly step: (process: number, state: NodeState, inbox: readonly NodeInput[]) => StepResult;
  readonly restart: (process: number, state: NodeState, flush: 'kept' | 'lost') => NodeState;
  readonly states: StateStore;
  readonly route: (message: Addressed) => RouteTarget;
  /** Logical members of the role that receives the channel. */
  readonly receivers: (channel: string) => number;
}

export interface EngineOptions {
  readonly functions: ExternalFunctions;
  readonly clients: number;
}

export function makeEngine(program: Program, options: EngineOptions): Engine {
  const deployment = deploy(program, { ...defaultDeployOptions, ...options });
  const { processes, domains, channels } = deployment;
  const at = (index: number): Process => defined(processes[index], 'a process of the program');
  const roles = new Map(program.roles.map((role) => [role.name, role]));
  const places = processes.map((process): Place => {
    const role = defined(roles.get(process.role), 'processes are of roles');
    const domain = defined(domains[process.domain], 'a process is in a domain');
    return {
      role: role.name,
      origin: `${domain.role} ${domain.member}`,
      group: process.domain,
      member: process.member,
      part: process.part,
      label: process.name,
      timers: role.timers.map((timer) => timer.name),
      eager: eagerChannels(program, role),
      durable: restartsAlone(process.code),
    };
  });
  return {
    program,
    deployment,
    functions: options.functions,
    places,
    initial: (process) => initialState(at(process).code, at(process).member),
    step: (process, state, inbox) => step(at(process).code, state, inbox),
    restart: (process, state, flush) => restart(at(process).code, state, { lastFlush: flush }),
    states: new StateStore(),
    receivers: (name) => memberCount(program, channels.get(name)?.to ?? '', options.clients),
    route: ({ channel: name, destination, fact }) => {
      const channel = defined(channels.get(name), 'only channels are sent');
      const address = deployment.resolve(name, destination, fact);
      switch (address.kind) {
        case 'process':
          return { kind: 'process', process: address.process, channel };
        case 'client':
          return { kind: 'client', channel };
        case 'nowhere':
          return { kind: 'fault', fault: address.fault };
      }
    },
  };
}
