/** Records of a table: their class, the chains that find them, and how they come and go. */

import type { Table } from './table.ts';
import { hashFunction } from './table-options.ts';
import { block, type Lines, range } from './text.ts';

export function recordClass(table: Table): Lines {
  const links = table.indexes.flatMap(({ at, columns }) => [
    ...(columns.length > 0 ? [`this.h${at} = 0;`] : []),
    `this.x${at} = null; this.y${at} = null;`,
  ]);
  const columns = range(table.arity).map((column) => `this.c${column} = c${column};`);
  const state = table.options.isEvent
    ? 'this.n = 1; this.w = null;'
    : ['o', 'n', 'l', ...table.supports]
        .map((field) => `this.${field} = 0;`)
        .concat('this.w = null; this.v = null;')
        .join(' ');
  return block(`class R_${table.id}`, [
    ...block(`constructor(${withHash(table)})`, [
      ...columns,
      state,
      'this.h = h; this.x = null;',
      ...links,
    ]),
  ]);
}

export function recordText(table: Table): Lines {
  return [
    ...variables(table),
    ...hashFunctions(table),
    ...find(table),
    ...touch(table),
    ...add(table),
    ...resize(table),
    ...free(table),
  ];
}

function withHash(table: Table): string {
  return table.arity === 0 ? 'h' : `h, ${table.parameters}`;
}

function variables({ id, options, indexes, isPooled }: Table): Lines {
  const heads = indexes.map(({ at, columns }) =>
    columns.length === 0
      ? `let H${at}_${id} = null, Z${at}_${id} = null;`
      : `let H${at}_${id} = new Array(8).fill(null);`,
  );
  return [
    ...(isPooled ? [`let P_${id} = null${options.isEvent ? '' : `, FR_${id} = null`};`] : []),
    `let H_${id} = new Array(8).fill(null), M_${id} = 7, N_${id} = 0, S_${id} = 0, L_${id} = null, LT_${id} = null;`,
    ...(options.isEvent ? [] : [`let E_${id} = null, ET_${id} = null, Q_${id} = 0, F_${id} = 0;`]),
    ...heads,
  ];
}

/** The hash of the whole fact and those of its indexes, each over the columns that it needs. */
function hashFunctions(table: Table): Lines {
  const { id, keyParameters, options } = table;
  return [
    ...hashFunction(id, keyParameters, table.hashes(options.keyColumns)),
    ...hashed(table).flatMap(({ at, columns }) =>
      hashFunction(`${id}_x${at}`, names(columns), table.hashes(columns)),
    ),
  ];
}

function hashed({ indexes }: Table): Table['indexes'] {
  return indexes.filter(({ columns }) => columns.length > 0);
}

function names(columns: readonly number[]): string {
  return columns.map((column) => `c${column}`).join(', ');
}

function find(table: Table): Lines {
  const { id, parameters, keyParameters } = table;
  const same = range(table.arity).map((column) =>
    table.equal(column, `r.c${column}`, `c${column}`),
  );
  const condition = same.length === 0 ? 'true' : same.join(' && ');
  const touched = table.options.isEvent
    ? 'return r;'
    : `if (r.l !== T) { r.l = T; ${table.listTouched('r')} ${table.mark} } return r;`;
  return [
    ...block(`function get_${id}(${parameters})`, [
      ...block(
        `for (let r = H_${id}[hash_${id}(${keyParameters}) & M_${id}]; r !== null; r = r.x)`,
        [`if (${condition}) return r;`],
      ),
      'return null;',
    ]),
    ...block(`function put_${id}(${parameters})`, [
      `const h = hash_${id}(${keyParameters});`,
      ...block(`for (let r = H_${id}[h & M_${id}]; r !== null; r = r.x)`, [
        `if (${condition}) { ${touched} }`,
      ]),
      `return add_${id}(${withHash(table)});`,
    ]),
  ];
}

function touch(table: Table): Lines {
  if (table.options.isEvent) return [];
  return block(`function touch_${table.id}(r)`, [
    `if (r.l !== T) { r.l = T; ${table.listTouched('r')} ${table.mark} }`,
  ]);
}

