/**
 * The laws of lattices that a program declares: a merge must be commutative, associative and idempotent, or what a
 * column holds depends on the order in which messages came. Nothing else in the program can be trusted to be monotone
 * that reads such a column, so a rule that needs it asks for the laws as for its other conditions.
 *
 * A merge that calls a function without a body rests on whoever binds it: its laws are assumed, and said to be.
 */

import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source.ts';
import type { Clause } from '../ir/clause.ts';
import { type Expression, subexpressions, variable } from '../ir/expression.ts';
import type { LatticeDeclaration, Program, Role } from '../ir/program.ts';
import type { Lattice, Type } from '../ir/type.ts';
import * as smt from '../smt/build.ts';
import { type Formula, type Term, termKey, visit } from '../smt/formula.ts';
import { latticeLaws } from '../smt/lemmas/lattice.ts';
import { printValue } from '../smt/model.ts';
import type { Hypothesis, Obligation } from '../smt/obligation.ts';
import type { Solver } from '../smt/solver.ts';
import { sortKey } from '../smt/sort.ts';
import { substitute, substitution } from '../smt/substitute.ts';
import { describeVerdict } from '../smt/verdict.ts';
import { encodeClause } from './encode.ts';
import { rewriteMessages } from './messages.ts';
import { less, sortOf } from './sorts.ts';

/** Commutative, associative and idempotent, in this order. */
export function lawsOf(program: Program, declaration: LatticeDeclaration): readonly Obligation[] {
  const [left, right] = declaration.parameters;
  const merged = mergeTerm(program, declaration);
  const sort = sortOf(declaration.element);
  const [a, b] = [smt.variable(left, sort), smt.variable(right, sort)];
  const merge = (one: Term, other: Term): Term =>
    substitute(
      merged,
      substitution([
        [a, one],
        [b, other],
      ]),
    );
  const lemma = { rule: 'lattice', name: declaration.name, sort, merge };
  return latticeLaws(lemma).map((plain, index) => {
    const given = ordersIn([plain.goal]);
    return given.length === 0 ? plain : (latticeLaws({ ...lemma, given })[index] ?? plain);
  });
}

/** The merge over its two parameters: encoded as the head of a clause that reads both. */
function mergeTerm(program: Program, { element, parameters, merge }: LatticeDeclaration): Term {
  const [left, right] = parameters;
  const columns = [left, right].map((name) => ({ name, type: element }));
  const pair = { name: 'pair', columns, dependencies: [], durable: false };
  const whole = { ...pair, name: 'merged', columns: [{ name: 'value', type: element }] };
  const role: Role = {
    name: 'merge',
    external: false,
    size: null,
    of: null,
    parts: null,
    relations: [pair, whole],
    statics: [],
    timers: [],
    initial: [],
    clauses: [],
  };
  const clause: Clause = {
    id: 'merge',
    kind: 'now',
    head: { relation: 'merged', args: [{ kind: 'plain', value: merge }], destination: null },
    body: [
      {
        kind: 'atom',
        atom: { relation: 'pair', args: [variable(left), variable(right)], at: null },
      },
    ],
    written: 'clause',
  };
  const [term] = encodeClause({ program, role }, clause, () => []).head.args;
  return term ?? smt.truth;
}

/** `<` on values that aren't integers orders them all: said of the values that the formulas compare. */
function ordersIn(formulas: readonly Formula[]): readonly Hypothesis[] {
  const compared = new Map<string, Term>();
  const note = (term: Term): void => {
    if (term.kind === 'compound' && term.operator.kind === 'ite') term.args.slice(1).forEach(note);
    else compared.set(termKey(term), term);
  };
  for (const formula of formulas) {
    visit(formula, (term) => {
      if (isOrder(term) && term.kind === 'compound') term.args.forEach(note);
    });
  }
  const terms = [...compared.values()];
  const laws = terms.flatMap((one) =>
    terms
      .filter((other) => sortKey(other.sort) === sortKey(one.sort))
      .flatMap((other) => [
        smt.not(smt.and([less(one, other), less(other, one)])),
        smt.or([smt.equal(one, other), less(one, other), less(other, one)]),
        ...terms
          .filter((third) => sortKey(third.sort) === sortKey(one.sort))
          .map((third) =>
            smt.implies(smt.and([less(one, other), less(other, third)]), less(one, third)),
          ),
      ]),
  );
  if (laws.length === 0) return [];
  return [{ name: 'order', formula: smt.and(laws), text: 'values are ordered one after another' }];
}

