/** Programs as text, judged at a small scope: what the tests of the judge share. */
import { defined } from '../../src/base/assert.ts';

import type { Program } from '../../src/ir/program.ts';
import type { ClientCommand, ClientPool } from '../../src/sim/judge/client-pool.ts';
import { type ExhaustiveJudgement, judgeExhaustively } from '../../src/sim/judge/exhaustive.ts';
import { defaultScope, type Scope } from '../../src/sim/judge/scope.ts';
import { loadProgram } from '../../src/syntax/load.ts';

export function load(text: string): Program {
  const loaded = loadProgram({ name: 'test.ir', text });
  if (loaded.kind === 'err') {
    throw new Error(loaded.error.map((each) => `${each.code} ${each.message}`).join('\n'));
  }
  return loaded.value.program;
}

/** `put(0, 1)` by client 0; `1: get(0)` by client 1. */
export function pool(...commands: readonly string[]): ClientPool {
  return { commands: commands.map(command), retries: 0 };
}

function command(text: string): ClientCommand {
  const parts = defined(/^(?:(\d+): )?(\w+)\((.*)\)$/.exec(text), 'a command');
  const [, client = '0', channel = '', args = ''] = parts;
  const fact =
    args === '' ? [] : args.split(', ').map((arg) => (/^-?\d+$/.test(arg) ? Number(arg) : arg));
  return { client: Number(client), channel, fact, member: null };
}

export function judge(
  original: string,
  plan: string,
  pools: readonly ClientPool[] | null,
  scope: Partial<Scope> = {},
): ExhaustiveJudgement {
  return judgeExhaustively(load(original), load(plan), {
    scope: { ...defaultScope, ...scope },
    functions: {},
    pools,
  });
}
