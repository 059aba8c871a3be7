/** Lists of records: tables of events that nothing looks up. */
import type { Table } from './table.ts';
import { block, type Lines, range } from './text.ts';

/** Facts as they come, the same one perhaps more than once. */
export function listClass({ id, parameters, arity }: Table): Lines {
  const columns = range(arity).map((column) => `this.c${column} = c${column};`);
  return block(`class R_${id}`, [
    ...block(`constructor(${parameters})`, [...columns, 'this.n = 1; this.w = null;']),
  ]);
}

export function listText(table: Table): Lines {
  const { id, parameters } = table;
  return [
    `let N_${id} = 0, L_${id} = null, LT_${id} = null;`,
    ...block(`function put_${id}(${parameters})`, [
      `const r = new R_${id}(${parameters});`,
      `N_${id} += 1; ${table.listTouched('r')} ${table.mark}`,
      'return r;',
    ]),
    `function wipe_${id}() { N_${id} = 0; L_${id} = null; LT_${id} = null; }`,
    `function end_${id}() { wipe_${id}(); }`,
  ];
}

/** The facts of messages, as they came. */
export function rawText({ id, mark }: Table): Lines {
  return [
    `let N_${id} = 0, L_${id} = [];`,
    `function put_${id}(f) { N_${id} += 1; L_${id}.push(f); ${mark} }`,
    `function wipe_${id}() { N_${id} = 0; L_${id} = []; }`,
    `function end_${id}() { wipe_${id}(); }`,
  ];
}
