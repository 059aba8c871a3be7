/** `optimize emit PLAN --target T`: artefacts of a plan, to stdout or into a folder. */

import { join } from 'node:path';
import { match } from 'ts-pattern';
import { diagramOf } from '../../emit/diagram.ts';
import { printDot } from '../../emit/dot.ts';
import { printMermaid } from '../../emit/mermaid.ts';
import { drawSvg } from '../../emit/svg.ts';
import { writePlan } from '../../plan/codec.ts';
import { makeFolder } from '../../runtime/make-folder.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, unusable } from '../failure.ts';
import { unwritable, writeWhole } from '../files.ts';
import { unknownName } from '../flags.ts';
import { commandMessages } from '../messages.ts';
import { type LoadedPlan, readPlanOnly } from '../read-plan.ts';

export interface EmitFlags {
  readonly target: string;
  readonly out?: string;
}

const targets = ['ir', 'json', 'dot', 'mermaid', 'svg'] as const;
type Target = (typeof targets)[number];

/** Part of the contract, and not of this version. */
const laterTargets = ['kubernetes', 'compose', 'dfir', 'hydroscope'];

const endings: Readonly<Record<Target, string>> = {
  ir: 'plan.ir',
  json: 'plan.json',
  dot: 'plan.dot',
  mermaid: 'plan.mmd',
  svg: 'plan.svg',
};

export async function emitCommand(
  { terminal }: Context,
  file: string,
  flags: EmitFlags,
): Promise<ExitStatus> {
  const target = targets.find((each) => each === flags.target);
  if (target === undefined)
    return report(terminal, unusable(...unknownTarget(flags.target)), false);
  const plan = await readPlanOnly(file, 'emit');
  if (plan.kind === 'err') return report(terminal, plan.error, false);
  const text = await textOf(target, plan.value);
  if (flags.out === undefined) {
    terminal.out.write(text);
    return EXIT.yes;
  }
  try {
    makeFolder(flags.out);
  } catch (thrown) {
    return report(terminal, unwritable(flags.out, thrown), false);
  }
  const path = join(flags.out, `${plan.value.document.program.name}.${endings[target]}`);
  const written = writeWhole(path, text);
  if (written.kind === 'err') return report(terminal, written.error, false);
  terminal.out.write(`${path}\n`);
  return EXIT.yes;
}

async function textOf(
  target: Target,
  { document, original, program }: LoadedPlan,
): Promise<string> {
  const diagram = diagramOf(document, original, program);
  return match(target)
    .with('ir', () => document.ir)
    .with('json', () => writePlan(document))
    .with('dot', () => printDot(diagram))
    .with('mermaid', () => printMermaid(diagram))
    .with('svg', () => drawSvg(diagram))
    .exhaustive();
}

function unknownTarget(name: string): readonly ReturnType<typeof commandMessages.report>[] {
  if (laterTargets.includes(name)) {
    return [commandMessages.report('CF0014', undefined, { kind: 'the target', target: name })];
  }
  const unknown = unknownName('target', name, targets);
  return unknown.kind === 'err' ? unknown.error : [];
}
