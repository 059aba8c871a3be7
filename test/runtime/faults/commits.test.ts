/** Two-phase commit whose processes are killed: every transaction ends, everywhere in the same way, as its client was told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { defaultDeploymentOptions } from '../../../src/runtime/deployment-options.ts';
import { systemClock } from '../../../src/runtime/sockets.ts';
import { Supervisor } from '../../../src/runtime/supervisor.ts';
import { root } from '../../support/source-facts.ts';
import { type Compiled, compileSources } from '../compiled.ts';
import { programOf } from '../values.ts';
import { CommitAudit, onDisk } from './commit-audit.ts';
import { aloneIn, pause } from './fault-cluster.ts';

const timeout = 300_000;
const seed = 31;
const clients = 12;
let compiled: Compiled;
let made: Commits | null = null;

beforeAll(() => {
  compiled = compileSources();
}, timeout);
afterAll(() => compiled.remove());
afterEach(() => {
  made?.remove();
  made = null;
});

class Commits {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'compart-commits-'));
  readonly supervisor: Supervisor;
  readonly audit: CommitAudit;

  constructor() {
    const text = readFileSync(join(root, 'protocols/2pc-recovery.ir'), 'utf8');
    const program = programOf(text, '2pc-recovery');
    this.supervisor = new Supervisor(program, {
      ...defaultDeploymentOptions,
      restart: { ...defaultDeploymentOptions.restart, pauseMs: 20, pauseMaxMs: 200 },
      clients,
      statusMs: 100,
      folder: this.folder,
      entry: compiled.entry,
      execArgv: [],
      seed,
      restartsAlone: aloneIn(program),
    });
    this.audit = new CommitAudit(this.supervisor, clients, seed);
  }

  async start(): Promise<void> {
    const problem = await this.supervisor.start();
    if (problem !== null) throw new Error(problem.message);
    await this.audit.start();
  }

  kill(...names: readonly string[]): void {
    for (const { place, pid } of this.supervisor.nodes) {
      if (pid !== null && names.includes(place.name)) process.kill(pid, 'SIGKILL');
    }
  }

  get names(): readonly string[] {
    return this.supervisor.nodes.map(({ place }) => place.name);
  }

  get isWhole(): boolean {
    return this.supervisor.nodes.every(
      ({ phase, status }) => phase === 'up' && status?.connected === true,
    );
  }

  /** Until every client has been answered a request that it made from now on. */
  async progress(): Promise<void> {
    const began = systemClock.now();
    const before = this.audit.acknowledged;
    while (this.audit.acknowledged < before + 2 * clients || !this.audit.answeredSince(began)) {
      await pause(10);
    }
  }

  async whole(): Promise<void> {
    while (!this.isWhole) await pause(10);
  }

  /** What is wrong once all have been answered and every participant has heard of it. */
  async finish(): Promise<readonly string[]> {
    this.audit.finish();
    while (!this.audit.isDone) await pause(10);
    const killed = await this.supervisor.stop();
    const applied = onDisk(this.supervisor, this.folder, 'participant', 'applied');
    expect(applied.flat().length).toBeGreaterThan(0);
    return [...killed, ...this.audit.contradictions(applied)];
  }

  remove(): void {
    this.supervisor.killAll();
    this.audit.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function started(): Promise<Commits> {
  made = new Commits();
  await made.start();
  await made.progress();
  return made;
}

test(
  `two-phase commit, every process killed in turn and two at once: all or nothing (seed ${seed})`,
  async () => {
    const it = await started();
    for (const name of it.names) {
      it.kill(name);
      await it.progress();
      await it.whole();
    }
    it.kill('coordinator:0', 'participant:1');
    await it.progress();
    await it.whole();
    expect(it.supervisor.nodes.filter(({ restarts }) => restarts === 0)).toEqual([]);
    expect(await it.finish()).toEqual([]);
    const { commits, aborts } = it.audit.answers;
    expect(Math.min(commits, aborts)).toBeGreaterThan(0);
  },
  timeout,
);

test(
  `two-phase commit, all processes killed at the same moment, three times: all or nothing (seed ${seed})`,
  async () => {
    const it = await started();
    for (let time = 0; time < 3; time++) {
      it.kill(...it.names);
      await it.progress();
      await it.whole();
    }
    expect(await it.finish()).toEqual([]);
  },
  timeout,
);
