/**
 * Compiles the right-hand side of a rule to a JavaScript function that adds its e-nodes, children
 * first. Like the search code it is made of numbers only.
 */
import { invariant } from '../base/assert.ts';
import type {
  CompiledAtom,
  CompiledNode,
  CompiledPattern,
  RestVariable,
} from './compiled-pattern.ts';
import type { EGraph } from './egraph.ts';

/**
 * Adds the right-hand side of the match whose registers start at `offset`; writes the e-node of each
 * pattern node to `made` (from the slot after the match's registers on) and each atom's result to
 * `results`.
 */
export type ApplyFunction<P> = (
  egraph: EGraph<P>,
  registers: Int32Array,
  offset: number,
  made: Int32Array,
  results: Int32Array,
) => void;

export type CompiledApply<P> = {
  readonly apply: ApplyFunction<P>;
  /** Number of pattern nodes: registers in `made`. */
  readonly madeCount: number;
};

/** `width` is the number of registers of a match. */
export function compileApply<P>(atoms: readonly CompiledAtom[], width: number): CompiledApply<P> {
  const writer = new ApplyWriter(width);
  for (const [index, atom] of atoms.entries()) {
    const value = writer.value(atom.pattern);
    writer.lines.push(`results[${index}] = ${value};`);
  }
  const body = ["'use strict';", 'let a = egraph.arguments, k = 0;', ...writer.lines].join('\n');
  const made: unknown = new Function('egraph', 'registers', 'offset', 'made', 'results', body);
  invariant(isApplyFunction<P>(made), 'the constructor Function makes functions');
  return { apply: made, madeCount: writer.madeCount };
}

function isApplyFunction<P>(made: unknown): made is ApplyFunction<P> {
  return typeof made === 'function';
}

class ApplyWriter {
  readonly lines: string[] = [];
  madeCount = 0;
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** The expression of the e-node or class that a pattern stands for, after the lines that add it. */
  value(pattern: CompiledPattern): string {
    if (pattern.kind === 'variable') return this.#register(pattern.slot);
    const children = pattern.children.map((child) =>
      child.kind === 'rest' ? child : this.value(child),
    );
    const arity = this.#arguments(children);
    const name = `m${pattern.slot}`;
    this.lines.push(
      `const ${name} = egraph.intern(${this.#symbol(pattern)}, ${arity});`,
      `made[${pattern.slot - this.#width}] = ${name};`,
    );
    this.madeCount++;
    return name;
  }

  /** Writes the children to `egraph.arguments`, which may have been replaced since the last node. */
  #arguments(children: readonly (string | RestVariable)[]): string {
    const rests = children.filter((child) => typeof child !== 'string');
    const lengths = rests.map((rest) => `egraph.store.arity(${this.#register(rest.slot)})`);
    const room = [`${children.length - rests.length}`, ...lengths].join(' + ');
    this.lines.push(`a = egraph.reserveArguments(${room});`);
    if (rests.length === 0) {
      for (const [index, value] of children.entries()) this.lines.push(`a[${index}] = ${value};`);
      return room;
    }
    this.lines.push('k = 0;');
    for (const child of children) {
      this.lines.push(typeof child === 'string' ? `a[k++] = ${child};` : this.#copyRest(child));
    }
    return 'k';
  }

  #copyRest({ slot, before, after }: RestVariable): string {
    const owner = this.#register(slot);
    const first = `egraph.store.starts[${owner}] + ${before}`;
    const last = `egraph.store.starts[${owner} + 1] - ${after}`;
    return `for (let s = ${first}, e = ${last}; s < e; s++) a[k++] = egraph.store.children[s];`;
  }

  #symbol({ op, payload }: CompiledNode): string {
    invariant(payload.kind !== 'any', 'a right-hand side names its payloads');
    return payload.kind === 'symbol'
      ? `${payload.symbol}`
      : `egraph.symbols.symbolOfNumber(${op}, ${this.#register(payload.slot)})`;
  }

  #register(slot: number): string {
    return slot < this.#width ? `registers[offset + ${slot}]` : `m${slot}`;
  }
}
