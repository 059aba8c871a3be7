/** `optimize prove [PROGRAM|PLAN] [--rules]`: every obligation from scratch, by a solver that remembers nothing. */

import { join } from 'node:path';
import { rules as allRules } from '../../../rules/index.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { ProofRecord, StopReason } from '../../base/search-record.ts';
import type { PlanDocument } from '../../plan/document.ts';
import { makeFolder } from '../../runtime/make-folder.ts';
import { createSolver } from '../../smt/solver.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { type Failure, report, unusable } from '../failure.ts';
import { readText, shippedNames, unwritable, writableFolder, writeWhole } from '../files.ts';
import { watchInterrupts } from '../interrupt.ts';
import { defaultJobFlags, type Finished, loadBounded, readJob, runJob } from '../job.ts';
import { commandMessages } from '../messages.ts';
import { type MakingFlags, planFor } from '../plan-for.ts';
import { planObligations } from '../plan-obligations.ts';
import {
  PROOFS_SCHEMA,
  type Proofs,
  type ProvedObligation,
  proveAll,
  scriptFiles,
} from '../proofs.ts';
import { type PlaceClauses, placesOf } from '../report/clause-places.ts';
import { proofsReport } from '../report/proofs-report.ts';
import { ruleCases, type Specimen } from '../rule-proofs.ts';

export interface ProveFlags extends MakingFlags {
  readonly rules: boolean;
  readonly smt2?: string;
  readonly json: boolean;
}

export async function proveCommand(
  context: Context,
  file: string | undefined,
  flags: ProveFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const proofs: Asked[] = [];
  let placed: PlaceClauses = (text) => text;
  const idle = file === undefined ? fixedInRules(flags) : null;
  if (idle !== null) return report(terminal, idle, flags.json);
  if (flags.smt2 !== undefined) {
    const room = writableFolder(flags.smt2);
    if (room.kind === 'err') return report(terminal, room.error, flags.json);
  }
  if (file !== undefined) {
    const plan = await provePlan(context, file, flags);
    if (plan.kind === 'err') return report(terminal, plan.error, flags.json);
    proofs.push(plan.value.proofs);
    placed = placesOf(plan.value.document);
  }
  if (file === undefined || flags.rules) proofs.push(await proveRules(context));
  const all: Proofs = {
    obligations: proofs.flatMap((each) => each.obligations),
    answered: proofs.flatMap((each) => each.answered),
  };
  if (flags.smt2 !== undefined) {
    const written = writeScripts(flags.smt2, all);
    if (written.kind === 'err') return report(terminal, written.error, flags.json);
  }
  if (flags.json) {
    const document = { schema: PROOFS_SCHEMA, obligations: all.obligations };
    terminal.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const obligations = all.obligations.map((each) => ({ ...each, claim: placed(each.claim) }));
    const shown = { ...all, obligations };
    terminal.out.write(proofsReport(shown, flags.smt2 ?? null, terminal.out));
  }
  const interrupted = proofs.find((each) => each.interrupted !== null)?.interrupted ?? null;
  return interrupted ?? statusOf(all.obligations);
}

/** Rules are proved on programs of their own: nothing is made that machines or parameters could be asked for. */
function fixedInRules({ machines, set, functions }: ProveFlags): Failure | null {
  const asked = [
    ...(machines === undefined ? [] : [`--machines ${machines}`]),
    ...set.map((each) => `--set ${each}`),
    ...(functions === undefined ? [] : [`--functions ${functions}`]),
  ];
  const [flag] = asked;
  return flag === undefined
    ? null
    : unusable(commandMessages.report('CF0021', undefined, { flag }));
}

type Asked = Proofs & { readonly interrupted: ExitStatus | null };

/** Unknown is no answer, and one refutation is one. */
function statusOf(obligations: readonly ProvedObligation[]): ExitStatus {
  if (obligations.some((each) => each.verdict === 'refuted')) return EXIT.no;
  return obligations.every((each) => each.verdict === 'proved') ? EXIT.yes : EXIT.unknown;
}

/**
 * Searches the program of the plan again, and takes from that search the obligations of every step. Nothing of the
 * plan's own record is believed: a step that the search doesn't find again, with the same obligations, is refuted.
 */
async function provePlan(
  context: Context,
  file: string,
  flags: MakingFlags,
): Promise<Result<{ readonly proofs: Asked; readonly document: PlanDocument }, Failure>> {
  const found = await planFor(context, file, flags);
  if (found.kind === 'err') return found;
  const { document } = found.value.plan;
  const { finished } = found.value;
  const searched =
    finished === null ? await searchAgain(context, document, flags.functions) : ok(finished);
  if (searched.kind === 'err') return searched;
  return ok({ proofs: await proveSteps(context, document, searched.value), document });
}

