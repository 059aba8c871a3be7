/**
 * One simulated world: processes, clients and a network on a clock of whole microseconds. Everything that is open in
 * the meaning of a program (delays, batches, timers, faults) is drawn from one seed.
 *
 * Messages that reach a process before it wakes up share a batch. Timers fire at any time up to twice their period, so
 * that no run depends on clocks agreeing.
 */
import { assertNever, defined } from '../base/assert.ts';
import { Prng } from '../base/prng.ts';
import type { RuntimeFault } from '../exec/fault.ts';
import type { ArmedTimer } from '../exec/machine.ts';
import type { NodeInput, NodeState } from '../exec/node-state.ts';
import { type Fact, keyOfFact } from '../exec/value.ts';
import type { Channel } from '../ir/program.ts';
import { Agenda, type Happening, type Message } from './agenda.ts';
import { type ClientMessage, Clients } from './clients.ts';
import { Cluster, type Reaction, type Sent } from './cluster.ts';
import type { Deployment, Process } from './deployment.ts';
import { Disturbances } from './disturbances.ts';
import { FaultDraws } from './fault-draws.ts';
import type { FaultName } from './faults.ts';
import { type LiveProcess, liveProcess, stopProcess, takeBatch } from './live-process.ts';
import { Network } from './network.ts';
import { Trace } from './trace.ts';
import type { WorldFigures, WorldObserver, WorldOptions } from './world-options.ts';

export class World {
  readonly cluster: Cluster;
  readonly clients: Clients;
  readonly trace: Trace;
  readonly #options: WorldOptions;
  readonly #observer: WorldObserver;
  readonly #agenda = new Agenda();
  readonly #prng: Prng;
  readonly #network: Network;
  readonly #disturbances: Disturbances;
  readonly #live: readonly LiveProcess[];
  readonly #figures = { ticks: 0, sent: 0, delivered: 0, lost: 0, duplicated: 0, timers: 0 };
  /** Messages on their way and inputs that wait. */
  #pending = 0;
  #lastAnswer = 0;
  #fault: RuntimeFault | null = null;

  constructor(deployment: Deployment, options: WorldOptions, observer: WorldObserver) {
    const prng = Prng.fromSeed(options.seed);
    const faults = new FaultDraws(options);
    this.#options = options;
    this.#observer = observer;
    this.#prng = prng.split();
    this.cluster = new Cluster(deployment);
    this.clients = new Clients(deployment.program, options, prng.split());
    this.trace = new Trace(options.traceMax);
    this.#network = new Network(prng.split(), faults, options.rates);
    this.#disturbances = new Disturbances(deployment, faults, options.rates, prng.split());
    this.#live = deployment.processes.map(liveProcess);
  }

  get now(): number {
    return this.#agenda.now;
  }

  get fault(): RuntimeFault | null {
    return this.#fault;
  }

  /** Microseconds since a client was answered last. */
  get idleUs(): number {
    return this.#agenda.now - this.#lastAnswer;
  }

  /** Nothing is on its way, and no process has input that waits. */
  get isQuiet(): boolean {
    return this.#pending === 0;
  }

  get ticks(): number {
    return this.#figures.ticks;
  }

  get figures(): WorldFigures {
    return { ...this.#figures, ...this.#disturbances.counts };
  }

  /** Starts every process and every client. */
  start(): void {
    for (const { index } of this.cluster.deployment.processes) this.#boot(index);
    for (let client = 0; client < this.#options.clients; client++) {
      this.#agenda.after(this.#prng.below(1000), { kind: 'issue', client });
    }
    for (const { fault, afterUs } of this.#disturbances.first()) {
      this.#agenda.after(afterUs, { kind: 'disturb', fault });
    }
  }

  /** The next thing that happens; false when nothing will, or after a fault of the program. */
  advance(): boolean {
    if (this.#fault !== null) return false;
    const happening = this.#agenda.next();
    if (happening === null) return false;
    this.#happen(happening);
    return true;
  }

  #happen(happening: Happening): void {
    const { now } = this.#agenda;
    switch (happening.kind) {
      case 'arrive':
        this.#arrive(happening.message);
        break;
      case 'wake':
        this.#wake(happening.process, happening.epoch);
        break;
      case 'timer':
        this.#fireTimer(happening);
        break;
      case 'expiry':
        this.#expire(happening);
        break;
      case 'issue':
        this.#sendOf(this.clients.issue(happening.client, now));
        break;
      case 'retry':
        this.#sendOf(this.clients.retry(happening.client, happening.command, now));
        break;
      case 'disturb':
        this.#disturb(happening.fault);
        break;
      case 'restore':
        this.#restore(happening.processes);
        break;
      case 'heal':
        this.trace.add({ kind: 'heal', at: now, node: this.#disturbances.isolatedName() });
        this.#disturbances.heal();
        break;
      default:
        assertNever(happening);
    }
  }

  #boot(process: number): void {
    const { code } = this.cluster.process(process);
    const { epoch } = this.#liveOf(process);
    this.#run(process, []);
    for (const [timer, { periodMs }] of code.timers) {
      const happening = { kind: 'timer', process, epoch, timer } as const;
      this.#agenda.after(this.#about(periodMs), happening);
    }
  }

  /** Any time up to twice the period. */
  #about(periodMs: number): number {
    return 1 + this.#prng.below(Math.max(2 * periodMs * 1000, 1));
  }

  #run(index: number, inputs: readonly NodeInput[]): void {
    const reaction = this.#react(index, inputs, null);
    if (reaction.fault !== null) this.#fault = reaction.fault;
    else this.#armExpiries(index, reaction.armed);
  }

