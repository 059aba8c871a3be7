/**
 * Compiles the left-hand side of a rule to a JavaScript function: nested loops over the e-nodes of an
 * operator, the members of a class, or the parents of a class, with every test as far out as it can
 * stand. Plain loops over typed arrays search several times faster than a walk over the pattern for
 * each candidate. The code is made of numbers only; no text of a pattern gets into it.
 *
 * The function's variables: `r<slot>` a register, `s<slot>` the first child slot of a node, `e<slot>`
 * the end of its children, `g<slot>` the class of a ground part of the pattern.
 */
import { invariant } from '../base/assert.ts';
import type {
  CompiledAtom,
  CompiledLeft,
  CompiledNode,
  CompiledPattern,
  RestVariable,
} from './compiled-pattern.ts';
import type { MatchTable } from './match-table.ts';
import type { NodeStore } from './node-store.ts';
import type { OpIndex } from './op-index.ts';

/** What a search reads; `ground` holds the e-nodes of ground parts at their slots. */
export type SearchInput = {
  readonly store: NodeStore;
  readonly index: OpIndex;
  readonly ops: Int32Array;
  readonly payloadNumbers: Int32Array;
  readonly ground: Int32Array;
  readonly sameRest: (
    left: number,
    leftBefore: number,
    leftAfter: number,
    right: number,
    rightBefore: number,
    rightAfter: number,
  ) => boolean;
};

/** Fills the table with at most `matchesMax` matches. */
export type SearchFunction = (input: SearchInput, table: MatchTable, matchesMax: number) => void;

export type CompiledSearch = {
  readonly search: SearchFunction;
  /** The largest ground parts: without an e-node for each there is no match. */
  readonly grounds: readonly CompiledNode[];
};

export function compileSearch(left: CompiledLeft): CompiledSearch {
  const writer = new SearchWriter();
  for (const atom of left.atoms) writer.atom(atom);
  const made: unknown = new Function(
    'input',
    'table',
    'matchesMax',
    writer.finish(left.layout.width),
  );
  invariant(isSearchFunction(made), 'the constructor Function makes functions');
  return { search: made, grounds: writer.grounds };
}

/** Whether a pattern has no variables: it matches one e-node at most. */
export function isGround(pattern: CompiledPattern): boolean {
  if (pattern.kind === 'variable' || pattern.payload.kind !== 'symbol') return false;
  return pattern.children.every((child) => child.kind !== 'rest' && isGround(child));
}

type SplitChildren = {
  readonly before: readonly CompiledPattern[];
  readonly rest: RestVariable | undefined;
  readonly after: readonly CompiledPattern[];
};

/** The children on either side of the rest; all are before it when there is none. */
function split({ children }: CompiledNode): SplitChildren {
  const before: CompiledPattern[] = [];
  const after: CompiledPattern[] = [];
  let rest: RestVariable | undefined;
  for (const child of children) {
    if (child.kind === 'rest') rest = child;
    else (rest === undefined ? before : after).push(child);
  }
  return { before, rest, after };
}

function isSearchFunction(made: unknown): made is SearchFunction {
  return typeof made === 'function';
}

const prologue = `'use strict';
const store = input.store, index = input.index, ops = input.ops;
const payloadNumbers = input.payloadNumbers, ground = input.ground, sameRest = input.sameRest;
const symbols = store.symbols, starts = store.starts, children = store.children;
const members = store.members, owners = store.owners, nextParents = store.nextParents;
const parentTails = store.parentTails, leaders = store.classes.parents, order = index.nodes;
let out = table.data, count = 0, place = 0;
`;

class SearchWriter {
  readonly grounds: CompiledNode[] = [];
  readonly #lines: string[] = [];
  readonly #hoisted: string[] = [];
  readonly #bound = new Set<number>();
  readonly #restPairs: (readonly [RestVariable, RestVariable])[] = [];
  #depth = 0;

