/**
 * One running process, without process or sockets: what arrived forms the inbox of the next tick, the tick's messages
 * leave together, and none leaves before what it may depend on is on disk (docs/runtime.md).
 */
import type { Prng } from '../base/prng.ts';
import { describeFault } from '../exec/fault.ts';
import type { NodeCode } from '../exec/node-code.ts';
import type { NodeInput, Outgoing } from '../exec/node-state.ts';
import { type Counters, newCounters } from './counters.ts';
import { Inbox } from './inbox.ts';
import { Intake } from './intake.ts';
import type { RuntimeLimits } from './limits.ts';
import { Link } from './link.ts';
import type { OpenLog } from './log/durable-log.ts';
import { type Armed, Machine, type MakeReactive, type Reactive } from './machine.ts';
import type { NodeStatus } from './node-status.ts';
import { type Outlet, outletOf } from './outlet.ts';
import { Pace } from './pace.ts';
import type { Address, Clock, Dial, Stream, StreamEvents } from './stream.ts';
import { Timers } from './timers.ts';
import { type NodePlace, peersOf, TO_CLIENT, type Topology } from './topology.ts';
import { programCodecs } from './wire/program-codecs.ts';
import { EncodeFault } from './wire/wire-fault.ts';

/** `none`: each message has a tick of its own and leaves in a write of its own. */
export type Batching = 'tick' | 'none';

export type FatalKind =
  /** The program failed: a function, an address, a tick without end. */
  | 'program'
  /** A write or flush failed. */
  | 'disk'
  /** More waits for a peer than this process may keep. */
  | 'overload';

export interface NodeOptions {
  readonly topology: Topology;
  readonly place: NodePlace;
  readonly code: NodeCode;
  /** In place of the compiled code, to compare them. */
  readonly makeReactive?: MakeReactive | undefined;
  readonly plan: string;
  readonly incarnation: number;
  readonly life: number;
  readonly batching: Batching;
  /** See `pace.ts`; null: as fast as it goes. */
  readonly paceUs: number | null;
  /** Null when the role has nothing durable. */
  readonly log: OpenLog | null;
  readonly limits: RuntimeLimits;
  readonly clock: Clock;
  readonly dial: Dial;
  readonly prng: Prng;
  /** Calls once the messages that have arrived by now are in. */
  readonly defer: (call: () => void) => void;
  /** Nothing leaves and nothing is taken any more. */
  readonly onFatal: (kind: FatalKind, message: string) => void;
  readonly onConnected: () => void;
  readonly say: (text: string) => void;
}

interface Held {
  /** The tick of the log that must be safe. */
  readonly tick: number;
  readonly outbox: readonly Outgoing[];
}

/** Messages that one turn takes with `batching: none`, before the network gets its turn. */
const singlesMax = 64;

export class Node {
  readonly #options: NodeOptions;
  readonly #counters: Counters = newCounters();
  readonly #machine: Reactive;
  readonly #timers: Timers;
  readonly #intake: Intake;
  /** By node; null for those that it never sends to. */
  readonly #links: readonly (Link | null)[];
  readonly #open: readonly Link[];
  readonly #outlets: ReadonlyMap<string, Outlet>;
  /** Of the message before: most come in runs of one channel. */
  #outlet: Outlet | null = null;
  readonly #inbox = new Inbox();
  readonly #pace: Pace;
  #expired: Armed[] = [];
  #held: Held[] = [];
  #isScheduled = false;
  #phase: 'waiting' | 'running' | 'stopping' | 'ended' = 'waiting';
  #quietBeats = 0;
  #onStopped: (() => void) | null = null;

