/**
 * A role as the text of one JavaScript function: it makes the classes of the records, and returns the function that, given
 * what `Kernel` names, makes the machine of one member. A tick is
 * `begin`, inputs, `run`, `end`: `run` may fail and changes nothing that is carried, `end` can't.
 */
import { defined } from '../../base/assert.ts';
import { clauseText, type ClauseText as Part } from './clause-text.ts';

import { behindBits, dirtyWords, wordCount } from './dirty-text.ts';
import { groupClass } from './group-text.ts';
import { giveText, handleTexts, siteTexts } from './handle-text.ts';
import { groupKind, hasRecords, keepsGroups } from './kept-groups.ts';
import { givenNames } from './kernel.ts';
import type { ModuleContext } from './module-context.ts';
import { keysOf, recursiveUnit } from './recursion-text.ts';
import { isPersist, type UnitPlan } from './role-plan.ts';
import { outFunctions, sendParts } from './send-text.ts';
import type { Table } from './table.ts';
import { block, comment, factOf, indent, type Lines, literal, range } from './text.ts';
import { willBeCarried } from './turn-text.ts';

export function moduleText(context: ModuleContext): string {
  const parts = [
    ...viewParts(context),
    ...startParts(context),
    ...unitParts(context),
    ...sendParts(context),
    ...nextParts(context),
  ];
  const sites = siteTexts(context);
  const handles = handleTexts(
    context,
    sites.map((site) => site.table),
  );
  const given = giveText(context);
  const tables = allTables(context);
  const declared = parts.flatMap((part) => part.declared);
  const grouped = context.plan.clauses.filter(keepsGroups);
  const sizes = [
    ...[...tables, ...sites.map((site) => site.table)].map((table) => `N_${table.id}`),
    ...grouped.map((each) =>
      hasRecords(each) ? `size_${each.index}()` : `GROUPS[${each.index}].size`,
    ),
  ];
  const merged = new Map(context.slots.map(({ holds, derived }) => [holds, derived]));
  const run = parts.flatMap((part) => part.run);
  const phases = inPhases(behindBits(run, tables, merged));
  const body: Lines = [
    'let T = 0, AT = -1, FIRST = true, CHANGED = false, FLUSHED = false, OUT = [], FLIPS = [], OLDER = [];',
    '',
    ...dirtyWords([...tables, ...sites.map((site) => site.table)]),
    ...context.functions.texts,
    ...tables.flatMap((table) => table.text()),
    ...sites.flatMap((site) => site.declared),
    ...outFunctions(context),
    ...flipFunctions(context),
    ...declared,
    ...phases.declared,
    ...beginFunction(tables, [...context.out.values()]),
    ...given,
    ...block('function run()', [...phases.run, 'AT = -1;']),
    ...endFunction(
      context,
      tables,
      sites.flatMap((site) => site.end),
    ),
    ...wipeFunction(
      tables,
      parts.flatMap((part) => part.wipe),
      sites.flatMap((site) => site.wipe),
    ),
    'return {',
    ...indent([
      'begin, give, run, end, wipe,',
      'now: () => T, flips: (tick) => (tick === T ? FLIPS : OLDER),',
      'at: () => AT, changed: () => CHANGED, flushed: () => FLUSHED, sent: () => OUT,',
      `idle: () => ${idleText(context, tables, sites)},`,
      `records: () => ${sizes.join(' + ')},`,
      ...handles,
    ]),
    '};',
  ];
  const classes = [
    ...[...tables, ...sites.map((site) => site.table)].flatMap((table) => table.classText()),
    ...grouped.flatMap((plan) => {
      const kind = groupKind(context, plan);
      return kind === null ? [] : groupClass(plan, kind);
    }),
  ];
  return [
    "'use strict';",
    ...comment(`role ${context.plan.role.name}`),
    ...classes,
    `return ({ ${givenNames.join(', ')} }) => {`,
    ...body,
    '};',
    '',
  ].join('\n');
}

