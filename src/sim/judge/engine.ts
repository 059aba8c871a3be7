/** The processes of a program as searches use them: what `deploy` says, and what the judge needs beside it. */
import { defined } from '../../base/assert.ts';
import type { FactSet } from '../../exec/fact-set.ts';
import type { RuntimeFault } from '../../exec/fault.ts';
import type { ExternalFunctions } from '../../exec/functions.ts';
import { initialState, restart, step } from '../../exec/node.ts';
import type { NodeInput, NodeState, Outgoing, StepResult } from '../../exec/node-state.ts';
import type { Channel, Program } from '../../ir/program.ts';
import { defaultDeployOptions, deploy, memberCount, type Process } from '../deployment.ts';
import { restartsAlone } from '../faults.ts';
import { eagerChannels } from './eager-channels.ts';
import { Interner, packNumbers } from './packed-numbers.ts';

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
  readonly places: readonly Place[];
  readonly initial: (process: number) => NodeState;
  readonly step: (process: number, state: NodeState, inbox: readonly NodeInput[]) => StepResult;
  readonly restart: (process: number, state: NodeState, flush: 'kept' | 'lost') => NodeState;
  /** What two states of one role share exactly when they behave alike: short, since a search keeps all of them. */
  readonly key: (state: NodeState) => string;
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
    places,
    initial: (process) => initialState(at(process).code, at(process).member),
    step: (process, state, inbox) => step(at(process).code, state, inbox),
    restart: (process, state, flush) => restart(at(process).code, state, { lastFlush: flush }),
    key: stateKeys(),
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

/** What `Engine.key` says. States are many combinations of few sets of facts: each set has a number, and a state is their list. */
function stateKeys(): Engine['key'] {
  const texts = new Interner<null>();
  const ids = new WeakMap<FactSet, number>();
  const idOf = (set: FactSet): number => {
    const known = ids.get(set);
    if (known !== undefined) return known;
    const id = texts.idOf(set.text(), () => null);
    ids.set(set, id);
    return id;
  };
  return ({ phase, settled, carried, disk, diskBefore, held, armed, expired }) => {
    const before = diskBefore === null ? [0] : [1, ...diskBefore.map(idOf)];
    const sets = [carried, disk, held, armed, expired].flatMap((list) => list.map(idOf));
    return `${phase} ${settled} ${packNumbers([...before, ...sets])}`;
  };
}
