/** Where the original has too many states after a history to find them all, and one run has to do. */
import { expect, test } from 'vitest';
import { judge, pool } from './judge.ts';

/** Tells of an `ask` that it hears an echo of; `unless`: when it does so. */
const program = (unless: string): string => `
  role client external
  role server {
    relation done(c: client)
    done(c) :+ tell(c)
    persist done
    told@c() :~ tell(c)
    asked@c() :~ ask(c)
    ping@e(c) :~ ask(c), echo(e)
    early@c() :~ pong(c)${unless}
  }
  role echo {
    pong@s(c) :~ ping(c), server(s)
  }
  channel tell(c: client): client -> server
  channel ask(c: client): client -> server
  channel told(): server -> client
  channel asked(): server -> client
  channel early(): server -> client
  channel ping(c: client): server -> echo
  channel pong(c: client): echo -> server
  workload {
    issue ask(me) to server until asked()
    issue tell(me) to server until told()
    clients 2
  }`;

const orders = [[pool('0: ask(0)', '1: tell(1)')], [pool('1: tell(1)', '0: ask(0)')]];

test.each([
  ['all', 5_000, 5_000, 'violated'],
  ['none', 5_000, 5_000, 'violated'],
  ['all', 0, 0, 'unknown'],
  ['none', 0, 0, 'unknown'],
  ['all', 0, 5_000, 'violated'],
  ['none', 0, 5_000, 'violated'],
] as const)(
  "two histories that one run has brought to the same state aren't one: %s, %i, %i",
  (reductions, statesPerEventMax, statesUnsureMax, verdict) => {
    const faults = { losses: 0, duplicates: 0, crashes: 0 };
    const scope = { ...faults, reductions, statesPerEventMax, statesUnsureMax };
    const right = program(', !done(_), !tell(_)');
    for (const pools of orders) {
      expect(judge(right, right, pools, scope).verdict).toBe('refines');
      expect(judge(right, program(''), pools, scope).verdict).toBe(verdict);
    }
  },
);
