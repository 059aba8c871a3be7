/** The plan beside its original, role by role: marks, sizes, keys, and the clauses that moved. */

import { changeMarks, countChanges, type RoleChange, roleChanges } from '../../plan/changes.ts';
import type { PlanDocument, PlanRole, TraceStep } from '../../plan/document.ts';
import { counted } from '../figures.ts';
import { clipped, table } from '../layout.ts';
import type { Stream, Style } from '../terminal.ts';

/** Clauses of one role that are shown; `trace` and the plan have them all. */
const clausesShown = 6;

export function planDiff(document: PlanDocument, { style, columns }: Stream): readonly string[] {
  const changes = roleChanges(document);
  const heads = table(changes.map((change) => headOf(change, document)));
  const lines = changes.flatMap((change, at) => [
    `  ${markOf(change, style)} ${heads[at] ?? ''}`,
    ...detailsOf(change, style, columns).map((line) => `      ${line}`),
  ]);
  return [...lines, '', `  ${totals(document, changes)}`];
}

/** `×3`; `×3·4` is 4 processes of each of 3 members. */
export function sizeOf({ instances, of }: PlanRole): string {
  if (instances === 1) return `×${of}`;
  return of === 1 ? `×${instances}` : `×${of}·${instances}`;
}

function markOf(change: RoleChange, style: Style): string {
  const mark = changeMarks[change.kind];
  const paint = {
    new: style.added,
    changed: style.changed,
    removed: style.removed,
    kept: style.faint,
  };
  return paint[change.kind](mark);
}

function headOf(change: RoleChange, document: PlanDocument): readonly string[] {
  if (change.kind === 'removed') return [change.before.name, sizeOf(change.before), '', ''];
  const { role } = change;
  const steps = stepsOf(role, document);
  const where =
    steps.length === 0 ? '' : `${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')}`;
  if (change.kind === 'kept') return [role.name, sizeOf(role), 'as it was', ''];
  if (change.kind === 'new') {
    return [role.name, sizeOf(role), `split off ${role.origin} by ${role.by}`, where];
  }
  const before = sizeOf(change.before);
  const after = sizeOf(role);
  const size = before === after ? after : `${before} → ${after}`;
  const by = role.by === 'original' ? 'keeps its address' : role.by;
  return [role.name, size, by, where];
}

function detailsOf(change: RoleChange, style: Style, columns: number): readonly string[] {
  const room = columns - 14;
  const list = (word: string, clauses: readonly string[], mark: string, paint: Style['added']) =>
    clauses.slice(0, clausesShown).map((clause, at) => {
      const label = (at === 0 ? word : '').padEnd(6);
      return `${style.faint(label)}${paint(`${mark}${clipped(clause, room)}`)}`;
    });
  const more = (clauses: readonly string[]): readonly string[] =>
    clauses.length > clausesShown
      ? [style.faint(`      … and ${counted(clauses.length - clausesShown, 'more clause')}`)]
      : [];
  if (change.kind === 'removed' || change.kind === 'kept') return [];
  const { role } = change;
  const machines = role.instances > 1 && role.of > 1 ? sizeText(role) : '';
  const key =
    role.partitionKey.length > 0
      ? [`${style.faint('key   ')}${role.partitionKey.join(', ')}${machines}`]
      : [];
  if (change.kind === 'new') {
    return [...key, ...list('runs', role.clauses, '', (text) => text), ...more(role.clauses)];
  }
  const { given, taken } = change;
  return [
    ...key,
    ...list('gives', given, '- ', style.removed),
    ...more(given),
    ...list('takes', taken, '+ ', style.added),
    ...more(taken),
  ];
}

function sizeText({ instances, of }: PlanRole): string {
  return `   (${of} members, ${instances} processes each)`;
}

/** Numbers of the steps that made a role or changed it. */
export function stepsOf({ name }: PlanRole, { trace, program }: PlanDocument): readonly number[] {
  const has = (ir: string): boolean => new RegExp(`^role ${name}\\b`, 'm').test(ir);
  return trace.flatMap((step: TraceStep, at) => {
    const before = at === 0 ? program.text : (trace[at - 1]?.ir ?? '');
    return step.at === name || (has(step.ir) && !has(before)) ? [at + 1] : [];
  });
}

function totals({ original, plan }: PlanDocument, changes: readonly RoleChange[]): string {
  const counts = countChanges(changes);
  const parts = [
    `${counted(counts.new, 'role')} added`,
    `${counts.changed} changed`,
    `${counts.removed} removed`,
    `${counts.kept} kept`,
  ];
  return `${parts.join(', ')} · machines ${original.machines} → ${plan.machines}`;
}