  /** Ticks the process; observers see each tick before what it sends. */
  #react(index: number, inputs: readonly NodeInput[], ticksMax: number | null): Reaction {
    const process = this.cluster.process(index);
    const machine = this.cluster.machine(index);
    return this.cluster.react(index, inputs, {
      ticksMax,
      seen: ({ sent }) => {
        this.#figures.ticks += 1;
        this.#observer.ticked(process, machine);
        for (const each of sent) this.#post(process, each);
      },
    });
  }

  #armExpiries(index: number, armed: readonly ArmedTimer[]): void {
    const live = this.#liveOf(index);
    for (const { site, fact } of armed) {
      const key = `${site} ${keyOfFact(fact)}`;
      if (live.expiries.has(key)) continue;
      live.expiries.add(key);
      const delayMs = this.cluster.process(index).code.sites[site]?.delayMs ?? 0;
      const happening = { kind: 'expiry', process: index, epoch: live.epoch, site, fact } as const;
      this.#agenda.after(this.#about(delayMs), happening);
    }
  }

  #post(process: Process, sent: Sent): void {
    const { channel, fact, address } = sent;
    const incarnation = this.cluster.incarnation(process.domain);
    const from = { name: process.name, domain: process.domain, incarnation };
    this.#transmit(channel, fact, address, from);
    this.#observer.sent(channel.name, sent.destination, fact);
  }

  #transmit(
    channel: Channel,
    fact: Fact,
    address: Message['address'],
    from: {
      readonly name: string;
      readonly domain: number | null;
      readonly incarnation: number;
    },
  ): void {
    const to = this.#nameOf(address);
    const target = address.kind === 'process' ? this.cluster.process(address.process).domain : null;
    const link = {
      channel: channel.name,
      flags: channel.flags,
      from: from.name,
      to,
      cutUntil: this.#disturbances.cutUntil(from.domain, target),
    };
    const fate = this.#network.fate(link, this.#agenda.now);
    const id = this.#figures.sent++;
    const seen = { at: this.#agenda.now, channel: channel.name, fact, message: id };
    this.trace.add({ kind: 'send', node: from.name, to, ...seen });
    if (fate.kind === 'lost') {
      this.#figures.lost += 1;
      this.trace.add({ kind: 'lost', node: to, ...seen });
      return;
    }
    this.#figures.duplicated += fate.times.length - 1;
    const { domain, incarnation } = from;
    const message = { id, channel, fact, from: from.name, domain, incarnation, address };
    for (const time of fate.times) {
      this.#pending += 1;
      this.#agenda.at(time, { kind: 'arrive', message });
    }
  }

  #arrive(message: Message): void {
    const { channel, fact, address, id } = message;
    const seen = { at: this.#agenda.now, channel: channel.name, fact, message: id };
    if (address.kind === 'client') {
      this.#pending -= 1;
      this.#figures.delivered += 1;
      this.trace.add({ kind: 'receive', node: `${channel.to}:${address.client}`, ...seen });
      if (!this.clients.receive(address.client, channel.name, fact, this.#agenda.now)) return;
      this.#lastAnswer = this.#agenda.now;
      this.#agenda.after(1 + this.#prng.below(1000), { kind: 'issue', client: address.client });
      return;
    }
    const process = this.cluster.process(address.process);
    const live = this.#liveOf(process.index);
    const stale =
      message.domain === process.domain &&
      message.incarnation !== this.cluster.incarnation(process.domain);
    if (!live.up || stale) {
      this.#pending -= 1;
      this.#figures.lost += 1;
      this.trace.add({ kind: 'lost', node: process.name, ...seen });
      return;
    }
    this.#figures.delivered += 1;
    this.trace.add({ kind: 'receive', node: process.name, ...seen });
    this.#give(process.index, { kind: 'message', channel: channel.name, fact });
  }

  /** Puts an input, counted as pending, into the inbox. */
  #give(index: number, input: NodeInput): void {
    const live = this.#liveOf(index);
    live.inbox.push(input);
    if (live.waking) return;
    live.waking = true;
    const happening = { kind: 'wake', process: index, epoch: live.epoch } as const;
    this.#agenda.after(this.#prng.below(this.#options.batchUs), happening);
  }

  #wake(index: number, epoch: number): void {
    const live = this.#liveOf(index);
    if (epoch !== live.epoch) return;
    const batch = takeBatch(live);
    this.#pending -= batch.length;
    this.#run(index, batch);
  }

  #fireTimer(happening: Extract<Happening, { kind: 'timer' }>): void {
    const { process, epoch, timer } = happening;
    const live = this.#liveOf(process);
    if (epoch !== live.epoch || !live.up) return;
    const { code, name } = this.cluster.process(process);
    this.#figures.timers += 1;
    this.trace.add({ kind: 'timer', at: this.#agenda.now, node: name, name: timer, fact: [] });
    this.#pending += 1;
    this.#give(process, { kind: 'timer', timer });
    this.#agenda.after(this.#about(code.timers.get(timer)?.periodMs ?? 0), happening);
  }

  #expire(happening: Extract<Happening, { kind: 'expiry' }>): void {
    const { process, epoch, site, fact } = happening;
    const live = this.#liveOf(process);
    if (epoch !== live.epoch || !live.up) return;
    live.expiries.delete(`${site} ${keyOfFact(fact)}`);
    // The fact may have gone in the meantime, and its timer with it.
    if (!this.cluster.machine(process).isArmed(site, fact)) return;
    const { code, name } = this.cluster.process(process);
    this.#figures.timers += 1;
    const relation = code.sites[site]?.relation ?? '';
    this.trace.add({ kind: 'expiry', at: this.#agenda.now, node: name, name: relation, fact });
    // Alone, at once: a tick in between could end the fact, and an expiry of a fact that is gone is none.
    this.#run(process, [{ kind: 'expiry', site, fact }]);
  }

  #sendOf(message: ClientMessage | null): void {
    if (message === null) return;
    const { client, destination, fact, command } = message;
    const { program, channels, resolve } = this.cluster.deployment;
    const channel = channels.get(message.channel);
    const address = resolve(message.channel, destination, fact);
    if (channel === undefined) return;
    if (address.kind === 'nowhere') {
      this.#fault = address.fault;
      return;
    }
    const from = { name: `${channel.from}:${client}`, domain: null, incarnation: 0 };
    this.#transmit(channel, fact, address, from);
    this.#observer.sent(channel.name, destination, fact);
    const retryMs = program.workload?.retryMs ?? null;
    if (retryMs === null) return;
    this.#agenda.after(retryMs * 1000, { kind: 'retry', client, command });
  }

  #disturb(fault: FaultName): void {
    const happened = this.#disturbances.strike(
      fault,
      this.#agenda.now,
      (process) => this.#liveOf(process).up,
    );
    if (happened === null) return;
    for (const process of happened.stop) this.#stop(process);
    if (happened.domain !== null) this.cluster.newIncarnation(happened.domain);
    if (happened.isolated) {
      this.trace.add({
        kind: 'isolate',
        at: this.#agenda.now,
        node: this.#disturbances.isolatedName(),
      });
      this.#agenda.after(happened.lastsUs, { kind: 'heal' });
    } else if (happened.lastsUs > 0) {
      this.#agenda.after(happened.lastsUs, { kind: 'restore', processes: happened.stop });
    }
    if (happened.againUs !== null) this.#agenda.after(happened.againUs, { kind: 'disturb', fault });
  }

  #stop(index: number): void {
    const live = this.#liveOf(index);
    const process = this.cluster.process(index);
    this.trace.add({ kind: 'crash', at: this.#agenda.now, node: process.name });
    // The crash may hit in the middle of what the process was about to do: some ticks, and the last flush or not.
    const state = this.cluster.machine(index).save();
    const lastFlush = this.#prng.chance(0.5) ? 'kept' : 'lost';
    const batch = live.inbox;
    this.#pending -= batch.length;
    let at: NodeState = state;
    if (batch.length > 0 && this.#prng.chance(0.5))
      at = this.#runPartly(index, batch, state) ?? state;
    this.cluster.restartProcess(index, at, lastFlush);
    stopProcess(live);
  }

  /**
   * Runs some ticks of a reaction, whose messages still leave; the state in which the crash finds it. How many ticks there
   * are is found out first, by a reaction that nobody sees.
   */
  #runPartly(index: number, batch: readonly NodeInput[], before: NodeState): NodeState | null {
    const machine = this.cluster.machine(index);
    const whole = this.cluster.react(index, batch, { ticksMax: null, seen: () => undefined });
    if (whole.fault !== null) {
      this.#fault = whole.fault;
      return null;
    }
    const last = this.#prng.below(whole.ticks);
    machine.load(before);
    this.#react(index, batch, last + 1);
    return machine.save();
  }

  #restore(processes: readonly number[]): void {
    for (const index of processes) {
      const live = this.#liveOf(index);
      if (live.up) continue;
      live.up = true;
      const node = this.cluster.process(index).name;
      this.trace.add({ kind: 'restart', at: this.#agenda.now, node });
      this.#boot(index);
    }
  }

  #nameOf(address: Message['address']): string {
    return address.kind === 'client'
      ? `client:${address.client}`
      : this.cluster.process(address.process).name;
  }

  #liveOf(index: number): LiveProcess {
    return defined(this.#live[index], 'a process of the deployment');
  }
}
