/** One case a line of reasoning: the obligations of a lemma on a small clause, and their verdicts. */

import {
  add,
  apply,
  atLeast,
  construct,
  div,
  equal,
  field,
  greater,
  hasTag,
  implies,
  integer,
  ite,
  or,
  subtract,
  variable,
} from '../../src/smt/build.ts';
import {
  type Aggregate,
  type Atom,
  atom,
  type Clause,
  type Dependency,
  type Relation,
  relation,
} from '../../src/smt/encode.ts';
import { type Formula, freeVariables, type Term, type Variable } from '../../src/smt/formula.ts';
import {
  columnVariable,
  coPartition,
  type PartitionKey,
} from '../../src/smt/lemmas/co-partition.ts';
import { existenceDependency } from '../../src/smt/lemmas/existence-dependency.ts';
import { functionalDependency } from '../../src/smt/lemmas/functional-dependency.ts';
import { foldLaws, latticeLaws } from '../../src/smt/lemmas/lattice.ts';
import { monotonic } from '../../src/smt/lemmas/monotonic.ts';
import { noChangeDependency } from '../../src/smt/lemmas/no-change-dependency.ts';
import { functional, nonInterference } from '../../src/smt/lemmas/non-interference.ts';
import type { Obligation } from '../../src/smt/obligation.ts';
import { boolSort, datatypeSort, functionSymbol, intSort, namedSort } from '../../src/smt/sort.ts';

export interface LemmaCase {
  readonly name: string;
  readonly obligations: readonly Obligation[];
  /** Kinds of the verdicts, in order. */
  readonly expected: readonly string[];
}

const slotSort = namedSort('Slot');
const ballotSort = namedSort('Ballot');
const valueSort = namedSort('Value');
const nodeSort = namedSort('Node');

const s = variable('s', slotSort);
const k = variable('k', slotSort);
const b = variable('b', ballotSort);
const v = variable('v', valueSort);
const w = variable('w', valueSort);
const n = variable('n', nodeSort);
const c = variable('c', intSort);
const q = variable('q', intSort);
const x = variable('x', intSort);

