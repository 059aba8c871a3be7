/** Plants a bug in a copy of the project and runs the tests that should notice. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../support/source-facts.ts';
import type { PlantedBug } from './planted-bugs.ts';

export interface Copy {
  readonly folder: string;
  readonly remove: () => void;
}

const parts = ['src', 'protocols', 'test/runtime', 'test/support', 'test/data/runtime', 'test/cli'];
const files = ['package.json', 'tsconfig.json', 'vitest.config.ts'];

/** What the tests of the runtime need. */
export function copyOfProject(): Copy {
  const folder = mkdtempSync(join(tmpdir(), 'compart-planted-'));
  for (const part of [...parts, ...files]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The text with the bug in it; throws where the source has changed so that it can't be planted any more. */
export function planted(text: string, bug: PlantedBug): string {
  return bug.edits.reduce((so, { from, to }) => {
    if (so.split(from).length !== 2) throw new Error(`${bug.file} has not once: ${from}`);
    return so.replace(from, () => to);
  }, text);
}

export type Verdict =
  /** The names of the tests that failed. */
  | { readonly kind: 'caught'; readonly by: readonly string[] }
  | { readonly kind: 'survived'; readonly ran: number }
  /** No test ran: what was planted isn't even a program. */
  | { readonly kind: 'broken'; readonly text: string };

/** Runs the tests that are named for the bug; without it in the copy when `isPlanted` is false. */
export async function verdictOn(copy: Copy, bug: PlantedBug, isPlanted: boolean): Promise<Verdict> {
  const file = join(copy.folder, bug.file);
  const text = readFileSync(file, 'utf8');
  if (isPlanted) writeFileSync(file, planted(text, bug));
  try {
    return await run(copy, bug.testFile, bug.test);
  } finally {
    writeFileSync(file, text);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
    }[];
  }[];
}

async function run({ folder }: Copy, testFile: string, name: string): Promise<Verdict> {
  const report = join(folder, 'report.json');
  rmSync(report, { force: true });
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/^ /, '^');
  const argv = ['node_modules/vitest/vitest.mjs', 'run', testFile, '--project', 'unit'];
  const flags = ['-t', pattern, '--reporter=json', `--outputFile=${report}`];
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('VITEST'));
  const child = spawn(process.execPath, [...argv, ...flags], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), TEST: undefined, NODE_ENV: undefined },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += bytes;
  });
  await new Promise((resolve) => child.on('close', resolve));
  let read: Report;
  try {
    read = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { kind: 'broken', text: said };
  }
  const tests = read.testResults.flatMap(({ assertionResults }) => assertionResults);
  const ran = tests.filter(({ status }) => status === 'passed' || status === 'failed');
  const by = ran.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  if (by.length > 0) return { kind: 'caught', by };
  if (ran.length > 0) return { kind: 'survived', ran: ran.length };
  return { kind: 'broken', text: read.testResults.map(({ message }) => message).join('\n') };
}
