/**
 * What the busiest process of a role is given while clients run a workload: each list is one wake-up. Recorded from a run
 * of all processes without a network, in which a message arrives as soon as its receiver wakes up, and timers fire
 * at their periods against a nominal rate of commands.
 */

import { Prng } from '../src/base/prng.ts';
import type { NodeInput } from '../src/exec/node-state.ts';
import type { Program } from '../src/ir/program.ts';
import { Machine, type MakeReactive, type Reactive } from '../src/runtime/machine.ts';
import { type ClientMessage, Clients } from '../src/sim/clients.ts';
import {
  type Deployment,
  defaultDeployOptions,
  deploy,
  type Process,
} from '../src/sim/deployment.ts';
import type { History } from '../src/sim/history.ts';

export interface Recorded {
  readonly process: Process;
  readonly clients: number;
  readonly wakeUps: readonly (readonly NodeInput[])[];
  /** By wake-up: commands that had been answered before it. */
  readonly answered: readonly number[];
  /** What the clients saw. */
  readonly history: History;
}

export interface RecordOptions {
  readonly role: string;
  readonly commands: number;
  /** Commands that are under way at once; as many may share a batch. */
  readonly clients: number;
  /** What the processes run; the compiled code if not said. */
  readonly make?: MakeReactive;
}

/** Who issues commands and takes answers. */
export type Load = Pick<Clients, 'isDone' | 'answered' | 'issue' | 'receive'>;

export interface RunOptions extends RecordOptions {
  /** In place of the program's workload, of which everything is remembered. */
  readonly load: Load;
  /** Called now and then. */
  readonly onProgress: () => void;
}

const compiled: MakeReactive = (code, me, recovered) => new Machine(code, me, recovered);

/** Microseconds that a command takes in the time of the timers: ten thousand a second. */
const commandUs = 100;
const warmUpUs = 3_000_000;

class Recorder {
  readonly deployment: Deployment;
  readonly clients: Load;
  readonly #machines: readonly Reactive[];
  readonly #inboxes: NodeInput[][];
  readonly #due: { process: number; timer: string; periodUs: number; at: number }[] = [];
  readonly #toClients: {
    client: number;
    channel: string;
    fact: NodeInput & { kind: 'message' };
  }[] = [];
  readonly #keeps: boolean;
  readonly wakeUps: NodeInput[][][];
  readonly answered: number[][];
  #now = 0;

  constructor(program: Program, options: RecordOptions, load: Load, keeps: boolean) {
    this.deployment = deploy(program, { ...defaultDeployOptions, clients: options.clients });
    this.clients = load;
    this.#keeps = keeps;
    const { processes } = this.deployment;
    const make = options.make ?? compiled;
    this.#machines = processes.map(({ code, member }) => make(code, member, null));
    this.#inboxes = processes.map(() => []);
    this.wakeUps = processes.map(() => []);
    this.answered = processes.map(() => []);
    for (const { index, code } of processes) {
      for (const [timer, { periodMs }] of code.timers) {
        // Members fire one after the other, so that one of them leads.
        const at = periodMs * 1000 + index;
        this.#due.push({ process: index, timer, periodUs: periodMs * 1000, at });
      }
    }
  }

  run(clients: number, onProgress: () => void): void {
    for (const { index } of this.deployment.processes) this.#wake(index, []);
    while (this.#now < warmUpUs) {
      this.#pass(1000);
      this.#deliver();
    }
    for (let client = 0; client < clients; client++) this.#issue(client);
    while (!this.clients.isDone) {
      const before = this.clients.answered;
      this.#deliver();
      this.#answerAll();
      onProgress();
      this.#pass(Math.max(this.clients.answered - before, 1) * commandUs);
    }
  }

  #pass(us: number): void {
    this.#now += us;
    for (const due of this.#due) {
      if (due.at > this.#now) continue;
      due.at = this.#now + due.periodUs;
      this.#inboxes[due.process]?.push({ kind: 'timer', timer: due.timer });
      this.#deliver();
    }
  }

  /** Wakes whoever has input until nobody has. */
  #deliver(): void {
    for (let busy = true; busy; ) {
      busy = false;
      for (const [index, inbox] of this.#inboxes.entries()) {
        if (inbox.length === 0) continue;
        busy = true;
        this.#inboxes[index] = [];
        this.#wake(index, inbox);
      }
    }
  }

  #wake(index: number, inbox: NodeInput[]): void {
    const machine = this.#machines[index];
    if (machine === undefined) throw new Error('a process of the deployment');
    if (this.#keeps) {
      this.wakeUps[index]?.push(inbox);
      this.answered[index]?.push(this.clients.answered);
    }
    const { ticks, fault } = machine.react(inbox);
    if (fault !== null) throw new Error(fault.message);
    for (const { channel, destination, fact } of ticks.flatMap(({ outbox }) => outbox)) {
      const address = this.deployment.resolve(channel, destination, fact);
      if (address.kind === 'nowhere') throw new Error(address.fault.message);
      const message = { kind: 'message', channel, fact } as const;
      if (address.kind === 'process') this.#inboxes[address.process]?.push(message);
      else this.#toClients.push({ client: address.client, channel, fact: message });
    }
  }

  #answerAll(): void {
    for (const { client, channel, fact } of this.#toClients.splice(0)) {
      if (this.clients.receive(client, channel, fact.fact, this.#now)) this.#issue(client);
    }
  }

  #issue(client: number): void {
    const message: ClientMessage | null = this.clients.issue(client, this.#now);
    if (message === null) return;
    const { channel, destination, fact } = message;
    const address = this.deployment.resolve(channel, destination, fact);
    if (address.kind !== 'process') throw new Error('clients speak to processes');
    this.#inboxes[address.process]?.push({ kind: 'message', channel, fact });
  }
}

export function recordInputs(program: Program, options: RecordOptions): Recorded {
  const clients = new Clients(program, options, Prng.fromSeed(1));
  const recorder = new Recorder(program, options, clients, true);
  recorder.run(options.clients, () => undefined);
  const size = (index: number): number =>
    (recorder.wakeUps[index] ?? []).reduce((sum, inputs) => sum + inputs.length, 0);
  const candidates = recorder.deployment.processes.filter(({ role }) => role === options.role);
  const busiest = candidates.reduce((a, b) => (size(b.index) > size(a.index) ? b : a));
  return {
    process: busiest,
    clients: options.clients,
    wakeUps: recorder.wakeUps[busiest.index] ?? [],
    answered: recorder.answered[busiest.index] ?? [],
    history: clients.history,
  };
}

/** The same run, of which nothing is kept. */
export function runWhole(program: Program, options: RunOptions): void {
  new Recorder(program, options, options.load, false).run(options.clients, options.onProgress);
}
