/**
 * Interns operator names, payloads and their pairs ("symbols") to small integers, so that e-nodes
 * compare by integers alone.
 */
import { defined } from '../base/assert.ts';
import { type OpId, opId, type SymbolId, symbolId } from './ids.ts';
import { IntVector } from './ints.ts';
import type { PayloadKey } from './term.ts';

/** A payload number, 0 for none. */
const noPayload = 0;

export class SymbolTable<P> {
  readonly payloadKey: PayloadKey<P>;
  /** Operator and payload number of each symbol; read by generated code. */
  readonly ops: IntVector = new IntVector();
  readonly payloadNumbers: IntVector = new IntVector();
  readonly #opNames: string[] = [];
  readonly #opByName = new Map<string, OpId>();
  readonly #payloads: P[] = [];
  readonly #payloadKeys: string[] = [''];
  readonly #payloadByKey = new Map<string, number>();
  /** Saves the key of a payload that comes again as the same object; payloads are never changed. */
  readonly #payloadByObject = new WeakMap<object, number>();
  /** Per operator: payload number to symbol. */
  readonly #symbols: Map<number, SymbolId>[] = [];

  constructor(payloadKey: PayloadKey<P>) {
    this.payloadKey = payloadKey;
  }

  get opCount(): number {
    return this.#opNames.length;
  }

  /** The operator of a name, made if new. */
  op(name: string): OpId {
    const found = this.#opByName.get(name);
    if (found !== undefined) return found;
    const op = opId(this.#opNames.length);
    this.#opNames.push(name);
    this.#opByName.set(name, op);
    this.#symbols.push(new Map());
    return op;
  }

  findOp(name: string): OpId | undefined {
    return this.#opByName.get(name);
  }

  opName(op: OpId): string {
    return defined(this.#opNames[op], 'operators are made by this table');
  }

  opNames(): readonly string[] {
    return this.#opNames;
  }

  /** The symbol of an operator and a payload, made if new. */
  symbol(op: OpId, payload: P | undefined): SymbolId {
    return this.symbolOfNumber(op, this.payloadNumber(payload));
  }

  findSymbol(op: OpId, payload: P | undefined): SymbolId | undefined {
    const number =
      payload === undefined ? noPayload : this.#payloadByKey.get(this.payloadKey(payload));
    return number === undefined ? undefined : this.#symbols[op]?.get(number);
  }

  symbolOfNumber(op: OpId, payloadNumber: number): SymbolId {
    const ofOp = defined(this.#symbols[op], 'operators are made by this table');
    const found = ofOp.get(payloadNumber);
    if (found !== undefined) return found;
    const symbol = symbolId(this.ops.length);
    this.ops.push(op);
    this.payloadNumbers.push(payloadNumber);
    ofOp.set(payloadNumber, symbol);
    return symbol;
  }

  payloadNumber(payload: P | undefined): number {
    if (payload === undefined) return noPayload;
    if (typeof payload !== 'object' || payload === null) return this.#internPayload(payload);
    const known = this.#payloadByObject.get(payload);
    if (known !== undefined) return known;
    const number = this.#internPayload(payload);
    this.#payloadByObject.set(payload, number);
    return number;
  }

  /** The first payload that was interned under the number; `undefined` for none. */
  payload(payloadNumber: number): P | undefined {
    return this.#payloads[payloadNumber - 1];
  }

  opOf(symbol: SymbolId): OpId {
    return opId(this.ops.get(symbol));
  }

  payloadOf(symbol: SymbolId): P | undefined {
    return this.payload(this.payloadNumbers.get(symbol));
  }

  payloadKeyOf(symbol: SymbolId): string {
    return this.#payloadKeys[this.payloadNumbers.get(symbol)] ?? '';
  }

  #internPayload(payload: P): number {
    const key = this.payloadKey(payload);
    const found = this.#payloadByKey.get(key);
    if (found !== undefined) return found;
    this.#payloads.push(payload);
    this.#payloadKeys.push(key);
    this.#payloadByKey.set(key, this.#payloads.length);
    return this.#payloads.length;
  }
}
