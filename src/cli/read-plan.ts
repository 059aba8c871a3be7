/** A plan or a program by name, told apart by what the text is. */

import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { Source } from '../base/source.ts';
import type { Program } from '../ir/program.ts';
import { checkDocument, type PlanUse } from '../plan/check-document.ts';
import { readPlan } from '../plan/codec.ts';
import type { PlanDocument } from '../plan/document.ts';
import { type Failure, unusable } from './failure.ts';
import { exists, isDirectory, readText } from './files.ts';
import { loadBounded } from './job.ts';
import { commandMessages } from './messages.ts';
import { latestPlan, runsFolder } from './run-directory.ts';

export type PlanOrProgram =
  | { readonly kind: 'plan'; readonly plan: LoadedPlan }
  | { readonly kind: 'program'; readonly source: Source; readonly isShipped: boolean };

export interface LoadedPlan {
  readonly document: PlanDocument;
  readonly file: string;
  /** The program that the plan was made of, and the plan as a program: both loaded and checked anew. */
  readonly original: Program;
  readonly program: Program;
}

/** A file, a run's folder, or `latest`: the plan of the run that was saved last. */
export async function readPlanOrProgram(
  name: string,
  use: PlanUse = 'believed',
): Promise<Result<PlanOrProgram, Failure>> {
  const file = planFile(name);
  if (file === null) {
    return err(unusable(commandMessages.report('CF0015', undefined, { folder: runsFolder })));
  }
  const text = await readText(file);
  if (text.kind === 'err') return text;
  const { source, isShipped } = text.value;
  if (!/\.json$/.test(file) && !/^\s*[{[]/.test(source.text)) {
    return ok({ kind: 'program', source, isShipped });
  }
  const document = readPlan(source.text, source.name);
  if (document.kind === 'err') return err(unusable(...document.error));
  const plan = loadPlan(document.value, source.name, use);
  return plan.kind === 'ok' ? ok({ kind: 'plan', plan: plan.value }) : plan;
}

/** `command` is what messages call the command that takes plans only. */
export async function readPlanOnly(
  name: string,
  command: string,
  use: PlanUse = 'believed',
): Promise<Result<LoadedPlan, Failure>> {
  const read = await readPlanOrProgram(name, use);
  if (read.kind === 'err') return read;
  if (read.value.kind === 'plan') return ok(read.value.plan);
  return err(unusable(commandMessages.report('CF0009', undefined, { file: name, command })));
}

export function loadPlan(
  document: PlanDocument,
  file: string,
  use: PlanUse = 'believed',
): Result<LoadedPlan, Failure> {
  const { text, parameters } = document.program;
  const original = loadField(file, 'program.text', text, document, parameters);
  if (original.kind === 'err') return original;
  const plan = loadField(file, 'ir', document.ir, document, {});
  if (plan.kind === 'err') return plan;
  const programs = { original: original.value, plan: plan.value };
  const problems = checkDocument(document, programs, file, use);
  if (problems.length > 0) return err(unusable(...problems));
  return ok({ document, file, original: original.value, program: plan.value });
}

/** A program that stands in a plan: what is wrong with it is shown at `plan.json#ir:LINE:COLUMN`. */
function loadField(
  file: string,
  field: 'program.text' | 'ir',
  text: string,
  { program }: PlanDocument,
  set: Readonly<Record<string, number>>,
): Result<Program, Failure> {
  const loaded = loadBounded({ name: `${file}#${field}`, text }, set);
  if (loaded.kind === 'err') return loaded;
  const name = field === 'ir' ? `${program.name}.plan` : program.name;
  return ok({ ...loaded.value.program, name });
}

/** Null for `latest` where no run was saved. */
function planFile(name: string): string | null {
  if (name === 'latest') return latestPlan() ?? (exists(name) ? name : null);
  const folder = basename(name) === 'latest' && !exists(name) ? latestPlan(dirname(name)) : null;
  if (folder !== null) return folder;
  const inside = join(name, 'plan.json');
  return isDirectory(name) && exists(inside) ? inside : name;
}
