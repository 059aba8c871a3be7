/** Declared dependencies of a part's relations, as the solver's lemmas take them: by column index. */

import { type Component, namesOf } from '../analysis/component.ts';
import type { DependenciesOf } from './encode.ts';

export function dependenciesIn(component: Component): DependenciesOf {
  const names = namesOf(component);
  return (relation) => {
    const visible = names.get(relation);
    if (visible === undefined) return [];
    const index = (name: string): number =>
      visible.columns.findIndex((column) => column.name === name);
    return visible.dependencies.map(({ from, to }) => ({
      from: from.map(index),
      to: to.map(index),
    }));
  };
}
