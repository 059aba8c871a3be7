/** What every part of a generated module is written with: the tables, the functions, and how a head fact is produced. */
import { defined } from '../../base/assert.ts';
import { outboundChannels } from '../../ir/schema.ts';
import type { Type } from '../../ir/type.ts';
import type { ExecLimits } from '../node-code.ts';
import type { ClausePlan } from './clause-plan.ts';
import { type ExpressionContext, FunctionWriter } from './expression-text.ts';
import { type GroupsOfTable, groupsOf } from './group-table.ts';
import type { JoinContext } from './join-text.ts';
import { readingsIn, soughtColumns } from './readings.ts';
import type { RolePlan } from './role-plan.ts';
import { solutionsDiffer } from './solutions.ts';
import { Table } from './table.ts';
import type { Carry } from './table-options.ts';
import { factOf, type Lines, list, literal } from './text.ts';

/** The tables of a slot. */
export interface SlotTables {
  /** What clauses read. */
  readonly holds: Table;
  /** Where derivations go: the same, or the facts before lattice columns are merged. */
  readonly derived: Table;
  /** Where derivations for the next tick go, and what becomes of them: the same two again. */
  readonly nextDerived: Table;
  readonly nextHolds: Table;
}

export interface ModuleContext {
  readonly plan: RolePlan;
  readonly limits: ExecLimits;
  readonly measure: boolean;
  readonly slots: readonly SlotTables[];
  /** By send clause that isn't an event: what its body says, to tell what is new. */
  readonly held: ReadonlyMap<number, Table>;
  /** By channel: the messages of the tick, the destination first. */
  readonly out: ReadonlyMap<string, Table>;
  /** Clauses that are no aggregates and whose solutions differ in their heads, alone on their channel. */
  readonly functions: FunctionWriter;
  readonly join: JoinContext;
}

export function makeContext(plan: RolePlan, limits: ExecLimits, measure: boolean): ModuleContext {
  let count = 0;
  const make = (
    title: string,
    slot: number,
    carry: Carry,
    extra: Partial<TableExtra> = {},
  ): Table => {
    const types = extra.types ?? defined(plan.columnTypes[slot], 'a slot has columns');
    const keyColumns = extra.keyColumns ?? types.map((_, column) => column);
    const { isEvent = false, mayRepeat = false, isRaw = false, isRecursive = false } = extra;
    const { onFlip = [], groups = null } = extra;
    return new Table(title, count++, {
      title,
      types,
      keyColumns,
      isEvent,
      mayRepeat,
      isRaw,
      groups,
      isRecursive,
      carry,
      onFlip,
    });
  };
  const slots = plan.layout.names.map((_, slot) => slotTables(plan, slot, make));
  linkStable(plan, slots);
  const send = plan.clauses.filter(({ clause }) => clause.kind === 'send');
  const channels = outboundChannels(plan.program, plan.role.name);
  const typesOf = (channel: string): readonly (Type | null)[] => [
    { kind: 'id', role: '' },
    ...(channels.find((each) => each.name === channel)?.columns ?? []).map(({ type }) => type),
  ];
  const names = new Set(send.map(({ clause }) => clause.head.relation));
  const out = new Map(
    [...names].map((name) => [
      name,
      make(`${name} sent`, -1, 'none', { types: typesOf(name), isEvent: true }),
    ]),
  );
  const held = new Map(
    send
      .filter(({ strategy }) => strategy !== 'event')
      .map(({ index, clause }) => [
        index,
        make(`${clause.head.relation} held`, -1, 'none', { types: typesOf(clause.head.relation) }),
      ]),
  );
  const functions = new FunctionWriter(plan.program, plan.role);
  const expressions: ExpressionContext = { program: plan.program, role: plan.role, functions };
  const join: JoinContext = {
    expressions,
    tableOf: (slot) => defined(slots[slot], 'a slot of the role').holds,
    columnTypes: (slot) => defined(plan.columnTypes[slot], 'a slot of the role'),
    stepsMax: Number.isFinite(limits.joinStepsMax) ? limits.joinStepsMax : null,
  };
  return { plan, limits, measure, slots, held, out, functions, join };
}

