/** What `trace` prints: the steps, each with its diff, its proofs and what it bought; and what was declined. */

import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import type { DeclinedRewrite, ProofRecord } from '../../base/search-record.ts';
import type { PlanDocument, TraceStep } from '../../plan/document.ts';
import { counted, percent, rate } from '../figures.ts';
import { fitted, labelled, wrapped } from '../layout.ts';
import type { Stream, Style } from '../terminal.ts';
import { stepsOf } from './plan-diff.ts';
import { kindCounts } from './proof-summary.ts';

export interface TraceView {
  readonly document: PlanDocument;
  /** The original as the printer writes it, which the first step is compared with. */
  readonly original: string;
}

/** The table of steps, then the diff of each. */
export function traceReport({ document, original }: TraceView, stream: Stream): string {
  const { trace } = document;
  if (trace.length === 0) {
    return `${document.program.name}: the plan is the original; no rewrite was used\n  ${declinedCount(document)}\n`;
  }
  const rows = trace.map((step, at) => [
    `${at + 1}`,
    step.rule,
    step.at,
    throughput(step),
    `${step.after.machines}`,
    proofText(step.obligations),
  ]);
  const head = ['', 'rewrite', 'at', 'predicted', 'machines', 'proof'];
  const lines = [
    ...fitted([head, ...rows], stream.columns - 2, { align: ['right'], least: 3 }).lines.map(
      (line) => `  ${line}`,
    ),
    ...wrapped(declinedCount(document), stream.columns - 2).map((line) => `  ${line}`),
    ...trace.flatMap((_, at) => [
      '',
      ...stepHead(document, at, stream),
      ...diffLines({ document, original }, at, stream.style),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One step with every obligation. */
export function stepReport(view: TraceView, at: number, stream: Stream): string {
  const step = view.document.trace[at];
  if (step === undefined) return '';
  const lines = [
    ...stepHead(view.document, at, stream),
    ...diffLines(view, at, stream.style),
    '',
    ...labelled(
      '  cost',
      `${throughput(step)} · machines ${step.before.machines} → ${step.after.machines} (predicted)`,
      stream.columns,
    ),
    ...step.obligations.flatMap((proof, index) =>
      obligationLines(proof, index === 0 ? '  proof' : '', stream.columns),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** Everything that was refused, by rule and place. */
export function declinedReport(
  declined: readonly DeclinedRewrite[],
  { columns, style }: Stream,
): string {
  if (declined.length === 0) return 'nothing was declined\n';
  const lines = declined.flatMap((each) => {
    const { rule, at, condition, reason, verdict, counterexample } = each;
    return [
      ...wrapped(
        `${verdictStyle(style, verdict)(verdict)}: ${style.strong(rule)} on ${style.strong(at)}`,
        columns,
        2,
      ),
      ...labelled('  fails', condition, columns),
      ...labelled('  why', reason, columns),
      ...counterexample.flatMap((fact, index) =>
        labelled(index === 0 ? '  shown by' : '', fact, columns, 12),
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** Which steps made a role, and what each of them bought. */
export function whyReport(document: PlanDocument, roleName: string, stream: Stream): string {
  const role = document.plan.roles.find((each) => each.name === roleName);
  if (role === undefined) return '';
  const steps = stepsOf(role, document);
  const use =
    role.utilization === undefined
      ? ''
      : `, busy ${Math.round(role.utilization * 100)}% of the time at the predicted throughput`;
  const size = `${role.instances} × ${role.of} machines${use}`;
  const head =
    steps.length === 0
      ? `${roleName} is as in the original: ${size}`
      : roleName === role.origin
        ? `${roleName} is what stays of the original role: ${size}`
        : `${roleName} is part of ${role.origin}: ${size}`;
  const lines = [
    ...wrapped(head, stream.columns, 2),
    ...steps.flatMap((number) => {
      const step = document.trace[number - 1];
      return step === undefined
        ? []
        : labelled(
            `  step ${number}`,
            `${step.rule} on ${step.at}: ${step.summary}; ${throughput(step)}, machines ${step.before.machines} → ${step.after.machines}, ${proofText(step.obligations)}`,
            stream.columns,
          );
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Why a rewrite isn't in the plan. Used, refused, unknown and never considered are told apart: the last one
 * means that no part of the program had the shape that the rule looks for.
 */
export function whyNotReport(
  document: PlanDocument,
  rule: string,
  role: string | null,
  stream: Stream,
): string {
  const place = (at: string): boolean => role === null || at === role;
  const isRule = (name: string): boolean => name === rule || name.startsWith(`${rule}/`);
  const used = document.trace.flatMap((step, at) =>
    isRule(step.rule) && place(step.at) ? [at + 1] : [],
  );
  const declined = document.declined.filter((each) => isRule(each.rule) && place(each.at));
  const where = role === null ? '' : ` on ${role}`;
  const usedText = used.length === 0 ? [] : [`${rule}${where} is used: step ${used.join(', ')}`];
  if (declined.length > 0) {
    return `${usedText.map((line) => `${line}\n`).join('')}${declinedReport(declined, stream)}`;
  }
  if (used.length > 0) return `${usedText.join('\n')}\n`;
  const times = Object.entries(document.search.rules).filter(([name]) => isRule(name));
  const applied = times.reduce((sum, [, count]) => sum + count, 0);
  const text =
    applied > 0 && role === null
      ? `${rule} was proved and applied ${counted(applied, 'time')} in the search, and no plan that uses it is cheaper under this cost model and cap`
      : `not refused: ${rule}${where} isn't in the plan. Either no part has the shape that the rule looks for, or it was applied and no plan with it is cheaper (it was applied ${counted(applied, 'time')} in all)`;
  return `${wrapped(text, stream.columns).join('\n')}\n`;
}

function stepHead(
  { trace }: PlanDocument,
  at: number,
  { style, columns }: Stream,
): readonly string[] {
  const step = trace[at];
  if (step === undefined) return [];
  return [
    style.strong(`step ${at + 1}  ${step.rule}  on ${step.at}   ${throughput(step)}`),
    ...wrapped(step.summary, columns - 2).map((line) => `  ${line}`),
  ];
}

function throughput({ before, after }: TraceStep): string {
  if (before.throughput === after.throughput) return `${rate(after.throughput)} (=)`;
  return `${rate(before.throughput)} → ${rate(after.throughput)} (${percent(before.throughput, after.throughput)})`;
}

function proofText(proofs: readonly ProofRecord[]): string {
  const conditions = proofs.filter((each) => each.kind !== 'argued');
  const proved = conditions.filter((each) => each.verdict === 'proved').length;
  return `${proved}/${conditions.length} proved (${kindCounts(conditions)})`;
}

function obligationLines(proof: ProofRecord, label: string, columns: number): readonly string[] {
  const { kind, verdict, lemma, claim, hypotheses, id, solver } = proof;
  const by = solver === undefined ? '' : ` by ${solver}`;
  const used = hypotheses.length === 0 ? '' : `; from: ${hypotheses.join('; ')}`;
  const word = kind === 'argued' ? 'argued' : `${verdict}, ${kind}${by}`;
  const hash =
    kind === 'instance' || kind === 'bounded'
      ? ` [${id.replace('sha256:', '').slice(0, 12)}.smt2]`
      : '';
  return labelled(label, `${lemma}: ${claim} (${word})${used}${hash}`, columns);
}

/** A unified diff of the program before and after a step. */
function diffLines({ document, original }: TraceView, at: number, style: Style): readonly string[] {
  const { trace } = document;
  const before = at === 0 ? original : (trace[at - 1]?.ir ?? '');
  const name = (step: number): string => (step === 0 ? 'original' : `after step ${step}`);
  const patch = structuredPatch(
    name(at),
    name(at + 1),
    before,
    trace[at]?.ir ?? '',
    undefined,
    undefined,
    { context: 2 },
  );
  if (patch.hunks.length === 0) return ['  the program stays the same'];
  const paint = (line: string): string => {
    if (line.startsWith('+')) return style.added(line);
    if (line.startsWith('-')) return style.removed(line);
    return line.startsWith('@@') ? style.faint(line) : line;
  };
  return formatPatch(patch, FILE_HEADERS_ONLY)
    .trimEnd()
    .split('\n')
    .map((line) => `  ${paint(line)}`.trimEnd());
}

function declinedCount({ declined }: PlanDocument): string {
  const count = (verdict: DeclinedRewrite['verdict']): number =>
    declined.filter((each) => each.verdict === verdict).length;
  return `declined: ${count('refuted')} refuted, ${count('unknown')} unknown, ${count('not-applicable')} not applicable (--declined shows them)`;
}

function verdictStyle(style: Style, verdict: DeclinedRewrite['verdict']): (text: string) => string {
  if (verdict === 'refuted') return style.removed;
  return verdict === 'unknown' ? style.changed : style.faint;
}
