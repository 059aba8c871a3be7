/** A replicated store on real processes, with a network that can be bad and clients that check every answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { componentOfRole } from '../../../src/analysis/component.ts';
import { recoverable } from '../../../src/analysis/recoverability.ts';
import { Prng } from '../../../src/base/prng.ts';
import { compileRole, defaultCompileOptions } from '../../../src/exec/compile.ts';
import type { Program } from '../../../src/ir/program.ts';
import {
  type DeploymentOptions,
  defaultDeploymentOptions,
} from '../../../src/runtime/deployment-options.ts';
import type { NodeView } from '../../../src/runtime/slots.ts';
import { systemClock } from '../../../src/runtime/sockets.ts';
import { Supervisor } from '../../../src/runtime/supervisor.ts';
import { restartsAlone } from '../../../src/sim/faults.ts';
import { checkLinearizable } from '../../../src/sim/judge/linearizability.ts';
import { CLIENTS, FaultNetwork } from './fault-network.ts';
import { StoreAudit } from './store-audit.ts';

export interface FaultClusterOptions {
  readonly program: Program;
  /** The module of the processes. */
  readonly entry: string;
  readonly seed: number;
  readonly clients: number;
  /** Relays stand between all parties. */
  readonly network: boolean;
  readonly deployment: Partial<DeploymentOptions>;
}

export class FaultCluster {
  readonly folder: string;
  readonly events: string[] = [];
  readonly audit: StoreAudit;
  readonly #options: FaultClusterOptions;
  #supervisor: Supervisor;
  #network: FaultNetwork | null = null;

  constructor(options: FaultClusterOptions) {
    this.#options = options;
    this.folder = options.deployment.folder ?? mkdtempSync(join(tmpdir(), 'compart-faults-'));
    this.#supervisor = this.#newSupervisor();
    const { topology, plan } = this.#supervisor;
    this.audit = new StoreAudit({
      topology,
      plan,
      addresses: () => {
        const { addresses } = this.supervisor;
        return this.#network?.seenBy(CLIENTS, addresses) ?? addresses;
      },
      first: 0,
      count: options.clients,
      seed: options.seed,
      shareEvery: 5,
      retryMs: 300,
      token: `audit ${options.seed}`,
    });
  }

  get supervisor(): Supervisor {
    return this.#supervisor;
  }

  get network(): FaultNetwork {
    if (this.#network === null) throw new Error('this cluster has no network of relays');
    return this.#network;
  }

  async start(): Promise<void> {
    const { network, seed } = this.#options;
    if (network) {
      this.#network = await FaultNetwork.open(this.supervisor.topology, Prng.fromSeed(seed + 1));
    }
    const problem = await this.supervisor.start();
    if (problem !== null) throw new Error(problem.message);
    await this.audit.start();
  }

  /** Stops all of it, and starts it again on what is on disk. The clients stay. */
  async again(): Promise<void> {
    await this.#supervisor.stop();
    this.#supervisor = this.#newSupervisor();
    const problem = await this.#supervisor.start();
    if (problem !== null) throw new Error(problem.message);
  }

  #newSupervisor(): Supervisor {
    const { program, seed, entry, deployment } = this.#options;
    return new Supervisor(program, {
      ...defaultDeploymentOptions,
      restart: { ...defaultDeploymentOptions.restart, pauseMs: 20, pauseMaxMs: 200 },
      clients: Math.max(64, this.#options.clients),
      statusMs: 100,
      folder: this.folder,
      entry,
      execArgv: [],
      seed,
      restartsAlone: aloneIn(program),
      onEvent: ({ kind, node, text }) => this.events.push(`${node} ${kind}: ${text}`),
      seenBy: (index, addresses) => this.#network?.seenBy(index, addresses) ?? addresses,
      ...deployment,
    });
  }

  get nodes(): readonly NodeView[] {
    return this.supervisor.nodes;
  }

  node(name: string): NodeView {
    const found = this.nodes.find(({ place }) => place.name === name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  }

  /** Positions of all nodes of these members (`acceptor:0`), or of these nodes. */
  indexes(...names: readonly string[]): readonly number[] {
    const { domains } = this.supervisor.topology;
    return names.flatMap((name) => {
      const domain = domains.find(({ role, member }) => `${role}:${member}` === name);
      return domain?.nodes ?? [this.node(name).place.index];
    });
  }

  signal(name: string, signal: NodeJS.Signals): void {
    const { pid } = this.node(name);
    if (pid !== null) process.kill(pid, signal);
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(10);
  }

  get isWhole(): boolean {
    return this.nodes.every(({ phase, status }) => phase === 'up' && status?.connected === true);
  }

  /** Until every client has been answered a request that it made from now on. Milliseconds. */
  async progress(): Promise<number> {
    const began = systemClock.now();
    const before = this.audit.acknowledged;
    const enough = (): boolean =>
      this.audit.acknowledged >= before + 2 * this.#options.clients &&
      this.audit.answeredSince(began);
    await this.until(enough);
    return systemClock.now() - began;
  }

  /** All requests answered; then whatever is wrong with the answers. Nothing is left running. */
  async finish(): Promise<readonly string[]> {
    this.audit.finish();
    await this.until(() => this.audit.isDone);
    const { killed } = await this.stop();
    return [...this.verdict(), ...killed.map((name) => `${name} had to be killed`)];
  }

  async stop(): Promise<{ readonly killed: readonly string[]; readonly pids: readonly number[] }> {
    const pids = this.nodes.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    this.audit.close();
    const killed = await this.supervisor.stop();
    this.#network?.close();
    return { killed, pids };
  }

  /** Every way in which the answers so far are wrong. */
  verdict(): readonly string[] {
    const { lost, doubled, divergent } = this.audit;
    const judged = checkLinearizable(this.audit.operations());
    return [
      ...lost.map((text) => `lost: ${text}`),
      ...doubled.map((text) => `doubled: ${text}`),
      ...divergent.map((text) => `divergent: ${text}`),
      ...(judged.kind === 'linearizable' ? [] : [`history: ${JSON.stringify(judged)}`]),
    ];
  }

  remove(): void {
    this.supervisor.killAll();
    this.audit.close();
    this.#network?.close();
    if (this.#options.deployment.folder === undefined) {
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void systemClock.after(ms, resolve));
}

/** Roles whose processes may start again alone, as the command `run` decides it. */
export function aloneIn(program: Program): (role: string) => boolean {
  const names = program.roles
    .filter((role) => !role.external)
    .filter((role) => recoverable(componentOfRole(program, role.name)).kind === 'holds')
    .filter((role) =>
      restartsAlone(compileRole(program, role, { ...defaultCompileOptions, members: () => 1 })),
    )
    .map(({ name }) => name);
  return (role) => names.includes(role);
}
