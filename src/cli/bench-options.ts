/** The flags of `bench` as measuring takes them, or what is wrong with them. */

import { resolve } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { err, map, ok, type Result } from '../base/result.ts';
import { type BenchMode, benchModes } from '../measure/mode-result.ts';
import type { LoadSettings } from '../measure/mode-run.ts';
import type { DeploymentOptions } from '../runtime/deployment-options.ts';
import type { BenchFlags } from './commands/bench.ts';
import { type Failure, unusable } from './failure.ts';
import { readFunctions, readInteger, readRate, unknownName } from './flags.ts';

export interface BenchOptions extends LoadSettings {
  readonly modes: readonly BenchMode[];
  /** Null: by mode. */
  readonly batching: 'tick' | 'none' | null;
  readonly durability: DeploymentOptions['durability'] | null;
}

const engines = ['node'] as const;
const durabilities = ['none', 'group', 'each'] as const;
const batchings = ['tick', 'none'] as const;

/** Clients of the points of a plot. */
const plotted: readonly number[] = [1, 4, 16, 64, 256];

type Read<T> = Result<T, readonly Diagnostic[]>;

/** All that is wrong is reported together. */
export async function readBenchFlags(flags: BenchFlags): Promise<Result<BenchOptions, Failure>> {
  const wrong: Diagnostic[] = [];
  const take = <T>(read: Read<T>, standard: T): T => {
    if (read.kind === 'ok') return read.value;
    wrong.push(...read.error);
    return standard;
  };
  const whole = (flag: string, text: string, least: number, most: number): number =>
    take(readInteger(flag, text, least, most), least);
  const optional = <T>(text: string | undefined, read: (text: string) => Read<T>): T | null =>
    text === undefined ? null : take<T | null>(read(text), null);
  take(oneOf('engine', flags.engine, engines), 'node');
  const options: BenchOptions = {
    modes: take(readModes(flags.mode), []),
    batching: optional(flags.batching, (text) => oneOf('batching', text, batchings)),
    durability: optional(flags.durability, (text) => oneOf('durability', text, durabilities)),
    paceUs: optional(flags.pace, (text) => readInteger('--pace', text, 1, 1_000_000)),
    share: optional(flags.cap, (text) =>
      map(readInteger('--cap', text, 1, 100), (percent) => percent / 100),
    ),
    clients: optional(flags.clients, (text) => readInteger('--clients', text, 1, 100_000)),
    perSecond: optional(flags.rate, (text) => readRate('--rate', text)),
    windowMs: whole('--duration', flags.duration, 1, 100_000) * 1000,
    warmupMs: whole('--warmup', flags.warmup, 0, 100_000) * 1000,
    repeats: whole('--repeats', flags.repeats, 1, 1000),
    sweep: flags.plot === undefined ? [] : plotted,
    seed: whole('--seed', flags.seed, 0, 2 ** 31 - 1),
    functions: take(await readFunctions(flags.functions), {}),
    functionsFile: flags.functions === undefined ? null : resolve(flags.functions),
  };
  return wrong.length > 0 ? err(unusable(...wrong)) : ok(options);
}

function readModes(text: string): Read<readonly BenchMode[]> {
  const modes: BenchMode[] = [];
  for (const name of text.split(',').map((each) => each.trim())) {
    const mode = oneOf('mode', name, benchModes);
    if (mode.kind === 'err') return mode;
    if (!modes.includes(mode.value)) modes.push(mode.value);
  }
  return ok(modes);
}

function oneOf<T extends string>(kind: string, text: string, names: readonly T[]): Read<T> {
  const found = names.find((name) => name === text);
  return found === undefined ? unknownName(kind, text, names) : ok(found);
}