function add(table: Table): Lines {
  const { id } = table;
  return block(`function add_${id}(${withHash(table)})`, [
    ...made(table),
    ...(table.options.isEvent ? [] : ['r.l = T;']),
    `const at = h & M_${id}; r.x = H_${id}[at]; H_${id}[at] = r;`,
    ...table.indexes.flatMap(({ at, columns }) =>
      columns.length === 0
        ? [
            `if (Z${at}_${id} === null) H${at}_${id} = r; else { Z${at}_${id}.x${at} = r; r.y${at} = Z${at}_${id}; }`,
            `Z${at}_${id} = r;`,
          ]
        : [`r.h${at} = hash_${id}_x${at}(${names(columns)});`, `link${at}_${id}(r);`],
    ),
    `if (++N_${id} > M_${id}) grow_${id}();`,
    `${table.listTouched('r')} ${table.mark}`,
    'return r;',
  ]);
}

/** A record that waits for use has nothing that supports it. */
function made(table: Table): Lines {
  const { id } = table;
  const fresh = `new R_${id}(${withHash(table)})`;
  if (!table.isPooled) return [`const r = ${fresh};`];
  const columns = range(table.arity).map((column) => `r.c${column} = c${column};`);
  const lists = table.indexes.flatMap(({ at, columns: its }) =>
    its.length === 0 ? [`r.x${at} = null; r.y${at} = null;`] : [],
  );
  return [
    `let r = P_${id};`,
    `if (r === null) r = ${fresh};`,
    `else { P_${id} = r.w; r.w = null; r.h = h; ${[...columns, ...lists].join(' ')} }`,
  ];
}

function resize(table: Table): Lines {
  const { id, options } = table;
  const indexes = hashed(table);
  const isQuick = table.hashes(options.keyColumns).quick !== null;
  const quick = indexes.filter(({ columns }) => table.hashes(columns).quick !== null);
  return [
    ...indexes.flatMap(({ at }) =>
      block(`function link${at}_${id}(r)`, [
        `const at = r.h${at} & M_${id}, head = H${at}_${id}[at];`,
        `r.y${at} = null; r.x${at} = head;`,
        `if (head !== null) head.y${at} = r;`,
        `H${at}_${id}[at] = r;`,
      ]),
    ),
    ...block(`function resize_${id}(size)`, [
      `const old = H_${id};`,
      `H_${id} = new Array(size).fill(null); M_${id} = size - 1;`,
      ...indexes.map(({ at }) => `H${at}_${id} = new Array(size).fill(null);`),
      ...block('for (let head of old)', [
        ...block('while (head !== null)', [
          'const r = head; head = r.x;',
          ...(isQuick
            ? [
                `if (W_${id}) r.h = full_${id}(${options.keyColumns.map((column) => `r.c${column}`).join(', ')});`,
              ]
            : []),
          ...quick.map(
            ({ at, columns }) =>
              `if (W_${id}_x${at}) r.h${at} = full_${id}_x${at}(${columns.map((column) => `r.c${column}`).join(', ')});`,
          ),
          `const at = r.h & M_${id}; r.x = H_${id}[at]; H_${id}[at] = r;`,
          ...indexes.map(({ at }) => `link${at}_${id}(r);`),
        ]),
      ]),
    ]),
    ...block(`function grow_${id}()`, [
      ...(isQuick ? [`if (!W_${id} && longest(H_${id}, 'x') > 32) W_${id} = true;`] : []),
      ...quick.map(
        ({ at }) =>
          `if (!W_${id}_x${at} && longest(H${at}_${id}, 'x${at}') > 32) W_${id}_x${at} = true;`,
      ),
      `resize_${id}(2 * (M_${id} + 1));`,
    ]),
  ];
}

function free(table: Table): Lines {
  if (table.options.isEvent) return [];
  const { id } = table;
  const links = table.indexes.flatMap(({ at, columns }) => {
    const first =
      columns.length === 0
        ? `H${at}_${id} = r.x${at};`
        : `H${at}_${id}[r.h${at} & M_${id}] = r.x${at};`;
    const last = columns.length === 0 ? ` else Z${at}_${id} = r.y${at};` : '';
    return [
      `if (r.y${at} !== null) r.y${at}.x${at} = r.x${at}; else ${first}`,
      `if (r.x${at} !== null) r.x${at}.y${at} = r.y${at};${last}`,
    ];
  });
  return block(`function free_${id}(r)`, [
    `const at = r.h & M_${id};`,
    `if (H_${id}[at] === r) H_${id}[at] = r.x;`,
    `else { let p = H_${id}[at]; while (p.x !== r) p = p.x; p.x = r.x; }`,
    ...links,
    `N_${id} -= 1;`,
    ...(table.isPooled ? [`r.w = FR_${id}; FR_${id} = r;`] : []),
  ]);
}
