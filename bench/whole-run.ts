/** One run of the optimizer as a user gets it, and the same in a process of its own, for the benchmarks. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { throughputModel } from '../cost-models/index.ts';
import { rules } from '../rules/index.ts';
import { type Optimized, type OptimizeRequest, optimize } from '../src/optimize.ts';
import { searchLimits } from '../src/rewrite/saturate.ts';

export interface Case {
  readonly name: string;
  readonly machines: number;
  /** Parameters of the program; those left out are as it says. */
  readonly set?: Readonly<Record<string, number>>;
}

const root: string = fileURLToPath(new URL('..', import.meta.url));

export function shippedText(name: string): string {
  return readFileSync(join(root, 'protocols', `${name}.ir`), 'utf8');
}

/** For throughput, with the shipped model and all rules; throws what a user would be told. */
export async function optimizeText(
  { name, machines, set = {} }: Case,
  text: string,
  onProgress: OptimizeRequest['onProgress'] = () => {},
): Promise<Optimized> {
  const result = await optimize({
    source: { name: `${name}.ir`, text },
    set,
    objective: 'throughput',
    model: throughputModel,
    rules,
    machinesMax: machines,
    target: null,
    seed: 0,
    limits: searchLimits,
    functions: {},
    onProgress,
  });
  if (result.kind === 'err') throw new Error(result.error.map((each) => each.message).join('\n'));
  return result.value;
}

/** Runs `script --one NAME MACHINES`, so that memory and warm-up are each program's own; its output is JSON. */
export function inProcess(script: string, { name, machines }: Case): unknown {
  const args = ['--import', 'tsx', fileURLToPath(script), '--one', name, `${machines}`];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  return JSON.parse(run.stdout);
}
