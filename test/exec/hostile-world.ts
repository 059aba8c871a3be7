/**
 * All processes of a program in one, over a network that loses, doubles and delays messages; processes are killed, and
 * start again with what is on disk. Links that don't lose messages deliver each once.
 */
import { defined } from '../../src/base/assert.ts';
import type { Prng } from '../../src/base/prng.ts';
import type { NodeInput, Outgoing } from '../../src/exec/node-state.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { Program } from '../../src/ir/program.ts';
import type { MakeReactive, Reactive } from '../../src/runtime/machine.ts';
import { Clients } from '../../src/sim/clients.ts';
import { type Deployment, defaultDeployOptions, deploy } from '../../src/sim/deployment.ts';
import type { History } from '../../src/sim/history.ts';

interface Flying {
  readonly to: { readonly kind: 'process' | 'client'; readonly index: number };
  readonly channel: string;
  readonly fact: Fact;
  readonly isReliable: boolean;
}

export interface Workload {
  readonly clients: number;
  readonly commands: number;
  /** Steps after which it gives up. */
  readonly steps: number;
}

/** Chances, one in so many. */
const lost = 20;
const doubled = 20;
const killed = 700;
const retried = 600;

export class HostileWorld {
  readonly #program: Program;
  readonly #make: MakeReactive;
  readonly #prng: Prng;
  #clients: Clients;
  #deployment: Deployment;
  #machines: Reactive[] = [];
  #flying: Flying[] = [];
  #now = 0;
  restarts = 0;

  constructor(program: Program, make: MakeReactive, prng: Prng) {
    this.#program = program;
    this.#make = make;
    this.#prng = prng;
    this.#deployment = deploy(program, defaultDeployOptions);
    this.#clients = new Clients(program, { clients: 0, commands: 0 }, prng.split());
  }

  get history(): History {
    return this.#clients.history;
  }

  run({ clients, commands, steps }: Workload): void {
    this.#clients = new Clients(this.#program, { clients, commands }, this.#prng.split());
    this.#deployment = deploy(this.#program, { ...defaultDeployOptions, clients });
    const { processes } = this.#deployment;
    this.#machines = processes.map(({ code, member }) => this.#make(code, member, null));
    for (const { index } of processes) this.#react(index, []);
    for (let client = 0; client < clients; client++) this.#issue(client);
    while (this.#now < steps && !this.#clients.isDone) {
      this.#now += 1;
      for (const { index, code } of processes) {
        for (const [timer, { periodMs }] of code.timers) {
          // A step is a tenth of a millisecond, and no two processes keep the same time.
          if (this.#prng.below(10 * periodMs) === 0) this.#react(index, [{ kind: 'timer', timer }]);
        }
        if (this.#prng.below(killed * processes.length) === 0) this.#restart(index);
      }
      for (let client = 0; client < clients; client++) {
        if (this.#prng.below(retried) === 0) this.#retry(client);
      }
      for (let count = 0; count < 3; count++) this.#deliver();
    }
  }

  #deliver(): void {
    if (this.#flying.length === 0) return;
    const at = this.#prng.below(this.#flying.length);
    const message = defined(this.#flying[at], 'a message that is on its way');
    const isDoubled = !message.isReliable && this.#prng.below(doubled) === 0;
    if (!isDoubled) this.#flying.splice(at, 1);
    if (!message.isReliable && this.#prng.below(lost) === 0) return;
    const { to, channel, fact } = message;
    if (to.kind === 'process') this.#react(to.index, [{ kind: 'message', channel, fact }]);
    else if (this.#clients.receive(to.index, channel, fact, this.#now)) this.#issue(to.index);
  }

  /** Between two batches: what a batch wrote is on disk before the next one. */
  #restart(index: number): void {
    const { code, member } = defined(this.#deployment.processes[index], 'a process');
    const kept = defined(this.#machines[index], 'a process').onDisk();
    this.#machines[index] = this.#make(code, member, kept);
    this.restarts += 1;
    this.#react(index, []);
  }

  #react(index: number, inputs: readonly NodeInput[]): void {
    const { ticks, fault } = defined(this.#machines[index], 'a process').react(inputs);
    if (fault !== null) throw new Error(fault.message);
    for (const { outbox } of ticks) for (const each of outbox) this.#send(each);
  }

  #send({ channel, destination, fact }: Outgoing): void {
    const address = this.#deployment.resolve(channel, destination, fact);
    if (address.kind === 'nowhere') throw new Error(address.fault.message);
    const isReliable =
      this.#program.channels.find(({ name }) => name === channel)?.flags.lossy !== true;
    const { kind } = address;
    const to = { kind, index: kind === 'process' ? address.process : address.client };
    this.#flying.push({ to, channel, fact, isReliable });
  }

  #issue(client: number): void {
    const message = this.#clients.issue(client, this.#now);
    if (message !== null) this.#send({ ...message, clause: '' });
  }

  #retry(client: number): void {
    const open = this.#clients.history.findLast(
      (each) => each.kind === 'send' && each.client === client,
    );
    if (open?.command === null || open === undefined) return;
    const message = this.#clients.retry(client, open.command, this.#now);
    if (message !== null) this.#send({ ...message, clause: '' });
  }
}
