/**
 * Writes the code of one search: nested loops over the e-nodes of an operator, the members of a class,
 * or the parents of a class, with every test as far out as it can stand. Plain loops over typed arrays
 * search several times faster than a walk over the pattern for each candidate. The code is made of
 * numbers only; no text of a pattern gets into it.
 *
 * Its variables: `r<slot>` a register, `s<slot>` the first child slot of a node, `e<slot>` the end of its
 * children, `c<slot>` the class of a child still to search, `g<slot>` the class of a ground part.
 */
import type {
  CompiledAtom,
  CompiledNode,
  CompiledPattern,
  RestVariable,
} from './compiled-pattern.ts';

/** Restricts a search to matches in which `fresh` is new and the nodes of the slots `older` aren't. */
export type Delta = { readonly fresh: CompiledNode; readonly older: ReadonlySet<number> };

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

/** The node of which `child` is a child, somewhere below `pattern`. */
function parentOf(pattern: CompiledPattern, child: CompiledNode): CompiledNode | undefined {
  if (pattern.kind === 'variable') return undefined;
  if (pattern.children.includes(child)) return pattern;
  for (const each of pattern.children) {
    const found = each.kind === 'rest' ? undefined : parentOf(each, child);
    if (found !== undefined) return found;
  }
  return undefined;
}

const prologue = `'use strict';
const store = input.store, index = input.index, ops = input.ops;
const payloadNumbers = input.payloadNumbers, ground = input.ground, sameRest = input.sameRest;
const symbols = store.symbols, starts = store.starts, children = store.children;
const members = store.members, owners = store.owners, nextParents = store.nextParents;
const parentTails = store.parentTails, leaders = store.classes.parents, order = index.nodes;
const stamps = store.stamps, since = input.since;
let out = table.data, count = table.count, place = count * table.width;
`;

export class SearchWriter {
  readonly grounds: CompiledNode[] = [];
  readonly #lines: string[] = [];
  readonly #hoisted: string[] = [];
  readonly #bound = new Set<number>();
  readonly #restPairs: (readonly [RestVariable, RestVariable])[] = [];
  readonly #delta: Delta | undefined;
  #depth = 0;

  constructor(delta?: Delta) {
    this.#delta = delta;
  }

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
    this.#descend([...this.#enter(pattern)]);
  }

  /** Binds a whole atom from one of its inner nodes: up to the root, then down to the rest. */
  atomFrom({ root, pattern }: CompiledAtom, start: CompiledNode): void {
    this.#openOperator(start);
    const queue = [...this.#enter(start)];
    let current = start;
    for (let up = parentOf(pattern, current); up !== undefined; up = parentOf(pattern, current)) {
      this.#openParentsOf(up, `leaders[r${current.slot}]`, up.children.indexOf(current));
      queue.unshift(...this.#enter(up, current));
      current = up;
    }
    this.#classIs(root, `leaders[r${current.slot}]`);
    this.#descend(queue);
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

  /** Tests a node that is bound to its register; returns the children that are left to search. */
  #enter(pattern: CompiledNode, bound?: CompiledNode): readonly CompiledNode[] {
    this.#head(pattern);
    this.#age(pattern);
    return this.#children(pattern).filter((child) => child !== bound);
  }

  #descend(queue: CompiledNode[]): void {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      this.#openMembers(next, `c${next.slot}`);
      queue.unshift(...this.#enter(next));
    }
  }

  #age({ slot }: CompiledNode): void {
    if (this.#delta === undefined) return;
    if (this.#delta.fresh.slot === slot) this.#test(`stamps[r${slot}] >= since`);
    else if (this.#delta.older.has(slot)) this.#test(`stamps[r${slot}] < since`);
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

  /** Joins upwards from a variable child that is bound already, if there is one. */
  #openParents(pattern: CompiledNode): boolean {
    const position = pattern.children.findIndex(
      (child) => child.kind === 'variable' && this.#bound.has(child.slot),
    );
    const child = pattern.children[position];
    if (child?.kind !== 'variable') return false;
    this.#openParentsOf(pattern, `r${child.slot}`, position);
    return true;
  }

  /** The nodes that have a class as their child at a position, which may count from the end. */
  #openParentsOf(pattern: CompiledNode, child: string, position: number): void {
    const { slot, children } = pattern;
    this.#line(`const t${slot} = parentTails[${child}];`);
    const step = `p${slot} = nextParents[p${slot}], more${slot} = p${slot} !== t${slot}`;
    this.#open(
      `for (let p${slot} = t${slot}, more${slot} = t${slot} >= 0; more${slot}; ${step}) {`,
    );
    this.#bind(slot, `owners[p${slot}]`);
    const isAfterRest = children.slice(0, position).some((each) => each.kind === 'rest');
    this.#test(
      isAfterRest
        ? `starts[r${slot} + 1] - p${slot} === ${children.length - position}`
        : `p${slot} - starts[r${slot}] === ${position}`,
    );
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
