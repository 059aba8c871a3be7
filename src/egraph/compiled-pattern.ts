/**
 * Patterns with operators and variables resolved to numbers. A match is a row of registers: the root
 * class, each variable, and the e-node that each node of the pattern matched; the right-hand side
 * continues the same row with the e-nodes it made, so that one row tells a whole rule application.
 */
import { invariant } from '../base/assert.ts';
import type { OpId } from './ids.ts';
import type { Atom, NodePattern, PayloadPattern } from './pattern.ts';
import type { Rule } from './rule.ts';
import type { SymbolTable } from './symbol-table.ts';

export type CompiledPattern = CompiledVariable | CompiledNode;

export type CompiledVariable = { readonly kind: 'variable'; readonly slot: number };

export type CompiledNode = {
  readonly kind: 'node';
  /** Holds the e-node. */
  readonly slot: number;
  readonly op: OpId;
  readonly payload: CompiledPayload;
  /** On a left side at most one of them is a rest. */
  readonly children: readonly CompiledChild[];
};

export type CompiledChild = CompiledPattern | RestVariable;

export type CompiledPayload =
  | { readonly kind: 'symbol'; readonly symbol: number }
  | { readonly kind: 'variable'; readonly slot: number }
  | { readonly kind: 'any' };

/** `root` holds the class that equals the pattern. */
export type CompiledAtom = { readonly root: number; readonly pattern: CompiledPattern };

/**
 * A list variable is kept as the e-node that bound it (`slot`), less its first `before` and its last
 * `after` children.
 */
export type RestVariable = {
  readonly kind: 'rest';
  readonly slot: number;
  readonly before: number;
  readonly after: number;
};

export type LayoutVariable =
  | { readonly kind: 'class'; readonly slot: number }
  | { readonly kind: 'payload'; readonly slot: number }
  | RestVariable;

/** Where the variables of a rule stand. */
export type Layout = {
  readonly variables: ReadonlyMap<string, LayoutVariable>;
  /** Registers of a match. */
  readonly width: number;
};

export type CompiledLeft = { readonly atoms: readonly CompiledAtom[]; readonly layout: Layout };

/** What explanations need to know of a rule; `left` is absent for searchers of the host's own. */
export type CompiledRule<P> = {
  readonly rule: Rule<P>;
  readonly left: CompiledLeft | undefined;
  /** Absent for appliers of the host's own. */
  readonly right: readonly CompiledAtom[] | undefined;
};

/** The root of a rule whose left side is a single pattern: no variable can have this name. */
const anonymousRoot = '';

/** Resolves a left-hand side; the first atom's root is register 0. */
export function compileLeft<P>(
  symbols: SymbolTable<P>,
  ruleName: string,
  atoms: readonly Atom<P>[],
): CompiledLeft {
  invariant(atoms.length > 0, `rule \`${ruleName}\` has a pattern to search`);
  const resolver = new Resolver(symbols, ruleName, new Map(), 0);
  const compiled = atoms.map((item) => ({
    root: resolver.bindClass(item.variable),
    pattern: resolver.compile(item.pattern, 'binds'),
  }));
  return { atoms: compiled, layout: { variables: resolver.variables, width: resolver.width } };
}

/** Resolves a right-hand side, whose variables the left side binds. */
export function compileRight<P>(
  symbols: SymbolTable<P>,
  ruleName: string,
  atoms: readonly Atom<P>[],
  layout: Layout,
): readonly CompiledAtom[] {
  const resolver = new Resolver(symbols, ruleName, new Map(layout.variables), layout.width);
  return atoms.map((item) => ({
    root: resolver.classSlot(item.variable, 'uses'),
    pattern: resolver.compile(item.pattern, 'uses'),
  }));
}

/** A single pattern as the one atom of an anonymous root. */
export function singleAtom<P>(pattern: Atom<P>['pattern']): readonly Atom<P>[] {
  return [{ variable: anonymousRoot, pattern }];
}

/** Whether a side may introduce variables or only use what is bound. */
type Mode = 'binds' | 'uses';

