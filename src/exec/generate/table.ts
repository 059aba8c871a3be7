/**
 * The tables of a generated module, and the text of each: a class for its records, hash chains for the whole fact and for
 * each key that some clause probes, and what begins and ends a tick for it.
 *
 * A record knows the last tick and this one at once, so that a change can be joined with what held before and with
 * what holds now: `o` it held in the last tick, `n` it holds in this one. It holds while something supports it: `q` it was
 * carried into this tick, `t` the tick in which an event derived it, `s` how many derivations it has from what
 * isn't an event. For the next tick `u` and `k` are what `t` and `s` are for this one. `l` is the tick that touched
 * it last: only touched records are looked at when the tick ends, and those that nothing supports are freed.
 */
import { equalText } from './expression-text.ts';
import { forgetText, listClass, listText } from './list-text.ts';
import { hashOf, type TableOptions } from './table-options.ts';
import { block, comment, identifier, type Lines, range } from './text.ts';

export class Table {
  readonly id: string;
  readonly options: TableOptions;
  readonly arity: number;
  /** Where its bit is among the tables that a tick has touched (dirty-text.ts). */
  readonly word: number;
  readonly bit: number;
  readonly #indexes: (readonly number[])[] = [];
  readonly #flips: string[] = [];
  #isSought = false;

  constructor(name: string, number: number, options: TableOptions) {
    this.id = identifier(name, number);
    this.options = options;
    this.arity = options.types.length;
    this.word = Math.floor(number / 30);
    this.bit = 1 << (number % 30);
    this.#flips.push(...options.onFlip);
  }

  /** The number of the index on these columns, ascending; made when it is first asked for. */
  index(columns: readonly number[]): number {
    const key = columns.join();
    const found = this.#indexes.findIndex((each) => each.join() === key);
    return found === -1 ? this.#indexes.push(columns) : found + 1;
  }

  /** The name of the function that finds the record of a fact. */
  get seek(): string {
    this.#isSought = true;
    return `get_${this.id}`;
  }

  /** Nothing looks for a fact of it: a list is enough. Asked once all that reads it is written. */
  get isList(): boolean {
    return this.options.mayRepeat && !this.#isSought && this.#indexes.length === 0;
  }

  /** More text for `onFlip`. */
  addFlip(lines: Lines): void {
    this.#flips.push(...lines);
  }

  /** A loop over the records whose columns have these values: `head {` wants the body, `test` narrows. */
  probe(
    record: string,
    columns: readonly number[],
    values: readonly string[],
  ): { readonly head: string; readonly test: readonly string[] } {
    if (columns.length === 0 && this.options.isEvent) {
      return { head: this.eachTouched(record), test: [] };
    }
    const at = this.index(columns);
    const start =
      columns.length === 0
        ? `H${at}_${this.id}`
        : `H${at}_${this.id}[${this.hash(columns, values)} & M_${this.id}]`;
    const head = `for (let ${record} = ${start}; ${record} !== null; ${record} = ${record}.x${at})`;
    const test = columns.map((column, place) =>
      this.equal(column, `${record}.c${column}`, values[place] ?? ''),
    );
    return { head, test };
  }

  /** A loop over the records that this tick touched; all of them, of events. */
  eachTouched(record: string): string {
    return `for (let ${record} = L_${this.id}; ${record} !== null; ${record} = ${record}.w)`;
  }

  /** A loop over the records that hold and didn't, or did and don't. */
  eachChange(record: string): string {
    return `for (let ${record} = E_${this.id}; ${record} !== null; ${record} = ${record}.v)`;
  }

  get isTouched(): string {
    return `L_${this.id} !== null`;
  }

  /** Says that this tick touched it. */
  get mark(): string {
    return `D${this.word} |= ${this.bit};`;
  }

  get settleText(): string {
    return `if (${this.isTouched}) settle_${this.id}();`;
  }

  get isChanged(): string {
    return `E_${this.id} !== null`;
  }

  /** Puts a record at the end of what was touched. */
  listTouched(record: string): string {
    const { id } = this;
    return `if (L_${id} === null) L_${id} = ${record}; else LT_${id}.w = ${record}; LT_${id} = ${record};`;
  }

  listChange(record: string): string {
    const { id } = this;
    return `if (E_${id} === null) E_${id} = ${record}; else ET_${id}.v = ${record}; ET_${id} = ${record};`;
  }

  equal(column: number, a: string, b: string): string {
    return equalText(this.options.types[column] ?? null, a, b);
  }

  hash(columns: readonly number[], values: readonly string[]): string {
    return columns.reduce((hash, column, place) => {
      const value = values[place] ?? '';
      return `mix(${hash}, ${hashOf(this.options.types[column] ?? null, value)})`;
    }, '7');
  }

  /** The fact as arguments: `c0, c1`. */
  get parameters(): string {
    return range(this.arity)
      .map((column) => `c${column}`)
      .join(', ');
  }

  columnsOf(record: string): readonly string[] {
    return range(this.arity).map((column) => `${record}.c${column}`);
  }

