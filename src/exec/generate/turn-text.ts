/** What a tick does with the records of a table: decides what holds, and what of it the next tick begins with. */
import type { Table } from './table.ts';
import { block, type Lines } from './text.ts';

export function turnText(table: Table): Lines {
  return [
    ...wipe(table),
    ...(table.options.isEvent
      ? endOfEvents(table)
      : [...settle(table), ...forgetChanges(table), ...end(table)]),
  ];
}

function wipe(table: Table): Lines {
  const { id, options, indexes } = table;
  const hashed = indexes.filter(({ columns }) => columns.length > 0);
  const heads = indexes.map(({ at, columns }) =>
    columns.length === 0 ? `H${at}_${id} = null; Z${at}_${id} = null;` : `H${at}_${id}.fill(null);`,
  );
  const lists = options.isEvent
    ? `L_${id} = null; LT_${id} = null;`
    : `L_${id} = null; LT_${id} = null; E_${id} = null; ET_${id} = null; Q_${id} = 0;`;
  const fresh = hashed.map(({ at }) => `H${at}_${id} = new Array(8);`).join(' ');
  return block(`function wipe_${id}()`, [
    `if (M_${id} > 255) { H_${id} = new Array(8); M_${id} = 7; ${fresh} }`,
    `H_${id}.fill(null); N_${id} = 0;`,
    ...heads,
    lists,
    ...(table.isPooled && !options.isEvent ? [`FR_${id} = null;`] : []),
  ]);
}

/** All records go; those of a small tick one by one, as clearing the heads of a once big table costs its size. */
function endOfEvents(table: Table): Lines {
  const { id } = table;
  const links = table.indexes.map(({ at, columns }) =>
    columns.length === 0
      ? `H${at}_${id} = null; Z${at}_${id} = null;`
      : `H${at}_${id}[r.h${at} & M_${id}] = null;`,
  );
  const all = table.indexes.map(({ at, columns }) =>
    columns.length === 0 ? `H${at}_${id} = null; Z${at}_${id} = null;` : `H${at}_${id}.fill(null);`,
  );
  return block(`function end_${id}()`, [
    `const n = N_${id};`,
    ...block(`if (n > (M_${id} >> 3))`, [
      `H_${id}.fill(null);`,
      ...all,
      ...(table.blank === '' ? [] : [`${table.eachTouched('r')} { ${table.blank} }`]),
    ]),
    `else ${table.eachTouched('r')} { H_${id}[r.h & M_${id}] = null; ${links.join(' ')} ${table.blank} }`,
    ...(table.isPooled ? [`LT_${id}.w = P_${id}; P_${id} = L_${id};`] : []),
    `N_${id} = 0; L_${id} = null; LT_${id} = null;`,
    shrink(table, 'n'),
  ]);
}

/** A tick that needs little of a table says nothing about the next one; a hundred of them do. */
function shrink({ id, isPooled }: Table, count: string): string {
  return `if (${count} > (M_${id} >> 4)) S_${id} = 0; else if (M_${id} > 63 && ++S_${id} > 100) { S_${id} = 0; resize_${id}((M_${id} + 1) >> 1);${isPooled ? ` P_${id} = null;` : ''} }`;
}

/** Decides what holds in this tick, once nothing more can be derived. */
function settle(table: Table): Lines {
  return block(`function settle_${table.id}()`, [
    ...block(table.eachTouched('r'), [
      `const n = ${table.supported(['t', 's'], table.isCarried ? 'r.q === 1' : null)} ? 1 : 0;`,
      'r.n = n;',
      ...block('if (n !== r.o)', [table.listChange('r')]),
    ]),
  ]);
}

/** Unlinked one by one: a record that stays would keep what was changed with it, and so on, for ever. */
function forgetChanges(table: Table): Lines {
  const { id } = table;
  const free = [
    `next = FR_${id}; FR_${id} = null;`,
    `while (next !== null) { const r = next; next = r.w; ${table.blank} r.w = P_${id}; P_${id} = r; }`,
  ];
  return block(`function forget_changes_${id}()`, [
    `let next = E_${id}; E_${id} = null; ET_${id} = null;`,
    'while (next !== null) { const r = next; next = r.v; r.v = null; }',
    ...(table.isPooled ? free : []),
  ]);
}

function end(table: Table): Lines {
  const { id } = table;
  const { carry } = table.options;
  const flip = [
    `const q = ${willBeCarried(table, 'r.n === 1')} ? 1 : 0;`,
    ...block('if (q !== r.q)', [
      `r.q = q; CHANGED = true; F_${id} = T; Q_${id} += q === 1 ? 1 : -1;`,
      ...table.flips,
    ]),
  ];
  const rest = ['n', ...table.supports.filter((field) => field !== 't' && field !== 'u')];
  return block(`function end_${id}()`, [
    `let next = L_${id}; L_${id} = null; LT_${id} = null;`,
    ...block('while (next !== null)', [
      'const r = next; next = r.w; r.w = null;',
      ...(carry === 'given' || !table.isCarried ? [] : flip),
      'r.o = r.n;',
      `if (${isUnsettled(table)}) { r.l = T + 1; ${table.listTouched('r')} }`,
      `else if (${rest.map((field) => `r.${field} === 0`).join(' && ')}) free_${id}(r);`,
    ]),
    `if (L_${id} !== null) A${table.word} |= ${table.bit};`,
    shrink(table, `N_${id}`),
  ]);
}

/** What is carried of record `r` into the next tick, where `holds` says that it holds in this one. */
export function willBeCarried(table: Table, holds: string): string {
  return table.supported(['k', 'u'], table.options.carry === 'persist' ? holds : null);
}

/** In the next tick, the record will hold or be carried otherwise than in this one, even if nothing touches it. */
function isUnsettled(table: Table): string {
  const { carry, isRecursive } = table.options;
  // What holds is its unit's business, which looks at what began or ceased to be carried.
  if (isRecursive) return `r.t === T || r.u === T || F_${table.id} === T`;
  const holds = table.supported(['s'], table.isCarried ? 'r.q === 1' : null);
  const changes = `${holds} !== (r.n === 1)`;
  if (carry === 'given' || carry === 'none') return changes;
  const carried = table.supported(['k'], carry === 'persist' ? holds : null);
  return `${changes} || ${carried} !== (r.q === 1)`;
}
