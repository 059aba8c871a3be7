/**
 * Starts the processes of a program, tells them where the others are, starts them again when they die, and stops them.
 * It holds no state of the protocol: its own end ends all of them.
 */
import { rmSync } from 'node:fs';
import { defined } from '../base/assert.ts';
import type { Program } from '../ir/program.ts';
import { Child } from './child.ts';
import type { FailureKind, FromNode } from './control.ts';
import { DeploymentFolder } from './deployment-folder.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { planHash } from './plan-hash.ts';
import { verdictOn } from './restart-policy.ts';
import {
  emptySlot,
  type Member,
  type NodeView,
  newMember,
  type Slot,
  type StartProblem,
} from './slots.ts';
import { systemClock } from './sockets.ts';
import type { Address } from './stream.ts';
import { type Topology, topologyOf } from './topology.ts';

export class Supervisor {
  readonly topology: Topology;
  readonly plan: string;
  readonly #options: DeploymentOptions;
  readonly #folder: DeploymentFolder;
  readonly #slots: readonly Slot[];
  readonly #members: readonly Member[];
  #lives = 0;
  #paceUs: number | null;
  #phase: 'starting' | 'running' | 'stopping' = 'starting';
  #problem: StartProblem | null = null;
  #changed: (() => void) | null = null;
  readonly #cancels = new Set<() => void>();

  /** Throws what the system says when the folder can't be written. */
  constructor(program: Program, options: DeploymentOptions) {
    this.#options = options;
    this.#paceUs = options.paceUs;
    this.topology = topologyOf(program, options);
    this.plan = planHash(program, options.clients);
    this.#folder = new DeploymentFolder(options.folder, this.topology, this.plan);
    const { kept } = this.#folder;
    this.#slots = this.topology.nodes.map((place) => emptySlot(place, kept.has(place.name)));
    this.#members = this.topology.domains.map(newMember);
  }

