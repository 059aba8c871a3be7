/** Bounds count work, and reaching one is said: the same program stops at the same place everywhere. */

import { expect, test } from 'vitest';
import { syntheticProgram } from '../bench/synthetic.ts';
import { throughputModel } from '../cost-models/index.ts';
import { rules } from '../rules/index.ts';
import { type Optimized, optimize } from '../src/optimize.ts';
import { type SearchLimits, searchLimits } from '../src/rewrite/saturate.ts';
import { defaultLoadOptions, measureLoad } from '../src/sim/load-profile.ts';
import { measuredClausesMax, measureWorkload } from '../src/sim/measure-workload.ts';
import { loadProgram } from '../src/syntax/load.ts';

const source = { name: 'stages.ir', text: syntheticProgram(20) };
const loaded = loadProgram(source);
if (loaded.kind === 'err') throw new Error(loaded.error[0]?.message);
const { program } = loaded.value;
const clauses = program.roles.reduce((sum, role) => sum + role.clauses.length, 0);

async function optimized(limits: Partial<SearchLimits>): Promise<Optimized> {
  const result = await optimize({
    source,
    objective: 'throughput',
    model: throughputModel,
    rules,
    machinesMax: 8,
    target: null,
    seed: 0,
    limits: { ...searchLimits, ...limits },
    functions: {},
  });
  if (result.kind === 'err') throw new Error(result.error[0]?.message);
  return result.value;
}

test('a part of too many clauses stays whole, and the others are still cut', async () => {
  const server = program.roles.find(({ name }) => name === 'server')?.clauses.length ?? 0;
  const { document } = await optimized({ clausesMax: server - 1 });
  expect(document.search.cutOff).toEqual({ 'parts of too many clauses': 1 });
  expect(document.search.stop).toBe('matches');
  expect(document.plan.roles.find(({ name }) => name === 'server')?.by).toBe('original');
}, 60_000);

test('proposals stop when the whole program was looked at often enough', async () => {
  const { document, saturated } = await optimized({ programWorkMax: 2 * clauses });
  expect(document.search.cutOff['clauses looked at']).toBeGreaterThan(0);
  expect(saturated.applications.size).toBeLessThanOrEqual(2);
}, 60_000);

test('a run that is too much work has fewer commands, and the profile is per command all the same', () => {
  const { limits } = defaultLoadOptions;
  const whole = measureLoad(program, defaultLoadOptions);
  const short = measureLoad(program, {
    ...defaultLoadOptions,
    limits: { ...limits, workMax: 40 * clauses },
  });
  if (whole.kind === 'err' || short.kind === 'err') throw new Error('the program runs');
  expect(whole.value).toMatchObject({ commands: 60, answered: 60, commandsLeftOut: 0 });
  const { commands, answered, commandsLeftOut, roles } = short.value;
  expect(commands).toBeGreaterThan(0);
  expect(commands).toBeLessThan(60);
  expect(answered).toBe(commands);
  expect(commandsLeftOut).toBe(60 - commands);
  expect(roles[0]?.sent).toEqual(whole.value.roles[0]?.sent);
});

test('a program too long to be run costs what its clauses say, and no command is counted', async () => {
  const roles = program.roles.map((role) => ({
    ...role,
    clauses: Array.from({ length: measuredClausesMax }, () => role.clauses).flat(),
  }));
  const found = await measureWorkload({ ...program, roles }, { seed: 0, functions: {} });
  if (found.kind === 'err') throw new Error('it needs no run');
  expect(found.value).toMatchObject({ commandsLeftOut: 60, path: null });
  const [role] = roles.filter((each) => !each.external);
  const send = role?.clauses.find((clause) => clause.kind === 'send')?.id ?? '';
  expect(found.value.roles[0]?.sent[send]).toEqual({ messages: 1, bytes: 16 });
});
