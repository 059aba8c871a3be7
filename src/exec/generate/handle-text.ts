/** How a machine is filled and read from outside: by slot, by send clause that is held, and by expiry. */
import { defined } from '../../base/assert.ts';
import { functionName } from './clause-text.ts';
import type { ModuleContext } from './module-context.ts';
import { heldRows } from './send-text.ts';
import { Table } from './table.ts';
import { block, factOf, indent, type Lines, list, literal, range } from './text.ts';

export interface SiteText {
  readonly table: Table;
  readonly declared: Lines;
  readonly end: Lines;
  readonly wipe: Lines;
}

/**
 * `after D since r`: a record for each fact of `r` whose timer runs (`q` 1) or has expired (`q` 2). Looked at again are facts
 * that changed, those that expire, and what a relation of events held.
 */
export function siteTexts(context: ModuleContext): readonly SiteText[] {
  return context.plan.layout.sites.map((site, number) => {
    const source = defined(context.slots[site.source], 'a slot').holds;
    const firing = defined(context.slots[site.slot], 'a slot').holds;
    const isEvent = context.plan.isEvent[site.source] === true;
    const table = siteTable(context, number);
    const { id } = table;
    const put = (each: string): string => `${each} put_${id}(${source.columnsOf('e').join(', ')});`;
    const columns = source.columnsOf('r').join(', ');
    const decide = block(`function decide_${id}()`, [
      `let next = L_${id}; L_${id} = null; LT_${id} = null;`,
      ...block('while (next !== null)', [
        'const r = next; next = r.w; r.w = null;',
        `const from = ${source.seek}(${columns}), fire = ${firing.seek}(${columns});`,
        'const held = from !== null && from.n === 1, fires = fire !== null && fire.n === 1;',
        'const q = !held ? 0 : r.q === 2 || fires ? 2 : 1;',
        `if (q !== r.q) { CHANGED = true; F_${id} = T; r.q = q; if (q === 1) ARMED.push({ site: ${number}, fact: ${factOf('r', table.arity)} }); }`,
        ...(isEvent ? [`if (q !== 0) { r.l = T + 1; ${table.listTouched('r')} continue; }`] : []),
        `if (q === 0) free_${id}(r);`,
      ]),
    ]);
    return {
      table,
      declared: [...(number === 0 ? ['let ARMED = [];'] : []), ...table.text(), ...decide],
      end: [
        ...(number === 0 ? ['ARMED = [];'] : []),
        put(source.options.isEvent ? source.eachTouched('e') : source.eachChange('e')),
        put(firing.eachTouched('e')),
        `if (${table.isTouched}) decide_${id}();`,
      ],
      wipe: [`wipe_${id}();`],
    };
  });
}

function siteTable(context: ModuleContext, number: number): Table {
  const { layout } = context.plan;
  const site = defined(layout.sites[number], 'a site');
  const types = context.join.columnTypes(site.source);
  const title = layout.names[site.slot] ?? '';
  return new Table(`timer_${title}`, number, {
    title: `timers of ${title}`,
    types,
    keyColumns: types.map((_, column) => column),
    isEvent: false,
    carry: 'given',
    mayRepeat: false,
    isRaw: false,
    groups: null,
    isRecursive: false,
    onFlip: [],
  });
}

/** `give` takes what comes with a tick: messages by channel, timers by name, and expiries by site. */
export function giveText(context: ModuleContext): Lines {
  const { layout } = context.plan;
  const input = (slot: number): string => inputText(defined(context.slots[slot], 'a slot'));
  const messages = Array.from(
    layout.channels,
    ([name, slot]) => `case ${literal(name)}: ${input(slot)} break;`,
  );
  const timers = Array.from(
    layout.timers,
    ([name, { slot }]) => `case ${literal(name)}: ${input(slot)} break;`,
  );
  const expiries = layout.sites.map(({ slot }, site) => `case ${site}: ${input(slot)} break;`);
  return block('function give(inbox)', [
    ...block('for (let at = 0; at < inbox.length; at++)', [
      'const input = inbox[at];',
      "if (input.kind === 'message') {",
      '  const f = input.fact;',
      ...indent(block('switch (input.channel)', [...messages, 'default: notOurs();'])),
      "} else if (input.kind === 'timer') {",
      ...indent(block('switch (input.timer)', [...timers, 'default: notOurs();'])),
      '} else {',
      '  const f = input.fact;',
      ...indent(block('switch (input.site)', [...expiries, 'default: notOurs();'])),
      '}',
    ]),
  ]);
}

function inputText({ holds, derived }: ModuleContext['slots'][number]): string {
  if (holds.options.isRaw) return `put_${holds.id}(f);`;
  const put = `put_${derived.id}(${arguments_(derived)})`;
  return holds.options.isEvent ? `${put};` : `${derived.support(put, 't')} = T;`;
}

