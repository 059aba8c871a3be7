import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { message, programOf, runnerOf } from './role-runner.ts';

const voting = programOf(readFileSync('protocols/voting.ir', 'utf8'));

test('a leader asks every participant and answers once all have voted', () => {
  const leader = runnerOf(voting, 'leader');
  expect(leader.settle()).toEqual([]);
  expect(leader.settle(message('req', 1, 7, 'x'))).toEqual([
    'ask@0(1, 7, "x")',
    'ask@1(1, 7, "x")',
    'ask@2(1, 7, "x")',
  ]);
  expect(leader.settle(message('vote', 0, 1, 7, 'x'), message('vote', 2, 1, 7, 'x'))).toEqual([]);
  expect(leader.facts('votes')).toEqual(['(0, 1, 7, "x")', '(2, 1, 7, "x")']);
  expect(leader.settle(message('vote', 1, 1, 7, 'x'))).toEqual(['reply@1(7, "x")']);
  expect(leader.facts('votes')).toEqual([]);
});
