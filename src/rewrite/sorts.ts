/** Types of the program as sorts of the solver, and terms that need to know both. */

import type { BinaryOperator } from '../ir/expression.ts';
import { printType, type Type } from '../ir/type.ts';
import * as smt from '../smt/build.ts';
import type { Formula, Term } from '../smt/formula.ts';
import {
  boolSort,
  functionSymbol,
  intSort,
  namedSort,
  type Sort,
  sameSort,
  tupleSort,
} from '../smt/sort.ts';

export function sortOf(type: Type): Sort {
  switch (type.kind) {
    case 'int':
      return intSort;
    case 'bool':
      return boolSort;
    case 'tuple':
      return tupleSort(type.items.map(sortOf));
    case 'lattice':
      if (type.lattice.kind === 'or') return boolSort;
      return type.lattice.kind === 'max' || type.lattice.kind === 'min'
        ? sortOf(type.lattice.of)
        : namedSort(printType(type));
    default:
      return namedSort(printType(type));
  }
}

/** How a column of the type may move while facts are merged into it. */
export function growthOf(type: Type): 'fixed' | 'up' | 'down' {
  if (type.kind !== 'lattice') return 'fixed';
  return type.lattice.kind === 'min' ? 'down' : 'up';
}

/** What a lattice column holds has the type of its elements, which the sorts of columns don't show. */
export function fitted(of: Term, sort: Sort): Term {
  return sameSort(of.sort, sort) ? of : applied('as', [of], sort);
}

/** Null for comparisons, whose operands have any one sort. */
export function operandSort(operator: BinaryOperator): Sort | null {
  if (operator === '&&' || operator === '||') return boolSort;
  return ['+', '-', '*', '/', '%'].includes(operator) ? intSort : null;
}

export function applied(name: string, args: readonly Term[], result: Sort): Term {
  return smt.apply(
    functionSymbol(
      name,
      args.map((arg) => arg.sort),
      result,
    ),
    args,
  );
}

/** An order of values that aren't integers: known to be nothing but a relation. */
export function less(left: Term, right: Term): Formula {
  return applied('less', [left, right], boolSort);
}
