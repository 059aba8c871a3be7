/** The plan beside its original, role by role: marks, sizes, keys, and the clauses that moved. */

import { groupBy } from '../../base/order.ts';
import { changeMarks, countChanges, type RoleChange, roleChanges } from '../../plan/changes.ts';
import type { PlanDocument, PlanRole, TraceStep } from '../../plan/document.ts';
import { counted } from '../figures.ts';
import { clipped, table } from '../layout.ts';
import type { Stream, Style } from '../terminal.ts';

/** Clauses of one role that are shown; `trace` and the plan have them all. */
const clausesShown = 6;

export function planDiff(document: PlanDocument, stream: Stream): readonly string[] {
  const { style } = stream;
  const changes = roleChanges(document);
  const heads = table(changes.map((change) => headOf(change, document)));
  const lines = changes.flatMap((change, at) => [
    `  ${markOf(change, style)} ${heads[at] ?? ''}`,
    ...detailsOf(change, document, stream).map((line) => `      ${line}`),
  ]);
  return [...lines, '', `  ${totals(document, changes)}`];
}

/** `×3`; `×3·4` is 4 processes of each of 3 members. */
export function sizeOf({ instances, of }: Pick<PlanRole, 'instances' | 'of'>): string {
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

function detailsOf(
  change: RoleChange,
  document: PlanDocument,
  { style, columns }: Stream,
): readonly string[] {
  if (change.kind === 'removed' || change.kind === 'kept') return [];
  const { role } = change;
  const list = (
    word: string,
    clauses: readonly string[],
    paint: Style['added'],
  ): readonly string[] => {
    const shown = clauses
      .slice(0, clausesShown)
      .map((clause) => paint(clipped(clause, columns - 14)));
    const rest = clauses.length - clausesShown;
    const lines =
      rest > 0 ? [...shown, style.faint(`… and ${counted(rest, 'more clause')}`)] : shown;
    return lines.map((line, at) => `${style.faint((at === 0 ? word : '').padEnd(6))}${line}`);
  };
  const spread = role.instances > 1 && role.of > 1 ? sizeText(role) : '';
  const key =
    role.partitionKey.length > 0
      ? list('key', [`${role.partitionKey.join(', ')}${spread}`], plainly)
      : [];
  if (change.kind === 'new') return [...key, ...list('runs', role.clauses, plainly)];
  const { moved, gone } = destinations(change.given, document);
  return [
    ...key,
    ...list('gives', [...moved, ...gone.map((clause) => `- ${clause}`)], style.removed),
    ...list(
      'takes',
      change.taken.map((clause) => `+ ${clause}`),
      style.added,
    ),
  ];
}

const plainly = (text: string): string => text;

/**
 * Where clauses went, by role: word for word, or with the same head over a forward of what they read; and those that
 * no role has any more.
 */
function destinations(
  given: readonly string[],
  { plan }: PlanDocument,
): { readonly moved: readonly string[]; readonly gone: readonly string[] } {
  const ownerOf = (clause: string): string | undefined =>
    plan.roles.find((role) => role.clauses.includes(clause))?.name ??
    plan.roles.find((role) =>
      role.clauses.some((each) => headOfClause(each) === headOfClause(clause)),
    )?.name;
  const owned = groupBy(given, ownerOf);
  const moved = [...owned].flatMap(([owner, clauses]) =>
    owner === undefined ? [] : [`${counted(clauses.length, 'clause')} to ${owner}`],
  );
  return { moved, gone: owned.get(undefined) ?? [] };
}

/** `done(c, id) :-`; a `persist` is its own head. */
function headOfClause(clause: string): string {
  return /^.*? :[-+~]/.exec(clause)?.[0] ?? clause;
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
