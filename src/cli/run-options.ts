/** The flags of `run` as the runtime takes them, or what is wrong with them. */

import { resolve } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import { type DeploymentOptions, defaultDeploymentOptions } from '../runtime/deployment-options.ts';
import type { RunFlags } from './commands/run.ts';
import { type Failure, unusable } from './failure.ts';
import { readFunctions, readInteger, readSettings, unknownName } from './flags.ts';

export interface RunOptions {
  readonly deployment: Omit<DeploymentOptions, 'folder' | 'onEvent' | 'restartsAlone'>;
  readonly folder: string | null;
  readonly forMs: number | null;
  /** Clients that send the workload; 0 for none. */
  readonly load: number;
  readonly set: Readonly<Record<string, number>>;
}

const engines = ['node'] as const;
const transports = ['tcp', 'unix'] as const;
const durabilities = ['none', 'group', 'each'] as const;
const batchings = ['tick', 'none'] as const;

export async function readRunFlags(flags: RunFlags): Promise<Result<RunOptions, Failure>> {
  const engine = oneOf('engine', flags.engine, engines);
  const transport = oneOf('transport', flags.transport, transports);
  const durability = oneOf('durability', flags.durability, durabilities);
  const batching = oneOf('batching', flags.batching, batchings);
  const port = optional(flags.port, (text) => readInteger('--port', text, 1, 65_535));
  const seconds = optional(flags.for, (text) => readInteger('--for', text, 1, 1_000_000));
  const load = optional(flags.load, (text) => readInteger('--load', text, 1, 100_000));
  const clients = readInteger('--clients', flags.clients, 1, 10_000_000);
  const seed = readInteger('--seed', flags.seed, 0, 2 ** 31 - 1);
  const set = readSettings(flags.set);
  const functions = await readFunctions(flags.functions);
  if (
    engine.kind === 'err' ||
    transport.kind === 'err' ||
    durability.kind === 'err' ||
    batching.kind === 'err' ||
    port.kind === 'err' ||
    seconds.kind === 'err' ||
    load.kind === 'err' ||
    clients.kind === 'err' ||
    seed.kind === 'err' ||
    set.kind === 'err' ||
    functions.kind === 'err'
  ) {
    const read = [engine, transport, durability, batching, port, seconds, load, clients, seed, set];
    const wrong = [...read, functions].flatMap((each) => (each.kind === 'err' ? each.error : []));
    return err(unusable(...wrong));
  }
  return ok({
    deployment: {
      ...defaultDeploymentOptions,
      transport: transport.value,
      durability: durability.value,
      batching: batching.value,
      portBase: port.value,
      clients: Math.max(clients.value, load.value ?? 0),
      seed: seed.value,
      functions: functions.value,
      functionsFile: flags.functions === undefined ? null : resolve(flags.functions),
    },
    folder: flags.folder ?? null,
    forMs: seconds.value === null ? null : seconds.value * 1000,
    load: load.value ?? 0,
    set: set.value,
  });
}

type Read<T> = ReturnType<typeof unknownName> | { readonly kind: 'ok'; readonly value: T };

function oneOf<T extends string>(kind: string, text: string, names: readonly T[]): Read<T> {
  const found = names.find((name) => name === text);
  return found === undefined ? unknownName(kind, text, names) : ok(found);
}

function optional(
  text: string | undefined,
  read: (text: string) => ReturnType<typeof readInteger>,
): Read<number | null> {
  return text === undefined ? ok(null) : read(text);
}
