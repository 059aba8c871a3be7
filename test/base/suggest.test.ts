import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { didYouMean, nearestName, nearestNames } from '../../src/base/suggest.ts';

test('the nearest name within a third of the length', () => {
  expect(nearestName('acceptd', ['rejected', 'accepted', 'accept'])).toBe('accept');
  expect(nearestName('p2bb', ['p2a', 'p2b', 'p1b'])).toBe('p2b');
  expect(nearestName('x', ['y'])).toBe('y');
  expect(nearestName('proposal', ['decision', 'ballot'])).toBeUndefined();
  expect(nearestName('votes', [])).toBeUndefined();
});

test('letter case alone is the nearest of all; the name itself is never suggested', () => {
  expect(nearestNames('ACCEPTED', ['accept', 'accepted'])).toEqual(['accepted']);
  expect(nearestName('vote', ['vote'])).toBeUndefined();
});

test('ties are broken by name, whatever the order of the candidates', () => {
  expect(nearestNames('p2', ['p3', 'p1', 'q2', 'p1'])).toEqual(['p1', 'p3', 'q2']);
  expect(nearestNames('p2', ['q2', 'p1', 'p3'], 2)).toEqual(['p1', 'p3']);
});

test('the help line is there only with a name to suggest', () => {
  expect(didYouMean('relatoin', ['relation'])).toEqual(['did you mean `relation`?']);
  expect(didYouMean('relatoin', ['channel'])).toEqual([]);
});

test('only so many candidates are looked at', () => {
  const far = Array.from({ length: defaultLimits.suggestionCandidatesMax }, (_, n) => `far${n}`);
  expect(nearestName('close', [...far, 'closes'])).toBeUndefined();
  expect(nearestName('close', ['closes', ...far])).toBe('closes');
});
