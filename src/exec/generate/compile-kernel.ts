/** From a checked role to the function that makes its machines. */
import type { Expression } from '../../ir/expression.ts';
import type { Program, Role } from '../../ir/program.ts';
import type { Merging } from '../fact-set.ts';
import { type ExternalFunctions, functionTable } from '../functions.ts';
import type { Layout } from '../layout.ts';
import type { ExecLimits } from '../node-code.ts';
import { GroupTable } from './groups.ts';
import { hasRecords, keepsGroups } from './kept-groups.ts';
import { instantiate, type Kernel } from './kernel.ts';
import type { Meter } from './meter.ts';
import { makeContext } from './module-context.ts';
import { moduleText } from './module-text.ts';
import { planRole, type RolePlan } from './role-plan.ts';

export interface KernelOptions {
  readonly functions: ExternalFunctions;
  readonly measure: boolean;
  readonly limits: ExecLimits;
  readonly constant: (expression: Expression) => number;
  /** By slot: how its lattice columns merge. */
  readonly merging: readonly (Merging | null)[];
}

export interface CompiledKernel {
  readonly plan: RolePlan;
  /** The generated JavaScript. */
  readonly text: string;
  readonly make: (me: number, meter: Meter) => Kernel;
}

export function compileKernel(
  program: Program,
  role: Role,
  layout: Layout,
  options: KernelOptions,
): CompiledKernel {
  const { plan, text, given, build } = moduleOf(program, role, layout, options);
  const call = functionTable(program, options.functions);
  const shared = {
    CALL: given.map(call),
    MERGE: Object.fromEntries(
      options.merging.flatMap((merging, slot) => (merging === null ? [] : [[slot, merging.merge]])),
    ),
    HEADS: Object.fromEntries(plan.clauses.map(({ head, index }) => [index, head])),
    CLAUSES: plan.clauses.map(({ clause }) => clause.id),
  };
  const grouped = plan.clauses.filter((each) => keepsGroups(each) && !hasRecords(each));
  return {
    plan,
    text,
    make: (me, meter) => {
      const groups = grouped.map(({ index, head }) => [index, new GroupTable(head.parts)] as const);
      return build()({ ...shared, ME: me, GROUPS: Object.fromEntries(groups), METER: meter });
    },
  };
}

interface CompiledModule {
  readonly plan: RolePlan;
  readonly text: string;
  /** Names of the functions that the text calls by their place. */
  readonly given: readonly string[];
  readonly build: () => ReturnType<typeof instantiate>;
}

/**
 * Programs never change, and simulations deploy one of them again and again, some with another workload. By role: the
 * modules, each with the parts of the program and the options that its text depends on.
 */
const modules = new WeakMap<
  Role,
  { readonly inputs: readonly unknown[]; readonly made: CompiledModule }[]
>();

function moduleOf(
  program: Program,
  role: Role,
  layout: Layout,
  { limits, measure, constant }: KernelOptions,
): CompiledModule {
  const known = modules.get(role) ?? [];
  modules.set(role, known);
  const { parameters, functions, lattices, roles, channels, invariants } = program;
  const { factsPerTickMax, factsHeldMax, joinStepsMax } = limits;
  const parts = [parameters, functions, lattices, roles, channels, invariants];
  const inputs = [...parts, measure, factsPerTickMax, factsHeldMax, joinStepsMax];
  const found = known.find((each) => each.inputs.every((input, at) => input === inputs[at]));
  if (found !== undefined) return found.made;
  const plan = planRole(program, role, layout, constant, measure);
  const context = makeContext(plan, limits, measure);
  const text = moduleText(context);
  // Parsed when a machine is made: what is only looked at needn't be.
  let built: ReturnType<typeof instantiate> | null = null;
  const build = (): ReturnType<typeof instantiate> => {
    built ??= instantiate(text);
    return built;
  };
  const made = { plan, text, given: context.functions.given, build };
  known.push({ inputs, made });
  return made;
}