/** What is asked for from outside only. */
function viewParts(context: ModuleContext): readonly Part[] {
  const views = context.plan.clauses.filter(({ strategy }) => strategy === 'view');
  return views.map((plan) => clauseText(context, plan));
}

/** Relations whose contents nothing derives in a tick: inputs, tables, what is carried, what is on disk. */
function startParts(context: ModuleContext): readonly Part[] {
  const derived = new Set(context.plan.units.flatMap((unit) => unit.slots));
  const heads = new Set(context.plan.units.flatMap((unit) => (unit.recursive ? unit.slots : [])));
  return context.slots.flatMap((_, slot): readonly Part[] => {
    if (heads.has(slot)) return [settleRaw(context, slot)];
    return derived.has(slot) ? [] : [settleSlot(context, slot)];
  });
}

/** What is derived of a recursive relation is the business of its unit; what it starts from is settled here. */
function settleRaw(context: ModuleContext, slot: number): Part {
  const { derived, holds } = defined(context.slots[slot], 'a slot');
  if (derived === holds) return { declared: [], run: [], wipe: [] };
  return { declared: [], run: [derived.settleText], wipe: [] };
}

function settleSlot(context: ModuleContext, slot: number): Part {
  const { derived, holds } = defined(context.slots[slot], 'a slot');
  const { isEvent, groups } = holds.options;
  if (isEvent || groups !== null) return { declared: [], run: [], wipe: [] };
  if (derived === holds) return { declared: [], run: [holds.settleText], wipe: [] };
  return mergePart(context, slot, derived, holds);
}

/** Facts that agree on the columns that are no lattices become one. */
function mergePart(context: ModuleContext, slot: number, from: Table, to: Table): Part {
  const keys = keysOf(context, slot);
  const values = keys.map((column) => `e.c${column}`);
  const each = from.probe('r', keys, values);
  const old = to.probe('v', keys, values);
  const columns = range(to.arity);
  const same = columns.map((column) => to.equal(column, `old.c${column}`, `f[${column}]`));
  const name = `merge_${to.id}`;
  return {
    declared: block(`function ${name}()`, [
      ...block(from.eachChange('e'), [
        'let f = null, old = null;',
        ...block(each.head, [
          `if (${['r.n === 1', ...each.test].join(' && ')}) f = f === null ? ${factOf('r', from.arity)} : MERGE[${slot}](f, ${factOf('r', from.arity)});`,
        ]),
        ...block(old.head, [
          `if (${[`${to.support('v', 's')} === 1`, ...old.test].join(' && ')}) old = v;`,
        ]),
        `if (old !== null && f !== null && ${same.join(' && ')}) continue;`,
        `if (old !== null) { old.s = 0; touch_${to.id}(old); }`,
        `if (f !== null) ${to.support(`put_${to.id}(${columns.map((column) => `f[${column}]`).join(', ')})`, 's')} = 1;`,
      ]),
    ]),
    run: [from.settleText, `if (${from.isChanged}) ${name}();`, to.settleText],
    wipe: [],
  };
}

function unitParts(context: ModuleContext): readonly Part[] {
  return context.plan.units.map((unit, number) =>
    unit.recursive ? recursiveUnit(context, unit, number) : plainUnit(context, unit),
  );
}

function plainUnit(context: ModuleContext, unit: UnitPlan): Part {
  const clauses = unit.clauses.map((plan) => clauseText(context, plan));
  const settled = unit.slots.map((slot) => settleSlot(context, slot));
  return {
    declared: [...clauses, ...settled].flatMap((part) => part.declared),
    run: [...clauses, ...settled].flatMap((part) => part.run),
    wipe: clauses.flatMap((part) => part.wipe),
  };
}

