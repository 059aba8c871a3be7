/** What a published plan costs each role, counted by simulating the program that stands for it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../src/base/assert.ts';
import { mapWork } from '../src/extract/cost.ts';
import { partLoad } from '../src/extract/part-load.ts';
import { defaultLoadOptions, measureLoad } from '../src/sim/load-profile.ts';
import { loadProgram } from '../src/syntax/load.ts';
import type { PlanLoad } from './fit.ts';
import type { PublishedPlan } from './published.ts';

export function loadOf(root: string, plan: PublishedPlan): PlanLoad {
  const text = readFileSync(join(root, plan.program), 'utf8');
  const loaded = loadProgram({ name: plan.program, text }, { set: plan.set });
  invariant(loaded.kind === 'ok', `${plan.program} is a correct program`);
  const { program } = loaded.value;
  const profile = measureLoad(program, defaultLoadOptions);
  invariant(profile.kind === 'ok', `${plan.program} runs`);
  invariant(profile.value.answered === profile.value.commands, `${plan.program} answers`);
  const own = program.roles.filter((role) => !role.external);
  const roles = own.map((role) => {
    const part = { role: role.name, relayed: [], observed: [], clauses: role.clauses };
    const load = partLoad({ part, program, role }, { program, profile: profile.value });
    return { role: role.name, work: mapWork((term) => Number(load.work[term].toPrecision(6))) };
  });
  const { name, protocol, use, machines, commandsPerSecond } = plan;
  return { name, protocol, use, machines, commandsPerSecond, roles };
}
