import { compareNumbers } from '../../src/base/order.ts';
import type { Clause } from '../../src/ir/clause.ts';
import { oldestNode, oldestTerm } from '../../src/rewrite/oldest.ts';
import {
  type ClassId,
  type ComponentPayload,
  clauseTerm,
  type EGraph,
  type EGraphRule,
  type Payload,
  readsOf,
  rigidScans,
  searchRewrite,
  substitution,
  termClause,
  unfolded,
} from '../../src/rewrite/pattern.ts';
import { type EquationRule, equation } from '../../src/rewrite/rule.ts';

interface Fusion {
  readonly reader: ClassId;
  readonly definition: ClassId;
  readonly clause: Clause;
}

/** Names that one clause derives by `:-` and one message reads, once, and nobody else sees. */
function fusions(
  egraph: EGraph<Payload>,
  component: readonly ClassId[],
  observed: readonly string[],
): readonly Fusion[] {
  const clauses = component.map((id) => ({ id, clause: termClause(oldestTerm(egraph, id)) }));
  const reads = clauses.flatMap(({ clause }) => readsOf(clause));
  return clauses.flatMap(({ id: definition, clause: source }) => {
    const name = source.head.relation;
    const single = clauses.filter(({ clause }) => clause.head.relation === name).length === 1;
    const readOnce = reads.filter((read) => read === name).length === 1;
    if (source.kind !== 'now' || !single || !readOnce || observed.includes(name)) return [];
    const reader = clauses.find(({ clause }) => readsOf(clause).includes(name));
    if (reader === undefined || reader.clause.kind !== 'send') return [];
    const fused = unfolded(reader.clause, source);
    return fused === null ? [] : [{ reader: reader.id, definition, clause: fused }];
  });
}

function contentsOf(
  egraph: EGraph<Payload>,
  node: ClassId,
): { payload: ComponentPayload; clauses: readonly ClassId[] } {
  const { payload, children } = egraph.node(oldestNode(egraph, node));
  return { payload: payload as ComponentPayload, clauses: children };
}

const fuse: EGraphRule<Payload> = searchRewrite<Payload>(
  'normalize/fuse-clauses/inline',
  (egraph) =>
    egraph
      .nodesWith('component')
      .filter((node) => oldestNode(egraph, node) === node)
      .filter((node) => {
        const { payload, clauses } = contentsOf(egraph, node);
        return fusions(egraph, clauses, payload.observed).length > 0;
      })
      .map((node) => ({ root: node, substitution: substitution<Payload>({}) })),
  (egraph, _, root) => {
    const { payload, clauses } = contentsOf(egraph, root);
    let rest = clauses;
    const added: ClassId[] = [];
    for (const { reader, definition, clause } of fusions(egraph, clauses, payload.observed)) {
      // A clause that an earlier fusion has taken is left for the fused component's own turn.
      if (!rest.includes(reader) || !rest.includes(definition)) continue;
      rest = rest.filter((id) => id !== reader && id !== definition);
      added.push(egraph.addTerm(clauseTerm(clause, rigidScans(egraph, clauses))));
    }
    const children = [...rest, ...added].sort(compareNumbers);
    return egraph.add('component', children, payload);
  },
);

const program = ({ also = '', invariant = '' }): string => `
role client external
role server {
  relation doubled(c: client, x: int)
  doubled(c, y) :- put(c, x), y = x * 2
  ok@c(x) :~ doubled(c, x)
  ${also}
}
channel put(c: client, x: int): client -> server
channel ok(x: int): server -> client
${invariant}
`;

/**
 * A name that one clause derives and one message reads is unfolded: `signed(v, g) :- in(v), g = sign(me, v)` and
 * `store@n(v, g) :~ signed(v, g), node(n)` are `store@n(v, g) :~ in(v), g = sign(me, v), node(n)`. Then the
 * signing can leave with the broadcast.
 *
 * A name with two clauses, or that an invariant speaks of, stays: dropping one clause would drop its facts.
 */
export const fuseClauses: EquationRule = equation({
  name: 'normalize/fuse-clauses',
  cites: [],
  law: 'a name that is derived by one clause of the same tick stands for its body',
  rewrites: [fuse],
  examples: {
    fires: [{ program: program({}), role: 'server' }],
    declines: [
      {
        program: program({ also: 'doubled(c, 0) :- put(c, _)' }),
        role: 'server',
        condition: 'one clause derives the name',
      },
      {
        program: program({ also: 'ok@c(0) :~ put(c, x), !doubled(c, x)' }),
        role: 'server',
        condition: 'one message reads it',
      },
      {
        program: program({ invariant: 'invariant even: doubled(_, x) => x % 2 == 0' }),
        role: 'server',
        condition: 'no invariant speaks of it',
      },
    ],
  },
});
