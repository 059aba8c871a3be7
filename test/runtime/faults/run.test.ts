/** The command `run` when things go wrong around it: killed processes, a killed supervisor, a closed terminal, an impatient user. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { freshFolder } from '../../cli/support.ts';
import { root } from '../../support/source-facts.ts';
import { isAlive } from '../cluster.ts';
import { pause } from './fault-cluster.ts';

const timeout = 300_000;
const argv = ['run', 'voting.ir', '--set', 'participants=1', '--load', '4', '--json'];
const loader = join(root, 'node_modules/tsx/dist/loader.mjs');

class Run {
  readonly child: ChildProcessWithoutNullStreams;
  out = '';
  err = '';
  /** Status or signal, once it has ended and all that it printed is here. */
  end: number | NodeJS.Signals | null = null;

  constructor() {
    freshFolder();
    const flags = ['--import', loader, join(root, 'src/cli/main.ts'), ...argv];
    this.child = spawn(process.execPath, flags, { stdio: 'pipe' });
    this.child.stdout.on('data', (text) => {
      this.out += text;
    });
    this.child.stderr.on('data', (text) => {
      this.err += text;
    });
    this.child.on('close', (status, signal) => {
      this.end = status ?? signal;
    });
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await pause(20);
  }

  /** Waits until everything is there and answers. */
  async started(): Promise<void> {
    await this.until(() => /2 of 2 up .* [1-9][\d.]* k?\/s answers/.test(this.err));
  }

  /** From the table that it begins with. */
  pids(): readonly number[] {
    return ['leader', 'participant:0'].map((name) =>
      Number(new RegExp(`^${name} +(\\d+) +127`, 'm').exec(this.err)?.[1] ?? -1),
    );
  }
}

let made: Run | null = null;
afterEach(() => {
  for (const pid of made?.pids() ?? []) if (pid > 0 && isAlive(pid)) process.kill(pid, 'SIGKILL');
  made?.child.kill('SIGKILL');
});

async function started(): Promise<Run> {
  made = new Run();
  await made.started();
  expect(made.pids().filter(isAlive)).toHaveLength(2);
  return made;
}

test(
  'shows that a killed process is away and comes back, and leaves nobody behind',
  async () => {
    const run = await started();
    const [, victim = -1] = run.pids();
    process.kill(victim, 'SIGKILL');
    await run.until(() => run.err.includes('participant:0 up: at incarnation 1'));
    expect(run.err).toContain('participant:0 exited: SIGKILL');
    expect(run.err).toMatch(/participant:0 restarting: with its whole member, in \d+ ms/);
    const after = run.err.length;
    await run.until(() => run.err.slice(after).includes('2 of 2 up'));
    run.child.kill('SIGINT');
    await run.until(() => run.end !== null);
    expect(run.end).toBe(0);
    const { measured, nodes } = JSON.parse(run.out);
    expect(measured.nodes.map(({ restarts }: { restarts: number }) => restarts)).toEqual([0, 1]);
    expect(nodes.map(({ incarnation }: { incarnation: number }) => incarnation)).toEqual([0, 1]);
    const events = measured.events.map(({ kind }: { kind: string }) => kind);
    expect(events).toEqual(['exited', 'restarting', 'up']);
    expect(run.pids().filter(isAlive)).toEqual([]);
  },
  timeout,
);

describe.each([
  ['its own end by kill -9', 'SIGKILL'],
  ['a closed terminal', 'SIGHUP'],
] as const)('%s', (_, signal) => {
  test(
    'ends every process',
    async () => {
      const run = await started();
      run.child.kill(signal);
      await run.until(() => run.end !== null && !run.pids().some(isAlive));
      expect(run.end).toBe(signal);
    },
    timeout,
  );
});

test(
  'nobody reads what it prints any more: it ends, and so does every process',
  async () => {
    const run = await started();
    run.child.stderr.destroy();
    run.child.stdout.destroy();
    await run.until(() => run.end !== null && !run.pids().some(isAlive));
    expect(run.end).not.toBe(null);
  },
  timeout,
);

test(
  'a second Ctrl-C does not wait for a process that hangs',
  async () => {
    const run = await started();
    const [leader = -1] = run.pids();
    process.kill(leader, 'SIGSTOP');
    run.child.kill('SIGINT');
    await pause(200);
    run.child.kill('SIGINT');
    await run.until(() => run.end !== null && !run.pids().some(isAlive));
    expect(run.end).toBe(130);
  },
  timeout,
);
