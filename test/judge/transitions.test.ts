/** What may happen next in a world: crashes in the midst of a tick that takes more than one message. */
import { expect, test } from 'vitest';
import { ClientInterface, sendChoices } from '../../src/sim/judge/client-interface.ts';
import { makeEngine } from '../../src/sim/judge/engine.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { System } from '../../src/sim/judge/system.ts';
import { type Transition, transitionsOf } from '../../src/sim/judge/transitions.ts';
import { load, pool } from './judge.ts';

/** Two puts that go on disk, and are acknowledged from there; two ticks do what one does. */
function firstSteps(crashes: number): readonly Transition[] {
  const clients = new ClientInterface(
    load(`role client external
      role server {
        durable relation s(c: client, x: int)
        s(c, x) :- put(c, x) persist s
        done@c(x) :~ stable s(c, x)
      }
      channel put(c: client, x: int): client -> server reliable
      channel done(x: int): server -> client`),
  );
  const engine = makeEngine(clients.program, { functions: {}, clients: 2 });
  const system = new System(engine, clients, defaultScope);
  const timers = { firings: 0, expiries: 0, firingMember: null };
  const bounds = { ...timers, duplicates: 0, losses: 0, crashes, batch: 3 };
  const choices = sendChoices(clients, pool('put(0, 1)', 'put(0, 2)'), engine.receivers);
  const target = { processes: [0], how: 'restart' } as const;
  return transitionsOf(system, system.start(), { bounds, crashes: [target], choices }).list;
}

test('two messages that two ticks may take share a tick only when the process fails in it', () => {
  const both = (list: readonly Transition[]): readonly boolean[] =>
    list.flatMap(({ move }) =>
      move.kind === 'take' && move.inputs.length === 2 ? [move.crash !== null] : [],
    );
  expect(both(firstSteps(0))).toEqual([]);
  const failing = both(firstSteps(1));
  expect(failing.length).toBeGreaterThan(0);
  expect(failing.every((fails) => fails)).toBe(true);
});
