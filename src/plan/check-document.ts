/**
 * Does a plan document fit together? Its text is the plan; everything else that it says of roles and channels must be
 * what that text says, and the text must be a deployment of the program. Found in documents that were edited by hand.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Program } from '../ir/program.ts';
import { planProblems, structureProblems } from './check.ts';
import { codecMessages } from './codec-messages.ts';
import { describeChannels, describeRoles, type RoleDescription } from './describe.ts';
import type { Deployment, PlanDocument } from './document.ts';
import { machinesOf } from './size.ts';

export interface DocumentPrograms {
  /** `program.text` under `program.parameters`, loaded. */
  readonly original: Program;
  /** `ir`, loaded. */
  readonly plan: Program;
}

/** A plan that is judged may do anything wrong that a run can show. */
export type PlanUse = 'believed' | 'judged';

/** `file` is what messages call the document. Each problem names the field where it is. */
export function checkDocument(
  document: PlanDocument,
  { original, plan }: DocumentPrograms,
  file: string,
  use: PlanUse = 'believed',
): readonly Diagnostic[] {
  const check = use === 'judged' ? structureProblems : planProblems;
  const problems = check(original, plan).map((problem) =>
    codecMessages.report('PL0106', undefined, { file, problem }),
  );
  if (problems.length > 0) return problems;
  const contradictions = [
    ...differences('program.parameters', document.program.parameters, parametersOf(original)),
    ...deploymentDifferences('original', document.original, original),
    ...deploymentDifferences('plan', document.plan, plan),
    ...differences('plan.channels', document.plan.channels, describeChannels(original, plan)),
  ];
  return contradictions.map(({ field, found, expected }) =>
    codecMessages.report('PL0107', undefined, { file, field, found, expected }),
  );
}

interface Difference {
  readonly field: string;
  readonly found: string;
  /** What the program's text says. */
  readonly expected: string;
}

function deploymentDifferences(
  field: 'original' | 'plan',
  { machines, roles, predicted }: Deployment,
  program: Program,
): readonly Difference[] {
  const described = describeRoles(program);
  const found = [
    ...differences(`${field}.roles`, roles.map(only(compared)), described.map(only(compared))),
    ...differences(`${field}.machines`, machines, machinesOf(program)),
  ];
  const names = described.map((role) => role.name);
  return names.includes(predicted.bottleneck)
    ? found
    : [
        ...found,
        {
          field: `${field}.predicted.bottleneck`,
          found: shown(predicted.bottleneck),
          expected: `one of ${names.join(', ')}`,
        },
      ];
}

/** Not the clauses: the original's are shown as the search normalized them, and the plan's are judged as they are. */
const compared = ['name', 'origin', 'instances', 'of', 'partitionKey'];

function only(keys: readonly string[]): (role: RoleDescription) => object {
  return (role) => Object.fromEntries(keys.map((key) => [key, Reflect.get(role, key)]));
}

function parametersOf({ parameters }: Program): Readonly<Record<string, number>> {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
}

/** The innermost places where two JSON values differ. */
function differences(field: string, found: unknown, expected: unknown): readonly Difference[] {
  if (Object.is(found, expected)) return [];
  if (!isObject(found) || !isObject(expected) || Array.isArray(found) !== Array.isArray(expected)) {
    return [{ field, found: shown(found), expected: shown(expected) }];
  }
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return keys.flatMap((key) =>
    differences(
      Array.isArray(expected) ? `${field}[${key}]` : `${field}.${key}`,
      Reflect.get(found, key),
      Reflect.get(expected, key),
    ),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const shownMax = 60;

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
}