class Resolver<P> {
  readonly variables: Map<string, LayoutVariable>;
  width: number;
  readonly #symbols: SymbolTable<P>;
  readonly #ruleName: string;

  constructor(
    symbols: SymbolTable<P>,
    ruleName: string,
    variables: Map<string, LayoutVariable>,
    width: number,
  ) {
    this.#symbols = symbols;
    this.#ruleName = ruleName;
    this.variables = variables;
    this.width = width;
  }

  bindClass(name: string): number {
    return this.classSlot(name, 'binds');
  }

  classSlot(name: string, mode: Mode): number {
    const found = this.variables.get(name);
    if (found !== undefined) {
      invariant(found.kind === 'class', this.#misuse(name, found.kind, 'a class'));
      return found.slot;
    }
    invariant(mode === 'binds', this.#free(name));
    const slot = this.width++;
    this.variables.set(name, { kind: 'class', slot });
    return slot;
  }

  compile(pattern: Atom<P>['pattern'], mode: Mode): CompiledPattern {
    if (pattern.kind === 'variable') {
      return { kind: 'variable', slot: this.classSlot(pattern.name, mode) };
    }
    return this.#compileNode(pattern, mode);
  }

  #compileNode(pattern: NodePattern<P>, mode: Mode): CompiledNode {
    const slot = mode === 'binds' ? this.width++ : -1;
    const op = this.#symbols.op(pattern.op);
    const payload = this.#compilePayload(op, pattern.payload, mode);
    const rests = pattern.children.filter((child) => child.kind === 'rest').length;
    invariant(mode === 'uses' || rests <= 1, this.#manyRests(pattern.op));
    const restAt = pattern.children.findIndex((child) => child.kind === 'rest');
    const after = pattern.children.length - restAt - 1;
    const children = pattern.children.map((child): CompiledChild => {
      if (child.kind !== 'rest') return this.compile(child, mode);
      return this.#restVariable(child.name, mode, { kind: 'rest', slot, before: restAt, after });
    });
    // The nodes that a right side makes are numbered children first, as they are made.
    return { kind: 'node', slot: mode === 'binds' ? slot : this.width++, op, payload, children };
  }

  #compilePayload(op: OpId, payload: PayloadPattern<P>, mode: Mode): CompiledPayload {
    switch (payload.kind) {
      case 'none':
        return { kind: 'symbol', symbol: this.#symbols.symbol(op, undefined) };
      case 'literal':
        return { kind: 'symbol', symbol: this.#symbols.symbol(op, payload.value) };
      case 'any':
        invariant(mode === 'binds', `rule \`${this.#ruleName}\` makes no node of any payload`);
        return { kind: 'any' };
      case 'variable':
        return { kind: 'variable', slot: this.#payloadSlot(payload.name, mode) };
    }
  }

  #payloadSlot(name: string, mode: Mode): number {
    const found = this.variables.get(name);
    if (found !== undefined) {
      invariant(found.kind === 'payload', this.#misuse(name, found.kind, 'a payload'));
      return found.slot;
    }
    invariant(mode === 'binds', this.#free(name));
    const slot = this.width++;
    this.variables.set(name, { kind: 'payload', slot });
    return slot;
  }

  #restVariable(name: string, mode: Mode, binding: RestVariable): RestVariable {
    const found = this.variables.get(name);
    if (found !== undefined) {
      invariant(found.kind === 'rest', this.#misuse(name, found.kind, 'a rest'));
      return found;
    }
    invariant(mode === 'binds', this.#free(name));
    this.variables.set(name, binding);
    return binding;
  }

  #manyRests(op: string): string {
    return `rule \`${this.#ruleName}\`: a pattern of \`${op}\` has at most one rest variable`;
  }

  #misuse(name: string, is: string, wanted: string): string {
    return `rule \`${this.#ruleName}\`: \`?${name}\` is a ${is} in one place and ${wanted} in another`;
  }

  #free(name: string): string {
    return `rule \`${this.#ruleName}\`: the left side doesn't bind \`?${name}\``;
  }
}