  /** Shared by all machines of the module: were each to have its own, the engine would know no record's shape. */
  classText(): Lines {
    return this.isList ? listClass(this) : this.#recordClass();
  }

  text(): Lines {
    if (this.isList) return [...comment(this.options.title), ...listText(this), ''];
    return [
      ...comment(this.options.title),
      ...this.#variables(),
      ...this.#put(),
      ...this.#touch(),
      ...this.#add(),
      ...this.#grow(),
      ...this.#free(),
      ...this.#wipe(),
      ...(this.options.isEvent
        ? this.#endEvent()
        : [...this.#settle(), ...forgetText(this), ...this.#end()]),
      '',
    ];
  }

  #numbered(): readonly { readonly at: number; readonly columns: readonly number[] }[] {
    return this.#indexes.map((columns, place) => ({ at: place + 1, columns }));
  }

  #recordClass(): Lines {
    const links = this.#numbered().flatMap(({ at, columns }) => [
      ...(columns.length > 0 ? [`this.h${at} = 0;`] : []),
      `this.x${at} = null; this.y${at} = null;`,
    ]);
    const columns = range(this.arity).map((column) => `this.c${column} = c${column};`);
    const state = this.options.isEvent
      ? ['this.n = 1; this.w = null;']
      : [
          'this.o = 0; this.n = 0; this.s = 0; this.t = 0; this.k = 0; this.u = 0; this.q = 0; this.l = 0; this.w = null; this.v = null;',
        ];
    const parameters = this.arity === 0 ? 'h' : `h, ${this.parameters}`;
    return block(`class R_${this.id}`, [
      ...block(`constructor(${parameters})`, [
        ...columns,
        ...state,
        'this.h = h; this.x = null;',
        ...links,
      ]),
    ]);
  }

  #variables(): Lines {
    const { id } = this;
    const heads = this.#numbered().map(({ at, columns }) =>
      columns.length === 0
        ? `let H${at}_${id} = null, Z${at}_${id} = null;`
        : `let H${at}_${id} = new Array(8).fill(null);`,
    );
    return [
      `let H_${id} = new Array(8).fill(null), M_${id} = 7, N_${id} = 0, L_${id} = null, LT_${id} = null;`,
      ...(this.options.isEvent
        ? []
        : [`let E_${id} = null, ET_${id} = null, Q_${id} = 0, F_${id} = 0;`]),
      ...heads,
    ];
  }

  #put(): Lines {
    const { id, parameters } = this;
    const { keyColumns } = this.options;
    const hash = this.hash(
      keyColumns,
      keyColumns.map((column) => `c${column}`),
    );
    const same = range(this.arity).map((column) =>
      this.equal(column, `r.c${column}`, `c${column}`),
    );
    const condition = same.length === 0 ? 'true' : same.join(' && ');
    const touch = this.options.isEvent
      ? 'return r;'
      : `if (r.l !== T) { r.l = T; ${this.listTouched('r')} ${this.mark} } return r;`;
    const added = this.arity === 0 ? 'h' : `h, ${parameters}`;
    return [
      ...block(`function get_${id}(${parameters})`, [
        ...block(`for (let r = H_${id}[${hash} & M_${id}]; r !== null; r = r.x)`, [
          `if (${condition}) return r;`,
        ]),
        'return null;',
      ]),
      ...block(`function put_${id}(${parameters})`, [
        `const h = ${hash};`,
        ...block(`for (let r = H_${id}[h & M_${id}]; r !== null; r = r.x)`, [
          `if (${condition}) { ${touch} }`,
        ]),
        `return add_${id}(${added});`,
      ]),
    ];
  }

  #touch(): Lines {
    const { id } = this;
    if (this.options.isEvent) return [];
    return block(`function touch_${id}(r)`, [
      `if (r.l !== T) { r.l = T; ${this.listTouched('r')} ${this.mark} }`,
    ]);
  }

  #add(): Lines {
    const { id, parameters } = this;
    const added = this.arity === 0 ? 'h' : `h, ${parameters}`;
    return block(`function add_${id}(${added})`, [
      `const r = new R_${id}(${added});${this.options.isEvent ? '' : ' r.l = T;'}`,
      `if (++N_${id} > M_${id}) grow_${id}();`,
      `const at = h & M_${id}; r.x = H_${id}[at]; H_${id}[at] = r;`,
      ...this.#numbered().flatMap(({ at, columns }) =>
        columns.length === 0
          ? [
              `if (Z${at}_${id} === null) H${at}_${id} = r; else { Z${at}_${id}.x${at} = r; r.y${at} = Z${at}_${id}; }`,
              `Z${at}_${id} = r;`,
            ]
          : [
              `r.h${at} = ${this.hash(
                columns,
                columns.map((column) => `c${column}`),
              )};`,
              `link${at}_${id}(r);`,
            ],
      ),
      `${this.listTouched('r')} ${this.mark}`,
      'return r;',
    ]);
  }

  #grow(): Lines {
    const { id } = this;
    const hashed = this.#numbered().filter(({ columns }) => columns.length > 0);
    return [
      ...hashed.flatMap(({ at }) =>
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
        ...hashed.map(({ at }) => `H${at}_${id} = new Array(size).fill(null);`),
        ...block('for (let head of old)', [
          ...block('while (head !== null)', [
            'const r = head; head = r.x;',
            `const at = r.h & M_${id}; r.x = H_${id}[at]; H_${id}[at] = r;`,
            ...hashed.map(({ at }) => `link${at}_${id}(r);`),
          ]),
        ]),
      ]),
      `function grow_${id}() { resize_${id}(2 * (M_${id} + 1)); }`,
    ];
  }

  #free(): Lines {
    if (this.options.isEvent) return [];
    const { id } = this;
    const links = this.#numbered().flatMap(({ at, columns }) => {
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
      // What is emptied in one tick is often filled in the next ones: it shrinks late, and then by much.
      `if (--N_${id} < (M_${id} >> 6) && M_${id} > 63) resize_${id}((M_${id} + 1) >> 3);`,
    ]);
  }

  #wipe(): Lines {
    const { id } = this;
    const heads = this.#numbered().map(({ at, columns }) =>
      columns.length === 0
        ? `H${at}_${id} = null; Z${at}_${id} = null;`
        : `H${at}_${id}.fill(null);`,
    );
    const lists = this.options.isEvent
      ? [`L_${id} = null; LT_${id} = null;`]
      : [`L_${id} = null; LT_${id} = null; E_${id} = null; ET_${id} = null; Q_${id} = 0;`];
    return block(`function wipe_${id}()`, [
      `if (M_${id} > 255) { H_${id} = new Array(8); M_${id} = 7; ${this.#numbered()
        .filter(({ columns }) => columns.length > 0)
        .map(({ at }) => `H${at}_${id} = new Array(8);`)
        .join(' ')} }`,
      `H_${id}.fill(null); N_${id} = 0;`,
      ...heads,
      ...lists,
    ]);
  }

  /** All records go; those of a small tick one by one, as clearing the heads of a once big table costs its size. */
  #endEvent(): Lines {
    const { id } = this;
    const links = this.#numbered().map(({ at, columns }) =>
      columns.length === 0
        ? `H${at}_${id} = null; Z${at}_${id} = null;`
        : `H${at}_${id}[r.h${at} & M_${id}] = null;`,
    );
    return block(`function end_${id}()`, [
      `if (N_${id} > 64) { wipe_${id}(); return; }`,
      `${this.eachTouched('r')} { H_${id}[r.h & M_${id}] = null; ${links.join(' ')} }`,
      `N_${id} = 0; L_${id} = null; LT_${id} = null;`,
    ]);
  }

  /** Decides what holds in this tick, once nothing more can be derived. */
  #settle(): Lines {
    const { id } = this;
    return block(`function settle_${id}()`, [
      ...block(this.eachTouched('r'), [
        'const n = r.q === 1 || r.t === T || r.s > 0 ? 1 : 0;',
        'r.n = n;',
        ...block('if (n !== r.o)', [this.listChange('r')]),
      ]),
    ]);
  }

  #end(): Lines {
    const { id } = this;
    const { carry } = this.options;
    const carried =
      carry === 'persist'
        ? 'r.n === 1 || r.k > 0 || r.u === T ? 1 : 0'
        : carry === 'next'
          ? 'r.k > 0 || r.u === T ? 1 : 0'
          : '0';
    const flip = [
      `const q = ${carried};`,
      ...block('if (q !== r.q)', [
        `r.q = q; CHANGED = true; F_${id} = T; Q_${id} += q === 1 ? 1 : -1;`,
        ...this.#flips,
      ]),
    ];
    return block(`function end_${id}()`, [
      `let next = L_${id}; L_${id} = null; LT_${id} = null;`,
      ...block('while (next !== null)', [
        'const r = next; next = r.w; r.w = null;',
        ...(carry === 'given' ? [] : flip),
        'r.o = r.n;',
        `if (${this.#isUnsettled()}) { r.l = T + 1; ${this.listTouched('r')} }`,
        `else if (r.n === 0 && r.q === 0 && r.s === 0 && r.k === 0) free_${id}(r);`,
      ]),
      `if (L_${id} !== null) A${this.word} |= ${this.bit};`,
    ]);
  }

  /** In the next tick, the record will hold or be carried otherwise than in this one, even if nothing touches it. */
  #isUnsettled(): string {
    const { carry, isRecursive } = this.options;
    // What holds is its unit's business, which looks at what began or ceased to be carried.
    if (isRecursive) return `r.t === T || r.u === T || F_${this.id} === T`;
    const holds = '(r.q === 1 || r.s > 0)';
    const changes = `${holds} !== (r.n === 1)`;
    if (carry === 'given' || carry === 'none') return changes;
    const carried = carry === 'persist' ? `(${holds} || r.k > 0)` : '(r.k > 0)';
    return `${changes} || ${carried} !== (r.q === 1)`;
  }
}
