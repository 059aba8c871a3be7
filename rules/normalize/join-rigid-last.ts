import { type Expression, variablesOf } from '../../src/ir/expression.ts';
import { columnsFact } from '../../src/rewrite/facts.ts';
import type { Payload, ScanPayload } from '../../src/rewrite/language.ts';
import {
  type EGraphRule,
  node,
  payloadVariable,
  type RuleCondition,
  rewrite,
  variable,
} from '../../src/rewrite/pattern.ts';
import { type EquationRule, equation } from '../../src/rewrite/rule.ts';

const a = variable('a');
const b = variable('b');
const rigid = node<Payload>('scan', [], payloadVariable('rigid'));

const isRigid: RuleCondition<Payload> = (_, match) => (match.payload('rigid') as ScanPayload).rigid;

/** What the operator uses is bound without the rigid scan. */
const needsOnlyA: RuleCondition<Payload> = (egraph, match, root) => {
  if (!isRigid(egraph, match, root)) return false;
  const bound = columnsFact(egraph)(match.class('a'));
  return variablesUsed(match.payload('p')).every((name) => bound.has(name));
};

function variablesUsed(payload: Payload): readonly string[] {
  const { expression, value, args } = payload as {
    expression?: Expression;
    value?: Expression;
    args?: readonly Expression[];
  };
  return [expression, value, ...(args ?? [])].flatMap((each) =>
    each === undefined ? [] : variablesOf(each),
  );
}

function pastRigid(op: 'filter' | 'bind' | 'anti'): EGraphRule<Payload> {
  return rewrite<Payload>(
    `normalize/join-rigid-last/${op}`,
    node<Payload>(op, [node<Payload>('join', [a, rigid])], payloadVariable('p')),
    node<Payload>('join', [node<Payload>(op, [a], payloadVariable('p')), rigid]),
    { when: needsOnlyA },
  );
}

const program = (body: string): string => `
role client external
role server {
  static weight(x: int, w: int) { (1, 2), (2, 1) }
  relation low(x: int)
  low(x) :- put(_, x), x < 0
  heavy@c(x) :~ ${body}
}
channel put(c: client, x: int): client -> server
channel heavy(x: int): server -> client
`;

/**
 * Joins with rigid data (the members of a role, a static table) come last: what is left below them is
 * what has to be sent when the join is moved to another process. A broadcast is such a join.
 *
 * A condition, bind or absence that uses a column of the rigid side can't pass it: `filter(w > q, join(r, weight(a, w)))`
 * would use `w` unbound.
 */
export const joinRigidLast: EquationRule = equation({
  name: 'normalize/join-rigid-last',
  cites: [],
  law: 'join is commutative and associative; a condition over the columns of one side passes the join',
  rewrites: [
    rewrite<Payload>(
      'normalize/join-rigid-last/commute',
      node<Payload>('join', [rigid, a]),
      node<Payload>('join', [a, rigid]),
      { when: isRigid },
    ),
    rewrite<Payload>(
      'normalize/join-rigid-last/associate',
      node<Payload>('join', [node<Payload>('join', [a, rigid]), b]),
      node<Payload>('join', [node<Payload>('join', [a, b]), rigid]),
      { when: isRigid },
    ),
    pastRigid('filter'),
    pastRigid('bind'),
    pastRigid('anti'),
  ],
  examples: {
    fires: [
      { program: program('weight(x, w), put(c, x)'), role: 'server' },
      { program: program('put(c, x), weight(x, _), x > 1'), role: 'server' },
      { program: program('put(c, x), weight(x, _), !low(x)'), role: 'server' },
    ],
    declines: [
      {
        program: program('put(c, x), weight(x, w), w > 1'),
        role: 'server',
        condition: 'the condition uses no column of the rigid side alone',
      },
      {
        program: program('put(c, x), low(x)'),
        role: 'server',
        condition: 'one side is rigid',
      },
    ],
  },
});
