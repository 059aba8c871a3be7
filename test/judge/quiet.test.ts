/** Runs that go on for ever without an output: timers whose rounds are numbered have no end of states. */
import { expect, test } from 'vitest';
import { judge, pool } from './judge.ts';

/** Told to a peer again and again, with a number for each round; the client hears of it in one of them, or never. */
const telling = (heard: string): string => `
role client external
role server {
  relation told(c: client, n: int) relation over(c: client, n: int)
  told(c, 0) :- put(c)
  over(c, n) :- told(c, n), told(c, m), n < m
  told(c, n) :+ told(c, n), !over(c, n)
  told(c, n + 1) :+ after 10 since told(c, n)
  news@p(c, n) :~ after 10 since told(c, n), peer(p)
  ${heard}
}
role peer { relation last(c: client, n: int) last(c, n) :- news(c, n) }
channel put(c: client): client -> server reliable
channel news(c: client, n: int): server -> peer reliable
channel heard(n: int): server -> client`;

const scope = { crashes: 0, deadStatesMax: 100 };
const pools = [pool('put(0)')];

test('a run that goes on for ever is matched by one of the original that does', () => {
  const { verdict, report } = judge(telling(''), telling(''), pools, scope);
  expect(verdict).toBe('refines');
  expect(report.quietCompletions).toBeGreaterThan(0);
  expect(report.openCompletions).toBe(0);
});

test('an output that comes after some rounds says that the run was not at its end', () => {
  const late = telling('heard@c(n) :~ told(c, n), n == 4');
  const { verdict, report } = judge(late, late, pools, scope);
  expect(verdict).toBe('refines');
  expect(report.quietCompletions).toBe(0);
});

test('a plan that goes on for ever where the original answers is not said to refine', () => {
  const late = telling('heard@c(n) :~ told(c, n), n == 4');
  const { verdict, report } = judge(late, telling(''), pools, scope);
  expect(verdict).toBe('incomplete');
  expect(report.openCompletions).toBeGreaterThan(0);
});

test('a plan that comes to its end where the original goes on for ever is left open', () => {
  const still = telling('').replace('told(c, n + 1) :+', 'told(c, 0) :+');
  expect(judge(telling(''), still, pools, scope).verdict).toBe('incomplete');
});
