import { expect, test } from 'vitest';
import { type Ended, verdictOn } from '../../src/runtime/restart-policy.ts';

const options = { pauseMs: 100, pauseMaxMs: 1000, aloneMax: 2, healthyMs: 1 };
const part: Ended = {
  failure: null,
  restartsAlone: true,
  isWholeMember: false,
  aloneSoFar: 0,
  memberSoFar: 0,
};

test.each([
  ['a part that keeps nothing else than the disk has', part, 'restart-part', 100],
  ['the same once more', { ...part, aloneSoFar: 1 }, 'restart-part', 200],
  ['the same again and again', { ...part, aloneSoFar: 2 }, 'restart-member', 100],
  ['a part that remembers', { ...part, restartsAlone: false }, 'restart-member', 100],
  ['a member of one process', { ...part, isWholeMember: true }, 'restart-member', 100],
  [
    'a member that never stays up',
    { ...part, restartsAlone: false, memberSoFar: 9 },
    'restart-member',
    1000,
  ],
  ['too much for one process', { ...part, failure: 'overload' }, 'restart-part', 100],
  ['a bug', { ...part, failure: 'bug', restartsAlone: false }, 'restart-member', 100],
] as const)('%s: %s', (_, ended, kind, pauseMs) => {
  expect(verdictOn(ended, options)).toEqual({ kind, pauseMs });
});

test.each(['program', 'disk', 'log'] as const)(
  'a failure of kind %s happens again: give up',
  (failure) => {
    expect(verdictOn({ ...part, failure }, options)).toEqual({ kind: 'give-up' });
  },
);
