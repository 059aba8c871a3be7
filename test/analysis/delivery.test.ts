import { expect, test } from 'vitest';
import {
  deliveries,
  duplicateInsensitive,
  headDeterminesFact,
} from '../../src/analysis/delivery.ts';
import type { Program } from '../../src/ir/program.ts';
import { node, protocol, told, whole } from './support.ts';

const channels = `channel v(x: int): client -> node
  channel q(x: int): client -> node
  channel out(x: int): node -> client
  channel counted(x: int): node -> client reliable bag`;

function insensitive(program: Program, name: string): readonly string[] {
  const channel = program.channels.find((each) => each.name === name);
  return channel === undefined ? ['no such channel'] : told(duplicateInsensitive(program, channel));
}

function judge(members: string): readonly string[] {
  return insensitive(node(members, channels), 'v');
}

test('a counter counts every copy', () => {
  expect(judge('relation n(k: int)\nn(k + 1) :+ n(k), v(_)\nn(k) :+ n(k), !v(_)')).toEqual([
    'not-idempotent: v',
    'not-idempotent: v',
  ]);
});

test('what is kept for ever is there already, if it is on disk', () => {
  const kept = (relation: string): string =>
    `${relation}\nr(x) :- v(x)\npersist r\nrelation n(k: int)\nn(count<x>) :- r(x)`;
  expect(judge(`${kept('durable relation r(x: int)')}\nout@c(k) :~ n(k), client(c)`)).toEqual([
    'holds',
  ]);
  // Counted, lost in a restart, and counted again: the original's one message counts once.
  expect(judge(`${kept('relation r(x: int)')}\nout@c(k) :~ n(k), client(c)`)).toEqual([
    'forgets: r',
  ]);
  // What clients are told once more tells them nothing.
  const told = 'relation r(x: int)\nr(x) :- v(x)\npersist r\nout@c(x) :~ r(x), client(c)';
  expect(judge(told)).toEqual(['holds']);
});

test('what was forgotten comes anew', () => {
  expect(judge('relation r(x: int)\nr(x) :- v(x)\npersist r(x) until q(x)')).toEqual([
    'forgets: r',
  ]);
});

test('unless nobody can tell', () => {
  expect(insensitive(protocol('voting'), 'vote')).toEqual(['holds']);
});

test('a message made of one message repeats with it', () => {
  expect(judge('out@c(x) :~ v(x), client(c)')).toEqual(['holds']);
  expect(judge('counted@c(x) :~ v(x), client(c)')).toEqual(['duplicate-visible: counted']);
  expect(judge('out@c(x) :~ v(x), !q(x), client(c)')).toEqual(['not-idempotent: v']);
});

test('it does so over several steps', () => {
  expect(judge('relation a(x: int)\na(x) :+ v(x)\ncounted@c(x) :~ a(x), client(c)')).toEqual([
    'duplicate-visible: counted',
  ]);
});

test('flags and ends of the channels', () => {
  const [first, , , last] = deliveries(
    node(
      'out@c(x) :~ v(x), client(c)',
      `channel v(x: int): client -> node reliable ordered
       channel q(x: int): client -> node lossy
       channel counted(x: int): client -> node
       channel out(x: int): node -> client`,
    ),
  );
  expect(first).toMatchObject({
    order: 'per-sender',
    mayBeLost: false,
    mayBeRepeated: false,
    clientSent: true,
  });
  expect(last).toMatchObject({
    order: 'none',
    mayBeLost: true,
    mayBeRepeated: true,
    clientVisible: true,
  });
});

function repeats(members: string): readonly string[] {
  const component = whole(
    node(members, `${channels}\nchannel pair(k: int, x: int): client -> node key (k)`),
  );
  const sends = component.clauses.filter((clause) => clause.kind === 'send');
  return sends.flatMap((clause) => told(headDeterminesFact(component, clause)));
}

test('two facts of one tick that send one message are told apart', () => {
  expect(
    repeats('relation r(x: int, y: int)\nr(x, y) :- pair(x, y)\nout@c(y) :~ r(_, y), client(c)'),
  ).toEqual(['repeats: r']);
  expect(repeats('out@c(k) :~ pair(k, _), client(c)')).toEqual(['holds']);
  expect(repeats('out@c(x + 1) :~ pair(_, x), client(c)')).toEqual(['repeats: pair']);
  expect(repeats('out@c(k + x) :~ pair(k, x), client(c)')).toEqual(['repeats: pair']);
  expect(repeats('out@c(k + 1) :~ pair(k, x), client(c)')).toEqual(['holds']);
});

test('a key of one tick does not tell kept facts apart', () => {
  const kept = 'relation n(k: int, x: int)\nn(x, count<k>) :- pair(k, x)\n';
  expect(repeats(`${kept}out@c(x) :~ n(x, _), client(c)`)).toEqual(['holds']);
  const later = 'relation m(k: int, x: int)\nm(x, k) :+ n(x, k)\n';
  expect(repeats(`${kept}${later}out@c(x) :~ m(x, _), client(c)`)).toEqual(['repeats: m']);
});
