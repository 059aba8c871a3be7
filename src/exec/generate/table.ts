/**
 * The tables of a generated module, and the text of each: a class for its records, hash chains for the whole fact and for
 * each key that some clause probes, and what begins and ends a tick for it.
 *
 * A record knows the last tick and this one at once, so that a change can be joined with what held before and with
 * what holds now: `o` it held in the last tick, `n` it holds in this one. It holds while something supports it: `q` it was
 * carried into this tick, `t` the tick in which an event derived it, `s` how many derivations it has from what
 * isn't an event. For the next tick `u` and `k` are what `t` and `s` are for this one. A record has only those that some text
 * of the module writes. `l` is the tick that touched it last: only touched records are looked at when the tick ends, and
 * those that nothing supports are freed.
 */
import { defined, invariant } from '../../base/assert.ts';
import { equalText, isPrimitive } from './expression-text.ts';
import { listClass, listText, rawText } from './list-text.ts';
import { recordClass, recordText } from './record-text.ts';
import { type Hashes, hashesOf, type TableOptions } from './table-options.ts';
import { comment, identifier, type Lines, range } from './text.ts';
import { turnText } from './turn-text.ts';

/** Derivations of a record: counted or in one tick, for this tick or the next one. */
export type Support = 's' | 't' | 'k' | 'u';

const tests: Readonly<Record<Support, string>> = {
  s: 'r.s > 0',
  t: 'r.t === T',
  k: 'r.k > 0',
  u: 'r.u === T',
};

export class Table {
  readonly id: string;
  readonly options: TableOptions;
  readonly arity: number;
  /** Where its bit is among the tables that a tick has touched (dirty-text.ts). */
  readonly word: number;
  readonly bit: number;
  readonly #indexes: (readonly number[])[] = [];
  readonly #flips: string[] = [];
  readonly #supports = new Set<Support>();
  #isSought = false;

  constructor(name: string, number: number, options: TableOptions) {
    this.id = identifier(name, number);
    this.options = options;
    this.arity = options.types.length;
    this.word = Math.floor(number / 30);
    this.bit = 1 << (number % 30);
    this.#flips.push(...options.onFlip);
    if (options.isRecursive)
      for (const each of ['s', 't', 'k', 'u'] as const) this.#supports.add(each);
  }

  /** Text of what a record is supported by, so that it may be written. */
  support(record: string, by: Support): string {
    this.#supports.add(by);
    return `${record}.${by}`;
  }

