/** What no channel joins is inferred apart: the same as in the whole, and as alone. */
import { expect, test } from 'vitest';
import { equationsOf, inferDependencies } from '../../src/analysis/dependencies.ts';
import { islandAround } from '../../src/analysis/islands.ts';
import type { Program } from '../../src/ir/program.ts';
import { programOf } from '../support/protocols.ts';

const service = (at: number): string => `role r${at} {
  relation last${at}(c: client, id: int) key (c)
  last${at}(c, id) :- ask${at}(c, id)
  pass${at}@s(c, id) :~ last${at}(c, id), s${at}(s)
}
role s${at} {
  relation seen${at}(c: client, id: int)
  seen${at}(c, id) :- pass${at}(c, id)
  reply${at}@c(id) :~ seen${at}(c, id)
}
channel ask${at}(c: client, id: int): client -> r${at}
channel pass${at}(c: client, id: int): r${at} -> s${at}
channel reply${at}(id: int): s${at} -> client
`;
const program = (...services: readonly number[]): Program =>
  programOf({ name: 'p.ir', text: `role client external\n${services.map(service).join('')}` });

const names = (found: ReturnType<typeof islandAround>): readonly string[] =>
  [...found.roles, ...found.channels].map((each) => each.name);

test('an island has the roles that channels join, and those channels', () => {
  const two = program(0, 1);
  const mine = ['r1', 's1', 'ask1', 'pass1', 'reply1'];
  expect(names(islandAround(two, 'pass1'))).toEqual(mine);
  const [role] = two.roles.filter((each) => each.name === 's1');
  expect(role === undefined ? [] : names(islandAround(two, role))).toEqual(mine);
  expect(names(islandAround(two, 'nothing'))).toEqual([]);
});

test('what is inferred of an island is what is inferred of it alone', () => {
  const both = inferDependencies(program(0, 1));
  const alone = inferDependencies(program(1));
  const places = [
    ['r1', 'last1'],
    ['r1', 'ask1'],
    ['s1', 'pass1'],
    ['s1', 'seen1'],
    ['client', 'reply1'],
  ] as const;
  for (const [role, relation] of places) {
    const found = equationsOf(both, role, relation, 'tick');
    expect(found).toEqual(equationsOf(alone, role, relation, 'tick'));
  }
  expect(equationsOf(both, 'r1', 'last1', 'tick').length).toBeGreaterThan(0);
  expect(equationsOf(both, 'r1', 'last0', 'tick')).toEqual([]);
});