  constructor(options: NodeOptions) {
    const { topology, place, code, log, clock } = options;
    this.#options = options;
    this.#pace = new Pace(clock, options.paceUs);
    const recovered = log?.image ?? null;
    this.#machine =
      options.makeReactive?.(code, place.member, recovered) ??
      new Machine(code, place.member, recovered);
    this.#timers = new Timers(code, this.#pace.clock, options.prng.split(), {
      onTimer: (timer) => this.#give({ kind: 'timer', timer }),
      onExpired: (expired) => {
        this.#expired.push(...expired);
        this.#schedule();
      },
    });
    const codecs = programCodecs(topology);
    this.#outlets = new Map(
      codecs.map((codec) => [codec.place.channel.name, outletOf(topology, codec)]),
    );
    this.#intake = new Intake({
      ...options,
      codecs,
      counters: this.#counters,
      onMessage: (channel, fact) => this.#give({ kind: 'message', channel, fact }),
    });
    const peers = new Set(peersOf(topology, place).map(({ index }) => index));
    this.#links = topology.nodes.map((each) => (peers.has(each.index) ? this.#linkTo(each) : null));
    this.#open = this.#links.filter((link) => link !== null);
    log?.log.start({
      onFlushed: (tick) => this.#release(tick),
      onFailed: (problem) => this.#fatal('disk', `writing to disk failed: ${problem}`),
      image: () => this.#machine.onDisk(),
    });
  }

  get isConnected(): boolean {
    return this.#open.every((link) => link.isOpen);
  }

  /** Where the other nodes are; null for one that isn't there now. */
  setPeers(addresses: readonly (Address | null)[]): void {
    for (const [index, link] of this.#links.entries()) {
      const address = addresses[index];
      if (link !== null && address !== undefined && address !== null) link.connectTo(address);
    }
  }

  accept(stream: Stream): StreamEvents {
    return this.#intake.accept(stream);
  }

  /** The first tick, in which initial facts hold; then timers run and messages are taken. */
  start(): void {
    this.#phase = 'running';
    this.#react([]);
    this.#flush();
    this.#timers.start();
    this.#beat();
    this.#schedule();
  }

  /** Takes nothing new from clients and timers, finishes what it has, and calls when that is done. */
  stop(onStopped: () => void): void {
    if (this.#phase === 'ended') return;
    const wasRunning = this.#phase === 'running';
    this.#onStopped = onStopped;
    this.#phase = 'stopping';
    this.#timers.stop();
    this.#intake.hold('clients');
    this.#options.clock.after(this.#options.limits.drainMs, () => this.#end());
    if (!wasRunning) this.#end();
  }

  setPace(paceUs: number | null, timerScale: number): void {
    this.#pace.set(paceUs, timerScale);
  }

  status(): NodeStatus {
    const { log } = this.#options;
    return {
      counters: this.#counters,
      inbox: this.#inbox.size,
      queued: this.#open.reduce((sum, link) => sum + link.queued, this.#intake.queued),
      held: this.#held.reduce((sum, { outbox }) => sum + outbox.length, 0),
      flushes: log?.log.flushes ?? 0,
      connections: this.#intake.connections,
      connected: this.isConnected,
      pacedLostMs: this.#pace.lostMs,
    };
  }

  #linkTo(place: NodePlace): Link {
    const { role, member, part } = this.#options.place;
    const { incarnation, life } = this.#options;
    return new Link({
      ...this.#options,
      from: { kind: 'node', role, member, part, incarnation, life },
      to: place.name,
      counters: this.#counters,
      prng: this.#options.prng.split(),
      onChange: () => {
        if (this.isConnected) this.#options.onConnected();
      },
    });
  }

  #give(input: NodeInput): void {
    if (this.#inbox.size === 0) this.#pace.arrive();
    this.#inbox.push(input);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#phase === 'waiting' || this.#phase === 'ended') return;
    this.#isScheduled = true;
    this.#options.defer(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    if (this.#phase === 'ended') return;
    this.#quietBeats = 0;
    const waitMs = this.#pace.waitMs();
    if (waitMs > 0) {
      this.#isScheduled = true;
      this.#options.clock.after(waitMs, () => this.#turn());
      return;
    }
    const room = this.#pace.room();
    // Expiries have a tick of their own: a message in the same one could end the fact.
    if (this.#expired.length > 0) this.#expire();
    const isSingle = this.#options.batching === 'none';
    const size = isSingle ? 1 : Math.min(room, this.#options.limits.batchMax);
    for (
      let turns = isSingle ? Math.min(room, singlesMax) : 1;
      turns > 0 && this.#inbox.size > 0;
      turns--
    ) {
      const batch = this.#inbox.take(size);
      this.#count(batch);
      this.#react(batch);
      if (this.#isEnded()) return;
    }
    this.#flush();
    this.#relieve();
    if (this.#inbox.size > 0 || this.#expired.length > 0) this.#schedule();
  }

  #count(batch: readonly NodeInput[]): void {
    let timers = 0;
    for (const { kind } of batch) if (kind === 'timer') timers += 1;
    this.#counters.timers += timers;
    this.#pace.charge(batch.length - timers);
  }

  #expire(): void {
    const expired = this.#expired;
    this.#expired = [];
    const groups = this.#options.batching === 'none' ? expired.map((each) => [each]) : [expired];
    for (const group of groups) {
      const due = group.filter(({ site, fact }) => this.#machine.isArmed(site, fact));
      this.#counters.timers += due.length;
      if (due.length > 0 && !this.#isEnded()) {
        this.#react(due.map(({ site, fact }) => ({ kind: 'expiry', site, fact })));
      }
    }
  }

  #isEnded(): boolean {
    return this.#phase === 'ended';
  }

  #react(inputs: readonly NodeInput[]): void {
    const log = this.#options.log?.log;
    const { ticks, fault } = this.#machine.react(inputs);
    this.#counters.ticks += ticks.length;
    for (const { outbox, changes } of ticks) {
      const needed = log?.appended ?? 0;
      if (log === undefined || (this.#held.length === 0 && needed <= log.flushed)) {
        this.#sendAll(outbox);
      } else if (outbox.length > 0) this.#held.push({ tick: needed, outbox });
      if (changes !== null) log?.append(changes);
      if (this.#isEnded()) return;
    }
    for (const armed of this.#machine.newlyArmed()) this.#timers.arm(armed);
    if (fault !== null) {
      const text = describeFault({ ...fault, node: this.#options.place.name });
      this.#fatal('program', text);
      return;
    }
    log?.commit();
  }

  /** Sends what waited for the disk, in the order in which it came to be. */
  #release(tick: number): void {
    if (this.#isEnded() || this.#held.length === 0) return;
    let count = 0;
    for (const { tick: needed, outbox } of this.#held) {
      if (needed > tick) break;
      count += 1;
      this.#sendAll(outbox);
      if (this.#isEnded()) return;
    }
    this.#held.splice(0, count);
    this.#flush();
  }

  #sendAll(outbox: readonly Outgoing[]): void {
    this.#pace.charge(outbox.length);
    for (const each of outbox) {
      try {
        const problem = this.#send(each);
        if (problem === null) continue;
        this.#fatal('program', `${problem} (${this.#options.place.name}, ${each.clause})`);
      } catch (thrown) {
        if (!(thrown instanceof EncodeFault)) throw thrown;
        const where = `${this.#options.place.name}, ${each.clause}`;
        this.#fatal('program', `\`${each.channel}\` can't be sent: ${thrown.message} (${where})`);
      }
      return;
    }
  }

  /** What is wrong with the message, if anything. */
  #send({ channel, destination, fact }: Outgoing): string | null {
    const { place, batching } = this.#options;
    if (this.#outlet?.channel !== channel) this.#outlet = this.#outlets.get(channel) ?? null;
    const outlet = this.#outlet;
    if (outlet === null) return `\`${channel}\` is no channel of the plan`;
    const to = outlet.receiver(destination, fact);
    if (typeof to !== 'number') return to.message;
    if (to === TO_CLIENT) {
      this.#intake.toClient(outlet.codec, destination, fact);
      if (batching === 'none') this.#intake.flush();
    } else if (to === place.index) {
      this.#give({ kind: 'message', channel, fact });
    } else {
      const link = this.#links[to];
      link?.send(outlet.codec, fact);
      if (batching === 'none') link?.flush();
    }
    return null;
  }

  #flush(): void {
    if (this.#isEnded()) return;
    for (const link of this.#open) link.flush();
    this.#intake.flush();
  }

  /** Decides who may send on. Clients are the first to wait. */
  #relieve(): void {
    const { limits, log } = this.#options;
    const queued = this.#open.reduce((most, link) => Math.max(most, link.queued), 0);
    if (queued > limits.queueMaxBytes) {
      this.#fatal('overload', `${queued} bytes wait for one peer`);
      return;
    }
    // What waits for a tick or for the disk goes away without any peer's help, so not reading peers can't block for ever.
    const waiting = Math.max(
      (this.#inbox.size + this.#held.length) / limits.inboxHigh,
      (log?.log.waiting ?? 0) / limits.logHighBytes,
    );
    if (waiting > 4) this.#intake.hold('everybody');
    else if (waiting > 1 || queued > limits.queueHighBytes || this.#phase === 'stopping') {
      this.#intake.hold('clients');
    } else this.#intake.hold('nobody');
  }

  #beat(): void {
    if (this.#isEnded()) return;
    this.#intake.beat();
    for (const link of this.#open) link.beat();
    this.#relieve();
    if (this.#phase === 'stopping' && this.#isQuiet()) {
      this.#quietBeats += 1;
      if (this.#quietBeats > 2) this.#end();
    }
    this.#options.clock.after(this.#options.limits.beatMs, () => this.#beat());
  }

  #isQuiet(): boolean {
    const isSafe = this.#options.log?.log.isIdle !== false && this.#held.length === 0;
    const hasLeft = this.#open.every((link) => link.isDrained) && this.#intake.queued === 0;
    return isSafe && hasLeft && this.#inbox.size === 0 && this.#expired.length === 0;
  }

  #end(): void {
    if (this.#isEnded()) return;
    this.#close();
    this.#options.log?.log.close();
    this.#onStopped?.();
  }

  #fatal(kind: FatalKind, message: string): void {
    if (this.#isEnded()) return;
    this.#close();
    this.#options.onFatal(kind, message);
  }

  #close(): void {
    this.#phase = 'ended';
    this.#timers.stop();
    for (const link of this.#open) link.close();
    this.#intake.close();
  }
}
