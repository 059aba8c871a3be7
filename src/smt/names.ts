/**
 * Printed names. Every symbol gets a prefix that no solver uses for its own (`v.` values, `f.` functions,
 * `c.` constructors, `s.` sorts), so that a user's `select` or `union` can't be taken for a builtin.
 */

import { termKey, type Variable } from './formula.ts';
import { type FunctionSymbol, type Sort, sortKey, symbolKey } from './sort.ts';

export interface Names {
  readonly sort: (sort: Sort) => string;
  readonly variable: (variable: Variable) => string;
  readonly function: (symbol: FunctionSymbol) => string;
  readonly tag: (datatype: string, tag: string) => string;
  readonly field: (datatype: string, tag: string, field: string) => string;
}

/** Names in order of first use: equal sequences of requests get equal names. */
export function createNames(): Names {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  const name = (prefix: string, base: string, key: string): string => {
    const existing = known.get(`${prefix} ${key}`);
    if (existing !== undefined) return existing;
    const wanted = printable(`${prefix}.${base}`);
    let chosen = wanted;
    for (let n = 1; taken.has(chosen); n += 1) chosen = printable(`${prefix}.${base}~${n}`);
    taken.add(chosen);
    known.set(`${prefix} ${key}`, chosen);
    return chosen;
  };
  return {
    sort: (sort) => {
      if (sort.kind === 'bool') return 'Bool';
      return sort.kind === 'int' ? 'Int' : name('s', sort.name, sortKey(sort));
    },
    variable: (variable) => name('v', variable.name, termKey(variable)),
    function: (symbol) => {
      const { name: base, parameters, result } = symbol;
      return parameters.length === 0
        ? name('v', base, termKey({ kind: 'variable', name: base, sort: result }))
        : name('f', base, symbolKey(symbol));
    },
    tag: (datatype, tag) => name('c', tag, `${datatype} ${tag}`),
    field: (datatype, tag, field) => name('c', `${tag}.${field}`, `${datatype} ${tag} ${field}`),
  };
}

/** A simple symbol as it is, anything else quoted; bars and backslashes can't be quoted. */
function printable(name: string): string {
  return /^[A-Za-z0-9~!@$%^&*_+=<>.?/-]+$/.test(name)
    ? name
    : `|${name.replaceAll(/[|\\]/g, '_')}|`;
}
