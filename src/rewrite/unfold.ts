/** Unfolding of a name: a clause with the atom of a relation replaced by the body that derives it. */

import type { Atom, Clause, Literal } from '../ir/clause.ts';
import { type Expression, substitute, variable, variablesOf } from '../ir/expression.ts';

/**
 * `reader` with its one atom of the relation that `definition` derives replaced by the definition's body; null
 * when the two don't fit: the atom must hold variables or wildcards, the head plain expressions.
 */
export function unfolded(reader: Clause, definition: Clause): Clause | null {
  const { relation, args } = definition.head;
  const at = reader.body.findIndex((l) => l.kind === 'atom' && l.atom.relation === relation);
  const literal = reader.body[at];
  if (literal?.kind !== 'atom' || args.some((arg) => arg.kind !== 'plain')) return null;
  if (literal.atom.args.some((arg) => arg.kind !== 'variable' && arg.kind !== 'wildcard'))
    return null;
  const renaming = apart(definition, reader);
  const seen = new Set<string>();
  const computed: { readonly name: string; readonly value: Expression }[] = [];
  for (const [index, arg] of args.entries()) {
    const wanted = literal.atom.args[index];
    if (arg.kind !== 'plain' || wanted?.kind !== 'variable') continue;
    if (seen.has(wanted.name)) return null;
    seen.add(wanted.name);
    const value = substitute(arg.value, renaming);
    const isOwn = arg.value.kind === 'variable' && !isShown(renaming, value, literal.atom);
    if (isOwn && arg.value.kind === 'variable') renaming.set(arg.value.name, wanted);
    else computed.push({ name: wanted.name, value: arg.value });
  }
  const body = definition.body.map((each) => rename(each, renaming));
  const rest = reader.body.filter((_, index) => index !== at);
  // The reader's names stand on the left, and may be the definition's own: `r(k / 2) :- s(k)` read as `r(k)`.
  const values = computed.map(
    ({ name, value }): Literal => ({
      kind: 'bind',
      variable: name,
      value: substitute(value, renaming),
    }),
  );
  return { ...reader, body: [...body, ...values, ...rest] };
}

/** The definition's variable stands for a column of the reader already. */
function isShown(
  renaming: ReadonlyMap<string, Expression>,
  value: Expression,
  atom: Atom,
): boolean {
  return (
    value.kind === 'variable' &&
    atom.args.some((arg) => arg.kind === 'variable' && arg.name === value.name) &&
    [...renaming.values()].some((each) => each === value)
  );
}

/** Fresh names for all variables of the definition. */
function apart(definition: Clause, reader: Clause): Map<string, Expression> {
  const taken = new Set([...variablesIn(definition), ...variablesIn(reader)]);
  const renaming = new Map<string, Expression>();
  for (const name of variablesIn(definition)) {
    let fresh = `${name}1`;
    for (let number = 2; taken.has(fresh); number += 1) fresh = `${name}${number}`;
    taken.add(fresh);
    renaming.set(name, variable(fresh));
  }
  return renaming;
}

function variablesIn(clause: Clause): readonly string[] {
  return clause.body.flatMap((literal) => {
    if (literal.kind === 'condition') return variablesOf(literal.expression);
    if (literal.kind === 'bind') return [literal.variable, ...variablesOf(literal.value)];
    return literal.atom.args.flatMap(variablesOf);
  });
}

function rename(literal: Literal, renaming: ReadonlyMap<string, Expression>): Literal {
  switch (literal.kind) {
    case 'condition':
      return { ...literal, expression: substitute(literal.expression, renaming) };
    case 'bind': {
      const name = renaming.get(literal.variable);
      return {
        kind: 'bind',
        variable: name?.kind === 'variable' ? name.name : literal.variable,
        value: substitute(literal.value, renaming),
      };
    }
    default: {
      const args = literal.atom.args.map((arg) => substitute(arg, renaming));
      return { ...literal, atom: { ...literal.atom, args } };
    }
  }
}
