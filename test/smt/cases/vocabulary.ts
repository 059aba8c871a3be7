/** Relations and clauses that several lemmas are tried on: a small Paxos-like component. */

import { apply, atLeast, equal, integer, variable } from '../../../src/smt/build.ts';
import {
  type Aggregate,
  type Atom,
  atom,
  type Clause,
  type Dependency,
  type Relation,
  relation,
} from '../../../src/smt/encode.ts';
import { type Formula, freeVariables, type Term, type Variable } from '../../../src/smt/formula.ts';
import type { Obligation } from '../../../src/smt/obligation.ts';
import {
  type FunctionSymbol,
  functionSymbol,
  intSort,
  namedSort,
  type Sort,
} from '../../../src/smt/sort.ts';

export interface LemmaCase {
  readonly name: string;
  readonly obligations: readonly Obligation[];
  /** Kinds of the verdicts, in order. */
  readonly expected: readonly string[];
}

export const slotSort: Sort = namedSort('Slot');
export const ballotSort: Sort = namedSort('Ballot');
export const valueSort: Sort = namedSort('Value');
export const nodeSort: Sort = namedSort('Node');

export const s: Variable = variable('s', slotSort);
export const k: Variable = variable('k', slotSort);
export const b: Variable = variable('b', ballotSort);
export const v: Variable = variable('v', valueSort);
export const w: Variable = variable('w', valueSort);
export const n: Variable = variable('n', nodeSort);
export const c: Variable = variable('c', intSort);
export const q: Variable = variable('q', intSort);
export const x: Variable = variable('x', intSort);

export interface ClauseParts {
  readonly name?: string;
  readonly kind?: Clause['kind'];
  readonly head: Atom;
  readonly body?: readonly Atom[];
  readonly negated?: Clause['negated'];
  readonly conditions?: readonly Formula[];
  readonly aggregates?: readonly Aggregate[];
  readonly parameters?: readonly Variable[];
}

/** All variables that occur are the clause's own, but for the parameters. */
export function clause(parts: ClauseParts): Clause {
  const { head, body = [], negated = [], conditions = [], aggregates = [] } = parts;
  const terms: Term[] = [head, ...body, ...negated]
    .flatMap(({ args }) => [...args])
    .filter((arg) => arg !== null);
  terms.push(
    ...conditions,
    ...aggregates.flatMap((one) => [...one.of, ...one.group, ...one.results]),
  );
  const parameters = new Set((parts.parameters ?? []).map((parameter) => parameter.name));
  const variables = new Map(terms.flatMap(freeVariables).map((one) => [one.name, one]));
  return {
    name: parts.name ?? 'clause',
    kind: parts.kind ?? 'now',
    variables: [...variables.values()].filter(({ name }) => !parameters.has(name)),
    head,
    body,
    negated,
    conditions: conditions.map((formula, index) => ({ formula, text: `condition ${index}` })),
    aggregates,
  };
}

export const keyed: readonly Dependency[] = [{ from: [0], to: [1] }];
export const proposal: Relation = relation(
  'proposal',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
export const anyProposal: Relation = relation('proposal', [
  ['slot', slotSort],
  ['value', valueSort],
]);
export const owner: Relation = relation(
  'owner',
  [
    ['slot', slotSort],
    ['node', nodeSort],
  ],
  { dependencies: keyed },
);
export const vote: Relation = relation('vote', [
  ['node', nodeSort],
  ['slot', slotSort],
  ['ballot', ballotSort],
  ['value', valueSort],
]);
export const chosen: Relation = relation('chosen', [
  ['slot', slotSort],
  ['value', valueSort],
]);
export const done: Relation = relation('done', [['slot', slotSort]]);
export const result: Relation = relation('result', [
  ['slot', slotSort],
  ['value', valueSort],
  ['node', nodeSort],
]);
export const votes: Relation = relation(
  'votes',
  [['slot', slotSort], ['ballot', ballotSort], { name: 'count', sort: intSort, growth: 'up' }],
  { dependencies: [{ from: [0, 1], to: [2] }] },
);
export const frozenVotes: Relation = relation('votes', [
  ['slot', slotSort],
  ['ballot', ballotSort],
  ['count', intSort],
]);
export const command: Relation = relation(
  'command',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
export const config: Relation = relation(
  'config',
  [
    ['slot', slotSort],
    ['node', nodeSort],
  ],
  { constant: true, dependencies: keyed },
);

export const count = (group: readonly Term[]): Aggregate => ({
  operator: 'count',
  of: [n],
  group,
  results: [c],
});
export const countVotes = (into: Relation): Clause =>
  clause({
    name: 'count',
    head: atom(into, [s, b, c]),
    body: [atom(vote, [n, s, b, v])],
    aggregates: [count([s, b])],
  });

export const join = (input: Relation): Clause =>
  clause({ head: atom(result, [s, v, n]), body: [atom(input, [s, v]), atom(owner, [s, n])] });

export const f: FunctionSymbol = functionSymbol('f', [slotSort], slotSort);
export const write: Relation = relation(
  'write',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
export const register: Relation = relation(
  'register',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
export const store: Clause = clause({
  name: 'store',
  kind: 'next',
  head: atom(register, [s, v]),
  body: [atom(write, [s, v])],
});
export const keep = (guarded: boolean): Clause =>
  clause({
    name: 'keep',
    kind: 'next',
    head: atom(register, [s, v]),
    body: [atom(register, [s, v])],
    negated: guarded ? [{ relation: write, args: [s, null] }] : [],
  });

export const choose: Clause = clause({
  name: 'choose',
  head: atom(chosen, [s, v]),
  body: [atom(votes, [s, b, c]), atom(vote, [n, s, b, v])],
  conditions: [atLeast(c, integer(2))],
});
export const reply: Clause = clause({
  name: 'reply',
  kind: 'send',
  head: atom(result, [s, w, n]),
  body: [atom(chosen, [s, v]), atom(command, [k, w]), atom(config, [s, n])],
  negated: [{ relation: done, args: [s] }],
  conditions: [equal(s, apply(f, [k]))],
});
export const log: Relation = relation('log', [
  ['slot', slotSort],
  ['value', valueSort],
]);
