/**
 * Builds proofs from the union log. Sub-proofs are shells that a work list fills, each once, so
 * neither long chains nor deep terms can overflow the stack.
 */
import { defined, invariant } from '../base/assert.ts';
import type { CompiledAtom, CompiledPattern, RestVariable } from './compiled-pattern.ts';
import type { EGraph } from './egraph.ts';
import type { Origin } from './explain.ts';
import { type ApplicationId, type NodeId, nodeId } from './ids.ts';
import { at } from './ints.ts';
import type { Proof, ProofStep, TermBinding } from './proof.ts';
import { type PathEdge, ProofForest } from './proof-forest.ts';
import { childrenFirst, type Term, term } from './term.ts';
import type { UnionLog } from './union-log.ts';

/** A proof under construction. */
type Shell<P> = { readonly left: Term<P>; readonly right: Term<P>; steps: readonly ProofStep<P>[] };

/**
 * A term that was matched or looked up, with the e-node that stands for each of its parts: `leaf` is
 * the term of an e-node itself.
 */
type Shape<P> =
  | { readonly kind: 'leaf'; readonly node: NodeId; readonly term: Term<P> }
  | {
      readonly kind: 'inner';
      readonly node: NodeId;
      readonly term: Term<P>;
      readonly children: readonly Shape<P>[];
    };

/** From an e-node's own term to a shape's term, or back. */
type Way = 'to-shape' | 'from-shape';

export class Explainer<P> {
  readonly #egraph: EGraph<P>;
  readonly #log: UnionLog<P>;
  #forest: ProofForest | undefined;
  readonly #terms = new Map<number, Term<P>>();
  readonly #proofs = new Map<number, Shell<P>>();
  readonly #open: (() => void)[] = [];

  /** For any number of questions about an unchanged e-graph; make a new one after a change. */
  constructor(egraph: EGraph<P>) {
    invariant(egraph.log !== undefined, 'explanations were switched off for this e-graph');
    this.#egraph = egraph;
    this.#log = egraph.log;
  }

  explain(left: NodeId, right: NodeId): Proof<P> | undefined {
    if (!this.#egraph.same(left, right)) return undefined;
    const proof = this.#proof(left, right);
    this.#fill();
    return proof;
  }

  explainTerms(left: Term<P>, right: Term<P>): Proof<P> | undefined {
    const from = this.#locate(left);
    const to = this.#locate(right);
    if (from === undefined || to === undefined) return undefined;
    if (!this.#egraph.same(from.node, to.node)) return undefined;
    const steps = [
      ...this.#congruence(from, 'from-shape'),
      ...this.#path(from.node, to.node),
      ...this.#congruence(to, 'to-shape'),
    ];
    this.#fill();
    return { left, right, steps };
  }

  originOf(node: NodeId): Origin<P> | undefined {
    const application = this.#egraph.applicationOf(node);
    if (application === undefined) return undefined;
    return {
      rule: this.#log.ruleOf(application).rule.name,
      substitution: this.#substitution(application),
    };
  }

  /** The term that the e-node was when it was added. */
  termOf(root: NodeId): Term<P> {
    const stack: number[] = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = this.#originals(node).filter((child) => !this.#terms.has(child));
      if (missing.length > 0 && !this.#terms.has(node)) {
        stack.push(...missing);
        continue;
      }
      if (!this.#terms.has(node)) this.#terms.set(node, this.#buildTerm(node));
      stack.pop();
    }
    return this.#term(root);
  }

  #buildTerm(node: number): Term<P> {
    const { op, payload } = this.#egraph.node(nodeId(node));
    return term(
      op,
      this.#originals(node).map((child) => this.#term(child)),
      payload,
    );
  }

  #term(node: number): Term<P> {
    return this.#terms.get(node) ?? this.termOf(nodeId(node));
  }