async function searchAgain(
  context: Context,
  document: PlanDocument,
  functions: string | undefined,
): Promise<Result<Finished, Failure>> {
  const { program, search, declined, seed } = document;
  const job = await readJob({
    ...defaultJobFlags,
    seed: `${seed}`,
    ...(functions === undefined ? {} : { functions }),
  });
  if (job.kind === 'err') return job;
  // Rules that had no part in the search of the plan may have been switched off in it.
  const involved = new Set([...Object.keys(search.rules), ...declined.map((each) => each.rule)]);
  const rules = allRules.filter((rule) => rule.kind === 'equation' || involved.has(rule.name));
  const source = { name: `${program.name}.ir`, text: program.text };
  return runJob(context, source, { ...job.value, rules, set: program.parameters });
}

async function proveSteps(
  { terminal }: Context,
  document: PlanDocument,
  { optimized, interrupted }: Finished,
): Promise<Asked> {
  const { stop } = optimized.saturated.report;
  const steps = planObligations(document, optimized.saturated);
  const cases = steps.flatMap(({ obligations }, at) =>
    obligations.map((obligation) => ({ at: `step ${at + 1}`, obligation })),
  );
  const others = steps.flatMap(({ step, isFound }, at) =>
    !isFound
      ? [lost(step.rule, at + 1, stop)]
      : step.obligations
          .filter((each) => each.kind === 'syntactic' || each.kind === 'argued')
          .map((each) => unasked(each, step.rule, at + 1)),
  );
  const interrupt = watchInterrupts(terminal, null, 'what is proved so far');
  const solver = createSolver();
  const proofs = await proveAll(solver, cases, interrupt.signal).finally(() => solver.dispose());
  interrupt.dispose();
  return {
    ...proofs,
    obligations: [...proofs.obligations, ...others],
    interrupted: interrupted ?? interrupt.status(),
  };
}

/** Decided again by the search: by names alone, or not at all but on paper. */
function unasked(
  { id, kind, lemma, claim, verdict }: ProofRecord,
  rule: string,
  step: number,
): ProvedObligation {
  return { id, rule, kind, lemma, verdict, claim, at: `step ${step}`, loadBearing: [] };
}

/** A search that was cut short might have come to the step later: then nothing is known of it. */
function lost(rule: string, step: number, stop: StopReason): ProvedObligation {
  const isWhole = stop === 'saturated';
  return {
    id: `step ${step}`,
    rule,
    kind: 'instance',
    lemma: rule,
    verdict: isWhole ? 'refuted' : 'unknown',
    claim: `step ${step} of the plan`,
    at: `step ${step}`,
    reason: isWhole
      ? 'a search of the same program does not find this step with these obligations'
      : `a search of the same program was cut short (${stop}) before it found this step`,
    loadBearing: [],
  };
}

async function proveRules({ terminal }: Context): Promise<Asked> {
  const interrupt = watchInterrupts(terminal, null, 'what is proved so far');
  const solver = createSolver();
  const specimens = await shippedPrograms();
  const obligations: ProvedObligation[] = [];
  const answered: Proofs['answered'][number][] = [];
  for (const rule of allRules) {
    if (rule.kind === 'equation') {
      const { name, law } = rule;
      obligations.push({
        id: name,
        rule: name,
        kind: 'argued',
        lemma: name,
        verdict: 'proved',
        claim: law,
        at: 'law',
        loadBearing: [],
      });
      continue;
    }
    terminal.err.write(`  ${rule.name}\n`);
    const cases = await ruleCases(rule, allRules, { solver, specimens, signal: interrupt.signal });
    const proofs = await proveAll(solver, cases.asked, interrupt.signal);
    obligations.push(...proofs.obligations, ...cases.others);
    answered.push(...proofs.answered);
  }
  await solver.dispose();
  interrupt.dispose();
  return { obligations, answered, interrupted: interrupt.status() };
}

async function shippedPrograms(): Promise<readonly Specimen[]> {
  const specimens: Specimen[] = [];
  for (const name of shippedNames()) {
    const text = await readText(name);
    if (text.kind === 'err') continue;
    const loaded = loadBounded(text.value.source, {});
    if (loaded.kind === 'ok') specimens.push({ name, program: loaded.value.program });
  }
  return specimens;
}

function writeScripts(folder: string, proofs: Proofs): Result<void, Failure> {
  try {
    makeFolder(folder);
  } catch (thrown) {
    return err(unwritable(folder, thrown));
  }
  for (const [name, text] of scriptFiles(proofs)) {
    const written = writeWhole(join(folder, name), text);
    if (written.kind === 'err') return written;
  }
  return ok(undefined);
}
