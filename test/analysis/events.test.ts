import { expect, test } from 'vitest';
import { eventClause, existence, noChange, roleEvents } from '../../src/analysis/events.ts';
import { stateMachine } from '../../src/analysis/state-machine.ts';
import { node, part, protocol, told, whole } from './support.ts';

const channels = `channel in(x: int): client -> node
  channel out(x: int): node -> client
  channel other(x: int): node -> client`;

const program = node(
  `relation now(x: int)
   relation twice(x: int)
   relation kept(x: int)
   relation later(x: int)
   relation default0(n: int, x: int)
   relation anyway(n: int, x: int)
   relation absent(x: int)
   timer t every 10

   now(x) :- in(x)
   twice(x) :- now(x)
   twice(x) :- twice(x), kept(x)
   kept(x) :- in(x)
   persist kept
   later(x) :+ in(x)
   default0(count<y> default 0 over kept(x), x) :- in(x), now(y)
   anyway(count<y> default 0 over now(x), x) :- kept(x), kept(y)
   absent(1) :- !kept(1)
   out@c(x) :~ twice(x), client(c)
   out@c(x) :~ after 50 since kept(x), client(c)
   other@c(x) :~ kept(x), client(c)
   other@c(x) :~ t(), kept(x), client(c)`,
  channels,
);

test('events are what only holds in a tick in which something arrives', () => {
  expect([...roleEvents(whole(program))].sort()).toEqual([
    'anyway',
    'in',
    'now',
    'out',
    't',
    'twice',
  ]);
});

test('why a relation is no event', () => {
  const found = existence(whole(program));
  const kinds = ['kept', 'later', 'default0', 'absent', 'other'].map((name) =>
    told(found.get(name) ?? { kind: 'holds' }).join(),
  );
  expect(kinds).toEqual([
    'next-tick: kept',
    'next-tick: later',
    'no-event: default0 in kept now',
    'no-event: absent kept',
    'no-event: kept other',
  ]);
});

test('a clause sends in each tick with an event, and else when it becomes true', () => {
  const sends = whole(program).clauses.filter((clause) => clause.kind === 'send');
  expect(sends.map((clause) => eventClause(whole(program), clause))).toEqual([
    true,
    true,
    false,
    true,
  ]);
});

test('an input of a part counts as an event for the part, not for when it sends', () => {
  const reader = part(program, 'node', ['other']);
  expect(existence(reader).get('other')?.kind).toBe('holds');
  expect(reader.clauses.map((clause) => eventClause(reader, clause))).toEqual([false, true]);
});

test('a fact from the start is no event', () => {
  const started = node('relation r(x: int)\ninit r(1)\nr(x) :- in(x)', channels);
  expect(told(existence(whole(started)).get('r') ?? { kind: 'holds' })).toEqual([
    'initial-fact: r',
  ]);
});

const machine = (members: string): ReturnType<typeof stateMachine> =>
  stateMachine(whole(node(members, channels)));

test('a counter of messages is a state machine, a counter of ticks is not', () => {
  const count = `relation n(k: int)\nrelation got(k: int)\ngot(count<x>) :- in(x)
    n(k + j) :+ n(k), got(j)\nn(k) :+ n(k), !got(_)\nout@c(k) :~ in(_), n(k), client(c)`;
  expect(told(machine(count))).toEqual(['holds']);
  const ticks = `relation n(k: int)\nn(k + 1) :+ n(k)\nout@c(k) :~ in(_), n(k), client(c)`;
  expect(told(machine(ticks))).toEqual(['next-tick: n']);
});

test('what lives for one tick changes in a tick without input', () => {
  const short = 'relation l(x: int)\nl(x) :+ in(x)\nout@c(x) :~ in(x), l(x), client(c)';
  expect(told(machine(short))).toEqual(['ephemeral: l']);
});

test('what speaks without input is no state machine', () => {
  const alarm =
    'relation seen(x: int)\npersist seen\nseen(x) :- in(x)\nout@c(1) :~ !seen(_), client(c)';
  expect(told(machine(alarm))).toEqual(['no-event: out']);
});

test('a guard that is an event keeps the state as it is, one that is state leaves a question', () => {
  const guard = (condition: string): string => `relation r(x: int)\nrelation g(x: int)
    r(x) :- in(x)\npersist r(x) until g(x)\ng(x) :- ${condition}\nout@c(x) :~ in(x), r(x), client(c)`;
  expect(told(machine(guard('in(x), x > 3')))).toEqual(['holds']);
  expect(told(machine(guard('r(x), x > 3')))).toEqual(['settles? r', 'settles? r']);
});

test('no change is asked of state only', () => {
  const found = noChange(whole(protocol('kvs'), 'server'));
  expect([...found].map(([name, finding]) => `${name} ${finding.kind}`)).toEqual([
    'cell holds',
    'seen holds',
  ]);
});
