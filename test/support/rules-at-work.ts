/** Rules applied to small programs, and the plans judged: what the tests of the rule book share. */
import type { Program, Relation } from '../../src/ir/program.ts';
import type { Rule } from '../../src/rewrite/rule.ts';
import { type Saturated, saturate, searchLimits } from '../../src/rewrite/saturate.ts';
import type { ClientCommand, ClientPool } from '../../src/sim/judge/client-pool.ts';
import { type ExhaustiveJudgement, judgeExhaustively } from '../../src/sim/judge/exhaustive.ts';
import { defaultScope, type Scope } from '../../src/sim/judge/scope.ts';
import type { Solver } from '../../src/smt/solver.ts';

/** Everything that the rules find; each clause counts as one message a command. */
export function search(
  program: Program,
  rules: readonly Rule[],
  solver: Solver,
): Promise<Saturated> {
  return saturate(program, { rules, solver, limits: searchLimits, rate: () => 1 });
}

/** Small enough for a judgement in well under a second. */
export const tinyScope: Scope = {
  ...defaultScope,
  retries: 0,
  duplicates: 0,
  losses: 0,
  crashes: 0,
  statesMax: 20_000,
  statesPerSearchMax: 20_000,
};

export function judgeTiny(
  base: Program,
  plan: Program,
  pools: readonly ClientPool[],
  scope: Partial<Scope> = {},
): ExhaustiveJudgement {
  return judgeExhaustively(base, plan, {
    scope: { ...tinyScope, ...scope },
    functions: {},
    pools,
  });
}

/** Every pair of commands, the first client sending all of them: integers are 1 in one, 2 in the next. */
export function pairsOf(program: Program): readonly ClientPool[] {
  const commands = commandsOf(program);
  return commands.flatMap((first, at) =>
    commands.slice(at + 1).map((second) => ({ commands: [first, second], retries: 0 })),
  );
}

export function commandsOf(program: Program): readonly ClientCommand[] {
  const external = new Set(program.roles.filter((role) => role.external).map((role) => role.name));
  return program.channels
    .filter((channel) => external.has(channel.from))
    .flatMap((channel) =>
      [1, 2].map((value) => ({
        client: 0,
        channel: channel.name,
        fact: fact(channel.columns, value),
        member: null,
      })),
    )
    .filter((each, at, all) => at === 0 || JSON.stringify(all[at - 1]) !== JSON.stringify(each));
}

function fact(columns: Relation['columns'], value: number): readonly number[] {
  return columns.map(({ type }) => (type.kind === 'id' ? 0 : value));
}
