/** The command line for tests: in this process with a terminal that remembers, or as a process of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run-cli.ts';
import { type Stream, styleOf, type Terminal } from '../../src/cli/terminal.ts';
import { root } from '../support/source-facts.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** An empty folder, which becomes the working directory. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'compart-'));
  process.chdir(folder);
  return folder;
}

export async function run(...argv: readonly string[]): Promise<Ran> {
  const text = { out: '', err: '' };
  const stream = (name: 'out' | 'err'): Stream => ({
    write: (more) => {
      text[name] += more;
    },
    style: styleOf(false),
    columns: 100,
    isTerminal: false,
    unicode: true,
  });
  let now = 0;
  const terminal: Terminal = { out: stream('out'), err: stream('err'), clock: () => now++ };
  const status = await runCli(argv, terminal);
  return { status, ...text };
}

const command = [
  '--import',
  join(root, 'node_modules/tsx/dist/loader.mjs'),
  join(root, 'src/cli/main.ts'),
];

export interface SpawnOptions {
  readonly input?: string;
  /** Sent once this text was seen on stderr. */
  readonly interrupt?: { readonly after: string; readonly signal: NodeJS.Signals };
  /** Reads so many bytes of stdout, and then no more. */
  readonly readsOnly?: number;
}

export function runProcess(argv: readonly string[], options: SpawnOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [...command, ...argv], { stdio: 'pipe' });
  const text = { out: '', err: '' };
  let isInterrupted = false;
  child.stdout.on('data', (data) => {
    text.out += data;
    if (options.readsOnly !== undefined && text.out.length >= options.readsOnly)
      child.stdout.destroy();
  });
  child.stderr.on('data', (data) => {
    text.err += data;
    if (options.interrupt === undefined || isInterrupted) return;
    if (!text.err.includes(options.interrupt.after)) return;
    isInterrupted = true;
    child.kill(options.interrupt.signal);
  });
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ status: code ?? -1, ...text }));
  });
}