  /** Binds or tests one atom, starting from what is bound already. */
  atom(atom: CompiledAtom): void {
    const { pattern, root } = atom;
    if (pattern.kind === 'variable') {
      if (!this.#bound.has(root) && !this.#bound.has(pattern.slot)) this.#openAllClasses(root);
      const known = this.#bound.has(root) ? root : pattern.slot;
      this.#classIs(known === root ? pattern.slot : root, `r${known}`);
      return;
    }
    if (isGround(pattern)) {
      this.#hoist(pattern);
      this.#classIs(root, `g${pattern.slot}`);
      return;
    }
    if (this.#bound.has(root)) {
      this.#openMembers(pattern, `r${root}`);
    } else {
      if (!this.#openParents(pattern)) this.#openOperator(pattern);
      this.#bind(root, `leaders[r${pattern.slot}]`);
    }
    this.#node(pattern);
  }

  finish(width: number): string {
    const stores = Array.from({ length: width }, (_, slot) => `out[place + ${slot}] = r${slot};`);
    const write = [
      `if (place + ${width} > out.length) out = table.grow();`,
      ...stores,
      `place += ${width};`,
      'if (++count >= matchesMax) { table.count = count; return; }',
    ];
    const close = '}'.repeat(this.#depth);
    return [
      prologue,
      ...this.#hoisted,
      ...this.#lines,
      ...write,
      close,
      'table.count = count;',
    ].join('\n');
  }

  /** Tests a node that is bound to its register, then descends into its children. */
  #node(pattern: CompiledNode): void {
    const queue: CompiledNode[] = [pattern];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (next !== pattern) this.#openMembers(next, `c${next.slot}`);
      this.#head(next);
      queue.unshift(...this.#children(next));
    }
  }

  /** Symbol, payload and number of children. */
  #head(pattern: CompiledNode): void {
    const { slot, op, payload } = pattern;
    const { before, rest, after } = split(pattern);
    const symbol = `symbols[r${slot}]`;
    if (payload.kind === 'symbol') {
      this.#test(`${symbol} === ${payload.symbol}`);
    } else {
      this.#test(`${symbol} >= 0 && ops[${symbol}] === ${op}`);
    }
    const arity = before.length + after.length;
    this.#line(`const s${slot} = starts[r${slot}], e${slot} = starts[r${slot} + 1];`);
    this.#test(`e${slot} - s${slot} ${rest === undefined ? '===' : '>='} ${arity}`);
    if (payload.kind === 'variable') {
      const value = `payloadNumbers[${symbol}]`;
      if (this.#bound.has(payload.slot)) {
        this.#test(`${value} === r${payload.slot}`);
      } else {
        this.#bind(payload.slot, value);
        this.#test(`r${payload.slot} !== 0`);
      }
    }
    if (rest !== undefined && rest.slot !== slot) {
      const here: RestVariable = { ...rest, slot, before: before.length, after: after.length };
      this.#restPairs.push([rest, here]);
    }
    this.#compareRests();
  }

  /** Tests and binds variables and ground children at once; returns the children left to search. */
  #children(pattern: CompiledNode): readonly CompiledNode[] {
    const { slot } = pattern;
    const { before, after } = split(pattern);
    const open: CompiledNode[] = [];
    const visit = (child: CompiledPattern, place: string): void => {
      if (child.kind === 'variable') {
        this.#classIs(child.slot, `children[${place}]`);
      } else if (isGround(child)) {
        this.#hoist(child);
        this.#test(`children[${place}] === g${child.slot}`);
      } else {
        this.#line(`const c${child.slot} = children[${place}];`);
        open.push(child);
      }
    };
    for (const [position, child] of before.entries()) visit(child, `s${slot} + ${position}`);
    for (const [position, child] of after.entries()) {
      visit(child, `e${slot} - ${after.length - position}`);
    }
    return open;
  }

  /** Tests rests once both e-nodes are bound: the one that binds may be an inner node still to come. */
  #compareRests(): void {
    for (const [first, second] of this.#restPairs.splice(0)) {
      if (!this.#bound.has(first.slot) || !this.#bound.has(second.slot)) {
        this.#restPairs.push([first, second]);
        continue;
      }
      const text = [first, second].map(
        ({ slot, before, after }) => `r${slot}, ${before}, ${after}`,
      );
      this.#test(`sameRest(${text.join(', ')})`);
    }
  }

  #classIs(slot: number, value: string): void {
    if (this.#bound.has(slot)) this.#test(`r${slot} === ${value}`);
    else this.#bind(slot, value);
  }

  #openAllClasses(slot: number): void {
    this.#open(`for (let r${slot} = 0; r${slot} < store.nodeCount; r${slot}++) {`);
    this.#bound.add(slot);
    this.#test(`leaders[r${slot}] === r${slot}`);
  }

  #openOperator({ slot, op }: CompiledNode): void {
    this.#hoisted.push(`const last${slot} = index.endOf(${op});`);
    this.#open(`for (let i${slot} = index.startOf(${op}); i${slot} < last${slot}; i${slot}++) {`);
    this.#bind(slot, `order[i${slot}]`);
  }

  #openMembers({ slot }: CompiledNode, start: string): void {
    const step = `r${slot} = members[r${slot}], more${slot} = r${slot} !== ${start}`;
    this.#open(`for (let r${slot} = ${start}, more${slot} = true; more${slot}; ${step}) {`);
    this.#bound.add(slot);
  }

  /** Joins upwards from a child that is bound already, if there is one. */
  #openParents(pattern: CompiledNode): boolean {
    const { slot } = pattern;
    const { before } = split(pattern);
    const position = before.findIndex(
      (child) => child.kind === 'variable' && this.#bound.has(child.slot),
    );
    const child = before[position];
    if (child?.kind !== 'variable') return false;
    this.#line(`const t${slot} = parentTails[r${child.slot}];`);
    const step = `p${slot} = nextParents[p${slot}], more${slot} = p${slot} !== t${slot}`;
    this.#open(
      `for (let p${slot} = t${slot}, more${slot} = t${slot} >= 0; more${slot}; ${step}) {`,
    );
    this.#bind(slot, `owners[p${slot}]`);
    this.#test(`p${slot} - starts[r${slot}] === ${position}`);
    return true;
  }

  /** Looks a ground part up once a search; its inner nodes are registers of the match too. */
  #hoist(pattern: CompiledNode): void {
    this.grounds.push(pattern);
    this.#hoistRegisters(pattern);
    this.#hoisted.push(`const g${pattern.slot} = leaders[r${pattern.slot}];`);
  }

  #hoistRegisters(pattern: CompiledNode): void {
    this.#hoisted.push(`const r${pattern.slot} = ground[${pattern.slot}];`);
    this.#bound.add(pattern.slot);
    for (const child of pattern.children) if (child.kind === 'node') this.#hoistRegisters(child);
  }

  #bind(slot: number, value: string): void {
    this.#line(`const r${slot} = ${value};`);
    this.#bound.add(slot);
  }

  #test(condition: string): void {
    this.#open(`if (${condition}) {`);
  }

  #line(text: string): void {
    this.#lines.push(text);
  }

  #open(text: string): void {
    this.#lines.push(text);
    this.#depth++;
  }
}
