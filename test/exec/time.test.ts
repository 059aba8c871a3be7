import { expect, test } from 'vitest';
import { armedTimers, restart } from '../../src/exec/node.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import { message, roleOf, runnerOf } from './role-runner.ts';

test('a fact expires once while it holds, and again only after it was gone', () => {
  const program = roleOf(`
  relation pending(x: int)
  pending(x) :- ping(x)
  persist pending(x) until in(x, _)
  out@p(x, 0) :~ after 50 since pending(x), left(p)
`);
  const node = runnerOf(program, 'n');
  const expire = (x: number): NodeInput => ({ kind: 'expiry', site: 0, fact: [x] });
  node.settle(message('ping', 1), message('ping', 2));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1], [2]]);
  expect(node.settle(expire(1))).toEqual(['out@0(1, 0)']);
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[2]]);
  node.settle(message('in', 1, 0));
  node.settle(message('ping', 1));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1], [2]]);
  node.settle(message('in', 2, 0));
  expect(armedTimers(node.state).map(({ fact }) => fact)).toEqual([[1]]);
});

const journal = roleOf(`
  durable relation log(x: int)
  relation memory(x: int)
  durable relation epoch(n: int)
  log(x) :- ping(x)
  persist log
  memory(x) :- ping(x)
  persist memory
  init memory(9)
  init epoch(1)
  epoch(n + 1) :+ epoch(n), in(_, _)
  epoch(n) :+ epoch(n), !in(_, _)
  out@p(x, 1) :~ stable log(x), left(p)
  also@p(x, 0) :~ log(x), right(p)
`);

test('`stable` holds from the tick after the flush', () => {
  const node = runnerOf(journal, 'n');
  node.settle();
  expect(node.tick(message('ping', 4))).toEqual(['also@0(4, 0)']);
  expect(node.facts('stable log')).toEqual([]);
  expect(node.tick()).toEqual(['out@0(4, 1)']);
  expect(node.facts('stable log')).toEqual(['(4)']);
});

test('a restart keeps what is on disk and nothing else, and the last flush may be lost', () => {
  const node = runnerOf(journal, 'n');
  node.settle();
  node.settle(message('in', 0, 0), message('ping', 1));
  node.tick(message('ping', 4));
  const before = node.state;
  const after = (lastFlush: 'kept' | 'lost'): readonly string[] => {
    node.state = restart(node.code, before, { lastFlush });
    const sent = node.settle();
    return [...node.facts('log'), ...node.facts('memory'), ...node.facts('epoch'), ...sent];
  };
  const again = (x: number): readonly string[] => [`out@0(${x}, 1)`, `also@0(${x}, 0)`];
  expect(after('kept')).toEqual([
    '(1)',
    '(4)',
    '(9)',
    '(2)',
    'out@0(1, 1)',
    'out@0(4, 1)',
    'also@0(1, 0)',
    'also@0(4, 0)',
  ]);
  expect(after('lost')).toEqual(['(1)', '(9)', '(2)', ...again(1)]);
});

test('a process that never flushed starts afresh', () => {
  const node = runnerOf(journal, 'n');
  node.tick();
  node.state = restart(node.code, node.state, { lastFlush: 'lost' });
  expect(node.state.phase).toBe('fresh');
  node.settle();
  expect(node.facts('epoch')).toEqual(['(1)']);
});
