/**
 * Tuples in the arguments of positive atoms, taken apart by components: `run((c, id, _), s)` becomes
 * `run(x, s), c = x.0, id = x.1`. Later phases then see columns, variables and expressions only. It is
 * the last step of loading, so that reports speak of what was written.
 */

import type { Atom, Clause, Head, Literal } from '../ir/clause.ts';
import { type Expression, subexpressions, variable } from '../ir/expression.ts';
import type { Program, Role } from '../ir/program.ts';
import { visibleIn } from '../ir/schema.ts';
import { boundBy } from './pattern.ts';

/** `moved` is told which node stands for which; clauses without patterns stay the same object. */
export function expandPatterns(
  program: Program,
  moved: (from: object, to: object) => void,
): Program {
  const parameters = new Set(program.parameters.map((parameter) => parameter.name));
  const roles = program.roles.map((role) => expandRole(program, role, parameters, moved));
  const isSame = roles.every((role, index) => role === program.roles[index]);
  return isSame ? program : { ...program, roles };
}

function expandRole(
  program: Program,
  role: Role,
  parameters: ReadonlySet<string>,
  moved: (from: object, to: object) => void,
): Role {
  if (!role.clauses.some((clause) => clause.body.some(hasPattern))) return role;
  const visible = visibleIn(program, role);
  const clauses = role.clauses.map((clause) => {
    if (!clause.body.some(hasPattern)) return clause;
    const columns = (relation: string): readonly string[] =>
      visible.get(relation)?.columns.map((column) => column.name) ?? [];
    const expanded = { ...clause, body: expandBody(clause, columns, parameters) };
    moved(clause, expanded);
    return expanded;
  });
  const changed = { ...role, clauses };
  moved(role, changed);
  return changed;
}

function positiveAtom(literal: Literal): Atom | null {
  const isPositive =
    literal.kind === 'atom' || literal.kind === 'stable' || literal.kind === 'expired';
  return isPositive ? literal.atom : null;
}

/** A tuple that an atom takes apart; one whose variables all have values elsewhere is a value too. */
function hasPattern(literal: Literal): boolean {
  return positiveAtom(literal)?.args.some((arg) => arg.kind === 'tuple') ?? false;
}

function expandBody(
  clause: Clause,
  columns: (relation: string) => readonly string[],
  parameters: ReadonlySet<string>,
): readonly Literal[] {
  const taken = new Set([...parameters, ...allNames(clause)]);
  // Variables that a plain argument binds, wherever it stands: a component is only compared with them.
  const bound = new Set(
    clause.body.flatMap((literal) =>
      (positiveAtom(literal)?.args ?? []).flatMap((arg) =>
        arg.kind === 'tuple' ? [] : boundBy(arg),
      ),
    ),
  );
  for (const literal of clause.body) if (literal.kind === 'bind') bound.add(literal.variable);
  return clause.body.flatMap((literal): readonly Literal[] => {
    const atom = positiveAtom(literal);
    if (atom === null || !hasPattern(literal)) return [literal];
    const added: Literal[] = [];
    const names = columns(atom.relation);
    const args = atom.args.map((arg, index): Expression => {
      if (arg.kind !== 'tuple') return arg;
      const whole = variable(fresh(names[index] ?? 'whole', taken));
      takeApart(arg, whole, bound, added);
      return whole;
    });
    return [{ ...literal, atom: { ...atom, args } } as Literal, ...added];
  });
}

function takeApart(
  pattern: Extract<Expression, { readonly kind: 'tuple' }>,
  whole: Expression,
  bound: Set<string>,
  added: Literal[],
): void {
  for (const [index, item] of pattern.items.entries()) {
    const value: Expression = { kind: 'component', of: whole, index };
    if (item.kind === 'wildcard') continue;
    if (item.kind === 'tuple') takeApart(item, value, bound, added);
    else if (item.kind === 'variable' && !bound.has(item.name)) {
      bound.add(item.name);
      added.push({ kind: 'bind', variable: item.name, value });
    } else {
      const expression = { kind: 'binary', operator: '==', left: value, right: item } as const;
      added.push({ kind: 'condition', expression });
    }
  }
}

function fresh(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}

function allNames(clause: Clause): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'variable') names.add(expression.name);
    subexpressions(expression).forEach(visit);
  };
  for (const literal of clause.body) {
    if (literal.kind === 'condition') visit(literal.expression);
    else if (literal.kind === 'bind') {
      names.add(literal.variable);
      visit(literal.value);
    } else literal.atom.args.forEach(visit);
  }
  for (const expression of headExpressions(clause.head)) visit(expression);
  return names;
}

/** Every expression of a head, with those of the groups of its defaults. */
export function headExpressions(head: Head): readonly Expression[] {
  const args = head.args.flatMap((argument): readonly Expression[] => {
    if (argument.kind === 'plain') return [argument.value];
    if (argument.kind === 'index' || argument.fallback === null) return argument.of;
    return [...argument.of, argument.fallback.value, ...argument.fallback.over.args];
  });
  return head.destination === null ? args : [head.destination, ...args];
}
