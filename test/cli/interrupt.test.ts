/** Ctrl-C in each phase: a real signal to a real process, sent when the phase begins. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PlanDocument } from '../../src/plan/document.ts';
import { root } from '../support/source-facts.ts';

const script = join(root, 'test/support/interrupt-at.ts');
const loader = join(root, 'node_modules/tsx/dist/loader.mjs');

interface Interrupted {
  readonly status: number | null;
  readonly document: PlanDocument;
  readonly err: string;
  readonly saved: PlanDocument;
}

/** `at`: what the line of progress says when the signal is sent. */
function interruptedAt(at: string, ...flags: readonly string[]): Interrupted {
  const cwd = mkdtempSync(join(tmpdir(), 'compart-'));
  const args = ['--import', loader, script, at, 'optimize', 'voting.ir', '--json', ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  const runs = join(cwd, '.compart/runs');
  const [run = ''] = existsSync(runs) ? readdirSync(runs) : [];
  return {
    status,
    document: JSON.parse(stdout),
    err: stderr,
    saved: JSON.parse(readFileSync(join(runs, run, 'plan.json'), 'utf8')),
  };
}

test.each([
  { phase: 'measure', at: 'as written', isOriginal: true, cutsFront: false },
  { phase: 'saturate', at: 'rules', isOriginal: true, cutsFront: false },
  // What was found by then may have a front of one point.
  { phase: 'prove', at: '1 iteration', isOriginal: false, cutsFront: false },
  { phase: 'extract', at: 'the plan for', isOriginal: false, cutsFront: true },
])(
  'Ctrl-C in $phase prints and saves the best plan so far',
  ({ at, isOriginal, cutsFront }) => {
    const { status, document, err, saved } = interruptedAt(at);
    expect(err).toContain('interrupted: finishing with the best plan so far');
    expect(status).toBe(130);
    expect(document.search.stop).toBe('interrupted');
    expect(saved).toEqual(document);
    const { original, plan, trace } = document;
    if (isOriginal) expect(trace).toEqual([]);
    expect(plan.predicted.throughput).toBeGreaterThanOrEqual(original.predicted.throughput);
    // What is left of the front begins with the original, and has the plan.
    expect(document.frontier[0]?.machines).toBe(original.machines);
    expect(document.frontier.map(({ machines }) => machines)).toContain(plan.machines);
    if (cutsFront) expect(document.search.cutOff).toHaveProperty('parts of the front');
  },
  60_000,
);
