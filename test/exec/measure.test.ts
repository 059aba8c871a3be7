import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY } from '../../src/exec/fact-set.ts';
import { initialState, step } from '../../src/exec/node.ts';
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

/**
 * What a clause derives, found by running it after each tick over everything that holds then: new are the
 * facts that it didn't derive one tick before; where an event is needed, all of them.
 */
test.each([1, 4, 24])('what is counted is what is new, with sets kept from %d facts on', (from) => {
  const code = codeOf(program, 'n', { measure: true, limits: { incrementalFrom: from } });
  let positive = 0;
  fc.assert(
    fc.property(fc.array(fc.array(message, { maxLength: 3 }), { maxLength: 12 }), (ticks) => {
      let state = initialState(code, 0);
      let before = code.clauses.map(() => new Set<string>());
      for (const inputs of ticks) {
        const result = step(
          code,
          state,
          inputs.map(([channel, fact]) => ({ kind: 'message', channel, fact })),
        );
        if (result.kind === 'fault') throw new Error(result.fault.message);
        state = result.state;
        const now = code.clauses.map(({ clause }) => {
          const found = new Set<string>();
          const slots = state.memo?.slots ?? [];
          const isActive = clause.positive.every((slot) => (slots[slot]?.size ?? 0) > 0);
          if (isActive) clause.run(slots, 0, EMPTY, (fact) => found.add(JSON.stringify(fact)));
          return found;
        });
        const expected = code.clauses.map(({ event }, at) => {
          const old = event ? new Set<string>() : before[at];
          return [...(now[at] ?? [])].filter((fact) => old?.has(fact) !== true).length;
        });
        expect(result.stats?.derived).toEqual(expected);
        positive += expected.filter((count) => count > 0).length;
        before = now;
      }
    }),
    { seed: 11, numRuns: 60 },
  );
  expect(positive).toBeGreaterThan(500);
});
