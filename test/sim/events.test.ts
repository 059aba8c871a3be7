/** Soundness, 8: what repeated sends and duplicates do, shown to clients. */
import { expect, test } from 'vitest';
import type { Program } from '../../src/ir/program.ts';
import { defaultSimulationOptions, simulate } from '../../src/sim/simulate.ts';
import { printFact, programOf } from '../exec/role-runner.ts';

function received(program: Program, channel: string, seed: number): readonly string[] {
  const result = simulate(program, { ...defaultSimulationOptions, seed, commands: 6 });
  expect(result.fault).toBeNull();
  return result.history
    .filter((event) => event.kind === 'recv' && event.channel === channel)
    .map((event) => printFact(event.fact));
}

/** `v(1)` is derived from two facts at once; `cut` forwards the facts first and derives it on the other node. */
const counter = (source: string, others: string): Program =>
  programOf(`
role client external
role source {
  ${source}
}
${others}
role sink {
  relation n(k: int)
  init n(0)
  n(k + 1) :+ n(k), v(_, _)
  n(k) :+ n(k), !v(_, _)
  count@c(id, k) :~ v(c, id), n(k)
}
channel both(c: client, id: int): client -> source reliable
channel v(c: client, id: int): ${others === '' ? 'source' : 'proxy'} -> sink reliable
channel count(id: int, k: int): sink -> client reliable
workload { issue both(me, id) to source until count(id, _) clients 1 }
`);

test('facts derived twice in one tick are one message; forwarded one by one, they may be two', () => {
  const whole = counter(
    `relation r(c: client, id: int, half: int)
  r(c, id, 0) :- both(c, id)
  r(c, id, 1) :- both(c, id)
  v@d(c, id) :~ r(c, id, _), sink(d)`,
    '',
  );
  const forwarded = counter(
    `part@p(c, id, 0) :~ both(c, id), proxy(p)
  part@p(c, id, 1) :~ both(c, id), proxy(p)`,
    `role proxy { v@d(c, id) :~ part(c, id, _), sink(d) }
channel part(c: client, id: int, half: int): source -> proxy reliable`,
  );
  for (let seed = 0; seed < 5; seed++) {
    expect(received(whole, 'count', seed)).toEqual([
      '(0, 0)',
      '(1, 1)',
      '(2, 2)',
      '(3, 3)',
      '(4, 4)',
      '(5, 5)',
    ]);
  }
  const counts = [0, 1, 2, 3, 4].map((seed) => received(forwarded, 'count', seed).length);
  expect(Math.max(...counts)).toBeGreaterThan(6);
});

test('a clause that names a timer is a heartbeat: it sends each time, though nothing has changed', () => {
  const program = programOf(`
role client external
role leader { relation up(x: int)
  timer beat every 10
  init up(1)
  persist up
  hb@f(x) :~ beat(), up(x), follower(f) }
role follower { relation beats(k: int)
  init beats(0)
  beats(k + 1) :+ beats(k), hb(_)
  beats(k) :+ beats(k), !hb(_)
  relation waiting(c: client, id: int)
  waiting(c, id) :- ask(c, id)
  persist waiting
  answer@c(id) :~ waiting(c, id), beats(k), k > 4 }
channel hb(x: int): leader -> follower
channel ask(c: client, id: int): client -> follower
channel answer(id: int): follower -> client
workload { issue ask(me, id) to follower until answer(id) clients 1 }
`);
  expect(received(program, 'answer', 1)).toHaveLength(6);
});

test('per-fact timers fire in a world, once for each fact', () => {
  const program = programOf(`
role client external
role server { relation pending(c: client, id: int)
  pending(c, id) :- ask(c, id)
  persist pending
  late@c(id) :~ after 30 since pending(c, id) }
channel ask(c: client, id: int): client -> server
channel late(id: int): server -> client
workload { issue ask(me, id) to server until late(id) clients 2 }
`);
  expect([...received(program, 'late', 2)].sort()).toEqual([
    '(0)',
    '(1)',
    '(2)',
    '(3)',
    '(4)',
    '(5)',
  ]);
});
