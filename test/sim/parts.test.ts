/** A plan is an ordinary program: voting cut by hand into relay, broadcasters, collectors and partitioned participants. */
import { expect, test } from 'vitest';
import { faultNames } from '../../src/sim/faults.ts';
import { defaultLoadOptions, measureLoad } from '../../src/sim/load-profile.ts';
import { defaultSimulationOptions, simulate } from '../../src/sim/simulate.ts';
import { programOf } from '../exec/role-runner.ts';

const plan = programOf(`
param participants = 3
role client external
role leader {
  toAsk@l(c, id, x) :~ req(c, id, x), leader(l)
}
role broadcaster of leader parts 2 {
  ask@p(c, id, x) :~ toAsk(c, id, x), participant(p)
}
role collector of leader parts 2 {
  relation votes(src: participant, c: client, id: int, x: string)
  relation tally(n: int, c: client, id: int)
  relation done(c: client, id: int, x: string)
  votes(src, c, id, x) :- vote(src, c, id, x)
  persist votes(src, c, id, x) until done(c, id, _)
  tally(count<src>, c, id) :- votes(src, c, id, _)
  done(c, id, x) :- tally(n, c, id), votes(_, c, id, x), n == participants
  reply@c(id, x) :~ done(c, id, x)
}
role participant[participants] parts 3 {
  vote@l(me, c, id, x) :~ ask(c, id, x), leader(l)
}
channel req(c: client, id: int, x: string): client -> leader key (c, id)
channel toAsk(c: client, id: int, x: string): leader -> broadcaster reliable by (id)
channel ask(c: client, id: int, x: string): leader -> participant by (id)
channel vote(src: participant, c: client, id: int, x: string): participant -> collector by (id)
channel reply(id: int, x: string): leader -> client
invariant asked: reply@c(id, x) => req(c, id, x)
invariant unanimous: reply@c(id, x), participant(p) => vote(p, c, id, x)
workload {
  issue req(me, id, bytes(16)) to leader until reply(id, _)
  clients 64
  retry 50
}
`);

test('a partitioned plan answers, and keeps its invariants under every fault', () => {
  for (let seed = 0; seed < 8; seed++) {
    const faults = seed === 0 ? [] : faultNames.filter((fault) => fault !== 'crash');
    const result = simulate(plan, { ...defaultSimulationOptions, seed, faults, commands: 40 });
    expect(result.fault).toBeNull();
    expect(result.invariants.map(({ verdict }) => verdict)).toEqual(['held', 'held']);
    expect([result.stop, result.figures.answered]).toEqual(['done', 40]);
  }
});

test('the load of a part is its share', () => {
  const measured = measureLoad(plan, { ...defaultLoadOptions, commands: 60 });
  if (measured.kind === 'err') throw new Error(measured.error.message);
  const { roles, path } = measured.value;
  const received = roles.map(({ role, received: flows }) => {
    const texts = Object.entries(flows).map(
      ([name, { messages }]) => `${name} ${messages.toFixed(2)}`,
    );
    return `${role}: ${texts.join(', ')}`;
  });
  expect(received).toEqual([
    'leader: req 1.00',
    'broadcaster: toAsk 0.50',
    'collector: vote 1.50',
    'participant: ask 0.33',
  ]);
  expect(path?.channels).toEqual(['req', 'toAsk', 'ask', 'vote', 'reply']);
});
