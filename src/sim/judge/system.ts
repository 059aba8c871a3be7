/**
 * One program as a search sees it: processes with numbered local states, numbered inputs, and what a process does when
 * it takes a batch, computed once for each local state and batch however many world states share them.
 */
import { defined, invariant } from '../../base/assert.ts';
import { compareNumbers } from '../../base/order.ts';
import type { RuntimeFault } from '../../exec/fault.ts';
import type { NodeInput, NodeState, Outgoing } from '../../exec/node-state.ts';
import { type Fact, keyOfFact } from '../../exec/value.ts';
import type { Channel } from '../../ir/program.ts';
import type { ClientInterface } from './client-interface.ts';
import type { Addressed, Engine, Place } from './engine.ts';
import type { Derivation, Emission, InputInfo, LocalStep } from './local-steps.ts';
import { Interner } from './packed-numbers.ts';
import { insertQueued } from './queued-messages.ts';
import { Recent } from './recent.ts';
import type { Reductions } from './scope.ts';
import { mergeSorted } from './sorted-lists.ts';
import { stopped, unused, type WorldState } from './world-state.ts';

interface LocalState {
  readonly process: number;
  readonly state: NodeState | null;
  /** It hangs, and will start anew with this state. */
  readonly doomed: boolean;
}

export interface SystemLimits {
  /** Ticks without input within which a node settles; a role that doesn't is searched tick by tick. */
  readonly settleTicksMax: number;
  readonly reductions: Reductions;
}

/** Steps that are remembered at a time; made again when they are asked for later. */
const stepsKept = 500_000;

export class System {
  readonly engine: Engine;
  readonly clients: ClientInterface;
  readonly #limits: SystemLimits;
  readonly #inputs = new Interner<InputInfo>();
  readonly #locals = new Interner<LocalState>();
  readonly #derivations: Derivation[] = [{ kind: 'fresh' }];
  readonly #streams = new Interner<string>();
  readonly #steps = new Recent<LocalStep>(stepsKept);
  readonly #stages = new Recent<readonly LocalStep[]>(stepsKept);
  readonly #batches = new Recent<readonly (readonly number[])[]>(stepsKept);
  readonly #ownInputs = new Map<number, readonly number[]>();
  /** Roles that never settle: they take batches between any two ticks. */
  readonly restless: Set<string> = new Set();

  constructor(engine: Engine, clients: ClientInterface, limits: SystemLimits) {
    this.engine = engine;
    this.clients = clients;
    this.#limits = limits;
    const none = this.#locals.idOf('stopped', () => ({ process: -1, state: null, doomed: true }));
    invariant(none === stopped, 'the stopped state has the first number');
  }

  get reduces(): boolean {
    return this.#limits.reductions !== 'none';
  }

  place(process: number): Place {
    return defined(this.engine.places[process], 'a process of the system');
  }

  input(id: number): InputInfo {
    return this.#inputs.at(id);
  }

  localState(id: number): NodeState | null {
    return this.#locals.at(id).state;
  }