interface ClauseParts {
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
function clause(parts: ClauseParts): Clause {
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

const keyed: readonly Dependency[] = [{ from: [0], to: [1] }];
const proposal = relation(
  'proposal',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const anyProposal = relation('proposal', [
  ['slot', slotSort],
  ['value', valueSort],
]);
const owner = relation(
  'owner',
  [
    ['slot', slotSort],
    ['node', nodeSort],
  ],
  { dependencies: keyed },
);
const vote = relation('vote', [
  ['node', nodeSort],
  ['slot', slotSort],
  ['ballot', ballotSort],
  ['value', valueSort],
]);
const chosen = relation('chosen', [
  ['slot', slotSort],
  ['value', valueSort],
]);
const done = relation('done', [['slot', slotSort]]);
const result = relation('result', [
  ['slot', slotSort],
  ['value', valueSort],
  ['node', nodeSort],
]);
const votes = relation(
  'votes',
  [['slot', slotSort], ['ballot', ballotSort], { name: 'count', sort: intSort, growth: 'up' }],
  { dependencies: [{ from: [0, 1], to: [2] }] },
);
const frozenVotes = relation('votes', [
  ['slot', slotSort],
  ['ballot', ballotSort],
  ['count', intSort],
]);
const command = relation(
  'command',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const config = relation(
  'config',
  [
    ['slot', slotSort],
    ['node', nodeSort],
  ],
  { constant: true, dependencies: keyed },
);

const count = (group: readonly Term[]): Aggregate => ({
  operator: 'count',
  of: [n],
  group,
  results: [c],
});
const countVotes = (into: Relation): Clause =>
  clause({
    name: 'count',
    head: atom(into, [s, b, c]),
    body: [atom(vote, [n, s, b, v])],
    aggregates: [count([s, b])],
  });

const dependency = (
  clauses: readonly Clause[],
  from: number[],
  to: number[],
): readonly Obligation[] =>
  functionalDependency({ rule: 'test', clauses, dependency: { from, to } });

const join = (input: Relation): Clause =>
  clause({ head: atom(result, [s, v, n]), body: [atom(input, [s, v]), atom(owner, [s, n])] });

const f = functionSymbol('f', [slotSort], slotSort);
const inverse = functionSymbol('inverse', [slotSort], slotSort);
const moved = (conditions: readonly Formula[]): Clause =>
  clause({ head: atom(chosen, [apply(f, [s]), v]), body: [atom(proposal, [s, v])], conditions });

const write = relation(
  'write',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const register = relation(
  'register',
  [
    ['slot', slotSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const store = clause({
  name: 'store',
  kind: 'next',
  head: atom(register, [s, v]),
  body: [atom(write, [s, v])],
});
const keep = (guarded: boolean): Clause =>
  clause({
    name: 'keep',
    kind: 'next',
    head: atom(register, [s, v]),
    body: [atom(register, [s, v])],
    negated: guarded ? [{ relation: write, args: [s, null] }] : [],
  });

const key = datatypeSort('Key', [
  { name: 'client', fields: [{ name: 'id', sort: nodeSort }] },
  { name: 'server', fields: [{ name: 'id', sort: nodeSort }] },
]);
const tagged = relation('tagged', [
  ['key', key],
  ['value', valueSort],
]);
const fromOwner = relation(
  'fromOwner',
  [
    ['node', nodeSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const fromServer = relation(
  'fromServer',
  [
    ['node', nodeSort],
    ['value', valueSort],
  ],
  { dependencies: keyed },
);
const tag = (name: string, which: string, input: Relation): Clause =>
  clause({
    name,
    head: atom(tagged, [construct(key, which, [n]), v]),
    body: [atom(input, [n, v])],
  });

const functionalDependencies: readonly LemmaCase[] = [
  {
    name: 'a join of two keyed relations is keyed',
    obligations: dependency([join(proposal)], [0], [1, 2]),
    expected: ['proved'],
  },
  {
    name: 'a join with a relation that has no key is not',
    obligations: dependency([join(anyProposal)], [0], [1, 2]),
    expected: ['refuted'],
  },
  {
    name: 'a key survives a function that has an inverse',
    obligations: dependency([moved([equal(apply(inverse, [apply(f, [s])]), s)])], [0], [1]),
    expected: ['proved'],
  },
  {
    name: 'a key does not survive any function',
    obligations: dependency([moved([])], [0], [1]),
    expected: ['refuted'],
  },
  {
    name: 'a group has one count a tick',
    obligations: dependency([countVotes(frozenVotes)], [0, 1], [2]),
    expected: ['proved'],
  },
  {
    name: 'counts that were sent come from different ticks',
    obligations: dependency([{ ...countVotes(frozenVotes), kind: 'send' }], [0, 1], [2]),
    expected: ['refuted'],
  },
  {
    name: 'part of the group does not determine the count',
    obligations: dependency([countVotes(frozenVotes)], [0], [2]),
    expected: ['refuted'],
  },
  {
    name: 'a rank tells apart what it ranks',
    obligations: dependency(
      [
        clause({
          head: atom(frozenVotes, [s, b, c]),
          body: [atom(vote, [n, s, b, v])],
          aggregates: [{ operator: 'index', of: [s, b], group: [], results: [c] }],
        }),
      ],
      [2],
      [0, 1],
    ),
    expected: ['proved'],
  },
  {
    name: 'clauses with different tags do not meet',
    obligations: dependency(
      [tag('a', 'client', fromOwner), tag('b', 'server', fromServer)],
      [0],
      [1],
    ),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'clauses with one tag do',
    obligations: dependency(
      [tag('a', 'client', fromOwner), tag('b', 'client', fromServer)],
      [0],
      [1],
    ),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a register that forgets what is overwritten has one value',
    obligations: dependency([store, keep(true)], [0], [1]),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'a register that does not forget has two',
    obligations: dependency([store, keep(false)], [0], [1]),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a register that is also set in the same tick mixes two states',
    obligations: dependency([{ ...store, kind: 'now' }, keep(true)], [0], [1]),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a constant relation is the same in two states',
    obligations: dependency(
      [
        clause({
          name: 'first',
          kind: 'next',
          head: atom(owner, [s, n]),
          body: [atom(config, [s, n])],
        }),
        clause({
          name: 'second',
          kind: 'now',
          head: atom(owner, [s, n]),
          body: [atom(config, [s, n])],
        }),
      ],
      [0],
      [1],
    ),
    expected: ['proved', 'proved', 'proved'],
  },
];

type Keys = Readonly<Record<string, PartitionKey>>;
const partitionOf = (one: Clause, keys: Keys): Obligation =>
  coPartition({ rule: 'test', clause: one, keys: new Map(Object.entries(keys)) });

const choose = clause({
  name: 'choose',
  head: atom(chosen, [s, v]),
  body: [atom(votes, [s, b, c]), atom(vote, [n, s, b, v])],
  conditions: [atLeast(c, integer(2))],
});
const reply = clause({
  name: 'reply',
  kind: 'send',
  head: atom(result, [s, w, n]),
  body: [atom(chosen, [s, v]), atom(command, [k, w]), atom(config, [s, n])],
  negated: [{ relation: done, args: [s] }],
  conditions: [equal(s, apply(f, [k]))],
});
const bySlot: Keys = {
  vote: [columnVariable(vote, 1)],
  votes: [columnVariable(votes, 0)],
  chosen: [columnVariable(chosen, 0)],
  command: [apply(f, [columnVariable(command, 0)])],
  done: [columnVariable(done, 0)],
  config: null,
};
const byBallot: Keys = {
  ...bySlot,
  vote: [columnVariable(vote, 2)],
  votes: [columnVariable(votes, 1)],
};
const log = relation('log', [
  ['slot', slotSort],
  ['value', valueSort],
]);
const slotOf = functionSymbol('slotOf', [ballotSort], slotSort);
const early = relation('early', [
  ['node', nodeSort],
  ['ballot', ballotSort],
]);
const belongs = relation(
  'belongs',
  [
    ['ballot', ballotSort],
    ['slot', slotSort],
  ],
  { constant: true },
);
const dependent = (defined: boolean): Clause =>
  clause({
    kind: 'send',
    head: atom(done, [s]),
    body: [atom(early, [n, b]), atom(belongs, [b, s]), atom(command, [s, w])],
    conditions: defined ? [equal(apply(slotOf, [b]), s)] : [],
  });
const dependentKeys: Keys = {
  early: [apply(slotOf, [columnVariable(early, 1)])],
  belongs: null,
  command: [columnVariable(command, 0)],
};

const coPartitions: readonly LemmaCase[] = [
  {
    name: 'the count, the choice and the reply meet by slot',
    obligations: [countVotes(votes), choose, reply].map((one) => partitionOf(one, bySlot)),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'by ballot the chosen value leaves its partition',
    obligations: [countVotes(votes), choose].map((one) => partitionOf(one, byBallot)),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'by node a count sees part of its group',
    obligations: [partitionOf(countVotes(votes), { vote: [columnVariable(vote, 0)], votes: null })],
    expected: ['refuted'],
  },
  {
    name: 'a join through a function needs the function in the key',
    obligations: [partitionOf(reply, { ...bySlot, command: [columnVariable(command, 0)] })],
    expected: ['refuted'],
  },
  {
    name: 'an antijoin needs the key of what is absent',
    obligations: [
      partitionOf(
        clause({
          head: atom(chosen, [s, v]),
          body: [atom(proposal, [s, v])],
          negated: [{ relation: done, args: [k] }],
        }),
        { proposal: [columnVariable(proposal, 0)], done: [columnVariable(done, 0)] },
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'an antijoin over any value must not be keyed by it',
    obligations: [[0], [1]].map(([column = 0]) =>
      partitionOf(
        clause({
          kind: 'send',
          head: atom(chosen, [s, v]),
          body: [atom(proposal, [s, v])],
          negated: [{ relation: owner, args: [s, null] }],
        }),
        {
          proposal: [columnVariable(proposal, 0)],
          owner: [column === 0 ? columnVariable(owner, 0) : columnVariable(owner, 1)],
        },
      ),
    ),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'a dependency from ballot to slot gives the key',
    obligations: [
      partitionOf(dependent(true), dependentKeys),
      partitionOf(dependent(false), dependentKeys),
    ],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'composite keys match column by column',
    obligations: [
      partitionOf(countVotes(votes), {
        vote: [columnVariable(vote, 1), columnVariable(vote, 2)],
        votes: [columnVariable(votes, 0), columnVariable(votes, 1)],
      }),
      partitionOf(countVotes(votes), {
        vote: [columnVariable(vote, 1), columnVariable(vote, 2)],
        votes: [columnVariable(votes, 0)],
      }),
    ],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'replicated facts make neither partitioned facts nor messages',
    obligations: ['now', 'send'].map((kind) =>
      partitionOf(
        clause({
          kind: kind === 'now' ? 'now' : 'send',
          head: atom(log, [s, v]),
          body: [atom(proposal, [s, v])],
        }),
        { proposal: null, log: [columnVariable(log, 0)] },
      ),
    ),
    expected: ['refuted', 'refuted'],
  },
  {
    name: 'partitioned facts make no replicated fact',
    obligations: [
      partitionOf(clause({ head: atom(log, [s, v]), body: [atom(proposal, [s, v])] }), {
        proposal: [columnVariable(proposal, 0)],
        log: null,
      }),
    ],
    expected: ['refuted'],
  },
  {
    name: 'replicated facts make replicated facts',
    obligations: [
      partitionOf(clause({ head: atom(log, [s, v]), body: [atom(proposal, [s, v])] }), {
        proposal: null,
        log: null,
      }),
    ],
    expected: ['proved'],
  },
  {
    name: 'ranges of integers are a key',
    obligations: [100, 50].map((width) => {
      const at = relation('at', [['index', intSort]]);
      const near = relation('near', [['page', intSort]]);
      return partitionOf(
        clause({
          kind: 'send',
          head: atom(done, [s]),
          body: [atom(at, [x]), atom(near, [div(x, 100)]), atom(done, [s])],
        }),
        { at: [div(columnVariable(at, 0), width)], near: [columnVariable(near, 0)], done: null },
      );
    }),
    expected: ['proved', 'refuted'],
  },
];

const monotonicOf = (parts: ClauseParts): Obligation =>
  monotonic({ rule: 'test', clause: clause({ parameters: [q], ...parts }) });
const threshold = (condition: Formula): Obligation =>
  monotonicOf({
    head: atom(chosen, [s, v]),
    body: [atom(proposal, [s, v]), atom(votes, [s, b, c])],
    conditions: [condition],
  });
const highest = relation('highest', [
  ['slot', slotSort],
  { name: 'ballot', sort: intSort, growth: 'up' },
]);
const lowest = relation('lowest', [
  ['slot', slotSort],
  { name: 'ballot', sort: intSort, growth: 'down' },
]);
const ranked = relation('ranked', [
  ['slot', slotSort],
  ['ballot', intSort],
]);
const extreme = (
  operator: 'max' | 'min' | 'sum',
  head: Relation,
  conditions: readonly Formula[] = [],
): Obligation =>
  monotonicOf({
    head: atom(head, [s, c]),
    body: [atom(ranked, [s, x])],
    conditions,
    aggregates: [{ operator, of: [x], group: [s], results: [c] }],
  });

const monotonics: readonly LemmaCase[] = [
  {
    name: 'thresholds of counts, but not their equality',
    obligations: [
      threshold(atLeast(c, q)),
      threshold(greater(add([c, c]), q)),
      threshold(equal(c, q)),
      threshold(atLeast(q, c)),
    ],
    expected: ['proved', 'proved', 'refuted', 'refuted'],
  },
  {
    name: 'a join is monotonic, an antijoin is not, one with a constant relation is',
    obligations: [
      monotonicOf({
        head: atom(result, [s, v, n]),
        body: [atom(proposal, [s, v]), atom(owner, [s, n])],
      }),
      monotonicOf({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: done, args: [s] }],
      }),
      monotonicOf({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: config, args: [s, null] }],
      }),
    ],
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'a count grows into a growing column only',
    obligations: [countVotes(votes), countVotes(frozenVotes)].map((one) =>
      monotonic({ rule: 'test', clause: one }),
    ),
    expected: ['proved', 'refuted'],
  },
  {
    name: 'a count of what grows may shrink',
    obligations: [
      monotonicOf({
        head: atom(highest, [s, x]),
        body: [atom(votes, [s, b, c])],
        aggregates: [{ operator: 'count', of: [c], group: [s], results: [x] }],
      }),
    ],
    expected: ['refuted'],
  },
  {
    name: 'extremes grow their own way; sums need natural numbers',
    obligations: [
      extreme('max', highest),
      extreme('max', lowest),
      extreme('min', lowest),
      extreme('sum', highest),
      extreme('sum', highest, [atLeast(x, integer(0))]),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted', 'proved'],
  },
  {
    name: 'a threshold of a maximum, but not being the maximum',
    obligations: [
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(highest, [s, c])],
        conditions: [atLeast(c, q)],
      }),
      monotonicOf({
        head: atom(ranked, [s, x]),
        body: [atom(ranked, [s, x]), atom(highest, [s, c])],
        conditions: [equal(x, c)],
      }),
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(votes, [s, b, c]), atom(highest, [s, x])],
        conditions: [atLeast(subtract(c, x), q)],
      }),
    ],
    expected: ['proved', 'refuted', 'refuted'],
  },
  {
    name: 'two counts that were equal need not stay equal',
    obligations: [
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(votes, [s, b, c]), atom(highest, [s, c])],
      }),
      monotonicOf({
        head: atom(done, [s]),
        body: [atom(ranked, [s, c]), atom(highest, [s, c])],
      }),
    ],
    expected: ['refuted', 'refuted'],
  },
  {
    name: 'a fact with one certain count need not stay',
    obligations: [monotonicOf({ head: atom(done, [s]), body: [atom(votes, [s, b, integer(3)])] })],
    expected: ['refuted'],
  },
];

const versioned = datatypeSort('Versioned', [
  {
    name: 'at',
    fields: [
      { name: 'ballot', sort: intSort },
      { name: 'value', sort: valueSort },
    ],
  },
]);
const ballotOf = (term: Term): Term => field(term, 'at', 'ballot');
const larger = (left: Term, right: Term): Term =>
  ite(atLeast(ballotOf(left), ballotOf(right)), left, right);
const maximum = (left: Term, right: Term): Term => ite(atLeast(left, right), left, right);
const option = datatypeSort('Option', [
  { name: 'none', fields: [] },
  { name: 'some', fields: [{ name: 'of', sort: intSort }] },
]);
const mergeOptions = (left: Term, right: Term): Term =>
  ite(
    hasTag(left, 'none'),
    right,
    ite(
      hasTag(right, 'none'),
      left,
      ite(atLeast(field(left, 'some', 'of'), field(right, 'some', 'of')), left, right),
    ),
  );
const laws = (
  name: string,
  sort: Term['sort'],
  merge: (l: Term, r: Term) => Term,
): readonly Obligation[] => latticeLaws({ rule: 'test', name, sort, merge });

const lattices: readonly LemmaCase[] = [
  {
    name: 'maximum',
    obligations: laws('max', intSort, maximum),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'set union, pointwise',
    obligations: laws('or', boolSort, (l, r) => or([l, r])),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'map of maxima, by key',
    obligations: laws('map', option, mergeOptions),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'average',
    obligations: laws('average', intSort, (l, r) => div(add([l, r]), 2)),
    expected: ['proved', 'refuted', 'proved'],
  },
  {
    name: 'sum',
    obligations: laws('sum', intSort, (l, r) => add([l, r])),
    expected: ['proved', 'proved', 'refuted'],
  },
  {
    name: 'the value of the larger ballot, without a tie-break',
    obligations: laws('larger', versioned, larger),
    expected: ['refuted', 'proved', 'proved'],
  },
  {
    name: 'the value of the larger ballot, under ballot -> value',
    obligations: latticeLaws({
      rule: 'test',
      name: 'larger',
      sort: versioned,
      merge: larger,
      compatible: (l, r) =>
        implies(
          equal(ballotOf(l), ballotOf(r)),
          equal(field(l, 'at', 'value'), field(r, 'at', 'value')),
        ),
    }),
    expected: ['proved', 'proved', 'proved'],
  },
  {
    name: 'folds: the last write wins, a counter, a maximum',
    obligations: [
      ...foldLaws({
        rule: 'test',
        name: 'last',
        state: valueSort,
        input: valueSort,
        step: (_, input) => input,
      }),
      ...foldLaws({
        rule: 'test',
        name: 'counter',
        state: intSort,
        input: intSort,
        step: (l, r) => add([l, r]),
      }),
      ...foldLaws({ rule: 'test', name: 'max', state: intSort, input: intSort, step: maximum }),
    ],
    expected: ['refuted', 'proved', 'proved', 'refuted', 'proved', 'proved'],
  },
];

const forward = clause({
  kind: 'send',
  head: atom(chosen, [s, v]),
  body: [atom(proposal, [s, v]), atom(config, [s, n])],
});
const independentOf = (one: Clause, names: readonly string[]): Obligation =>
  nonInterference({
    rule: 'test',
    clause: one,
    shared: { kind: 'relations', names: new Set(names) },
  });

const nonInterferences: readonly LemmaCase[] = [
  {
    name: 'functional: one fact and constants; not a join, an antijoin, an aggregate',
    obligations: [
      forward,
      join(proposal),
      clause({
        head: atom(chosen, [s, v]),
        body: [atom(proposal, [s, v])],
        negated: [{ relation: done, args: [s] }],
      }),
      countVotes(votes),
      clause({ head: atom(done, [s]), body: [atom(proposal, [s, v]), atom(proposal, [s, w])] }),
    ].map((one) => functional('test', one)),
    expected: ['proved', 'refuted', 'refuted', 'refuted', 'refuted'],
  },
  {
    name: 'independent: what is read is shared',
    obligations: [
      independentOf(join(proposal), ['proposal', 'owner']),
      independentOf(join(proposal), ['proposal']),
      independentOf(countVotes(votes), ['vote']),
      independentOf(countVotes(votes), []),
      independentOf(reply, ['chosen', 'command']),
      independentOf(reply, ['chosen', 'command', 'done']),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted', 'refuted', 'proved'],
  },
];

const existence = (one: Clause, silent: readonly string[]): Obligation =>
  existenceDependency({ rule: 'test', clause: one, silent: new Set(silent) });
const persist = clause({
  name: 'persist',
  kind: 'next',
  head: atom(log, [s, v]),
  body: [atom(log, [s, v])],
});
const append = (kind: Clause['kind']): Clause =>
  clause({ name: 'append', kind, head: atom(log, [s, v]), body: [atom(proposal, [s, v])] });
const noChange = (
  clauses: readonly Clause[],
  quiet: 'tick' | 'settled',
  names: { silent?: readonly string[]; unchanged?: readonly string[] } = {},
): Obligation => {
  const [first] = clauses;
  if (first === undefined) throw new Error('a relation has a clause');
  return noChangeDependency({
    rule: 'test',
    relation: first.head.relation,
    clauses,
    silent: new Set(names.silent ?? ['proposal']),
    unchanged: new Set(names.unchanged ?? []),
    quiet,
  });
};
const clock = relation('clock', [['time', intSort]]);
const edge = relation('edge', [
  ['from', slotSort],
  ['to', slotSort],
]);
const path = relation('path', [
  ['from', slotSort],
  ['to', slotSort],
]);
const from = variable('from', slotSort);
const to = variable('to', slotSort);
const paths = [
  clause({ name: 'edge', head: atom(path, [from, to]), body: [atom(edge, [from, to])] }),
  clause({
    name: 'step',
    head: atom(path, [from, to]),
    body: [atom(path, [from, s]), atom(edge, [s, to])],
  }),
];

const stateMachines: readonly LemmaCase[] = [
  {
    name: 'existence: a body with an input derives nothing without it',
    obligations: [
      existence(choose, ['vote']),
      existence(reply, ['command']),
      existence(reply, ['done']),
      existence(persist, ['log']),
      existence(
        clause({
          head: atom(chosen, [s, v]),
          body: [atom(log, [s, v])],
          negated: [{ relation: done, args: [s] }],
        }),
        ['done'],
      ),
    ],
    expected: ['proved', 'proved', 'refuted', 'refuted', 'refuted'],
  },
  {
    name: 'no change: a log that is kept',
    obligations: [noChange([persist, append('now')], 'tick'), noChange([append('now')], 'tick')],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'no change: an input stored for the next tick needs a settled node',
    obligations: [
      noChange([persist, append('next')], 'tick'),
      noChange([persist, append('next')], 'settled'),
    ],
    expected: ['refuted', 'proved'],
  },
  {
    name: 'no change: a register needs its overwriting input settled',
    obligations: [
      noChange([store, keep(true)], 'settled', { silent: ['write'] }),
      noChange([store, keep(true)], 'tick', { silent: ['write'] }),
      noChange([keep(true)], 'settled', { silent: [] }),
    ],
    expected: ['proved', 'refuted', 'refuted'],
  },
  {
    name: 'no change: a clock that counts ticks',
    obligations: [
      noChange(
        [
          clause({
            kind: 'next',
            head: atom(clock, [add([c, integer(1)])]),
            body: [atom(clock, [c])],
          }),
        ],
        'settled',
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'no change: a relation that lives for one tick',
    obligations: [
      noChange(
        [clause({ kind: 'next', head: atom(log, [s, v]), body: [atom(chosen, [s, v])] })],
        'settled',
        { unchanged: ['chosen'] },
      ),
    ],
    expected: ['refuted'],
  },
  {
    name: 'no change: views, joins and counts of what does not change',
    obligations: [
      noChange([clause({ head: atom(chosen, [s, v]), body: [atom(log, [s, v])] })], 'tick', {
        unchanged: ['log'],
      }),
      noChange([clause({ head: atom(chosen, [s, v]), body: [atom(log, [s, v])] })], 'tick'),
      noChange([countVotes(votes)], 'tick', { unchanged: ['vote'] }),
      noChange([countVotes(votes)], 'tick'),
    ],
    expected: ['proved', 'refuted', 'proved', 'refuted'],
  },
  {
    name: 'no change: recursion over what does not change',
    obligations: [noChange(paths, 'tick', { unchanged: ['edge'] }), noChange(paths, 'tick')],
    expected: ['proved', 'refuted'],
  },
  {
    name: 'no change: a one-tick seed under recursion',
    obligations: [
      noChange(
        [
          clause({
            name: 'seed',
            kind: 'next',
            head: atom(path, [from, to]),
            body: [atom(edge, [from, to])],
          }),
          clause({ name: 'loop', head: atom(path, [from, to]), body: [atom(path, [from, to])] }),
        ],
        'settled',
        { silent: ['edge'] },
      ),
    ],
    expected: ['refuted'],
  },
];

export const lemmaCases: readonly LemmaCase[] = [
  ...functionalDependencies,
  ...coPartitions,
  ...monotonics,
  ...lattices,
  ...nonInterferences,
  ...stateMachines,
];
