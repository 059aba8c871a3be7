/**
 * Random terms out of an e-graph, for judging that all of them are right: one e-node per class, drawn
 * from those that still let every needed class have a finite term.
 */
import { invariant } from '../base/assert.ts';
import type { Prng } from '../base/prng.ts';
import { components } from './components.ts';
import type { EGraph } from './egraph.ts';
import { type Extraction, extraction } from './extraction.ts';
import type { ClassId, NodeId } from './ids.ts';

/** Draws one choice for `root` and what it needs; `undefined` if it has no finite term. */
export function extractRandom<P>(
  egraph: EGraph<P>,
  root: ClassId,
  prng: Prng,
): Extraction<P> | undefined {
  return new RandomExtractor(egraph).draw([root], prng);
}

type Option = {
  readonly id: NodeId;
  readonly owner: ClassId;
  readonly children: readonly ClassId[];
  /** The distinct children that are in the owner's component: those that could close a cycle. */
  readonly inside: readonly ClassId[];
};

/** Draws many times from one unchanged e-graph. */
export class RandomExtractor<P> {
  readonly #egraph: EGraph<P>;
  /** By class, the e-nodes whose children all have finite terms. */
  readonly #options: ReadonlyMap<ClassId, readonly Option[]>;
  /** By class, the classes that it reaches and that reach it, itself included. */
  readonly #components: ReadonlyMap<ClassId, readonly ClassId[]>;
  /** By class, the e-nodes of its component that have it as a child. */
  readonly #users: ReadonlyMap<ClassId, readonly Option[]>;

  constructor(egraph: EGraph<P>) {
    invariant(egraph.isRebuilt, 'extraction needs a rebuilt e-graph');
    this.#egraph = egraph;
    const finite = finiteNodes(egraph);
    this.#components = components(finite.keys(), (id) =>
      (finite.get(id) ?? []).flatMap((node) => egraph.childrenOf(node)),
    );
    const optionOf = (owner: ClassId, id: NodeId): Option => {
      const children = egraph.childrenOf(id);
      const near = new Set(this.#components.get(owner));
      return {
        id,
        owner,
        children,
        inside: [...new Set(children)].filter((child) => near.has(child)),
      };
    };
    this.#options = new Map(
      [...finite].map(([owner, nodes]) => [owner, nodes.map((id) => optionOf(owner, id))]),
    );
    this.#users = usersOf([...this.#options.values()].flat());
  }

  /**
   * One consistent choice for all roots. Every choice without cycles can be drawn; at each class the
   * e-nodes that keep a finite term possible are equally likely. `undefined` if a root has no finite
   * term.
   */
  draw(roots: readonly ClassId[], prng: Prng): Extraction<P> | undefined {
    const choice = new Map<ClassId, NodeId>();
    const chosen = new Map<ClassId, Option>();
    const stack = roots.map((root) => this.#egraph.find(root)).reverse();
    if (stack.some((root) => !this.#options.has(root))) return undefined;
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (chosen.has(id)) continue;
      const option = this.#pick(id, chosen, prng);
      chosen.set(id, option);
      choice.set(id, option.id);
      stack.push(...option.children.toReversed());
    }
    return extraction(this.#egraph, choice);
  }

  #pick(id: ClassId, chosen: Map<ClassId, Option>, prng: Prng): Option {
    for (const option of prng.shuffle(this.#options.get(id) ?? [])) {
      chosen.set(id, option);
      if (this.#staysFinite(id, chosen)) return option;
    }
    chosen.delete(id);
    invariant(false, 'the choices made so far left a finite term possible');
  }

  /**
   * Whether each class of the component still has a finite term under the choices made so far: counts
   * down, for each allowed e-node, the children inside the component that have none yet.
   */
  #staysFinite(id: ClassId, chosen: ReadonlyMap<ClassId, Option>): boolean {
    const component = this.#components.get(id) ?? [id];
    const allowed = (option: Option): boolean => (chosen.get(option.owner) ?? option) === option;
    const missing = new Map<Option, number>();
    const finite = new Set<ClassId>();
    for (const member of component) {
      const options = (this.#options.get(member) ?? []).filter(allowed);
      if (options.some((option) => option.inside.length === 0)) finite.add(member);
    }
    // Grows while it is walked.
    for (const member of finite) {
      for (const user of (this.#users.get(member) ?? []).filter(allowed)) {
        const left = (missing.get(user) ?? user.inside.length) - 1;
        missing.set(user, left);
        if (left === 0) finite.add(user.owner);
      }
    }
    return finite.size === component.length;
  }
}

function usersOf(options: readonly Option[]): ReadonlyMap<ClassId, readonly Option[]> {
  const users = new Map<ClassId, Option[]>();
  for (const option of options) {
    for (const child of option.inside) {
      const list = users.get(child);
      if (list === undefined) users.set(child, [option]);
      else list.push(option);
    }
  }
  return users;
}

/** The e-nodes that belong to some finite term, by class. */
function finiteNodes<P>(egraph: EGraph<P>): ReadonlyMap<ClassId, readonly NodeId[]> {
  const finite = new Set<ClassId>();
  const hasFinite = (node: NodeId): boolean =>
    egraph.childrenOf(node).every((child) => finite.has(child));
  const classes = egraph.classes().map((id) => ({ id, nodes: egraph.nodesOf(id) }));
  for (let before = -1; before < finite.size; ) {
    before = finite.size;
    for (const { id, nodes } of classes) if (nodes.some(hasFinite)) finite.add(id);
  }
  return new Map(
    classes
      .filter(({ id }) => finite.has(id))
      .map(({ id, nodes }) => [id, nodes.filter(hasFinite)] as const),
  );
}
