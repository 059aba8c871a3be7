/**
 * Terms and equality of terms within one clause: a small congruence closure (Nelson and Oppen 1980; here by
 * repeated passes, since a clause has a few dozen terms at most).
 */

import { compareNumbers } from '../base/order.ts';

/**
 * - `ever`: one function for all nodes and all time (constants, pure functions, keys of channels);
 * - `node`: may differ from node to node (`me`);
 * - `tick`: may differ from tick to tick too (values of aggregates). `delay` counts the ticks that have passed
 *   since, so that a value carried over is told from one computed again.
 */
export type Life = 'ever' | 'node' | 'tick';

export interface SymbolOf {
  readonly name: string;
  readonly life: Life;
  readonly delay: number;
}

/** `column` stands for a column of the relation at hand, `variable` for one of the clause at hand. */
export type Term =
  | { readonly kind: 'column'; readonly index: number }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'apply'; readonly symbol: SymbolOf; readonly args: readonly Term[] };

export function column(index: number): Term {
  return { kind: 'column', index };
}

export function apply(name: string, args: readonly Term[], life: Life = 'ever'): Term {
  return { kind: 'apply', symbol: { name, life, delay: 0 }, args };
}

/** One text for one term. */
export function termKey(term: Term): string {
  if (term.kind === 'column') return `#${term.index}`;
  if (term.kind === 'variable') return `?${term.name}`;
  return `${symbolKey(term.symbol)}(${term.args.map(termKey).join(',')})`;
}

function symbolKey(symbol: SymbolOf): string {
  return symbol.life === 'tick' ? `${symbol.name}@${symbol.delay}` : symbol.name;
}

/** The columns that a term uses, ascending. */
export function columnsOf(term: Term): readonly number[] {
  const found = new Set<number>();
  const visit = (each: Term): void => {
    if (each.kind === 'column') found.add(each.index);
    if (each.kind === 'apply') for (const arg of each.args) visit(arg);
  };
  visit(term);
  return [...found].sort(compareNumbers);
}

/** The shortest of the lives of a term's symbols. */
export function lifeOf(term: Term): Life {
  if (term.kind !== 'apply') return 'ever';
  const lives = [term.symbol.life, ...term.args.map(lifeOf)];
  return lives.includes('tick') ? 'tick' : lives.includes('node') ? 'node' : 'ever';
}

/** The term with every column replaced. */
export function withColumns(term: Term, replacement: (index: number) => Term): Term {
  if (term.kind === 'column') return replacement(term.index);
  if (term.kind === 'variable') return term;
  return { ...term, args: term.args.map((arg) => withColumns(arg, replacement)) };
}

/** The term as seen `ticks` later; null when a value would come from a tick that is still to be. */
export function delayed(term: Term, ticks: number): Term | null {
  if (term.kind !== 'apply') return term;
  const args = term.args.map((arg) => delayed(arg, ticks));
  const known = args.filter((arg) => arg !== null);
  if (known.length < args.length) return null;
  if (term.symbol.life !== 'tick') return { ...term, args: known };
  const delay = term.symbol.delay + ticks;
  return delay < 0 ? null : { ...term, symbol: { ...term.symbol, delay }, args: known };
}

interface Node {
  /** Null for a column or a variable. */
  readonly symbol: SymbolOf | null;
  readonly args: readonly number[];
}

/** Mutable: terms are added and equated, then asked about. */
export class Congruence {
  readonly #nodes: Node[] = [];
  readonly #parents: number[] = [];
  readonly #table: Map<string, number> = new Map();

  /** The class of the term, which is added if it isn't there. */
  add(term: Term): number {
    if (term.kind !== 'apply') return this.#node(termKey(term), { symbol: null, args: [] });
    const args = term.args.map((arg) => this.add(arg));
    return this.#node(this.#key(term.symbol, args), { symbol: term.symbol, args });
  }

  equate(left: Term, right: Term): void {
    if (this.#union(this.add(left), this.add(right))) this.#close();
  }

  equal(left: Term, right: Term): boolean {
    const first = this.add(left);
    const second = this.add(right);
    return this.find(first) === this.find(second);
  }

  find(node: number): number {
    let root = node;
    for (let up = this.#parents[root]; up !== undefined && up !== root; up = this.#parents[root]) {
      root = up;
    }
    return root;
  }

  /** All applications, with the classes of their arguments and their own. */
  applications(): readonly {
    readonly symbol: SymbolOf;
    readonly args: readonly number[];
    readonly result: number;
  }[] {
    return this.#nodes.flatMap(({ symbol, args }, index) =>
      symbol === null
        ? []
        : [{ symbol, args: args.map((arg) => this.find(arg)), result: this.find(index) }],
    );
  }

  #key(symbol: SymbolOf, args: readonly number[]): string {
    return `${symbolKey(symbol)}(${args.map((arg) => this.find(arg)).join(',')})`;
  }

  #node(key: string, node: Node): number {
    const known = this.#table.get(key);
    if (known !== undefined) return this.find(known);
    const index = this.#nodes.length;
    this.#nodes.push(node);
    this.#parents.push(index);
    this.#table.set(key, index);
    return index;
  }

  #union(first: number, second: number): boolean {
    const left = this.find(first);
    const right = this.find(second);
    if (left === right) return false;
    this.#parents[Math.max(left, right)] = Math.min(left, right);
    return true;
  }

  /** Merges applications of one symbol to equal arguments until there are none left. */
  #close(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const [index, { symbol, args }] of this.#nodes.entries()) {
        if (symbol === null) continue;
        const key = this.#key(symbol, args);
        const known = this.#table.get(key);
        if (known === undefined) this.#table.set(key, index);
        else if (this.#union(known, index)) changed = true;
      }
    }
  }
}
