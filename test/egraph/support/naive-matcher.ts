/** Matching by its definition: every assignment of e-nodes to patterns, one at a time. */
import type { EGraph } from '../../../src/egraph/egraph.ts';
import type { ClassId, NodeId } from '../../../src/egraph/ids.ts';
import type { Atom, NodePattern, Pattern } from '../../../src/egraph/pattern.ts';
import type { Binding } from '../../../src/egraph/substitution.ts';

type Bindings = ReadonlyMap<string, Binding<number>>;

/** Root class and bindings of each match as text. */
export function naiveMatches(
  egraph: EGraph<number>,
  atoms: readonly Atom<number>[],
): readonly string[] {
  const matches: string[] = [];
  const first = atoms[0]?.variable ?? '';
  const search = (index: number, bindings: Bindings): void => {
    const atom = atoms[index];
    if (atom === undefined) {
      const root = bindings.get(first);
      const entries = [...bindings].map(([name, binding]) => `${name}=${JSON.stringify(binding)}`);
      matches.push([root?.kind === 'class' ? root.id : -1, ...entries.sort()].join(' '));
      return;
    }
    for (const id of egraph.classes()) {
      for (const bound of bind(bindings, atom.variable, { kind: 'class', id })) {
        for (const found of matchClass(egraph, atom.pattern, id, bound)) search(index + 1, found);
      }
    }
  };
  search(0, new Map());
  return matches;
}

function matchClass(
  egraph: EGraph<number>,
  pattern: Pattern<number>,
  id: ClassId,
  bindings: Bindings,
): readonly Bindings[] {
  if (pattern.kind === 'variable') return bind(bindings, pattern.name, { kind: 'class', id });
  return egraph.nodesOf(id).flatMap((member) => matchNode(egraph, pattern, member, bindings));
}

function matchNode(
  egraph: EGraph<number>,
  pattern: NodePattern<number>,
  member: NodeId,
  bindings: Bindings,
): readonly Bindings[] {
  const { op, payload, children } = egraph.node(member);
  if (op !== pattern.op) return [];
  const wanted = pattern.payload;
  if (wanted.kind === 'none' && payload !== undefined) return [];
  if (wanted.kind === 'literal' && payload !== wanted.value) return [];
  if (wanted.kind === 'variable' && payload === undefined) return [];
  let states: readonly Bindings[] =
    wanted.kind === 'variable' && payload !== undefined
      ? bind(bindings, wanted.name, { kind: 'payload', value: payload })
      : [bindings];
  const restAt = pattern.children.findIndex((child) => child.kind === 'rest');
  const fixed = pattern.children.length - (restAt < 0 ? 0 : 1);
  if (restAt < 0 ? children.length !== fixed : children.length < fixed) return [];
  let next = 0;
  for (const child of pattern.children) {
    const start = next;
    const length = child.kind === 'rest' ? children.length - fixed : 1;
    next += length;
    states = states.flatMap((state) => {
      const ids = children.slice(start, start + length);
      if (child.kind === 'rest') return bind(state, child.name, { kind: 'rest', ids });
      const [id] = ids;
      return id === undefined ? [] : matchClass(egraph, child, id, state);
    });
  }
  return states;
}

function bind(bindings: Bindings, name: string, binding: Binding<number>): readonly Bindings[] {
  const known = bindings.get(name);
  if (known === undefined) return [new Map([...bindings, [name, binding]])];
  return JSON.stringify(known) === JSON.stringify(binding) ? [bindings] : [];
}