  get nodes(): readonly NodeView[] {
    return this.#slots.map((slot) => ({
      place: slot.place,
      phase: slot.phase,
      pid: slot.child?.pid ?? null,
      address: slot.address,
      incarnation: this.#memberOf(slot).incarnation,
      restarts: slot.restarts,
      status: slot.status,
    }));
  }

  /** Where each node is, by its position in the topology. */
  get addresses(): readonly (Address | null)[] {
    return this.#slots.map(({ address }) => address);
  }

  /** What made members fail for good, in order of the nodes. */
  get failures(): readonly { readonly kind: FailureKind; readonly message: string }[] {
    return this.#slots.flatMap(({ failure, failureText, phase }) =>
      phase === 'failed' && failure !== null ? [{ kind: failure, message: failureText ?? '' }] : [],
    );
  }

  /** Null when every process is there, connected and going; else everything is stopped again. */
  async start(): Promise<StartProblem | null> {
    for (const slot of this.#slots) this.#spawn(slot);
    this.#later(this.#options.startMs, () => {
      if (this.#phase !== 'starting') return;
      const missing = this.#slots.filter(({ isConnected }) => !isConnected);
      const names = missing.map(({ place }) => place.name).join(', ');
      this.#problem ??= { kind: 'time', message: `not ready in time: ${names}` };
      this.#changed?.();
    });
    await this.#until(
      () => this.#problem !== null || this.#slots.every(({ isConnected }) => isConnected),
    );
    if (this.#problem !== null) {
      await this.stop();
      return this.#problem;
    }
    this.#phase = 'running';
    for (const slot of this.#slots) this.#go(slot);
    this.#publish();
    this.#watch();
    return null;
  }

  /** Names of the nodes that had to be killed. Nothing is left running. */
  async stop(): Promise<readonly string[]> {
    this.#phase = 'stopping';
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    const killed: string[] = [];
    for (const { child } of this.#slots) child?.tell({ kind: 'stop' });
    this.#later(this.#options.graceMs, () => {
      for (const { child, place } of this.#slots) {
        if (child === null) continue;
        killed.push(place.name);
        child.kill();
      }
    });
    await this.#until(() => this.#slots.every(({ child }) => child === null));
    for (const cancel of this.#cancels) cancel();
    this.#folder.close();
    return killed;
  }

  /** Asks every process for a status as of now; it is in `nodes` when it has come. */
  askStatus(): void {
    for (const { child } of this.#slots) child?.tell({ kind: 'report' });
  }

  /** See `pace.ts`; `timerScale` is what periods of timers are multiplied by from now on. */
  setPace(paceUs: number | null, timerScale: number): void {
    this.#paceUs = paceUs;
    for (const { child } of this.#slots) child?.tell({ kind: 'pace', paceUs, timerScale });
  }

  /** For what must not wait: ends all processes at once. */
  killAll(): void {
    this.#phase = 'stopping';
    for (const { child } of this.#slots) child?.kill();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    this.#changed = null;
  }

  #later(delayMs: number, call: () => void): void {
    const cancel = systemClock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      call();
    });
    this.#cancels.add(cancel);
  }

  #memberOf({ place }: Slot): Member {
    return defined(this.#members[place.domain], 'a domain of the topology');
  }

  #partsOf({ domain }: Member): readonly Slot[] {
    return domain.nodes.map((index) => defined(this.#slots[index], 'a node of the topology'));
  }

  #spawn(slot: Slot): void {
    if (this.#phase === 'stopping') return;
    const { place } = slot;
    this.#lives += 1;
    const life = this.#lives;
    slot.life = life;
    slot.phase = 'starting';
    slot.isConnected = false;
    slot.isGoing = false;
    slot.status = null;
    slot.heardAt = systemClock.now();
    try {
      const logFile = this.#folder.logFile(place);
      const child = new Child(
        { logFile, entry: this.#options.entry, execArgv: this.#options.execArgv },
        {
          onMessage: (message) => this.#hear(slot, message),
          onExit: (how) => this.#exited(slot, how),
        },
      );
      slot.child = child;
      this.#order(slot, child, life);
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      slot.child = null;
      this.#problem ??= { kind: 'spawn', message: `${place.name} can't be started: ${reason}` };
      this.#exited(slot, reason);
      return;
    }
    this.#later(this.#phase === 'starting' ? this.#options.startMs : this.#options.leaseMs, () => {
      if (slot.phase === 'starting' && slot.life === life) slot.child?.kill();
    });
  }

  #order(slot: Slot, child: Child, life: number): void {
    const { place } = slot;
    const options = this.#options;
    const address = this.#addressFor(slot);
    if (address.kind === 'unix') rmSync(address.path, { force: true });
    child.tell({
      kind: 'start',
      program: this.topology.program,
      functionsFile: options.functionsFile,
      plan: this.plan,
      clients: options.clients,
      index: place.index,
      incarnation: this.#memberOf(slot).incarnation,
      life,
      batching: options.batching,
      durability: options.durability,
      limits: options.limits,
      seed: options.seed + place.index,
      address,
      dataFolder: this.#folder.dataFolder(place),
      kept: slot.kept,
      statusMs: options.statusMs,
      paceUs: this.#paceUs,
    });
  }

  /** That of its last life, so that whoever knows it finds it again. */
  #addressFor({ address, place }: Slot): Address {
    if (address !== null) return address;
    const { transport, portBase } = this.#options;
    if (transport === 'unix') return { kind: 'unix', path: this.#folder.socketFile(place) };
    const port = portBase === null ? 0 : portBase + place.index;
    return { kind: 'tcp', host: '127.0.0.1', port };
  }

  #hear(slot: Slot, message: FromNode): void {
    slot.heardAt = systemClock.now();
    switch (message.kind) {
      case 'listening':
        this.#listening(slot, message);
        break;
      case 'connected':
        slot.isConnected = true;
        if (this.#phase === 'running') this.#go(slot);
        break;
      case 'status':
        slot.status = message.status;
        if (message.status.flushes > 0) this.#keeps(slot);
        break;
      case 'failed':
        slot.failure = message.why;
        slot.failureText = message.message;
        if (this.#phase === 'starting') {
          this.#problem ??= {
            kind: message.why,
            message: `${slot.place.name}: ${message.message}`,
          };
        }
        break;
    }
    this.#changed?.();
  }

  /** From now on an empty folder is a lost disk. */
  #keeps(slot: Slot): void {
    if (slot.kept) return;
    slot.kept = true;
    this.#publish();
  }

  #listening(slot: Slot, heard: Extract<FromNode, { readonly kind: 'listening' }>): void {
    slot.address = heard.address;
    slot.phase = 'up';
    slot.upSince = systemClock.now();
    const { addresses } = this;
    for (const { child, place } of this.#slots) {
      child?.tell({ kind: 'peers', addresses: this.#options.seenBy(place.index, addresses) });
    }
    if (heard.cut !== null) this.#say('up', slot, `cut off a torn write: ${heard.cut}`);
    if (this.#phase !== 'running') return;
    this.#publish();
    this.#say('up', slot, `at incarnation ${this.#memberOf(slot).incarnation}`);
    // Others may be away for long; it must not wait for them for ever.
    this.#later(1000, () => {
      if (slot.phase === 'up') this.#go(slot);
    });
  }

  /** Clients that come later find no addresses when this fails; those that are there go on. */
  #publish(): void {
    const problem = this.#folder.write(
      this.#slots.map(({ place, address, child, kept }) => {
        return { place, address, pid: child?.pid ?? null, kept };
      }),
    );
    if (problem !== null) this.#options.onEvent({ kind: 'failed', node: '', text: problem });
  }

  #go(slot: Slot): void {
    if (slot.isGoing || slot.child === null) return;
    slot.isGoing = true;
    slot.child.tell({ kind: 'go' });
  }

  #exited(slot: Slot, how: string): void {
    const member = this.#memberOf(slot);
    slot.child = null;
    slot.phase = member.phase === 'failed' ? 'failed' : 'down';
    this.#changed?.();
    if (this.#phase === 'starting') {
      this.#problem ??= { kind: 'spawn', message: `${slot.place.name} ended (${how})` };
      return;
    }
    if (this.#phase === 'stopping') return;
    this.#say('exited', slot, slot.failureText ?? how);
    if (member.phase === 'falling') {
      this.#fallen(member);
      return;
    }
    if (member.phase === 'up') this.#decide(slot, member);
  }

  #decide(slot: Slot, member: Member): void {
    const { restart, restartsAlone, portBase } = this.#options;
    if (systemClock.now() - slot.upSince > restart.healthyMs && slot.upSince > 0) {
      slot.aloneSoFar = 0;
      member.soFar = 0;
    }
    // Somebody took the port in the meantime; any other will do, unless it was asked for.
    if (slot.failure === 'port' && portBase === null) slot.address = null;
    const verdict = verdictOn(
      {
        failure: slot.failure,
        restartsAlone: restartsAlone(slot.place.role),
        isWholeMember: member.domain.nodes.length === 1,
        aloneSoFar: slot.aloneSoFar,
        memberSoFar: member.soFar,
      },
      restart,
    );
    if (verdict.kind === 'restart-part') {
      slot.aloneSoFar += 1;
      slot.failure = null;
      slot.failureText = null;
      this.#say('restarting', slot, `alone, in ${verdict.pauseMs} ms`);
      this.#later(verdict.pauseMs, () => this.#again(slot, member));
      return;
    }
    member.phase = verdict.kind === 'give-up' ? 'failed' : 'falling';
    member.pauseMs = verdict.kind === 'give-up' ? 0 : verdict.pauseMs;
    if (verdict.kind === 'give-up') {
      for (const part of this.#partsOf(member)) part.phase = 'failed';
      this.#say('failed', slot, `${member.domain.role}:${member.domain.member} stays down`);
    }
    for (const part of this.#partsOf(member)) part.child?.kill();
    if (member.phase === 'falling') this.#fallen(member);
  }

  #again(slot: Slot, member: Member): void {
    if (member.phase !== 'up' || slot.child !== null) return;
    slot.restarts += 1;
    this.#spawn(slot);
  }

  /** Once its last process is gone, the member rests, and starts again as its next incarnation. */
  #fallen(member: Member): void {
    const parts = this.#partsOf(member);
    const [first] = parts;
    if (first === undefined || parts.some(({ child }) => child !== null)) return;
    member.phase = 'resting';
    member.soFar += 1;
    this.#say('restarting', first, `with its whole member, in ${member.pauseMs} ms`);
    this.#later(member.pauseMs, () => {
      member.phase = 'up';
      member.incarnation += 1;
      for (const part of parts) {
        part.failure = null;
        part.failureText = null;
        this.#again(part, member);
      }
    });
  }

  /** A part that hangs is as good as dead, and its member must be seen to be gone; a whole member may take its time. */
  #watch(): void {
    const { leaseMs } = this.#options;
    const now = systemClock.now();
    for (const slot of this.#slots) {
      const isPart = this.#memberOf(slot).domain.nodes.length > 1;
      if (isPart && slot.phase === 'up' && now - slot.heardAt > leaseMs) slot.child?.kill();
    }
    this.#later(Math.max(50, leaseMs / 4), () => this.#watch());
  }

  #say(kind: 'exited' | 'restarting' | 'up' | 'failed', slot: Slot, text: string): void {
    this.#options.onEvent({ kind, node: slot.place.name, text });
  }
}
