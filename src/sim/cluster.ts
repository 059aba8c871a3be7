/** The states of all processes of a deployment, and what happens to them: inputs, crashes, restarts. */
import { defined } from '../base/assert.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import { initialState, restart, settle } from '../exec/node.ts';
import type { NodeInput, NodeState, Stepped } from '../exec/node-state.ts';
import type { Fact } from '../exec/value.ts';
import type { Channel } from '../ir/program.ts';
import type { Address, Deployment, Domain, Process } from './deployment.ts';

export interface Sent {
  readonly channel: Channel;
  /** The logical id that it is addressed to, and who that is. */
  readonly destination: number;
  readonly address: Exclude<Address, { readonly kind: 'nowhere' }>;
  readonly fact: Fact;
  /** Id of the send clause. */
  readonly clause: string;
  /** Which of the reaction's ticks sent it. */
  readonly tick: number;
}

export type Reaction =
  | {
      readonly kind: 'reacted';
      readonly ticks: readonly Stepped[];
      readonly sent: readonly Sent[];
    }
  | {
      readonly kind: 'fault';
      readonly ticks: readonly Stepped[];
      readonly fault: RuntimeFault;
    };

export class Cluster {
  readonly deployment: Deployment;
  readonly #states: NodeState[];
  /** By domain. */
  readonly #incarnations: number[];

  constructor(deployment: Deployment) {
    this.deployment = deployment;
    this.#states = deployment.processes.map(({ code, member }) => initialState(code, member));
    this.#incarnations = deployment.domains.map(() => 0);
  }

  process(index: number): Process {
    return defined(this.deployment.processes[index], 'a process of the deployment');
  }

  domain(index: number): Domain {
    return defined(this.deployment.domains[index], 'a domain of the deployment');
  }

  state(index: number): NodeState {
    return defined(this.#states[index], 'a process of the deployment');
  }

  incarnation(domain: number): number {
    return defined(this.#incarnations[domain], 'a domain of the deployment');
  }

  /** Ticks the process until it is settled. After a fault the state is that of the last good tick. */
  react(index: number, inputs: readonly NodeInput[]): Reaction {
    const process = this.process(index);
    const result = settle(process.code, this.state(index), inputs);
    const { ticks } = result;
    const last = ticks.at(-1);
    if (last !== undefined) this.#states[index] = last.state;
    if (result.kind === 'fault') {
      return { kind: 'fault', ticks, fault: { ...result.fault, node: process.name } };
    }
    const sent: Sent[] = [];
    for (const [tick, { outbox }] of ticks.entries()) {
      for (const { channel, destination, fact, clause } of outbox) {
        const address = this.deployment.resolve(channel, destination, fact);
        if (address.kind === 'nowhere') {
          return { kind: 'fault', ticks, fault: { ...address.fault, node: process.name } };
        }
        const its = defined(this.deployment.channels.get(channel), 'only channels are sent');
        sent.push({ channel: its, destination, address, fact, clause, tick });
      }
    }
    return { kind: 'reacted', ticks, sent };
  }

  /** Puts the process in the state after a crash that came when it was in `at`. */
  restartProcess(index: number, at: NodeState, lastFlush: 'kept' | 'lost'): void {
    this.#states[index] = restart(this.process(index).code, at, { lastFlush });
  }

  /** What parts of the old incarnation sent each other is void from now on (soundness.md, 2). */
  newIncarnation(domain: number): void {
    this.#incarnations[domain] = this.incarnation(domain) + 1;
  }
}