interface TableExtra {
  readonly types: readonly (Type | null)[];
  readonly keyColumns: readonly number[];
  readonly isEvent: boolean;
  readonly mayRepeat: boolean;
  readonly isRaw: boolean;
  readonly groups: GroupsOfTable | null;
  readonly isRecursive: boolean;
  readonly onFlip: Lines;
}

type MakeTable = (title: string, slot: number, carry: Carry, extra?: Partial<TableExtra>) => Table;

function slotTables(plan: RolePlan, slot: number, make: MakeTable): SlotTables {
  const { layout } = plan;
  const name = layout.names[slot] ?? '';
  const isEvent = plan.isBrief[slot] === true;
  const keyColumns = plan.keyColumns[slot] ?? [];
  const isRecursive = plan.units.some((unit) => unit.recursive && unit.slots.includes(slot));
  if (plan.isLattice[slot] === true) {
    const derived = make(`${name} before merging`, slot, 'next');
    const holds = make(name, slot, 'none', { isRecursive });
    if (!plan.carried.has(slot))
      return { holds, derived, nextDerived: derived, nextHolds: derived };
    const nextDerived = make(`${name} in the next tick, before merging`, slot, 'none');
    const nextHolds = make(`${name} in the next tick`, slot, 'none');
    return { holds, derived, nextDerived, nextHolds };
  }
  const isRigid = [...layout.statics, ...layout.members].some((each) => each.slot === slot);
  const stableOf = Array.from(layout.stable).find(([, stable]) => stable === slot)?.[0];
  const isGiven = isRigid || (stableOf !== undefined && plan.carried.has(stableOf));
  const carry: Carry = isGiven
    ? 'given'
    : plan.persisted.has(slot)
      ? 'persist'
      : plan.carried.has(slot) || stableOf !== undefined
        ? 'next'
        : 'none';
  const isDurable = layout.stable.has(slot);
  const stable = layout.stable.get(slot);
  const disk = isDurable ? slot : stableOf;
  const flips = [
    ...(disk === undefined ? [] : [flushText(disk, columnsOf(plan, slot))]),
    ...(stable !== undefined && plan.watched.has(stable) ? [`flip_${slot}(r, q);`] : []),
  ];
  const onFlip = plan.carried.has(slot) || stableOf !== undefined ? flips : [];
  const mayRepeat = isEvent && repeatsDoNoHarm(plan, slot);
  const isRaw = mayRepeat && isWalkedOver(plan, slot);
  const groups = groupsOf(plan, slot);
  const extra = { isEvent, mayRepeat, isRaw, groups, isRecursive, keyColumns, onFlip };
  const table = make(name, slot, carry, extra);
  return { holds: table, derived: table, nextDerived: table, nextHolds: table };
}

/** Whoever reads the events of the slot derives the same from two of a kind as from one. */
function repeatsDoNoHarm({ clauses, units }: RolePlan, slot: number): boolean {
  const isRecursive = units.some(
    (unit) => unit.recursive && unit.clauses.some(({ reads }) => reads.includes(slot)),
  );
  const readers = clauses.filter(({ reads }) => reads.includes(slot));
  return (
    !isRecursive &&
    readers.every(
      ({ clause, head, strategy }) =>
        strategy === 'event' &&
        clause.kind !== 'send' &&
        (head.shape === 'plain' || head.shape === 'index'),
    )
  );
}

/** Messages that no clause looks up; those without columns there are none or one of. */
function isWalkedOver({ clauses, layout, isSmall }: RolePlan, slot: number): boolean {
  const readings = clauses
    .filter(({ reads }) => reads.includes(slot))
    .flatMap((plan) => readingsIn(plan, (its) => isSmall[its] === true))
    .filter((reading) => reading.slot === slot);
  return (
    [...layout.channels.values()].includes(slot) &&
    layout.columns[slot]?.length !== 0 &&
    layout.sites.every(({ source }) => source !== slot) &&
    clauses.every(({ overs }) => overs.every((over) => over.slot !== slot)) &&
    readings.every(({ args, known, isAbsent }) =>
      isAbsent ? known.length === 0 : soughtColumns(args, known).length === 0,
    )
  );
}

