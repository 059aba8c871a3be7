/** A deployment for a test, with clients that ask until they are answered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { Program } from '../../src/ir/program.ts';
import { ClientConnection } from '../../src/runtime/client-connection.ts';
import {
  type DeploymentOptions,
  defaultDeploymentOptions,
} from '../../src/runtime/deployment-options.ts';
import { defaultRuntimeLimits } from '../../src/runtime/limits.ts';
import type { NodeView } from '../../src/runtime/slots.ts';
import { dialAddress, systemClock } from '../../src/runtime/sockets.ts';
import { Supervisor } from '../../src/runtime/supervisor.ts';

export class TestCluster {
  readonly supervisor: Supervisor;
  readonly folder: string = mkdtempSync(join(tmpdir(), 'compart-run-'));
  readonly events: string[] = [];
  #clients: ClientConnection | null = null;
  readonly #answers = new Map<string, Fact>();
  #wake: () => void = () => undefined;

  constructor(program: Program, entry: string, options: Partial<DeploymentOptions> = {}) {
    this.supervisor = new Supervisor(program, {
      ...defaultDeploymentOptions,
      restart: { ...defaultDeploymentOptions.restart, pauseMs: 20 },
      clients: 16,
      folder: this.folder,
      entry,
      execArgv: [],
      onEvent: ({ kind, node, text }) => {
        this.events.push(`${node} ${kind}: ${text}`);
        this.#wake();
      },
      ...options,
    });
  }

  async start(): Promise<void> {
    const problem = await this.supervisor.start();
    if (problem !== null) throw new Error(problem.message);
    const { topology, plan } = this.supervisor;
    this.#clients = new ClientConnection({
      topology,
      plan,
      addresses: () => this.supervisor.addresses,
      role: 'client',
      first: 0,
      count: 16,
      token: 'test',
      onAnswer: (client, channel, fact) => {
        this.#answers.set(`${channel} ${client} ${fact[0]}`, fact);
        this.#wake();
      },
      limits: defaultRuntimeLimits,
      dial: dialAddress,
      clock: systemClock,
      prng: Prng.fromSeed(1),
      defer: setImmediate,
    });
    await this.#clients.ready();
  }

  /** Sends the request to one member after the other until the answer with its id is there. */
  async ask(
    request: { readonly channel: string; readonly fact: Fact; readonly members: number },
    answer: { readonly channel: string; readonly client: number; readonly id: number },
  ): Promise<Fact> {
    const key = `${answer.channel} ${answer.client} ${answer.id}`;
    for (let attempt = 0; ; attempt++) {
      this.#clients?.send(request.channel, attempt % request.members, request.fact);
      await this.#changed(300);
      for (let waits = 0; waits < 5 && !this.#answers.has(key); waits++) await this.#changed(60);
      const found = this.#answers.get(key);
      if (found !== undefined) return found;
    }
  }

  /** Waits until something is so; a test that waits for ever runs into its time limit. */
  async until(isSo: (nodes: readonly NodeView[]) => boolean): Promise<void> {
    while (!isSo(this.supervisor.nodes)) await this.#changed(30);
  }

  pidOf(name: string): number {
    return this.supervisor.nodes.find(({ place }) => place.name === name)?.pid ?? -1;
  }

  /** Stops everything; the pids that were there, none of which may be left. */
  async stop(): Promise<{ readonly killed: readonly string[]; readonly pids: readonly number[] }> {
    const pids = this.supervisor.nodes.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    this.#clients?.close();
    const killed = await this.supervisor.stop();
    return { killed, pids };
  }

  remove(): void {
    this.supervisor.killAll();
    this.#clients?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #changed(atMostMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = systemClock.after(atMostMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
