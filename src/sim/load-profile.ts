/**
 * Counts what one command of the workload costs each process: one command at a time, each message in a tick of its
 * own, without faults or delay. Timers fire at their declared periods against a nominal rate of commands, so a
 * heartbeat weighs what it would weigh in a busy system; before the count they fire until a first command is
 * answered (a leader is elected) and the warm-up is over.
 */

import { Prng } from '../base/prng.ts';
import { err, ok, type Result } from '../base/result.ts';
import { atOnce, type Turns } from '../base/turns.ts';
import { describeFault, type RuntimeFault } from '../exec/fault.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { ArmedTimer } from '../exec/machine.ts';
import { defaultExecLimits } from '../exec/node-code.ts';
import type { NodeInput } from '../exec/node-state.ts';
import { keyOfFact } from '../exec/value.ts';
import type { Program } from '../ir/program.ts';
import type { CriticalPath, LoadProfile } from '../plan/load-profile.ts';
import { Agenda } from './agenda.ts';
import { type ClientMessage, Clients } from './clients.ts';
import { Cluster, type Sent, type Ticked } from './cluster.ts';
import {
  type BrokenDependency,
  type BrokenDependencyText,
  DependencyMonitor,
  describeBrokenDependency,
} from './dependency-monitor.ts';
import { deploy, type Process } from './deployment.ts';
import { LoadCounter } from './load-counter.ts';

export interface LoadOptions {
  /** Commands that are counted. */
  readonly commands: number;
  /** Commands before that, after the first answer. */
  readonly warmup: number;
  readonly seed: number;
  readonly functions: ExternalFunctions;
  /** Commands per second, for the share of timers. */
  readonly nominalRate: number;
  readonly limits: LoadLimits;
}

export interface LoadLimits {
  /** Messages that one command or timer may cause. */
  readonly messagesMax: number;
  /** Timers that may fire while one command waits. */
  readonly timersMax: number;
  /** Clauses of the processes that ticked, added up over all ticks: further commands are left out, but for one of each kind of run. */
  readonly workMax: number;
}

/** What was counted, and what in the run speaks against the program. */
export interface MeasuredLoad extends LoadProfile {
  /** Declared dependencies that the run broke. */
  readonly brokenDependencies: readonly BrokenDependencyText[];
  /** Commands that the bound on work left out of the count. */
  readonly commandsLeftOut: number;
  /** The program is too long to be run: each clause counts once a command. */
  readonly isNominal: boolean;
}

export const defaultLoadOptions: LoadOptions = {
  commands: 60,
  warmup: 10,
  seed: 0,
  functions: {},
  // As busy as the systems that the cost model is fitted to.
  nominalRate: 50_000,
  limits: { messagesMax: 100_000, timersMax: 2_000, workMax: 20_000_000 },
};

/** The error is a fault of the program. A program without a workload has a profile without traffic. */
export function measureLoad(
  program: Program,
  options: LoadOptions,
): Result<MeasuredLoad, RuntimeFault> {
  return atOnce(measureInTurns(program, options));
}

/** A turn is a command. Ended early, each kind of run has one command. */
export function* measureInTurns(
  program: Program,
  options: LoadOptions,
): Turns<Result<MeasuredLoad, RuntimeFault>> {
  const run = new LoadRun(program, options);
  run.boot();
  yield* run.commands(1);
  yield* run.chooseMember();
  yield* run.commands(options.warmup);
  run.startCounting();
  const { issued, answered } = yield* run.commands(options.commands);
  if (run.fault !== null) return err(run.fault);
  return ok({
    commands: issued,
    answered,
    roles: run.counter.roles(issued),
    keys: run.counter.keys(),
    path: mostFrequent(run.paths),
    brokenDependencies: run.brokenDependencies.map(describeBrokenDependency),
    commandsLeftOut: options.commands - issued,
    isNominal: false,
  });
}

export function describeLoadFault(fault: RuntimeFault): string {
  return `the program can't be measured: ${describeFault(fault)}`;
}

/** How a message came about: what the client's command had to wait for. */
interface Cause {
  readonly channels: readonly string[];
  readonly processes: readonly string[];
  readonly flushes: number;
}

interface Travelling {
  readonly sent: Pick<Sent, 'channel' | 'fact' | 'address'>;
  readonly cause: Cause;
}

/** Commands that each member is tried with. */
const trialCommands = 3;

class LoadRun {
  fault: RuntimeFault | null = null;
  counter: LoadCounter;
  paths: CriticalPath[] = [];
  readonly brokenDependencies: BrokenDependency[] = [];
  readonly #dependencies: DependencyMonitor;
  readonly #options: LoadOptions;
  readonly #cluster: Cluster;
  readonly #clients: Clients;
  readonly #clientCount: number;
  readonly #agenda = new Agenda();
  readonly #armed = new Set<string>();
  readonly #retryUs: number | null;
  #travelling: Travelling[] = [];
  #issued = 0;
  #work = 0;