  /** Fields of its records that say what supports them. Asked once all that writes them is written. */
  get supports(): readonly string[] {
    return [...(this.isCarried ? ['q'] : []), ...this.#supports];
  }

  /**
   * Records that go are kept for those that come. Whoever follows what went reads them until the next tick begins, so they wait
   * in `FR_` until then; what else fills a table (timers, stable views, recursion) has its own order.
   */
  get isPooled(): boolean {
    return this.options.carry !== 'given' && !this.options.isRecursive;
  }

  /** Statements that make record `r` forget what it said, so that what waits for use keeps no text alive. */
  get blank(): string {
    const columns = range(this.arity).filter(
      (column) =>
        !isPrimitive(this.options.types[column] ?? null) ||
        this.options.types[column]?.kind === 'string',
    );
    return columns.map((column) => `r.c${column} = null;`).join(' ');
  }

  get isCarried(): boolean {
    return this.options.carry !== 'none' || this.options.isRecursive;
  }

  /** Says whether record `r` is supported by what it was carried with and one of these. */
  supported(by: readonly Support[], carried: string | null): string {
    const parts = [
      ...(carried === null ? [] : [carried]),
      ...by.filter((each) => this.#supports.has(each)).map((each) => tests[each]),
    ];
    return parts.length === 0 ? 'false' : `(${parts.join(' || ')})`;
  }

  /** The number of the index on these columns, ascending; made when it is first asked for. */
  index(columns: readonly number[]): number {
    invariant(!this.options.isRaw, 'nothing looks up what is only walked over');
    const key = columns.join();
    const found = this.#indexes.findIndex((each) => each.join() === key);
    return found === -1 ? this.#indexes.push(columns) : found + 1;
  }

  /** The name of the function that finds the record of a fact. */
  get seek(): string {
    invariant(!this.options.isRaw, 'nothing looks up what is only walked over');
    this.#isSought = true;
    return `get_${this.id}`;
  }

  /** Nothing looks for a fact of it: a list is enough. Asked once all that reads it is written. */
  get isList(): boolean {
    return this.options.mayRepeat && !this.#isSought && this.#indexes.length === 0;
  }

  /** Text for when a record `r` flips to being carried or back. */
  get flips(): Lines {
    return this.#flips;
  }

  /** More of it. */
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
    const test = columns.map((column, place) =>
      this.equal(column, this.column(record, column), values[place] ?? ''),
    );
    const { groups } = this.options;
    if (groups !== null) {
      const { index } = groups;
      const its = groups.columns.map((column) => values[columns.indexOf(column)]).join(', ');
      const first = `CH_${index}[hash_group_${index}(${its}) & CM_${index}]`;
      return {
        head: `for (let ${record} = ${first}; ${record} !== null; ${record} = ${record}.x)`,
        test,
      };
    }
    if (columns.length > 0 && columns.join() === this.options.keyColumns.join()) {
      // Facts are found by the hash of their key anyway.
      this.#isSought = true;
      const first = `H_${this.id}[hash_${this.id}(${values.join(', ')}) & M_${this.id}]`;
      const head = `for (let ${record} = ${first}; ${record} !== null; ${record} = ${record}.x)`;
      return { head, test };
    }
    const at = this.index(columns);
    const start =
      columns.length === 0
        ? `H${at}_${this.id}`
        : `H${at}_${this.id}[hash_${this.id}_x${at}(${values.join(', ')}) & M_${this.id}]`;
    const head = `for (let ${record} = ${start}; ${record} !== null; ${record} = ${record}.x${at})`;
    return { head, test };
  }

  /** Text of a column of a record. */
  column(record: string, column: number): string {
    const { groups, isRaw } = this.options;
    if (groups !== null) return `${record}.${defined(groups.fields[column], 'a column')}`;
    return isRaw ? `${record}[${column}]` : `${record}.c${column}`;
  }

  /** Says that a record holds in this tick, or held in the last one; nothing of events, which do. */
  holds(record: string, mode: 'n' | 'o'): readonly string[] {
    const { groups, isEvent } = this.options;
    return (groups !== null || isEvent) && mode === 'n' ? [] : [`${record}.${mode} === 1`];
  }

  /** A loop over the records that this tick touched; all of them, of events. */
  eachTouched(record: string): string {
    if (this.options.isRaw) return `for (const ${record} of L_${this.id})`;
    return `for (let ${record} = L_${this.id}; ${record} !== null; ${record} = ${record}.w)`;
  }

  /** A loop over the records that hold and didn't, or did and don't. */
  eachChange(record: string): string {
    return `for (let ${record} = E_${this.id}; ${record} !== null; ${record} = ${record}.v)`;
  }

  /** Says that there are records. */
  get isFilled(): string {
    const { groups } = this.options;
    return `${groups === null ? `N_${this.id}` : `CN_${groups.index}`} !== 0`;
  }

  /** Its facts are looked for one by one, and found by the hash of the whole. */
  get isSeekable(): boolean {
    return this.options.groups === null;
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

  /** How these columns are hashed, as parameters of their names. */
  hashes(columns: readonly number[]): Hashes {
    return hashesOf(
      columns.map((column) => this.options.types[column] ?? null),
      columns.map((column) => `c${column}`),
    );
  }

  /** The columns by whose hash facts are found, as arguments. */
  get keyParameters(): string {
    return this.options.keyColumns.map((column) => `c${column}`).join(', ');
  }

  /** The fact as arguments: `c0, c1`. */
  get parameters(): string {
    return range(this.arity)
      .map((column) => `c${column}`)
      .join(', ');
  }

  columnsOf(record: string): readonly string[] {
    return range(this.arity).map((column) => this.column(record, column));
  }

  /** Shared by all machines of the module: were each to have its own, the engine would know no record's shape. */
  classText(): Lines {
    if (this.options.isRaw) return [];
    return this.isList ? listClass(this) : recordClass(this);
  }

  text(): Lines {
    if (this.options.isRaw) return [...comment(this.options.title), ...rawText(this), ''];
    if (this.isList) return [...comment(this.options.title), ...listText(this), ''];
    return [...comment(this.options.title), ...recordText(this), ...turnText(this), ''];
  }

  /** Numbered from 1; the chain of the whole fact is no index. */
  get indexes(): readonly { readonly at: number; readonly columns: readonly number[] }[] {
    return this.#indexes.map((columns, place) => ({ at: place + 1, columns }));
  }
}
