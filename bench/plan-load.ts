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
  const { name, protocol, use, machines, commandsPerSecond, between } = plan;
  const roles = workOfRoles(join(root, plan.program), plan);
  return { name, protocol, use, machines, commandsPerSecond, between, roles };
}

/** Roles that are `outside` count as clients of the others, and have no work of their own. */
export function workOfRoles(
  file: string,
  { set, outside }: Pick<PublishedPlan, 'set' | 'outside'>,
): PlanLoad['roles'] {
  const loaded = loadProgram({ name: file, text: readFileSync(file, 'utf8') }, { set });
  invariant(loaded.kind === 'ok', `${file} is a correct program`);
  const { program } = loaded.value;
  const profile = measureLoad(program, defaultLoadOptions);
  invariant(profile.kind === 'ok', `${file} runs`);
  invariant(profile.value.answered === profile.value.commands, `${file} answers`);
  const seen = {
    ...program,
    roles: program.roles.map((role) => {
      return { ...role, external: role.external || outside.includes(role.name) };
    }),
  };
  const own = seen.roles.filter((role) => !role.external);
  return own.map((role) => {
    const part = { role: role.name, relayed: [], observed: [], clauses: role.clauses };
    const load = partLoad({ part, program: seen, role }, { program, profile: profile.value });
    return { role: role.name, work: mapWork((term) => Number(load.work[term].toPrecision(6))) };
  });
}
