/** Members that no clause tells apart may change names: what is symmetric, and that renaming is what it says. */
import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { ClientInterface, sendChoices } from '../../src/sim/judge/client-interface.ts';
import { makeEngine } from '../../src/sim/judge/engine.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { symmetricRoles } from '../../src/sim/judge/symmetric-roles.ts';
import { Symmetry } from '../../src/sim/judge/symmetry.ts';
import { System } from '../../src/sim/judge/system.ts';
import { transitionsOf } from '../../src/sim/judge/transitions.ts';
import { WorldStates } from '../../src/sim/judge/world-state.ts';
import { load, pool } from './judge.ts';

function votes(change: (text: string) => string = (text) => text): string {
  return change(`role client external
    role front {
      relation seen(w: worker, c: client, id: int) relation tally(n: int, c: client, id: int)
      ask@w(c, id) :~ put(c, id), worker(w)
      seen(w, c, id) :- vote(w, c, id) persist seen
      tally(count<w>, c, id) :- seen(w, c, id)
      done@c(id) :~ tally(3, c, id)
    }
    role worker[3] { vote@f(me, c, id) :~ ask(c, id), front(f) }
    channel put(c: client, id: int): client -> front
    channel ask(c: client, id: int): front -> worker
    channel vote(w: worker, c: client, id: int): worker -> front
    channel done(id: int): front -> client`);
}

const told: readonly (readonly [string, (text: string) => string])[] = [
  [
    'the greatest id',
    (text) =>
      text
        .replace(
          'tally(count<w>, c, id)',
          'tally(count<w>, c, id) :- seen(w, c, id), w > me\n tally(count<w>, c, id)',
        )
        .replace('w > me', 'seen(v, c, id), w > v'),
  ],
  [
    'a rank',
    (text) =>
      text.replace(
        'tally(count<w>, c, id) :- seen(w, c, id)',
        'tally(index<w, c, id>, c, id) :- seen(w, c, id)',
      ),
  ],
  [
    'an id that a client is shown',
    (text) =>
      text
        .replace('done@c(id) :~ tally(3, c, id)', 'done@c(id, w) :~ seen(w, c, id)')
        .replace('channel done(id: int)', 'channel done(id: int, w: worker)'),
  ],
];

test('members that are only counted are alike', () => {
  expect(symmetricRoles(load(votes()))).toContain('worker');
});

test.each(told)('%s tells members apart', (_, change) => {
  const program = votes(change);
  expect(program).not.toBe(votes());
  expect(symmetricRoles(load(program))).not.toContain('worker');
});

test('a renaming can be undone, and of six renamed worlds one is kept', () => {
  const clients = new ClientInterface(load(votes()));
  const engine = makeEngine(clients.program, { functions: {}, clients: 2 });
  const system = new System(engine, clients, { ...defaultScope, reductions: 'none' });
  const bounds = {
    ...{ firings: 0, expiries: 0, firingMember: null, duplicates: 0, losses: 0, crashes: 0 },
    batch: 2,
  };
  const symmetry = new Symmetry(system, { bounds, crashes: [], enabled: true });
  expect(symmetry.order).toBe(6);
  const choices = sendChoices(clients, pool('put(0, 1)'), engine.receivers);
  const worlds = new WorldStates(engine.places.length);
  const least = new WorldStates(engine.places.length);
  worlds.idOf(system.start());
  for (let at = 0; at < worlds.size; at++) {
    const world = worlds.at(at);
    const kept = symmetry.least(world).world;
    least.idOf(kept);
    for (let by = 0; by < symmetry.order; by++) {
      const renamed = symmetry.renamed(world, by);
      expect(symmetry.renamed(renamed, symmetry.inverse(by))).toEqual(world);
      expect(symmetry.least(renamed).world).toEqual(kept);
    }
    const { list } = transitionsOf(system, world, { bounds, crashes: [], choices });
    for (const { next } of list) worlds.idOf(next);
  }
  expect(least.size).toBeLessThan(worlds.size / 2);
});

test('a member that may crash keeps its name', () => {
  const clients = new ClientInterface(load(votes()));
  const engine = makeEngine(clients.program, { functions: {}, clients: 2 });
  const system = new System(engine, clients, defaultScope);
  const worker = engine.places.findIndex((place) => place.role === 'worker');
  const bounds = {
    ...{ firings: 0, expiries: 0, firingMember: null, duplicates: 0, losses: 0, crashes: 1 },
    batch: 2,
  };
  const crashes = [{ processes: [worker], how: 'restart' } as const];
  const symmetry = new Symmetry(system, { bounds, crashes, enabled: true });
  expect(symmetry.order).toBe(2);
  expect(symmetry.process(worker, 1)).toBe(worker);
  expect(defined(engine.places[symmetry.process(worker + 1, 1)], 'a worker').member).toBe(2);
});