/** Every table's text is asked for later; here only the flips of lattices need their stable views. */
function linkStable(plan: RolePlan, slots: readonly SlotTables[]): void {
  for (const [slot, stable] of plan.layout.stable) {
    if (plan.isLattice[slot] !== true || !plan.carried.has(slot)) continue;
    const flips = plan.watched.has(stable) ? [`flip_${slot}(r, q);`] : [];
    slots[slot]?.derived.addFlip([flushText(slot, columnsOf(plan, slot)), ...flips]);
  }
}

/** A fact of a durable relation goes to disk, or from it. */
function flushText(slot: number, arity: number): string {
  return `if (q === 1) FLUSHED = true; FLIPS.push({ slot: ${slot}, fact: ${factOf('r', arity)}, kept: q === 1 });`;
}

function columnsOf(plan: RolePlan, slot: number): number {
  return plan.columnTypes[slot]?.length ?? 0;
}

/** How derivations are counted: once for the tick, by a sign, or listed to be taken back. */
export type Counting = 'once' | 'signed' | 'listed' | 'found';

/** The statements that put one head fact where the clause says; `record` is its record, where that is known. */
export function produce(
  context: ModuleContext,
  plan: ClausePlan,
  values: readonly string[],
  counting: Counting,
  record: string | null = null,
): Lines {
  const { clause, index, slot } = plan;
  const sign = counting === 'signed' ? 'sg' : '1';
  const meter = context.measure ? [`METER.row(${index}, ${sign}, ${list(values)});`] : [];
  if (counting === 'found') {
    const found = context.measure ? [`METER.found(${index}, ${list(values)});`] : [];
    return [...found, `insert_${slot}(${values.join(', ')});`];
  }
  if (clause.kind === 'send' && counting === 'once') {
    const isApart = plan.head.shape === 'plain' && solutionsDiffer(plan);
    return [...meter, sendText(context, plan, isApart, values)];
  }
  const table = targetOf(context, plan);
  const isNext = clause.kind === 'next' && table === context.slots[slot]?.derived;
  const put =
    record === null
      ? `put_${table.id}(${values.join(', ')})`
      : `touch_${table.id}(${record}); ${record}`;
  if (counting === 'once') {
    if (table.options.isEvent) return [...meter, `${put};`];
    return [...meter, `${table.support(put, isNext ? 'u' : 't')} = T;`];
  }
  const support = isNext ? 'k' : 's';
  if (counting === 'signed') return [...meter, `${table.support(put, support)} += sg;`];
  return [
    ...meter,
    `{ const r = ${put}; ${table.support('r', support)} += 1; P_${index}.push(r); }`,
  ];
}

/** Sends a fact; `isApart`: the clause doesn't send it twice in one tick. */
export function sendText(
  context: ModuleContext,
  { clause, index }: ClausePlan,
  isApart: boolean,
  values: readonly string[],
): string {
  const id = context.out.get(clause.head.relation)?.id;
  return `${isApart ? 'post' : 'send'}_${id}(${[literal(index), ...values].join(', ')});`;
}

/** The table of a clause's head, and the support that its derivations are. */
export function targetOf(context: ModuleContext, plan: ClausePlan): Table {
  if (plan.clause.kind === 'send') {
    return defined(context.held.get(plan.index), 'a send clause without an event is held');
  }
  const tables = defined(context.slots[plan.slot], 'a slot of the role');
  return plan.clause.kind === 'now' ? tables.derived : tables.nextDerived;
}

export function supportOf(context: ModuleContext, plan: ClausePlan): 's' | 'k' {
  const table = targetOf(context, plan);
  return plan.clause.kind === 'next' && table === context.slots[plan.slot]?.derived ? 'k' : 's';
}