  /** A command of a client as it arrives; null when the channel's address doesn't exist. */
  inputOfSend(send: number): number | null {
    const { command, member } = this.clients.send(send);
    const sender = `client:${command.client}`;
    return this.#messageOf(sender, -1, {
      channel: command.channel,
      destination: member,
      fact: command.fact,
    });
  }

  /** Before its first tick. */
  fresh(process: number): number {
    return this.#localOf(process, this.engine.initial(process), { kind: 'fresh' });
  }

  processOf(local: number): number {
    return this.#locals.at(local).process;
  }

  derivationOf(local: number): Derivation {
    return defined(this.#derivations[local], 'a local state that was met');
  }

  /** All processes after their first ticks, in which no message takes part. */
  start(): WorldState {
    let world: WorldState = {
      nodes: this.engine.places.map(() => stopped),
      used: unused,
      sent: 0,
      flight: [],
      queued: [],
      emitted: [],
    };
    for (const process of this.engine.places.keys()) {
      const fresh = this.fresh(process);
      const step = this.advance(process, fresh, []);
      world = this.applied(world, process, step.next, step);
    }
    return world;
  }

  /** The world after a process went to `next` and sent what the emission says. */
  applied(world: WorldState, process: number, next: number, sent: Emission): WorldState {
    const nodes = world.nodes.slice();
    nodes[process] = next;
    return {
      ...world,
      nodes,
      flight: sent.flight.length === 0 ? world.flight : mergeSorted(world.flight, sent.flight),
      queued: sent.queued.reduce<readonly number[]>(
        (q, id) => insertQueued(this, q, id),
        world.queued,
      ),
      emitted: this.#withOutputs(world.emitted, sent.outputs),
    };
  }

  /** Timers and pending expiries of a local state; a timer of a stopped process doesn't fire. */
  ownInputs(process: number, local: number): readonly number[] {
    const known = this.#ownInputs.get(local);
    if (known !== undefined) return known;
    const made = this.#makeOwnInputs(process, local);
    this.#ownInputs.set(local, made);
    return made;
  }

  /** Takes the batch and ticks until the process is settled; in a role that never settles, one tick. */
  advance(process: number, local: number, batch: readonly number[]): LocalStep {
    return this.#steps.of(`${local}|${batch.join(',')}`, () =>
      this.#compute(process, local, batch),
    );
  }

  /** The same after each tick but the last: where a crash finds the process, and what it had sent by then. */
  stages(process: number, local: number, batch: readonly number[]): readonly LocalStep[] {
    // By now a role that never settles is known.
    this.advance(process, local, batch);
    return this.#stages.of(`${local}|${batch.join(',')}`, () =>
      this.#computeStages(process, local, batch),
    );
  }

  /** A list of batches, made once. */
  remembered(
    key: string,
    make: () => readonly (readonly number[])[],
  ): readonly (readonly number[])[] {
    return this.#batches.of(key, make);
  }

  isSettled(local: number): boolean {
    return this.localState(local)?.settled ?? true;
  }

  /** It hangs after a tick in the midst of a step, until it starts anew; others may take what it has sent. */
  isDoomed(local: number): boolean {
    return this.#locals.at(local).doomed;
  }

  /** Some process hangs in the midst of a crash. */
  hangs({ nodes }: WorldState): boolean {
    return nodes.some((local) => local !== stopped && this.isDoomed(local));
  }

  doomed(process: number, local: number, flush: 'kept' | 'lost'): number {
    const state = this.localState(local);
    invariant(state !== null, 'a stopped process hangs no more');
    const anew = this.engine.restart(process, state, flush);
    const text = `doomed ${process} ${this.engine.states.keyOf(anew)}`;
    return this.#locals.idOf(text, () => {
      this.#derivations.push({ kind: 'doomed', from: local, flush });
      return { process, state: this.engine.states.shared(anew), doomed: true };
    });
  }

  /** The process starts anew with what is on its disk, and ticks until it is settled. */
  restarted(process: number, local: number): LocalStep {
    return this.advance(process, this.anew(process, local), []);
  }

  /** The process before its first tick after a restart. */
  anew(process: number, local: number): number {
    const state = this.localState(local);
    invariant(state !== null, 'a stopped process never starts again');
    const restarted = this.isDoomed(local) ? state : this.engine.restart(process, state, 'kept');
    return this.#localOf(process, restarted, { kind: 'restarted', from: local });
  }

  /** Where one tick leads; `stopped` when it fails. */
  ticked(process: number, local: number, batch: readonly number[]): number {
    const state = this.localState(local);
    invariant(state !== null, 'a stopped process takes no batch');
    const inputs = batch.map((id) => this.nodeInput(id));
    const result = this.engine.step(process, state, inputs);
    if (result.kind === 'fault') return stopped;
    return this.#localOf(process, result.state, { kind: 'tick', from: local, batch });
  }

  /** A message by what it says, whoever has sent it before. */
  messageFrom(
    sender: { readonly name: string; readonly group: number },
    message: { readonly process: number; readonly channel: Channel; readonly fact: Fact },
  ): number {
    return this.#messageTo(message, sender.name, sender.group, message.fact);
  }

  timerOf(process: number, timer: string): number {
    return this.#inputs.idOf(`timer ${process} ${timer}`, () => ({
      kind: 'timer',
      process,
      timer,
    }));
  }

  expiryOf(process: number, site: number, fact: Fact): number {
    const key = `expiry ${process} ${site} ${keyOfFact(fact)}`;
    return this.#inputs.idOf(key, () => ({ kind: 'expiry', process, site, fact }));
  }

  #compute(process: number, local: number, batch: readonly number[]): LocalStep {
    const sent: Gathered = { flight: [], queued: [], outputs: [] };
    const state = this.#settled(process, local, batch, sent);
    if (state === null) return stepTo(stopped, sent);
    return stepTo(this.#localOf(process, state, { kind: 'settled', from: local, batch }), sent);
  }

  #computeStages(process: number, local: number, batch: readonly number[]): readonly LocalStep[] {
    const sent: Gathered = { flight: [], queued: [], outputs: [] };
    const stages: LocalStep[] = [];
    let from = local;
    this.#settled(process, local, batch, sent, (state) => {
      const taken = stages.length === 0 ? batch : nothing;
      from = this.#localOf(process, state, { kind: 'tick', from, batch: taken });
      stages.push(stepTo(from, sent));
    });
    return stages;
  }

  /** The state in which all ticks end, null for a process that has failed; `midst` sees those before it. */
  #settled(
    process: number,
    local: number,
    batch: readonly number[],
    sent: Gathered,
    midst: (state: NodeState) => void = () => {},
  ): NodeState | null {
    const { role } = this.place(process);
    let state = this.localState(local);
    invariant(state !== null, 'a stopped process takes no batch');
    for (let tick = 0; tick <= this.#limits.settleTicksMax; tick++) {
      const inputs = tick === 0 ? batch.map((id) => this.nodeInput(id)) : [];
      const result = this.engine.step(process, state, inputs);
      if (result.kind === 'fault') return this.#failed(role, result.fault, sent);
      const fault = this.#gather(process, result.outbox, sent);
      if (fault !== null) return this.#failed(role, fault, sent);
      state = result.state;
      if (state.settled || this.restless.has(role)) return state;
      midst(state);
    }
    this.restless.add(role);
    for (const list of [sent.flight, sent.queued, sent.outputs]) list.length = 0;
    return this.#settled(process, local, batch, sent, midst);
  }

  /** A process that fails stops, and its failure is something that clients see. */
  #failed(role: string, fault: RuntimeFault, sent: Gathered): null {
    sent.outputs.push(this.clients.failureOf(role, fault.kind));
    return null;
  }

  #gather(process: number, outbox: readonly Outgoing[], sent: Gathered): RuntimeFault | null {
    for (const message of outbox) {
      const target = this.engine.route(message);
      if (target.kind === 'fault') return target.fault;
      if (target.kind === 'client') {
        const { channel } = target;
        sent.outputs.push(
          this.clients.outputOf(channel.name, message.destination, message.fact, channel.flags),
        );
        continue;
      }
      const sender = this.place(process);
      const id = this.#messageTo(target, sender.label, sender.group, message.fact);
      if (target.channel.flags.ordered) sent.queued.push(id);
      else sent.flight.push(id);
    }
    return null;
  }

  #messageOf(sender: string, group: number, message: Addressed): number | null {
    const target = this.engine.route(message);
    return target.kind === 'process' ? this.#messageTo(target, sender, group, message.fact) : null;
  }

  #messageTo(
    target: { readonly process: number; readonly channel: Channel },
    sender: string,
    group: number,
    fact: Fact,
  ): number {
    const { process, channel } = target;
    const place = this.place(process);
    const internal = place.group === group;
    const eager = this.reduces && place.eager.has(channel.name);
    const streamName = `${channel.name} ${sender} ${process}`;
    const stream = channel.flags.ordered ? this.#streams.idOf(streamName, () => streamName) : -1;
    const key = `${channel.name} ${process} ${group} ${stream} ${keyOfFact(fact)}`;
    const make = (): InputInfo =>
      ({
        kind: 'message',
        process,
        channel,
        fact,
        stream,
        from: group,
        sender,
        internal,
        eager,
      }) as const;
    return this.#inputs.idOf(key, make);
  }

  #makeOwnInputs(process: number, local: number): readonly number[] {
    const state = this.localState(local);
    if (state === null || this.isDoomed(local)) return [];
    const ids = this.place(process).timers.map((timer) => this.timerOf(process, timer));
    for (const [site, facts] of state.armed.entries()) {
      for (const fact of facts.values()) ids.push(this.expiryOf(process, site, fact));
    }
    return ids.sort((a, b) => a - b);
  }

  nodeInput(id: number): NodeInput {
    const info = this.input(id);
    if (info.kind === 'timer') return { kind: 'timer', timer: info.timer };
    if (info.kind === 'expiry') return { kind: 'expiry', site: info.site, fact: info.fact };
    return { kind: 'message', channel: info.channel.name, fact: info.fact };
  }

  #localOf(process: number, state: NodeState, derivation: Derivation): number {
    const text = `${process} ${this.engine.states.keyOf(state)}`;
    return this.#locals.idOf(text, () => {
      this.#derivations.push(derivation);
      return { process, state: this.engine.states.shared(state), doomed: false };
    });
  }

  #withOutputs(emitted: readonly number[], outputs: readonly number[]): readonly number[] {
    const fresh = outputs.filter(
      (id, at) =>
        this.clients.output(id).bag || (!emitted.includes(id) && outputs.indexOf(id) === at),
    );
    return fresh.length === 0 ? emitted : mergeSorted(emitted, fresh);
  }
}

/** One list for all steps that send nothing: most of the hundreds of thousands that are kept. */
const nothing: readonly number[] = [];

interface Gathered {
  readonly flight: number[];
  readonly queued: number[];
  readonly outputs: number[];
}

function stepTo(next: number, { flight, queued, outputs }: Gathered): LocalStep {
  return {
    next,
    flight: flight.length === 0 ? nothing : flight.toSorted(compareNumbers),
    queued: queued.length === 0 ? nothing : queued.slice(),
    outputs: outputs.length === 0 ? nothing : outputs.toSorted(compareNumbers),
  };
}
