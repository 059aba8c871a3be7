/** The pieces of the judge: pools of commands, verification size, eager channels, diagrams, packed numbers. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poolsOf } from '../../src/sim/judge/client-pool.ts';
import { cutProgram } from '../../src/sim/judge/cut-program.ts';
import { eagerChannels } from '../../src/sim/judge/eager-channels.ts';
import { packNumbers, unpackNumbers } from '../../src/sim/judge/packed-numbers.ts';
import { drawSpaceTime } from '../../src/sim/judge/space-time.ts';
import { load } from './judge.ts';

const store = load(`
param f = 2
param many = 2 * f + 1
role client external
role server parts many {
  relation kept(c: client, id: int, k: int)
  relation stop(id: int)
  kept(c, id, k) :- put(c, id, k)
  persist kept
  stop(id) :- halt(_, id)
  done@c(id) :~ kept(c, id, _)
  gone@c(id) :~ halt(c, id), !kept(_, id, _)
}
channel put(c: client, id: int, k: int): client -> server key (c, id) by (k)
channel halt(c: client, id: int): client -> server by (id)
channel done(id: int): server -> client
channel gone(id: int): server -> client
workload {
  issue put(me, id, key) to server until done(id)
  issue halt(me, id) to server until gone(id)
  keys 10
  clients 5
}
`);

test('parameters are set, those that depend on them follow, and parts are cut', () => {
  const parameters = { f: 1, other: 7 };
  const cut = (partsMax: number) => {
    const { parameters: all, roles } = cutProgram(store, { parameters, partsMax });
    const parts = roles.find((role) => role.name === 'server')?.parts;
    return { values: all.map(({ name, value }) => [name, value]), parts };
  };
  const many = { kind: 'parameter', name: 'many' };
  const values = (parts: number) => [
    ['f', 1],
    ['many', parts],
  ];
  expect(cut(5)).toMatchObject({ values: values(3), parts: many });
  // A program that asks how many parts there are hears how many are left.
  expect(cut(2)).toMatchObject({ values: values(2), parts: many });
});

test('parts that no parameter counts are cut where they stand', () => {
  const roles = store.roles.map((role) => ({
    ...role,
    parts: role.parts === null ? null : ({ kind: 'int', value: 3 } as const),
  }));
  const cut = cutProgram({ ...store, roles }, { parameters: {}, partsMax: 2 });
  expect(cut.roles.find((role) => role.name === 'server')?.parts).toEqual({
    kind: 'int',
    value: 2,
  });
});

test('pools are multisets of the templates, on one key and on two, smaller ones first', () => {
  const pools = poolsOf(store, { commands: 2, clients: 2, keys: 2, retries: 1 });
  const texts = pools.map(({ commands }) =>
    commands.map(({ client, channel, fact }) => `${client}:${channel}(${fact.join()})`).join(' '),
  );
  expect(texts).toEqual([
    '0:put(0,1,0)',
    '0:halt(0,1)',
    '0:put(0,1,0) 1:put(1,2,0)',
    '0:put(0,1,0) 1:put(1,2,1)',
    '0:put(0,1,0) 1:halt(1,2)',
    '0:halt(0,1) 1:halt(1,2)',
  ]);
});

test('a channel is taken at once when its facts are treated one by one, and not when they meet', () => {
  const role = (text: string): ReadonlySet<string> => {
    const program = load(`role client external
      role server { relation r(x: int) relation n(k: int) ${text} }
      channel in(c: client, x: int): client -> server key (x)
      channel out(x: int): server -> client`);
    const server = program.roles.find((each) => each.name === 'server');
    return server === undefined ? new Set() : eagerChannels(program, server);
  };
  expect(role('out@c(x) :~ in(c, x)')).toEqual(new Set(['in']));
  expect(role('r(x) :- in(_, x) persist r out@c(x) :~ r(x), client(c)')).toEqual(new Set(['in']));
  expect(role('r(x) :- in(_, x) persist r out@c(x) :~ in(c, x), !r(x + 1)')).toEqual(new Set());
  expect(role('n(count<x>) :- in(_, x) out@c(k) :~ n(k), client(c)')).toEqual(new Set());
  expect(role('out@c(1) :~ in(c, _)')).toEqual(new Set());
});

test('a space-time diagram has a column a place and an arrow where something arrives', () => {
  const diagram = drawSpaceTime([
    { at: 'leader', from: ['client:0'], text: 'takes req' },
    { at: 'proxy', from: ['leader'], text: 'takes ask' },
    { at: 'leader', from: ['proxy'], text: 'takes vote' },
  ]);
  expect(diagram[0]).toBe('client:0  leader  proxy');
  expect(diagram[1]).toMatch(/^ {4}o-+>\* +\| +takes req$/);
  expect(diagram[2]).toMatch(/^ {4}\| +o-+>\* +takes ask$/);
  expect(diagram[3]).toMatch(/^ {4}\| +\*<-+o +takes vote$/);
});

test('packed numbers are unpacked', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 30 - 1)), (numbers) => {
      expect(unpackNumbers(packNumbers(numbers))).toEqual(numbers);
    }),
    { seed: 1 },
  );
});