  constructor(program: Program, options: LoadOptions) {
    const count = Math.max(1, Math.min(program.workload?.clients ?? 1, 16));
    const deployment = deploy(program, {
      clients: count,
      functions: options.functions,
      measure: true,
      limits: defaultExecLimits,
    });
    const commands = Number.POSITIVE_INFINITY;
    const retryMs = program.workload?.retryMs ?? null;
    this.#options = options;
    this.#dependencies = new DependencyMonitor(program);
    this.#clientCount = count;
    this.#cluster = new Cluster(deployment);
    this.#clients = new Clients(program, { clients: count, commands }, Prng.fromSeed(options.seed));
    this.#retryUs = retryMs === null ? null : retryMs * 1000;
    this.counter = new LoadCounter(deployment);
  }

  startCounting(): void {
    this.counter = new LoadCounter(this.#cluster.deployment);
    this.paths = [];
  }

  /**
   * Sends all clients to the member that answers over the fewest hops: where the protocol passes commands on to a
   * leader, clients of a busy system have found it.
   */
  *chooseMember(): Turns<void> {
    let best = { member: 0, hops: Number.POSITIVE_INFINITY };
    for (let member = 0; member < this.#clients.membersMax; member++) {
      this.#clients.aim(member);
      this.paths = [];
      const { issued } = yield* this.commands(trialCommands);
      const longest = Math.max(...this.paths.map((path) => path.hops));
      const hops = this.paths.length < issued ? Number.POSITIVE_INFINITY : longest;
      if (hops < best.hops) best = { member, hops };
    }
    this.#clients.aim(best.member);
  }

  boot(): void {
    const { processes } = this.#cluster.deployment;
    for (const { index, code } of processes) {
      this.#react(index, [], null);
      for (const [timer, { periodMs }] of code.timers) {
        // Phases differ, as they would: timers of several members never fire at one time.
        const phase = Math.floor((periodMs * 1000 * (index + 1)) / (processes.length + 1));
        this.#agenda.at(phase, { kind: 'timer', process: index, epoch: 0, timer });
      }
    }
    this.#drain();
  }

  /**
   * Runs so many commands one after the other, or fewer, where that is too much work or nobody waits for it.
   * One that isn't answered is the last, and counts for all that would follow it.
   */
  *commands(count: number): Turns<{ readonly issued: number; readonly answered: number }> {
    const stepUs = Math.floor(1_000_000 / this.#options.nominalRate);
    const before = this.#clients.answered;
    const since = (): number => this.#clients.answered - before;
    for (let done = 0; done < count && this.fault === null; done++) {
      const isOver = yield;
      const isEnough = isOver || this.#work > this.#options.limits.workMax;
      if (done > 0 && isEnough) return { issued: done, answered: since() };
      const due = (this.#issued + 1) * stepUs;
      this.#fireUntil(due);
      const client = this.#issued % this.#clientCount;
      const id = this.#issued++;
      const answered = this.#clients.answered;
      const message = this.#clients.issue(client, this.#agenda.now);
      if (message === null) return { issued: count, answered: 0 };
      this.#post(message);
      if (!this.#await(answered, client, id)) break;
    }
    return { issued: count, answered: since() };
  }

  /** Fires timers and retries until the command is answered. */
  #await(answered: number, client: number, command: number): boolean {
    if (this.#retryUs !== null)
      this.#agenda.after(this.#retryUs, { kind: 'retry', client, command });
    for (let fired = 0; this.#clients.answered === answered; fired++) {
      if (fired >= this.#options.limits.timersMax || !this.#fireNext()) return false;
    }
    return true;
  }

  #fireUntil(time: number): void {
    // A happening of its own, so that the clock gets there.
    const mark = { kind: 'heal' } as const;
    this.#agenda.at(time, mark);
    for (;;) {
      const happening = this.#agenda.peek();
      if (happening === mark) {
        this.#agenda.next();
        return;
      }
      if (!this.#fireNext()) return;
    }
  }

  /** False when nothing is left, or after a fault. */
  #fireNext(): boolean {
    const happening = this.#agenda.next();
    if (happening === null || this.fault !== null) return false;
    if (happening.kind === 'timer') {
      const { process, timer } = happening;
      const { code } = this.#cluster.process(process);
      this.#react(process, [{ kind: 'timer', timer }], null);
      this.#agenda.after((code.timers.get(timer)?.periodMs ?? 0) * 1000 + 1, happening);
    } else if (happening.kind === 'expiry') {
      const { process, site, fact } = happening;
      this.#armed.delete(`${process} ${site} ${keyOfFact(fact)}`);
      if (!this.#cluster.machine(process).isArmed(site, fact)) return true;
      this.#react(process, [{ kind: 'expiry', site, fact }], null);
    } else if (happening.kind === 'retry') {
      const { client, command } = happening;
      const message = this.#clients.retry(client, command, this.#agenda.now);
      if (message !== null) this.#post(message);
      if (message !== null && this.#retryUs !== null) this.#agenda.after(this.#retryUs, happening);
    }
    this.#drain();
    return true;
  }

  #post(message: ClientMessage): void {
    const { channels, resolve } = this.#cluster.deployment;
    const { destination, fact } = message;
    const channel = channels.get(message.channel);
    const address = resolve(message.channel, destination, fact);
    if (address.kind === 'nowhere') this.fault = address.fault;
    if (channel === undefined || address.kind === 'nowhere') return;
    this.counter.message(channel.name, fact);
    const cause = { channels: [channel.name], processes: [], flushes: 0 };
    this.#travelling.push({ sent: { channel, fact, address }, cause });
    this.#drain();
  }

  /** Delivers messages in the order in which they were sent: all of one hop before the next. */
  #drain(): void {
    let delivered = 0;
    while (this.#travelling.length > 0 && this.fault === null) {
      const batch = this.#travelling;
      this.#travelling = [];
      for (const { sent, cause } of batch) {
        delivered += 1;
        if (sent.address.kind === 'client') this.#answer(sent, sent.address.client, cause);
        else this.#deliver(sent, sent.address.process, cause);
      }
      if (delivered <= this.#options.limits.messagesMax) continue;
      const { messagesMax } = this.#options.limits;
      const message = `one command or timer caused more than ${messagesMax} messages`;
      this.fault = { kind: 'never-settles', message, clause: null, node: null };
    }
  }

  #deliver(sent: Travelling['sent'], process: number, cause: Cause): void {
    this.counter.received(process, sent.channel.name, sent.fact);
    const input = { kind: 'message', channel: sent.channel.name, fact: sent.fact } as const;
    this.#react(process, [input], cause);
  }

  #answer(sent: Travelling['sent'], client: number, cause: Cause): void {
    const { name } = sent.channel;
    if (!this.#clients.receive(client, name, sent.fact, this.#agenda.now)) return;
    // A chain that began with a timer says nothing about the command.
    if (cause.channels.length < 2) return;
    this.paths.push({ hops: cause.channels.length, ...cause });
  }

  #react(index: number, inputs: readonly NodeInput[], cause: Cause | null): void {
    if (this.fault !== null) return;
    const process = this.#cluster.process(index);
    const ticks: Ticked[] = [];
    const machine = this.#cluster.machine(index);
    const seen = (tick: Ticked): void => {
      ticks.push(tick);
      this.#work += process.code.clauseIds.length;
      this.brokenDependencies.push(...this.#dependencies.ticked(process, machine));
    };
    const reaction = this.#cluster.react(index, inputs, { ticksMax: null, seen });
    if (reaction.fault !== null) {
      this.fault = reaction.fault;
      return;
    }
    this.counter.ticked(process, ticks);
    let flushed = 0;
    for (const tick of ticks) {
      for (const sent of tick.sent) {
        this.counter.sent(index, sent.channel.name, sent.clause, sent.fact);
        this.#travelling.push({ sent, cause: extend(cause, process, sent, flushed) });
      }
      if (tick.stats?.flushed === true) flushed += 1;
    }
    this.#arm(process, reaction.armed);
  }

  #arm(process: Process, armed: readonly ArmedTimer[]): void {
    for (const { site, fact } of armed) {
      const key = `${process.index} ${site} ${keyOfFact(fact)}`;
      if (this.#armed.has(key)) continue;
      this.#armed.add(key);
      const delayMs = process.code.sites[site]?.delayMs ?? 0;
      const happening = { kind: 'expiry', process: process.index, epoch: 0, site, fact } as const;
      this.#agenda.after(delayMs * 1000, happening);
    }
  }
}

function extend(cause: Cause | null, process: Process, sent: Sent, flushes: number): Cause {
  if (cause === null) return { channels: [], processes: [], flushes: 0 };
  // What a timer started stays recognizable: its chain has no channel.
  if (cause.channels.length === 0) return cause;
  return {
    channels: [...cause.channels, sent.channel.name],
    processes: [...cause.processes, process.name],
    flushes: cause.flushes + flushes,
  };
}

function mostFrequent(paths: readonly CriticalPath[]): CriticalPath | null {
  const counts = new Map<string, { readonly path: CriticalPath; count: number }>();
  for (const path of paths) {
    const key = `${path.flushes} ${path.channels.join(' ')}`;
    const entry = counts.get(key) ?? { path, count: 0 };
    counts.set(key, entry);
    entry.count += 1;
  }
  let best: { readonly key: string; readonly path: CriticalPath; readonly count: number } | null =
    null;
  for (const [key, { path, count }] of counts) {
    const better =
      best === null ||
      count > best.count ||
      (count === best.count &&
        (path.hops < best.path.hops || (path.hops === best.path.hops && key < best.key)));
    if (better) best = { key, path, count };
  }
  return best?.path ?? null;
}
