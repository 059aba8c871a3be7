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

type Option = { readonly id: NodeId; readonly children: readonly ClassId[] };

/** Draws many times from one unchanged e-graph. */
export class RandomExtractor<P> {
  readonly #egraph: EGraph<P>;
  /** By class, the e-nodes whose children all have finite terms. */
  readonly #options: ReadonlyMap<ClassId, readonly Option[]>;
  /** By class, the classes that it reaches and that reach it, itself included. */
  readonly #components: ReadonlyMap<ClassId, readonly ClassId[]>;

  constructor(egraph: EGraph<P>) {
    invariant(egraph.isRebuilt, 'extraction needs a rebuilt e-graph');
    this.#egraph = egraph;
    this.#options = finiteOptions(egraph);
    this.#components = components(this.#options.keys(), (id) =>
      (this.#options.get(id) ?? []).flatMap((option) => option.children),
    );
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

  /** Whether each class of a component still has a finite term under the choices made so far. */
  #staysFinite(id: ClassId, chosen: ReadonlyMap<ClassId, Option>): boolean {
    const component = this.#components.get(id) ?? [id];
    const inside = new Set(component);
    const finite = new Set<ClassId>();
    const ready = (option: Option): boolean =>
      option.children.every((child) => !inside.has(child) || finite.has(child));
    let waiting: readonly ClassId[] = component;
    for (;;) {
      const left = waiting.filter((member) => {
        const fixed = chosen.get(member);
        const options = fixed === undefined ? (this.#options.get(member) ?? []) : [fixed];
        if (!options.some(ready)) return true;
        finite.add(member);
        return false;
      });
      if (left.length === 0) return true;
      if (left.length === waiting.length) return false;
      waiting = left;
    }
  }
}

/** Keeps the e-nodes that belong to some finite term, by class. */
function finiteOptions<P>(egraph: EGraph<P>): ReadonlyMap<ClassId, readonly Option[]> {
  const finite = new Set<ClassId>();
  const all = egraph.classes().map((id) => ({
    id,
    options: egraph.nodesOf(id).map((node) => ({ id: node, children: egraph.childrenOf(node) })),
  }));
  const hasFinite = (option: Option): boolean =>
    option.children.every((child) => finite.has(child));
  for (let before = -1; before < finite.size; ) {
    before = finite.size;
    for (const { id, options } of all) if (options.some(hasFinite)) finite.add(id);
  }
  return new Map(
    all
      .filter(({ id }) => finite.has(id))
      .map(({ id, options }) => [id, options.filter(hasFinite)] as const),
  );
}