function isOrder(term: Term): boolean {
  return (
    term.kind === 'compound' &&
    term.operator.kind === 'apply' &&
    term.operator.function.name === 'less'
  );
}

/** Functions without a body that the merge calls, itself or through others: its laws are assumed. */
export function boundFunctions(program: Program, { merge }: LatticeDeclaration): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const look = (expression: Expression): void => {
    for (const name of callsIn(expression)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const declared = program.functions.find((each) => each.name === name);
      if (declared === undefined) continue;
      if (declared.body === null) found.add(name);
      else look(declared.body);
    }
  };
  look(merge);
  return [...found];
}

function callsIn(expression: Expression): readonly string[] {
  const inner = subexpressions(expression).flatMap(callsIn);
  return expression.kind === 'call' ? [expression.function, ...inner] : inner;
}

/** What a rule asks that needs columns of these types to be lattices: obligations, and what nobody can prove. */
export function lawsNeeded(
  program: Program,
  types: readonly Type[],
): { readonly obligations: readonly Obligation[]; readonly assumed: readonly string[] } {
  const lattices = latticesIn(program, types).map((declaration) => ({
    declaration,
    bound: boundFunctions(program, declaration),
  }));
  return {
    obligations: lattices.flatMap(({ declaration, bound }) =>
      bound.length === 0 ? lawsOf(program, declaration) : [],
    ),
    assumed: lattices.flatMap(({ declaration, bound }) =>
      bound.length === 0 ? [] : [assumption(declaration, bound)],
    ),
  };
}

function assumption({ name }: LatticeDeclaration, bound: readonly string[]): string {
  const functions = bound.map((each) => `\`${each}\``).join(', ');
  return `assumed: \`${name}\` is commutative, associative and idempotent, whatever ${functions} may be bound to`;
}

/** The declared lattices that columns of these types hold. */
function latticesIn(program: Program, types: readonly Type[]): readonly LatticeDeclaration[] {
  const names = new Set(
    types.flatMap((type) => (type.kind === 'lattice' ? inside(type.lattice) : [])),
  );
  return program.lattices.filter(({ name }) => names.has(name));
}

function inside(lattice: Lattice): readonly string[] {
  switch (lattice.kind) {
    case 'declared':
      return [lattice.name];
    case 'map':
    case 'lex':
      return inside(lattice.value);
    default:
      return [];
  }
}

/**
 * What is wrong with the lattices of a program: an error for a law that two or three values break, a warning for one
 * that isn't shown. Where an uninterpreted function stands in the merge, a refutation may be the function's fault.
 */
export async function checkLaws(
  program: Program,
  solver: Solver,
  spanOf: (node: object) => Span | undefined = () => undefined,
  signal?: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const asked = program.lattices
    .filter((each) => boundFunctions(program, each).length === 0)
    .flatMap((declaration) =>
      lawsOf(program, declaration).map((obligation) => ({ declaration, obligation })),
    );
  const obligations = asked.map((each) => each.obligation);
  const verdicts = await solver.checkMany(obligations, signal === undefined ? {} : { signal });
  return asked.flatMap(({ declaration, obligation }, index): readonly Diagnostic[] => {
    const verdict = verdicts[index];
    if (verdict === undefined || verdict.kind === 'proved') return [];
    const law = obligation.lemma.replace('lattice: ', '');
    const span = spanOf(declaration);
    const { name } = declaration;
    if (verdict.kind === 'refuted' && !isAbstract(obligation)) {
      const values = verdict.values.map(({ label, value }) => `${label} = ${printValue(value)}`);
      return [rewriteMessages.report('RW0001', span, { lattice: name, law, values })];
    }
    const why = verdict.kind === 'refuted' ? 'it depends on functions' : describeVerdict(verdict);
    return [rewriteMessages.report('RW0002', span, { lattice: name, law, why })];
  });
}

/** Whether something in the obligation is known to the solver by name only. */
function isAbstract({ goal }: Obligation): boolean {
  let found = false;
  visit(goal, (term) => {
    if (term.kind !== 'compound' || term.operator.kind !== 'apply') return;
    if (!isOrder(term)) found = true;
  });
  return found;
}
