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
import type { CongruenceClosure } from './congruence-closure.ts';
import type { OpId } from './ids.ts';

/**
 * Adds the right-hand side of the match whose registers start at `offset`; writes the e-node of each
 * pattern node to `made` (from the slot after the match's registers on) and each atom's result to
 * `results`.
 */
export type ApplyFunction = (
  closure: CongruenceClosure,
  symbols: PayloadSymbols,
  registers: Int32Array,
  offset: number,
  made: Int32Array,
  results: Int32Array,
) => void;

/** The part of a symbol table that makes symbols of payloads which a match bound. */
export type PayloadSymbols = {
  readonly symbolOfNumber: (op: OpId, payloadNumber: number) => number;
};

export type CompiledApply = {
  readonly apply: ApplyFunction;
  /** Number of pattern nodes: registers in `made`. */
  readonly madeCount: number;
};

const parameters = ['closure', 'symbols', 'registers', 'offset', 'made', 'results'];

/** `width` is the number of registers of a match. */
export function compileApply(atoms: readonly CompiledAtom[], width: number): CompiledApply {
  const writer = new ApplyWriter(width);
  for (const [index, atom] of atoms.entries()) {
    const value = writer.value(atom.pattern);
    writer.lines.push(`results[${index}] = ${value};`);
  }
  const body = ["'use strict';", 'let a = closure.arguments, k = 0;', ...writer.lines].join('\n');
  const made: unknown = new Function(...parameters, body);
  invariant(isApplyFunction(made), 'the constructor Function makes functions');
  return { apply: made, madeCount: writer.madeCount };
}

function isApplyFunction(made: unknown): made is ApplyFunction {
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
      `const ${name} = closure.intern(${this.#symbol(pattern)}, ${arity});`,
      `made[${pattern.slot - this.#width}] = ${name};`,
    );
    this.madeCount++;
    return name;
  }

  /** Writes the children to `closure.arguments`, which may have been replaced since the last node. */
  #arguments(children: readonly (string | RestVariable)[]): string {
    const rests = children.filter((child) => typeof child !== 'string');
    const lengths = rests.map((rest) => `closure.store.arity(${this.#register(rest.slot)})`);
    const room = [`${children.length - rests.length}`, ...lengths].join(' + ');
    this.lines.push(`a = closure.reserveArguments(${room});`);
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
    const first = `closure.store.starts[${owner}] + ${before}`;
    const last = `closure.store.starts[${owner} + 1] - ${after}`;
    return `for (let s = ${first}, e = ${last}; s < e; s++) a[k++] = closure.store.children[s];`;
  }

  #symbol({ op, payload }: CompiledNode): string {
    invariant(payload.kind !== 'any', 'a right-hand side names its payloads');
    return payload.kind === 'symbol'
      ? `${payload.symbol}`
      : `symbols.symbolOfNumber(${op}, ${this.#register(payload.slot)})`;
  }

  #register(slot: number): string {
    return slot < this.#width ? `registers[offset + ${slot}]` : `m${slot}`;
  }
}
