/** A row of registers read as a substitution. */
import { invariant } from '../base/assert.ts';
import type { Layout, LayoutVariable, RestVariable } from './compiled-pattern.ts';
import type { EGraph } from './egraph.ts';
import { type ClassId, classId } from './ids.ts';
import { at } from './ints.ts';
import { type Binding, type Substitution, unbound } from './substitution.ts';

/** The names of `layout` over a row of registers, which the caller no longer changes. */
export function registerSubstitution<P>(
  egraph: EGraph<P>,
  layout: Layout,
  row: Int32Array,
): Substitution<P> {
  const { variables } = layout;
  const payload = (slot: number): P => {
    const value = egraph.symbols.payload(at(row, slot));
    invariant(value !== undefined, 'payload variables match nodes with payload only');
    return value;
  };
  const binding = (found: LayoutVariable): Binding<P> => {
    switch (found.kind) {
      case 'class':
        return { kind: 'class', id: classId(at(row, found.slot)) };
      case 'payload':
        return { kind: 'payload', value: payload(found.slot) };
      case 'rest':
        return { kind: 'rest', ids: restOf(egraph, found, at(row, found.slot)) };
    }
  };
  return {
    has: (name) => variables.has(name),
    class: (name) => {
      const found = variables.get(name);
      invariant(found?.kind === 'class', unbound(name, 'a class'));
      return classId(at(row, found.slot));
    },
    payload: (name) => {
      const found = variables.get(name);
      invariant(found?.kind === 'payload', unbound(name, 'a payload'));
      return payload(found.slot);
    },
    rest: (name) => {
      const found = variables.get(name);
      invariant(found?.kind === 'rest', unbound(name, 'a rest'));
      return restOf(egraph, found, at(row, found.slot));
    },
    entries: () =>
      [...variables]
        .filter(([name]) => name !== '')
        .map(([name, found]) => [name, binding(found)] as const),
  };
}

function restOf<P>(egraph: EGraph<P>, rest: RestVariable, node: number): readonly ClassId[] {
  const { store } = egraph.closure;
  const from = at(store.starts, node) + rest.before;
  const to = at(store.starts, node + 1) - rest.after;
  return Array.from(store.children.subarray(from, to), classId);
}
