/**
 * Clauses of a part as clauses of the solver's vocabulary. Integers are integers, everything else is
 * uninterpreted: whatever a program's strings, ids and functions do, a lemma proved here holds.
 */

import { assertNever, defined } from '../base/assert.ts';
import type { Atom, Clause, HeadArgument } from '../ir/clause.ts';
import { type Expression, substitute as replaceVariables } from '../ir/expression.ts';
import { keyColumn } from '../ir/key.ts';
import { operators } from '../ir/operator.ts';
import { printExpression } from '../ir/print-expression.ts';
import type { Program, Role } from '../ir/program.ts';
import { isRigid, type Visible, type VisibleNames, visibleIn } from '../ir/schema.ts';
import type { Type } from '../ir/type.ts';
import { typeOf, variableTypes } from '../ir/typing.ts';
import * as smt from '../smt/build.ts';
import * as clauses from '../smt/encode.ts';
import { splitFallback } from '../smt/fallback.ts';
import type { Term, Variable } from '../smt/formula.ts';
import { boolSort, intSort, namedSort, type Sort, sameSort, tupleSort } from '../smt/sort.ts';
import { applied, fitted, growthOf, less, operandSort, sortOf } from './sorts.ts';

/** Where the clauses stand: a part as a rule sees it, or a component as the analyses do. */
export interface Scope {
  readonly program: Program;
  readonly role: Role;
}

/** Dependencies of a relation that may be assumed in one state, by column index. */
export type DependenciesOf = (relation: string) => readonly clauses.Dependency[];

/** The clause for the solver. Binds are replaced by their values; `me` and parameters are constants. */
export function encodeClause(
  view: Scope,
  clause: Clause,
  dependenciesOf: DependenciesOf,
): clauses.Clause {
  return new Encoder(view, clause, dependenciesOf).clause();
}

/** The clause, or the two that say what an aggregate with a default says: `over` gives it its groups. */
export function encodeClauses(
  view: Scope,
  clause: Clause,
  dependenciesOf: DependenciesOf,
): readonly clauses.Clause[] {
  return new Encoder(view, clause, dependenciesOf).clauses();
}

/** A function of a relation's columns, over the solver's variables `#0`, `#1`, .. for them. */
export function encodeOfColumns(view: Scope, relation: string, of: Expression): Term {
  const width = visibleIn(view.program, view.role).get(relation)?.columns.length ?? 0;
  const args = Array.from({ length: width }, (_, index) => keyColumn(index));
  const atom: Atom = { relation, args, at: null };
  const clause: Clause = {
    id: relation,
    kind: 'now',
    head: { relation, args: [], destination: null },
    body: [{ kind: 'atom', atom }],
    written: 'clause',
  };
  return new Encoder(view, clause, () => []).term(of);
}

class Encoder {
  readonly #view: Scope;
  readonly #clause: Clause;
  readonly #dependenciesOf: DependenciesOf;
  readonly #visible: VisibleNames;
  readonly #types: ReadonlyMap<string, Type>;
  readonly #binds: ReadonlyMap<string, Expression>;
  readonly #variables = new Map<string, Variable>();
  readonly #aggregates: clauses.Aggregate[] = [];
  #unnamed = 0;

