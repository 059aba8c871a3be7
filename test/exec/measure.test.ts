import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/exec/machine.ts';
import { NaiveNode } from './naive-node.ts';
import { codeOf, programOf } from './role-runner.ts';

/** Relations filled by one clause, by several, from tick to tick, by initial facts, with lattices and aggregates. */
const program = programOf(`
role sink { relation got(x: int, y: int)
  got(x, y) :- all(x, y) }
role n {
  relation edge(x: int, y: int)
  relation gone(x: int)
  relation pair(x: int, y: int)
  relation either(x: int)
  relation reach(x: int, y: int)
  relation size(n: int, x: int)
  relation best(x: int, y: max<int>)
  relation seed(x: int)
  relation fresh(x: int, y: int)
  init seed(3)

  edge(x, y) :- add(x, y)
  persist edge
  gone(x) :- drop(x)
  persist gone
  pair(x, z) :- edge(x, y), edge(y, z)
  either(x) :- edge(x, _), !gone(x)
  either(y) :- edge(_, y)
  reach(x, y) :- edge(x, y)
  reach(x, z) :- reach(x, y), edge(y, z)
  size(count<y>, x) :- edge(x, y)
  best(x, y) :- edge(x, y)
  seed(x) :- gone(x)
  fresh(x, y) :- add(x, y), !gone(x)

  all@s(x, y) :~ edge(x, y), sink(s)
  all@s(x + 20, y) :~ pair(x, y), size(1, x), sink(s)
  all@s(x + 40, max<y>) :~ edge(x, y), sink(s)
  all@s(x + 50, y) :~ fresh(x, y), sink(s)
}
channel add(x: int, y: int): sink -> n
channel drop(x: int): sink -> n
channel all(x: int, y: int): n -> sink
`);

const number = fc.integer({ min: 0, max: 5 });
const message = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('add'), fc.tuple(number, number)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('drop'), fc.tuple(number)) },
);

/** New are the facts that a clause didn't derive one tick before; where an event is needed, all of them. */
test('what is counted is what is new', () => {
  const code = codeOf(program, 'n', { measure: true });
  const role = program.roles.find((each) => each.name === 'n');
  if (role === undefined) throw new Error('the role is declared');
  let positive = 0;
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 3 }), { maxLength: 12 }), (ticks) => {
      const machine = new Machine(code, 0);
      const naive = new NaiveNode(program, role, 0, () => 1);
      let before: readonly ReadonlySet<string>[] = role.clauses.map(() => new Set());
      for (const inputs of ticks) {
        const result = machine.tick(
          inputs.map(([channel, fact]) => ({ kind: 'message', channel, fact })),
        );
        if (result.kind === 'fault') throw new Error(result.fault.message);
        const { heads } = naive.tick(inputs.map(([name, fact]) => ({ name, fact })));
        const expected = heads.map((now, at) => {
          const old = code.isEventClause[at] === true ? new Set() : before[at];
          return [...now].filter((fact) => old?.has(fact) !== true).length;
        });
        expect(result.stats?.derived).toEqual(expected);
        positive += expected.filter((count) => count > 0).length;
        before = heads;
      }
    }),
    { seed: 11, numRuns: 60 },
  );
  expect(positive).toBeGreaterThan(500);
});
