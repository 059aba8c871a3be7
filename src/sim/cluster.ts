/** The machines of all processes of a deployment, and what happens to them: inputs, crashes, restarts. */
import { defined } from '../base/assert.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import { type ArmedTimer, Machine } from '../exec/machine.ts';
import { restart } from '../exec/node.ts';
import type { NodeInput, NodeState, Outgoing, TickStats } from '../exec/node-state.ts';
import { compareFacts, type Fact, keyOfFact } from '../exec/value.ts';
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
}

/** One tick of a reaction, told while the machine is where the tick left it. */
export interface Ticked {
  readonly sent: readonly Sent[];
  readonly stats: TickStats | null;
}

export interface Reaction {
  readonly ticks: number;
  /** Timers that began to run and still do, in canonical order. */
  readonly armed: readonly ArmedTimer[];
  /** What stopped it, after the ticks that went well. */
  readonly fault: RuntimeFault | null;
}

export class Cluster {
  readonly deployment: Deployment;
  readonly #machines: readonly Machine[];
  /** By domain. */
  readonly #incarnations: number[];

  constructor(deployment: Deployment) {
    this.deployment = deployment;
    this.#machines = deployment.processes.map(({ code, member }) => new Machine(code, member));
    this.#incarnations = deployment.domains.map(() => 0);
  }

  process(index: number): Process {
    return defined(this.deployment.processes[index], 'a process of the deployment');
  }

  domain(index: number): Domain {
    return defined(this.deployment.domains[index], 'a domain of the deployment');
  }

  machine(index: number): Machine {
    return defined(this.#machines[index], 'a process of the deployment');
  }

  incarnation(domain: number): number {
    return defined(this.#incarnations[domain], 'a domain of the deployment');
  }

  /** Ticks the process until it is settled, or so many times. */
  react(
    index: number,
    inputs: readonly NodeInput[],
    options: { readonly ticksMax: number | null; readonly seen: (tick: Ticked) => void },
  ): Reaction {
    const process = this.process(index);
    const machine = this.machine(index);
    const { settleTicksMax } = process.code.limits;
    const armed: ArmedTimer[] = [];
    const reaction = (ticks: number, fault: RuntimeFault | null): Reaction => ({
      ticks,
      armed: stillArmed(machine, armed),
      fault: fault === null ? null : { ...fault, node: process.name },
    });
    let inbox = inputs;
    for (let tick = 0; tick !== options.ticksMax; tick++) {
      if (tick === settleTicksMax) return reaction(tick, neverSettles(process, tick));
      const result = machine.tick(inbox);
      if (result.kind === 'fault') return reaction(tick, result.fault);
      inbox = [];
      armed.push(...machine.newlyArmed());
      const sent = this.#addressed(result.outbox);
      options.seen({ sent: Array.isArray(sent) ? sent : [], stats: result.stats });
      if (!Array.isArray(sent)) return reaction(tick + 1, sent);
      if (machine.settled) return reaction(tick + 1, null);
    }
    return reaction(options.ticksMax ?? 0, null);
  }

  /** Puts the process in the state after a crash that came when it was in `at`. */
  restartProcess(index: number, at: NodeState, lastFlush: 'kept' | 'lost'): void {
    const { code } = this.process(index);
    this.machine(index).load(restart(code, at, { lastFlush }));
  }

  /** What parts of the old incarnation sent each other is void from now on (soundness.md, 2). */
  newIncarnation(domain: number): void {
    this.#incarnations[domain] = this.incarnation(domain) + 1;
  }

  #addressed(outbox: readonly Outgoing[]): Sent[] | RuntimeFault {
    const sent: Sent[] = [];
    for (const { channel, destination, fact, clause } of outbox) {
      const address = this.deployment.resolve(channel, destination, fact);
      if (address.kind === 'nowhere') return address.fault;
      const its = defined(this.deployment.channels.get(channel), 'only channels are sent');
      sent.push({ channel: its, destination, address, fact, clause });
    }
    return sent;
  }
}

function neverSettles({ code }: Process, ticks: number): RuntimeFault {
  const message = `after ${ticks} ticks without input it still changes or sends`;
  return { kind: 'never-settles', message, clause: code.restless, node: null };
}

function stillArmed(machine: Machine, armed: readonly ArmedTimer[]): readonly ArmedTimer[] {
  if (armed.length === 0) return armed;
  const once = new Map(armed.map((timer) => [`${timer.site} ${keyOfFact(timer.fact)}`, timer]));
  return [...once.values()]
    .filter(({ site, fact }) => machine.isArmed(site, fact))
    .sort((a, b) => a.site - b.site || compareFacts(a.fact, b.fact));
}
