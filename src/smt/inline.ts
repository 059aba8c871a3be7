/** Reading a relation through the clauses that derive it: an atom stands for the body that gave its fact. */

import { defined } from '../base/assert.ts';
import { equalAll } from './build.ts';
import { type Clause, copyClause } from './encode.ts';

/** The clause with one atom of its body replaced by the body of a clause that derives it, renamed apart. */
export function inlineAtom(clause: Clause, index: number, definition: Clause): Clause {
  const read = defined(clause.body[index], 'an atom of the clause');
  const { head, ...made } = copyClause(definition, `${index}.${clause.body.length}`);
  const rest = clause.body.filter((_, at) => at !== index);
  return {
    ...clause,
    variables: [...clause.variables, ...made.variables],
    body: [...rest, ...made.body],
    negated: [...clause.negated, ...made.negated],
    conditions: [
      ...clause.conditions,
      ...made.conditions,
      {
        formula: equalAll(read.args, head.args),
        text: `${read.relation.name} by ${definition.name}`,
      },
    ],
  };
}

/**
 * All ways to derive the head of a clause without the relations of `through`, each of which only clauses of
 * `definitions` derive. Null when there are more than `most`, as there are of a recursive one.
 */
export function inlined(
  clause: Clause,
  through: ReadonlySet<string>,
  definitions: readonly Clause[],
  most: number = 32,
): readonly Clause[] | null {
  const done: Clause[] = [];
  const work = [clause];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const current = next;
    const index = current.body.findIndex(({ relation }) => through.has(relation.name));
    if (index === -1) done.push(current);
    else {
      const read = current.body[index]?.relation.name;
      const ways = definitions.filter(({ head }) => head.relation.name === read);
      work.push(...ways.map((way) => inlineAtom(current, index, way)));
    }
    if (work.length + done.length > most || current.body.length > most) return null;
  }
  return done;
}
