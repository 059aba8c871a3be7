/** Literals with their names resolved: which `f(x)` is an atom, and which a condition. */

import { isBuiltin, isCondition } from '../ir/builtins.ts';
import type { Atom, Literal } from '../ir/clause.ts';
import type { Lowering } from './lowering.ts';
import { placed, resolveAll, resolveExpression } from './resolve-expression.ts';

/** `isFact` says which names are relations, channels, timers or roles here; they win over functions. */
export function resolveLiterals(
  literals: readonly Literal[],
  isFact: (name: string) => boolean,
  lowering: Lowering,
): readonly Literal[] {
  const { functions } = lowering.scope;
  const isCall = (atom: Atom): boolean =>
    atom.at === null &&
    !isFact(atom.relation) &&
    (functions.has(atom.relation) || (isBuiltin(atom.relation) && isCondition(atom.relation)));
  return literals.map((literal) => resolveLiteral(literal, isCall, lowering));
}

function resolveLiteral(
  literal: Literal,
  isCall: (atom: Atom) => boolean,
  lowering: Lowering,
): Literal {
  const { names } = lowering;
  switch (literal.kind) {
    case 'atom':
    case 'negated': {
      const atom = resolveAtom(literal.atom, lowering);
      if (!isCall(atom)) {
        return atom === literal.atom ? literal : placed(literal, { ...literal, atom }, names);
      }
      const call = { kind: 'call', function: atom.relation, args: atom.args } as const;
      placed(literal.atom, call, names);
      const expression =
        literal.kind === 'atom'
          ? call
          : placed(literal, { kind: 'unary', operator: '!', operand: call } as const, names);
      return placed(literal, { kind: 'condition', expression } as const, names);
    }
    case 'stable': {
      const atom = resolveAtom(literal.atom, lowering);
      return atom === literal.atom ? literal : placed(literal, { ...literal, atom }, names);
    }
    case 'expired': {
      const atom = resolveAtom(literal.atom, lowering);
      const delayMs = resolveExpression(literal.delayMs, names);
      if (atom === literal.atom && delayMs === literal.delayMs) return literal;
      return placed(literal, { ...literal, delayMs, atom }, names);
    }
    case 'condition': {
      const expression = resolveExpression(literal.expression, names);
      if (expression === literal.expression) return literal;
      return placed(literal, { ...literal, expression }, names);
    }
    case 'bind': {
      const value = resolveExpression(literal.value, names);
      return value === literal.value ? literal : placed(literal, { ...literal, value }, names);
    }
  }
}

export function resolveAtom(atom: Atom, lowering: Lowering): Atom {
  const args = resolveAll(atom.args, lowering.names);
  return args === atom.args ? atom : placed(atom, { ...atom, args }, lowering.names);
}