  constructor(view: Scope, clause: Clause, dependenciesOf: DependenciesOf) {
    this.#view = view;
    this.#clause = clause;
    this.#dependenciesOf = dependenciesOf;
    this.#visible = visibleIn(view.program, view.role);
    this.#types = variableTypes(view.program, view.role, clause.body);
    this.#binds = new Map(
      clause.body.flatMap((each) => (each.kind === 'bind' ? [[each.variable, each.value]] : [])),
    );
  }

  clause(): clauses.Clause {
    const { body, kind } = this.#clause;
    const positive: clauses.Atom[] = [];
    const negated: clauses.NegatedAtom[] = [];
    const conditions: clauses.Condition[] = [];
    for (const literal of body) {
      switch (literal.kind) {
        case 'atom':
          positive.push(this.#atom(literal.atom));
          break;
        case 'stable':
        case 'expired': {
          const { relation, args } = this.#atom(literal.atom);
          const { event } = operators[literal.kind];
          positive.push(clauses.atom({ ...relation, earlier: true, event }, args));
          break;
        }
        case 'negated':
          negated.push(this.#negated(literal.atom));
          break;
        case 'condition':
          conditions.push({
            formula: fitted(this.#term(literal.expression), boolSort),
            text: printExpression(literal.expression),
          });
          break;
        // Its variable is replaced by its value wherever it stands.
        case 'bind':
          break;
        default:
          assertNever(literal);
      }
    }
    const head = this.#head();
    const variables = [...this.#variables.values()];
    return {
      name: this.#clause.id,
      kind,
      variables,
      head,
      body: positive,
      negated,
      conditions,
      aggregates: this.#aggregates,
    };
  }

  clauses(): readonly clauses.Clause[] {
    const [fallback] = this.#clause.head.args.flatMap((arg) =>
      arg.kind === 'aggregate' && arg.fallback !== null ? [arg.fallback] : [],
    );
    if (fallback === undefined) return [this.clause()];
    const over = this.#atom(fallback.over);
    const value = this.#term(fallback.value);
    return splitFallback(this.clause(), over, [value]);
  }

  term(of: Expression): Term {
    return this.#term(of);
  }

  #relation(name: string): clauses.Relation {
    const visible = this.#visible.get(name);
    const columns = visible?.columns ?? this.#sentColumns(name);
    return clauses.relation(
      name,
      columns.map((column) => ({
        name: column.name,
        sort: sortOf(column.type),
        growth: growthOf(column.type),
      })),
      {
        dependencies: this.#dependenciesOf(name),
        constant: visible !== undefined && isRigid(visible.kind),
      },
    );
  }

  #sentColumns(name: string): Visible['columns'] {
    const channel = this.#view.program.channels.find((each) => each.name === name);
    const relation = this.#view.role.relations.find((each) => each.name === name);
    return defined(channel ?? relation, `\`${name}\` is declared`).columns;
  }

  #atom(atom: Atom): clauses.Atom {
    const relation = this.#relation(atom.relation);
    const args = atom.args.map((arg, index) =>
      arg.kind === 'wildcard'
        ? this.#unnamedColumn(relation, index)
        : this.#argument(arg, relation, index),
    );
    return clauses.atom(relation, args);
  }

  #negated(atom: Atom): clauses.NegatedAtom {
    const relation = this.#relation(atom.relation);
    const args = atom.args.map((arg, index) =>
      arg.kind === 'wildcard' ? null : this.#argument(arg, relation, index),
    );
    return { relation, args };
  }

  #argument(arg: Expression, relation: clauses.Relation, index: number): Term {
    return fitted(this.#term(arg), defined(relation.columns[index], 'checked arity').sort);
  }

  /** An aggregate's results are variables of their own; plain arguments are its group. */
  #head(): clauses.Atom {
    const { head } = this.#clause;
    const relation = this.#relation(head.relation);
    const group = head.args.flatMap((arg) => (arg.kind === 'plain' ? [this.#term(arg.value)] : []));
    const args: Term[] = [];
    for (const arg of head.args) {
      if (arg.kind === 'plain') {
        args.push(this.#argument(arg.value, relation, args.length));
        continue;
      }
      const width = arg.kind === 'aggregate' && isOrdered(arg) ? arg.of.length : 1;
      const results = Array.from({ length: width }, (_, offset) => {
        const column = defined(relation.columns[args.length + offset], 'checked arity');
        return this.#fresh(column.sort);
      });
      const operator = arg.kind === 'index' ? 'index' : arg.aggregate;
      const of = arg.of.map((each) => this.#term(each));
      this.#aggregates.push({ operator, of, group: arg.kind === 'index' ? [] : group, results });
      args.push(...results);
    }
    return clauses.atom(relation, args);
  }

  /** Named by its place, so that clauses that differ in the order of atoms have the same variables. */
  #unnamedColumn(relation: clauses.Relation, index: number): Variable {
    const column = defined(relation.columns[index], 'checked arity');
    for (let copy = 1; ; copy += 1) {
      const name = `_${relation.name}.${column.name}.${copy}`;
      if (!this.#variables.has(name)) return this.#variable(name, column.sort);
    }
  }

  #fresh(sort: Sort): Variable {
    this.#unnamed += 1;
    return this.#variable(`_${this.#unnamed}`, sort);
  }

  #variable(name: string, sort: Sort): Variable {
    const known = this.#variables.get(name);
    if (known !== undefined) return known;
    const made = smt.variable(name, sort);
    this.#variables.set(name, made);
    return made;
  }

  #term(expression: Expression): Term {
    switch (expression.kind) {
      case 'variable': {
        const bound = this.#binds.get(expression.name);
        if (bound !== undefined) return this.#term(this.#unfolded(bound));
        const type = defined(this.#types.get(expression.name), 'checked clauses bind variables');
        return this.#variable(expression.name, sortOf(type));
      }
      case 'int':
        return smt.integer(expression.value);
      case 'bool':
        return smt.boolean(expression.value);
      case 'string':
        return smt.variable(JSON.stringify(expression.value), namedSort('string'));
      case 'parameter':
        return smt.variable(expression.name, intSort);
      case 'me':
        return smt.variable('me', namedSort(this.#view.role.of ?? this.#view.role.name));
      case 'unary':
        return expression.operator === '!'
          ? smt.not(fitted(this.#term(expression.operand), boolSort))
          : smt.scale(-1, fitted(this.#term(expression.operand), intSort));
      case 'binary':
        return this.#binary(expression);
      case 'if': {
        const then = this.#term(expression.then);
        const otherwise = fitted(this.#term(expression.otherwise), then.sort);
        return smt.ite(fitted(this.#term(expression.condition), boolSort), then, otherwise);
      }
      case 'call':
        return this.#call(expression);
      case 'tuple': {
        const items = expression.items.map((item) => this.#term(item));
        return smt.tuple(tupleSort(items.map((item) => item.sort)), items);
      }
      case 'component': {
        const whole = this.#term(expression.of);
        if (whole.sort.kind !== 'datatype') {
          return this.#opaque(`component/${expression.index}`, [expression.of], expression);
        }
        return smt.field(whole, whole.sort.name, `${expression.index}`);
      }
      case 'set':
        return this.#opaque(`set/${expression.items.length}`, expression.items, expression);
      case 'map':
        return this.#opaque(
          `map/${expression.entries.length}`,
          expression.entries.flatMap((entry) => [entry.key, entry.value]),
          expression,
        );
      case 'wildcard':
        return this.#fresh(namedSort('any'));
    }
  }

  /** Binds may use binds; a checked clause has no cycle among them. */
  #unfolded(expression: Expression): Expression {
    return replaceVariables(expression, this.#binds);
  }

  #binary(expression: Extract<Expression, { kind: 'binary' }>): Term {
    const { operator } = expression;
    const wanted = operandSort(operator);
    const first = this.#term(expression.left);
    const left = fitted(first, wanted ?? first.sort);
    const right = fitted(this.#term(expression.right), left.sort);
    const integers = left.sort.kind === 'int' && right.sort.kind === 'int';
    switch (operator) {
      case '==':
        return smt.equal(left, right);
      case '!=':
        return smt.not(smt.equal(left, right));
      case '&&':
        return smt.and([left, right]);
      case '||':
        return smt.or([left, right]);
      case '+':
        return smt.add([left, right]);
      case '-':
        return smt.subtract(left, right);
      case '<':
        return integers ? smt.less(left, right) : less(left, right);
      case '<=':
        return integers ? smt.atMost(left, right) : smt.not(less(right, left));
      case '>':
        return integers ? smt.less(right, left) : less(right, left);
      case '>=':
        return integers ? smt.atMost(right, left) : smt.not(less(left, right));
      case '*':
        if (left.kind === 'integer') return smt.scale(left.value, right);
        if (right.kind === 'integer') return smt.scale(right.value, left);
        return applied('*', [left, right], intSort);
      case '/':
        return right.kind === 'integer' && right.value > 0
          ? smt.div(left, right.value)
          : applied('/', [left, right], intSort);
      case '%':
        return right.kind === 'integer' && right.value > 0
          ? smt.mod(left, right.value)
          : applied('%', [left, right], intSort);
      default:
        return assertNever(operator);
    }
  }

  /** A function that is written out is its body; of any other one nothing is known but that it is one. */
  #call(expression: Extract<Expression, { kind: 'call' }>): Term {
    const { function: name, args } = expression;
    const declared = this.#view.program.functions.find((each) => each.name === name);
    if (declared !== undefined && declared.body !== null) {
      const given = declared.parameters.flatMap((parameter, index) => {
        const arg = args[index];
        return arg === undefined ? [] : [[parameter.name, arg] as const];
      });
      const value = this.#term(replaceVariables(declared.body, new Map(given)));
      return fitted(value, sortOf(declared.result));
    }
    if (declared !== undefined || (name !== 'min' && name !== 'max')) {
      return this.#opaque(name, args, expression);
    }
    const [left, right] = args.map((arg) => this.#term(arg));
    if (left === undefined || right === undefined || !sameSort(left.sort, right.sort)) {
      return this.#opaque(name, args, expression);
    }
    const isLess = left.sort.kind === 'int' ? smt.less(left, right) : less(left, right);
    return name === 'min' ? smt.ite(isLess, left, right) : smt.ite(isLess, right, left);
  }

  #opaque(name: string, args: readonly Expression[], whole: Expression): Term {
    const terms = args.map((arg) => this.#term(arg));
    return applied(name, terms, this.#resultSort(whole, terms));
  }

  /** What has no type of the program (the merge of two lattice values, say) has a sort of its own. */
  #resultSort(whole: Expression, args: readonly Term[]): Sort {
    const { program, role } = this.#view;
    const type = typeOf(whole, { program, role, types: this.#types });
    if (type !== null) return sortOf(type);
    return namedSort(`${whole.kind}(${args.map((arg) => arg.sort.kind).join(',')})`);
  }
}

function isOrdered(arg: Extract<HeadArgument, { kind: 'aggregate' }>): boolean {
  return arg.aggregate === 'min' || arg.aggregate === 'max';
}
