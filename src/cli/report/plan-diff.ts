/** The plan beside its original, role by role: marks, sizes, keys, and the clauses that moved. */

import { groupBy } from '../../base/order.ts';
import { changeMarks, countChanges, type RoleChange, roleChanges } from '../../plan/changes.ts';
import type { PlanDocument, PlanRole, TraceStep } from '../../plan/document.ts';
import { counted } from '../figures.ts';
import { clipped, fitted, wrapped } from '../layout.ts';
import type { Stream, Style } from '../terminal.ts';

/** Clauses of one role that are shown; `trace` and the plan have them all. */
const clausesShown = 6;

export function planDiff(document: PlanDocument, stream: Stream): readonly string[] {
  const { style, columns } = stream;
  const changes = roleChanges(document);
  const heads = changes.map((change) => headOf(change, document));
  const { lines: rows, shown } = fitted(heads, columns - 4, { least: 2 });
  const lines = changes.flatMap((change, at) => [
    `  ${markOf(change, style)} ${rows[at] ?? ''}`,
    ...(heads[at] ?? [])
      .slice(shown)
      .filter((text) => text !== '')
      .map((text) => `      ${text}`),
    ...detailsOf(change, document, stream).map((line) => `      ${line}`),
  ]);
  return [
    ...lines,
    '',
    ...wrapped(totals(document, changes), columns - 2).map((line) => `  ${line}`),
  ];
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
  const { moved, rewritten, gone } = destinations(change, document);
  return [
    ...key,
    ...list('gives', moved, style.removed),
    ...list('drops', gone, style.removed),
    ...list(
      'adds',
      change.taken.filter((clause) => !rewritten.has(clause)),
      style.added,
    ),
    ...list('reads', [...rewritten], style.changed),
  ];
}

const plainly = (text: string): string => text;

interface Destinations {
  /** `2 clauses to worker: p2a, out` */
  readonly moved: readonly string[];
  /** Clauses of the plan that stand for one of the original over another channel. */
  readonly rewritten: ReadonlySet<string>;
  /** Clauses that no role has any more. */
  readonly gone: readonly string[];
}

/**
 * Where the clauses went that a role no longer runs: to another role, word for word or with the same head over a forward
 * of what they read; or nowhere, when the role itself now reads something else in them.
 */
function destinations(
  { role, before, given, taken }: Extract<RoleChange, { readonly kind: 'changed' }>,
  { plan, original }: PlanDocument,
): Destinations {
  const old = new Set(original.roles.flatMap((each) => each.clauses));
  const others = plan.roles.filter((each) => each !== role && each.origin === before.origin);
  const ownerOf = (clause: string): string | undefined =>
    others.find((each) => each.clauses.includes(clause))?.name ??
    others.find((each) =>
      each.clauses.some((now) => !old.has(now) && headOfClause(now) === headOfClause(clause)),
    )?.name;
  const owned = groupBy(given, ownerOf);
  const left = owned.get(undefined) ?? [];
  const rewritten = taken.filter((clause) =>
    left.some((each) => headOfClause(each) === headOfClause(clause)),
  );
  const heads = new Set(rewritten.map(headOfClause));
  return {
    moved: [...owned].flatMap(([owner, clauses]) =>
      owner === undefined
        ? []
        : [`${counted(clauses.length, 'clause')} to ${owner}: ${namesOf(clauses)}`],
    ),
    rewritten: new Set(rewritten),
    gone: left.filter((clause) => !heads.has(headOfClause(clause))),
  };
}

/** What clauses derive and send, each name once. */
function namesOf(clauses: readonly string[]): string {
  const names = [...new Set(clauses.map(nameOfHead))];
  const shown = names.slice(0, namesShown).join(', ');
  return names.length > namesShown ? `${shown}, …` : shown;
}

const namesShown = 6;

/** `done(c, id) :-`; a `persist` is its own head. */
function headOfClause(clause: string): string {
  return /^.*? :[-+~]/.exec(clause)?.[0] ?? clause;
}

/** `done` */
function nameOfHead(clause: string): string {
  return /^(?:persist )?(\w+)/.exec(clause)?.[1] ?? clause;
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