/** What a durable relation carries over is what its stable view holds in the next tick. */
function flipFunctions(context: ModuleContext): Lines {
  const { plan } = context;
  return Array.from(plan.layout.stable).flatMap(([slot, stable]) => {
    if (!plan.carried.has(slot) || !plan.watched.has(stable)) return [];
    const table = defined(context.slots[stable], 'a slot').derived;
    const { id } = table;
    const columns = table.columnsOf('r').join(', ');
    return block(`function flip_${slot}(r, q)`, [
      `let m = ${table.seek}(${columns});`,
      `if (m === null) { m = put_${id}(${columns}); m.l = T + 1; }`,
      `else if (m.l !== T + 1) { m.l = T + 1; ${table.listTouched('m')} }`,
      `m.q = q; A${table.word} |= ${table.bit};`,
    ]);
  });
}

function nextParts(context: ModuleContext): readonly Part[] {
  const { plan } = context;
  const next = plan.clauses.filter(({ clause }) => clause.kind === 'next');
  const clauses = next
    .filter(({ clause }) => !isPersist(clause))
    .map((each) => clauseText(context, each));
  const lattices = [...plan.carried].flatMap((slot): readonly Part[] => {
    if (plan.isLattice[slot] !== true) return [];
    const { holds, derived, nextDerived, nextHolds } = defined(context.slots[slot], 'a slot');
    const stays = `${holds.eachChange('e')} ${nextDerived.support(`put_${nextDerived.id}(${holds.columnsOf('e').join(', ')})`, 's')} += e.n - e.o;`;
    const carries = `${nextHolds.eachChange('e')} ${derived.support(`put_${derived.id}(${holds.columnsOf('e').join(', ')})`, 'k')} += e.n - e.o;`;
    const merged = mergePart(context, slot, nextDerived, nextHolds);
    const persist = plan.persisted.has(slot) ? [stays] : [];
    return [{ ...merged, run: [...persist, ...merged.run, carries] }];
  });
  const logs = Array.from(plan.layout.stable).flatMap(([slot, stable]): readonly Part[] => {
    if (plan.carried.has(slot)) return [];
    const from = defined(context.slots[slot], 'a slot').holds;
    const to = defined(context.slots[stable], 'a slot').derived;
    const copy = `${from.eachChange('e')} ${to.support(`put_${to.id}(${from.columnsOf('e').join(', ')})`, 'k')} += e.n - e.o;`;
    return [{ declared: [], run: [copy], wipe: [] }];
  });
  return [...clauses, ...lattices, ...logs, heldMax(context)];
}

/** Facts that one relation may carry: asked while the tick can still fail. */
function heldMax(context: ModuleContext): Part {
  const { factsHeldMax } = context.limits;
  if (!Number.isFinite(factsHeldMax)) return { declared: [], run: [], wipe: [] };
  const checks = [...context.plan.carried].flatMap((slot) => {
    const { derived } = defined(context.slots[slot], 'a slot');
    const writers = context.plan.clauses.filter(
      ({ clause, slot: its }) => clause.kind === 'next' && its === slot,
    );
    const at =
      (writers.findLast(({ clause }) => !isPersist(clause)) ?? writers.at(-1))?.index ?? -1;
    const carried = willBeCarried(derived, 'r.n === 1');
    return [
      `if (N_${derived.id} > ${factsHeldMax}) {`,
      `  let held = Q_${derived.id};`,
      `  ${derived.eachTouched('r')} held += (${carried} ? 1 : 0) - r.q;`,
      `  if (held > ${factsHeldMax}) { AT = ${at}; tooManyHeld(${literal(context.plan.layout.names[slot] ?? '')}, ${factsHeldMax}); }`,
      '}',
    ];
  });
  return { declared: [], run: checks, wipe: [] };
}