/** Entries of the object that a module returns. */
export function handleTexts(context: ModuleContext, timers: readonly Table[]): Lines {
  const { clauses, role } = context.plan;
  const initial = new Set(role.initial.map(({ relation }) => relation));
  const slots = context.slots.map(({ holds, derived }, slot) => {
    const view = clauses.find((plan) => plan.slot === slot && plan.strategy === 'view');
    if (view !== undefined) return viewHandle(functionName(view, 'rows'));
    return slotHandle(holds, derived, initial.has(context.plan.layout.names[slot] ?? ''));
  });
  const held = Array.from(context.held, ([index, table]) => {
    const plan = context.plan.clauses.find((each) => each.index === index);
    return heldHandle(table, heldRows(context, defined(plan, 'a clause of the role')));
  });
  const sites = timers.map(siteHandle);
  return [
    'slots: [',
    ...indent(slots.flat()),
    '],',
    'held: [',
    ...indent(held.flat()),
    '],',
    'sites: [',
    ...indent(sites.flat()),
    '],',
    `armed: () => ${sites.length > 0 ? 'ARMED' : '[]'},`,
  ];
}

function slotHandle(holds: Table, derived: Table, isInitial: boolean): Lines {
  const { groups } = holds.options;
  if (groups !== null) {
    const fact = list(holds.columnsOf('r'));
    return viewHandle(`(() => gather(CH_${groups.index}, () => true, (r) => ${fact}))`);
  }
  if (holds.isList || holds.options.isRaw) return listHandle(holds);
  const put = `put_${derived.id}(${arguments_(derived)})`;
  const isEvent = holds.options.isEvent;
  const isCarried = !isEvent && derived.isCarried;
  const input = isInitial ? (isEvent ? put : `${derived.support(put, 't')} = T`) : 'notOurs()';
  const load = isEvent ? put : isCarried ? `${put}.q = 1; Q_${derived.id} += 1` : 'notOurs()';
  const carried = `gather(H_${derived.id}, (r) => r.q === 1, (r) => ${factOf('r', derived.arity)})`;
  const changes = isEvent ? `L_${holds.id}` : `E_${holds.id}`;
  return [
    '{',
    ...indent([
      `input: (f) => { ${input}; },`,
      `load: (f) => { ${load}; },`,
      `facts: () => gather(H_${holds.id}, (r) => r.n === 1, (r) => ${factOf('r', holds.arity)}),`,
      `carried: () => ${isCarried ? carried : '[]'},`,
      `changed: () => ${changes} !== null,`,
      `flippedAt: () => ${isEvent ? '0' : `F_${derived.id}`},`,
      `added: () => pick(${changes}, ${isEvent ? "'w'" : "'v'"}, 1, (r) => ${factOf('r', holds.arity)}),`,
      `removed: () => ${isEvent ? '[]' : `pick(${changes}, 'v', 0, (r) => ${factOf('r', holds.arity)})`},`,
      `count: () => ${isEvent ? `N_${holds.id}` : `tally(H_${holds.id}, (r) => r.n === 1)`},`,
      `carriedCount: () => ${isEvent ? '0' : `Q_${derived.id}`},`,
    ]),
    '},',
  ];
}

/** A fact that came twice is one. */
function listHandle(table: Table): Lines {
  const { id } = table;
  const { isRaw } = table.options;
  const records = `pick(L_${id}, 'w', 1, (r) => ${factOf('r', table.arity)})`;
  const facts = `distinct(${isRaw ? `L_${id}` : records})`;
  const put = `(f) => { put_${id}(${isRaw ? 'f' : arguments_(table)}); }`;
  return [
    '{',
    ...indent([
      `input: ${put}, load: ${put}, facts: () => ${facts}, added: () => ${facts},`,
      `changed: () => N_${id} !== 0, count: () => ${facts}.length,`,
      'carried: () => [], removed: () => [], flippedAt: () => 0, carriedCount: () => 0,',
    ]),
    '},',
  ];
}

/** Nobody follows what becomes of a view. */
function viewHandle(rows: string): Lines {
  return [
    '{',
    ...indent([
      `input: () => notOurs(), load: () => notOurs(), facts: () => distinct(${rows}()), count: () => distinct(${rows}()).length,`,
      'added: () => [], removed: () => [], changed: () => false,',
      'carried: () => [], flippedAt: () => 0, carriedCount: () => 0,',
    ]),
    '},',
  ];
}

function heldHandle(table: Table, rows: string | null): Lines {
  const { id } = table;
  return [
    '{',
    ...indent([
      `load: (f) => { put_${id}(${arguments_(table)}).o = 1; },`,
      `facts: () => ${rows ?? `gather(H_${id}, (r) => r.o === 1, (r) => ${factOf('r', table.arity)})`},`,
      `flippedAt: () => F_${id},`,
    ]),
    '},',
  ];
}

function siteHandle(table: Table): Lines {
  const { id } = table;
  return [
    '{',
    ...indent([
      `load: (f, q) => { put_${id}(${arguments_(table)}).q = q; },`,
      `facts: (q) => gather(H_${id}, (r) => r.q === q, (r) => ${factOf('r', table.arity)}),`,
      `flippedAt: () => F_${id},`,
      `has: (f) => { const r = ${table.seek}(${arguments_(table)}); return r !== null && r.q === 1; },`,
    ]),
    '},',
  ];
}

function arguments_(table: Table): string {
  return range(table.arity)
    .map((column) => `f[${column}]`)
    .join(', ');
}
