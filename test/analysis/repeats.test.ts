import { expect, test } from 'vitest';
import { messagesFollowKey } from '../../src/analysis/repeats.ts';
import { node, part, protocol, told, whole } from './support.ts';

const kept = 'relation r(x: int, y: int)\nr(x, y) :- in(x, y)\npersist r\n';

function judge(clauses: string, flags: string, key: number): readonly string[] {
  const program = node(
    kept + clauses,
    `channel in(x: int, y: int): client -> node\nchannel out(x: int): node -> client ${flags}`,
  );
  return told(messagesFollowKey(whole(program), { in: [key], r: [key] }));
}

test('a message without the key may be sent by two processes', () => {
  const send = 'out@c(x) :~ r(x, _), client(c)';
  expect(judge(send, 'reliable bag', 1)).toEqual(['repeats: out']);
  expect(judge(send, 'reliable bag', 0)).toEqual(['holds']);
});

test('clients don’t count repetitions, unless they do', () => {
  expect(judge('out@c(x) :~ r(x, _), client(c)', 'reliable', 1)).toEqual(['holds']);
});

test('every clause that sends has to carry the key in the same place', () => {
  const both = 'out@c(x) :~ r(x, _), client(c)\nout@c(y) :~ r(_, y), client(c)';
  expect(judge(both, 'reliable bag', 0)).toEqual(['repeats: out']);
});

test('requests to participants carry the command', () => {
  const asking = part(protocol('voting'), 'leader', ['ask']);
  for (const key of [0, 1, 2])
    expect(told(messagesFollowKey(asking, { req: [key] }))).toEqual(['holds']);
});
