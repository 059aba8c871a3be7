/**
 * Terms: trees of operators without an e-graph. Equal parts may be one shared object, and a term
 * taken out of an e-graph shares as much as the e-graph does, so walk terms with a memory of what
 * was seen (`TermIndex`), never as plain trees.
 */
import { canonicalJson } from '../base/order.ts';

export type Term<P> = {
  readonly op: string;
  /** `undefined` for an operator without payload. */
  readonly payload: P | undefined;
  readonly children: readonly Term<P>[];
};

/** A term; leave the payload out for operators without one. */
export function term<P = never>(
  op: string,
  children: readonly Term<P>[] = [],
  payload?: P,
): Term<P> {
  return { op, payload, children };
}

/** The text by which payloads are told apart; must be injective. */
export type PayloadKey<P> = (payload: P) => string;

/**
 * Numbers terms so that equal terms get equal numbers, in time linear in the shared size and without
 * recursion, however deep the term.
 */
export class TermIndex<P> {
  readonly #payloadKey: PayloadKey<P>;
  readonly #byKey = new Map<string, number>();
  readonly #byObject = new Map<Term<P>, number>();

  constructor(payloadKey: PayloadKey<P> = canonicalJson) {
    this.#payloadKey = payloadKey;
  }

  same(left: Term<P>, right: Term<P>): boolean {
    return left === right || this.number(left) === this.number(right);
  }

  number(root: Term<P>): number {
    const known = this.#byObject.get(root);
    if (known !== undefined) return known;
    let number = -1;
    for (const part of childrenFirst(root, (seen) => this.#byObject.has(seen))) {
      number = this.#intern(part);
      this.#byObject.set(part, number);
    }
    return number;
  }

  #intern(part: Term<P>): number {
    const children = part.children.map((child) => this.#byObject.get(child));
    const payload = part.payload === undefined ? '' : this.#payloadKey(part.payload);
    const key = JSON.stringify([part.op, part.payload !== undefined, payload, children]);
    const found = this.#byKey.get(key);
    if (found !== undefined) return found;
    const number = this.#byKey.size;
    this.#byKey.set(key, number);
    return number;
  }
}

/** Every distinct object below `root` once, children before parents; `known` parts are left out. */
export function childrenFirst<P>(
  root: Term<P>,
  known: (part: Term<P>) => boolean = () => false,
): readonly Term<P>[] {
  const order: Term<P>[] = [];
  const seen = new Set<Term<P>>();
  const stack: { readonly part: Term<P>; next: number }[] = [];
  const open = (part: Term<P>): void => {
    if (seen.has(part) || known(part)) return;
    seen.add(part);
    stack.push({ part, next: 0 });
  };
  open(root);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const child = frame.part.children[frame.next++];
    if (child === undefined) order.push(stack.pop()?.part ?? frame.part);
    else open(child);
  }
  return order;
}

/**
 * The term as an s-expression: `(+ x num[2])`. Text grows with the tree, not with the shared size:
 * for messages and tests about small terms.
 */
export function printTerm<P>(root: Term<P>, payloadKey: PayloadKey<P> = canonicalJson): string {
  const texts = new Map<Term<P>, string>();
  let text = '';
  for (const part of childrenFirst(root)) {
    const head = part.payload === undefined ? part.op : `${part.op}[${payloadKey(part.payload)}]`;
    const children = part.children.map((child) => texts.get(child) ?? '');
    text = children.length === 0 ? head : `(${[head, ...children].join(' ')})`;
    texts.set(part, text);
  }
  return text;
}