/** No record waits for the next tick, and all that is on disk was there before this one. */
function idleText(
  context: ModuleContext,
  tables: readonly Table[],
  sites: readonly { readonly table: Table }[],
): string {
  const redo = context.plan.units.flatMap((unit, at) => (unit.recursive ? [`!REDO_${at}`] : []));
  const touched = sites.map(({ table }) => `L_${table.id} === null`);
  const words = wordCount([...tables, ...sites.map(({ table }) => table)]);
  const marks = range(words).map((word) => `A${word}`);
  const denied = deniedSlots(context).map((slot) => `N_${context.join.tableOf(slot).id} === 0`);
  const tests = [`(${marks.join(' | ')}) === 0`, 'FLIPS.length === 0', ...redo, ...touched];
  return [...tests, ...denied].join(' && ');
}

/** What is gone in the next tick, when a clause that is run in each of them, and says that it isn't there, will find more. */
function deniedSlots({ plan }: ModuleContext): readonly number[] {
  const denied = plan.clauses
    .filter(({ index }) => plan.passing.clauses.has(index))
    .flatMap(({ goals }) => goals.flatMap((goal) => (goal.kind === 'absent' ? [goal.slot] : [])));
  return [...new Set(denied)].filter((slot) => plan.isBrief[slot] === true);
}

/** Functions of a size that is compiled as one, called in turn. */
function inPhases(run: Lines): { readonly declared: Lines; readonly run: Lines } {
  const size = 120;
  const count = Math.ceil(run.length / size);
  const declared = range(count).flatMap((at) =>
    block(`function phase_${at}()`, wholeBlocks(run, at * size, (at + 1) * size)),
  );
  return { declared, run: range(count).map((at) => `phase_${at}();`) };
}

/** Lines from `from` to `to`, moved so that no block is cut. */
function wholeBlocks(run: Lines, from: number, to: number): Lines {
  const start = nextWhole(run, from);
  return run.slice(start, nextWhole(run, to));
}

function nextWhole(run: Lines, at: number): number {
  let place = Math.min(at, run.length);
  while (place < run.length && /^(\s|\})/.test(run[place] ?? '')) place += 1;
  return place;
}

function allTables(context: ModuleContext): readonly Table[] {
  const slots = context.slots.flatMap((slot) => [
    slot.holds,
    slot.derived,
    slot.nextDerived,
    slot.nextHolds,
  ]);
  const all = new Set([...slots, ...context.held.values(), ...context.out.values()]);
  return [...all].filter(({ options }) => options.groups === null);
}

function beginFunction(tables: readonly Table[], senders: readonly Table[]): Lines {
  const forget = tables.map((table) =>
    table.options.isEvent
      ? `if (N_${table.id} !== 0) end_${table.id}();`
      : `if (${table.isChanged}${table.isPooled ? ` || FR_${table.id} !== null` : ''}) forget_changes_${table.id}();`,
  );
  return block('function begin()', [
    'T += 1; CHANGED = false; FLUSHED = false; OUT = []; OLDER = FLIPS; FLIPS = [];',
    ...senders.map((table) => `B_${table.id} = -1;`),
    ...behindBits(forget, tables, new Map()),
    'turn();',
  ]);
}

/** Stable views come first: what flips in their relations is put into them for the next tick. */
function endFunction(context: ModuleContext, tables: readonly Table[], sites: Lines): Lines {
  const stable = new Set(
    [...context.plan.layout.stable.values()].map((slot) => context.slots[slot]?.derived),
  );
  const kept = tables.filter((table) => !table.options.isEvent);
  const ordered = [
    ...kept.filter((table) => stable.has(table)),
    ...kept.filter((table) => !stable.has(table)),
  ];
  return block('function end()', [
    ...sites,
    ...behindBits(
      ordered.map((table) => `if (${table.isTouched}) end_${table.id}();`),
      tables,
      new Map(),
    ),
    'FIRST = false;',
  ]);
}

function wipeFunction(tables: readonly Table[], clauses: Lines, sites: Lines): Lines {
  return block('function wipe()', [
    'FIRST = true; AT = -1;',
    ...tables.map((table) => `if (N_${table.id} !== 0 || ${table.isTouched}) wipe_${table.id}();`),
    ...clauses,
    ...sites,
  ]);
}
