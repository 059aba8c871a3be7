/**
 * The dependencies that the solver's lemmas may use of a component's relations, by column index, each with how it is
 * known: inferred from the clauses, declared and proved, declared and only watched by the simulator, or promised by
 * whoever writes the facts.
 */

import { type Component, namesOf } from '../analysis/component.ts';
import { columnsOf } from '../analysis/congruence.ts';
import { type Dependencies, equationsOf, inferDependencies } from '../analysis/dependencies.ts';
import type { Dependency } from '../smt/encode.ts';
import type { DependenciesOf } from './encode.ts';

/** What is known of the dependency of a relation that the program declares. */
export type HowDeclared = (
  role: string,
  relation: string,
  dependency: Pick<Dependency, 'from' | 'to'>,
) => string;

/** Of a search that didn't ask: what the program declares holds because the program says so. */
export const asDeclared: HowDeclared = () => 'declared';

export function dependenciesIn(
  component: Component,
  how: HowDeclared = asDeclared,
): DependenciesOf {
  const { program, role } = component;
  const trusting = inferDependencies(program);
  const sure = inferDependencies(program, 'environment');
  const known = new Map<string, readonly Dependency[]>();
  return (relation) => {
    const found = known.get(relation) ?? dependenciesOf(relation);
    known.set(relation, found);
    return found;
  };

  function dependenciesOf(relation: string): readonly Dependency[] {
    const visible = namesOf(component).get(relation);
    if (visible === undefined) return [];
    const index = (name: string): number =>
      visible.columns.findIndex((column) => column.name === name);
    const written = visible.dependencies.map(({ from, to }) => ({
      from: from.map(index),
      to: to.map(index),
    }));
    const ever = new Set(shapesOf(trusting, role.name, relation, 'ever').map(keyOf));
    const certain = new Set(shapesOf(sure, role.name, relation, 'tick').map(keyOf));
    const isSure = ({ from, to }: Dependency): boolean =>
      to.every((column) => from.includes(column) || certain.has(keyOf({ from, to: [column] })));
    const own = written.map(
      (each): Dependency => ({
        ...each,
        ever: each.to.every(
          (to) => each.from.includes(to) || ever.has(keyOf({ ...each, to: [to] })),
        ),
        how: isSure(each) ? HOW.inferred : how(role.name, relation, each),
      }),
    );
    const said = new Set(
      own.flatMap(({ from, to }) => to.map((column) => keyOf({ from, to: [column] }))),
    );
    const others = shapesOf(trusting, role.name, relation, 'tick')
      .filter((each) => !said.has(keyOf(each)))
      .map(
        (each): Dependency => ({
          ...each,
          ever: ever.has(keyOf(each)),
          how: isSure(each) ? HOW.inferred : HOW.following,
        }),
      );
    return [...own, ...others];
  }
}

/** How dependencies are known that nobody has to declare. */
const HOW = {
  inferred: 'inferred from the clauses',
  following: 'inferred from what is declared',
} as const;

type Shape = Pick<Dependency, 'from' | 'to'>;

/** One column on the right; each shape once, whatever functions give the value. */
function shapesOf(
  dependencies: Dependencies,
  role: string,
  relation: string,
  scope: 'tick' | 'ever',
): readonly Shape[] {
  const shapes = equationsOf(dependencies, role, relation, scope).map(({ column, term }) => ({
    from: columnsOf(term),
    to: [column],
  }));
  return [...new Map(shapes.map((each) => [keyOf(each), each])).values()];
}

function keyOf({ from, to }: Shape): string {
  return `${from.join(',')}>${to.join(',')}`;
}
