import { expect, test } from 'vitest';
import { arrowsOf, countChanges, roleChanges } from '../../src/plan/changes.ts';
import { samplePlan } from '../support/sample-plan.ts';

test('roles are new, changed, kept or removed', () => {
  const changes = roleChanges(samplePlan);
  expect(
    changes.map((each) => [each.kind, each.kind === 'removed' ? each.before.name : each.role.name]),
  ).toEqual([
    ['changed', 'server'],
    ['new', 'worker'],
    ['changed', 'store'],
    ['kept', 'log'],
    ['removed', 'old'],
  ]);
  expect(changes[0]).toMatchObject({ given: ['c@d(x) :~ a(x)'], taken: ['f@me(x) :~ a(x)'] });
  expect(changes[2]).toMatchObject({ given: [], taken: [] });
  expect(countChanges(changes)).toEqual({ new: 1, changed: 2, removed: 1, kept: 1 });
});

test('channels between the same two roles are one arrow', () => {
  const channel = (name: string, from: string, to: string) => ({
    name,
    from,
    to,
    route: '',
    introduced: false,
  });
  const arrows = arrowsOf([channel('a', 'x', 'y'), channel('b', 'y', 'x'), channel('c', 'x', 'y')]);
  expect(
    arrows.map(({ from, to, channels }) => `${from} ${to} ${channels.map((each) => each.name)}`),
  ).toEqual(['x y a,c', 'y x b']);
});