  #originals(node: number): readonly number[] {
    const { store } = this.#egraph.closure;
    return Array.from(store.originals.subarray(at(store.starts, node), at(store.starts, node + 1)));
  }

  #fill(): void {
    for (let next = this.#open.pop(); next !== undefined; next = this.#open.pop()) next();
  }

  #later(left: Term<P>, right: Term<P>, steps: () => readonly ProofStep<P>[]): Shell<P> {
    const shell: Shell<P> = { left, right, steps: [] };
    this.#open.push(() => {
      shell.steps = steps();
    });
    return shell;
  }

  /** The proof between the terms of two nodes of a class; one object for each pair. */
  #proof(left: number, right: number): Proof<P> {
    const key = left * this.#egraph.closure.store.nodeCount + right;
    const known = this.#proofs.get(key);
    if (known !== undefined) return known;
    const shell = this.#later(this.#term(left), this.#term(right), () => this.#path(left, right));
    this.#proofs.set(key, shell);
    return shell;
  }

  #path(left: number, right: number): readonly ProofStep<P>[] {
    this.#forest ??= new ProofForest(this.#egraph.closure.store.nodeCount, this.#log);
    return this.#forest.path(left, right).flatMap((edge) => this.#edge(edge));
  }

  #edge({ union, forward }: PathEdge): readonly ProofStep<P>[] {
    const [left, right] = this.#log.unionOf(union);
    const [from, to] = forward ? [left, right] : [right, left];
    const reason = this.#log.reasonOf(union);
    const direction = forward ? 'forward' : 'backward';
    const before = this.#term(from);
    const after = this.#term(to);
    switch (reason.kind) {
      case 'congruence': {
        const targets = this.#originals(to);
        const children = this.#originals(from).map((child, position) =>
          this.#proof(child, targets[position] ?? child),
        );
        return [{ kind: 'congruence', before, after, children }];
      }
      case 'given':
        return [{ kind: 'given', label: reason.label, direction, before, after }];
      case 'application':
        return this.#application(reason.application, left, right, direction);
    }
  }

  /** The recorded union of an application: the match's term, the rule, the term it made. */
  #application(
    application: ApplicationId,
    left: number,
    right: number,
    direction: 'forward' | 'backward',
  ): readonly ProofStep<P>[] {
    const { rule, left: pattern, right: atoms } = this.#log.ruleOf(application);
    const single = rule.left.kind === 'pattern' ? pattern?.atoms[0] : undefined;
    const matched = single === undefined ? undefined : this.#shape(application, single.pattern);
    const source = matched?.node === left ? matched : this.#leaf(left);
    const atom = atoms?.findIndex(
      ({ root, pattern: made }) =>
        this.#register(application, made.slot) === right &&
        (single !== undefined || this.#register(application, root) === left),
    );
    const made = atoms?.[atom ?? -1];
    const target = made === undefined ? this.#leaf(right) : this.#shape(application, made.pattern);
    const premises = single === undefined ? (pattern?.atoms ?? []) : [];
    const [first, last] = direction === 'forward' ? [source, target] : [target, source];
    return [
      ...this.#congruence(first, 'to-shape'),
      {
        kind: 'rule',
        rule: rule.name,
        direction,
        before: first.term,
        after: last.term,
        substitution: this.#substitution(application),
        premises: premises.map((premise) => this.#premise(application, premise)),
        atom: Math.max(0, atom ?? 0),
      },
      ...this.#congruence(last, 'from-shape'),
    ];
  }

  /** The variable of an atom equals its pattern. */
  #premise(application: ApplicationId, { root, pattern }: CompiledAtom): Proof<P> {
    return this.#align(
      this.#register(application, root),
      this.#shape(application, pattern),
      'to-shape',
    );
  }

  /** From the term of a node to that of a shape whose node is in the same class, or back. */
  #align(node: number, shape: Shape<P>, way: Way): Proof<P> {
    const own = this.#term(node);
    if (way === 'to-shape') {
      if (shape.term === this.#term(shape.node)) return this.#proof(node, shape.node);
      return this.#later(own, shape.term, () => [
        ...this.#path(node, shape.node),
        ...this.#congruence(shape, way),
      ]);
    }
    if (shape.term === this.#term(shape.node)) return this.#proof(shape.node, node);
    return this.#later(shape.term, own, () => [
      ...this.#congruence(shape, way),
      ...this.#path(shape.node, node),
    ]);
  }

  /** Between the term of a shape's own node and the shape's term: one step, or none if they are one. */
  #congruence(shape: Shape<P>, way: Way): readonly ProofStep<P>[] {
    const own = this.#term(shape.node);
    if (shape.kind === 'leaf' || own === shape.term) return [];
    const originals = this.#originals(shape.node);
    const children = shape.children.map((child, position) =>
      this.#align(originals[position] ?? child.node, child, way),
    );
    return way === 'to-shape'
      ? [{ kind: 'congruence', before: own, after: shape.term, children }]
      : [{ kind: 'congruence', before: shape.term, after: own, children }];
  }

  #leaf(node: number): Shape<P> {
    return { kind: 'leaf', node: nodeId(node), term: this.#term(node) };
  }

  /** An inner shape; it takes the node's own term where the children's terms are the node's own. */
  #inner(node: NodeId, children: readonly Shape<P>[]): Shape<P> {
    const own = this.#term(node);
    const same = children.every((child, position) => child.term === own.children[position]);
    if (same) return { kind: 'leaf', node, term: own };
    const made = term(
      own.op,
      children.map((child) => child.term),
      own.payload,
    );
    return { kind: 'inner', node, term: made, children };
  }

  /** What a pattern stands for in an application. */
  #shape(application: ApplicationId, pattern: CompiledPattern): Shape<P> {
    const node = this.#register(application, pattern.slot);
    if (pattern.kind === 'variable') return this.#leaf(node);
    const children = pattern.children.flatMap((child) =>
      child.kind === 'rest'
        ? this.#rest(application, child).map((each) => this.#leaf(each))
        : [this.#shape(application, child)],
    );
    return this.#inner(nodeId(node), children);
  }

  /** The children that a rest variable stands for, as its e-node was first given them. */
  #rest(application: ApplicationId, rest: RestVariable): readonly number[] {
    const children = this.#originals(this.#register(application, rest.slot));
    return children.slice(rest.before, children.length - rest.after);
  }

  /** The e-nodes that a term of the host's is found by; `undefined` if a part isn't there. */
  #locate(root: Term<P>): Shape<P> | undefined {
    const shapes = new Map<Term<P>, Shape<P>>();
    for (const part of childrenFirst(root)) {
      const children = part.children.map((child) => defined(shapes.get(child), 'children first'));
      const ids = children.map((child) => child.node);
      const node = this.#egraph.lookup(part.op, ids, part.payload);
      if (node === undefined) return undefined;
      shapes.set(part, this.#inner(node, children));
    }
    return shapes.get(root);
  }

  #substitution(application: ApplicationId): ReadonlyMap<string, TermBinding<P>> {
    const bindings = new Map<string, TermBinding<P>>();
    const { left } = this.#log.ruleOf(application);
    for (const [name, variable] of left?.layout.variables ?? []) {
      if (name === '') continue;
      if (variable.kind === 'rest') {
        const terms = this.#rest(application, variable).map((child) => this.#term(child));
        bindings.set(name, { kind: 'terms', terms });
        continue;
      }
      const register = this.#register(application, variable.slot);
      bindings.set(
        name,
        variable.kind === 'class'
          ? { kind: 'term', term: this.#term(register) }
          : { kind: 'payload', value: this.#payload(register) },
      );
    }
    for (const [name, own] of this.#log.substitutionOf(application)?.entries() ?? []) {
      if (own.kind === 'payload') bindings.set(name, own);
      else if (own.kind === 'class') bindings.set(name, { kind: 'term', term: this.#term(own.id) });
      else bindings.set(name, { kind: 'terms', terms: own.ids.map((id) => this.#term(id)) });
    }
    return bindings;
  }

  #payload(number: number): P {
    const payload = this.#egraph.symbols.payload(number);
    invariant(payload !== undefined, 'payload variables match nodes with payload only');
    return payload;
  }

  #register(application: ApplicationId, slot: number): number {
    return this.#log.register(application, slot);
  }
}
