/** Clauses over other names: copies of relations, channels that are taken in turns, views of what is on disk. */

import type { Atom, Clause, HeadArgument, Literal } from '../../ir/clause.ts';

export interface Renaming {
  /** Names that bodies read, and those that they are replaced by. */
  readonly reads: ReadonlyMap<string, string>;
  /** Durable relations, and the relations that say what of them is on disk. */
  readonly disk: ReadonlyMap<string, string>;
  readonly heads: ReadonlyMap<string, string>;
}

/** The same clause when nothing of it is renamed. */
export function renamed(clause: Clause, { reads, disk, heads }: Renaming): Clause {
  let changed = heads.has(clause.head.relation);
  const over = (atom: Atom, names: ReadonlyMap<string, string>): Atom => {
    const name = names.get(atom.relation);
    if (name === undefined) return atom;
    changed = true;
    return { ...atom, relation: name };
  };
  const body = clause.body.map((literal): Literal => {
    if (literal.kind === 'condition' || literal.kind === 'bind') return literal;
    if (literal.kind === 'stable' && disk.has(literal.atom.relation)) {
      return { kind: 'atom', atom: over(literal.atom, disk) };
    }
    return { ...literal, atom: over(literal.atom, reads) };
  });
  const args = clause.head.args.map((arg): HeadArgument => {
    if (arg.kind !== 'aggregate' || arg.fallback === null) return arg;
    return { ...arg, fallback: { ...arg.fallback, over: over(arg.fallback.over, reads) } };
  });
  if (!changed) return clause;
  const relation = heads.get(clause.head.relation) ?? clause.head.relation;
  return { ...clause, head: { ...clause.head, relation, args }, body };
}
