/** `optimize trace PROGRAM|PLAN`: how the plan came about, and what was declined. */

import { printProgram } from '../../ir/print.ts';
import type { PlanDocument } from '../../plan/document.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitStatus } from '../exit-status.ts';
import { report, unusable } from '../failure.ts';
import { ruleNames, unknownName } from '../flags.ts';
import { commandMessages } from '../messages.ts';
import { type MakingFlags, planFor } from '../plan-for.ts';
import { placedDocument } from '../report/clause-places.ts';
import {
  declinedReport,
  stepReport,
  traceReport,
  whyNotReport,
  whyReport,
} from '../report/trace-report.ts';

export interface TraceFlags extends MakingFlags {
  readonly declined: boolean;
  readonly step?: string;
  readonly why?: string;
  readonly whyNot?: string;
  readonly json: boolean;
}

export async function traceCommand(
  context: Context,
  file: string,
  flags: TraceFlags,
): Promise<ExitStatus> {
  const { terminal } = context;
  const found = await planFor(context, file, flags);
  if (found.kind === 'err') return report(terminal, found.error, flags.json);
  const { plan, interrupted } = found.value;
  const { document } = plan;
  const wrong = checkFlags(document, flags);
  if (wrong !== null) return report(terminal, unusable(...wrong), flags.json);
  if (flags.json) terminal.out.write(`${JSON.stringify(selection(document, flags), null, 2)}\n`);
  else
    terminal.out.write(
      textOf(
        { document: placedDocument(document), original: printProgram(plan.original) },
        flags,
        context,
      ),
    );
  return interrupted ?? EXIT.yes;
}

type View = Parameters<typeof traceReport>[0];

function textOf(view: View, flags: TraceFlags, { terminal }: Context): string {
  const { document } = view;
  const { out } = terminal;
  if (flags.step !== undefined) return stepReport(view, Number(flags.step) - 1, out);
  if (flags.why !== undefined) return whyReport(document, flags.why, out);
  if (flags.whyNot !== undefined) {
    const { rule, role } = placeOf(flags.whyNot);
    return whyNotReport(document, rule, role, out);
  }
  return flags.declined ? declinedReport(document.declined, out) : traceReport(view, out);
}

/** `RULE@ROLE`, or a rule anywhere. */
function placeOf(text: string): { readonly rule: string; readonly role: string | null } {
  const at = text.indexOf('@');
  return at < 0
    ? { rule: text, role: null }
    : { rule: text.slice(0, at), role: text.slice(at + 1) };
}

function checkFlags(
  document: PlanDocument,
  flags: TraceFlags,
): readonly ReturnType<typeof commandMessages.report>[] | null {
  const steps = document.trace.length;
  if (flags.step !== undefined) {
    const number = Number(flags.step);
    if (!Number.isInteger(number) || number < 1 || number > steps) {
      return [commandMessages.report('CF0012', undefined, { steps, asked: flags.step })];
    }
  }
  if (flags.why !== undefined)
    return unknownRole(
      flags.why,
      document.plan.roles.map((each) => each.name),
    );
  if (flags.whyNot === undefined) return null;
  const { rule, role } = placeOf(flags.whyNot);
  const names = ruleNames();
  if (!names.some((name) => name === rule || name.startsWith(`${rule}/`))) {
    const unknown = unknownName('rule', rule, names);
    return unknown.kind === 'err' ? unknown.error : null;
  }
  const roles = [...document.original.roles, ...document.plan.roles].map((each) => each.name);
  return role === null ? null : unknownRole(role, [...new Set(roles)]);
}

function unknownRole(name: string, candidates: readonly string[]): ReturnType<typeof checkFlags> {
  if (candidates.includes(name)) return null;
  return [commandMessages.report('CF0006', undefined, { kind: 'role', name, candidates })];
}

/** The same selection of the document as the text shows. */
function selection(document: PlanDocument, flags: TraceFlags): object {
  const schema = 'compart/trace@1';
  const all = document.trace.map((step, at) => ({ step: at + 1, ...step }));
  if (flags.step !== undefined)
    return { schema, trace: all.filter((each) => `${each.step}` === flags.step) };
  if (flags.why !== undefined) {
    const role = document.plan.roles.find((each) => each.name === flags.why);
    return {
      schema,
      role,
      trace: all.filter((each) => each.at === flags.why || each.rule === role?.by),
    };
  }
  if (flags.whyNot !== undefined) {
    const { rule, role } = placeOf(flags.whyNot);
    const isAsked = (each: { readonly rule: string; readonly at: string }): boolean =>
      (each.rule === rule || each.rule.startsWith(`${rule}/`)) &&
      (role === null || each.at === role);
    return { schema, trace: all.filter(isAsked), declined: document.declined.filter(isAsked) };
  }
  return flags.declined
    ? { schema, declined: document.declined }
    : { schema, trace: all, declined: document.declined };
}
