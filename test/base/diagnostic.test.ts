import { expect, test } from 'vitest';
import {
  type Diagnostic,
  defineMessages,
  hasErrors,
  inSourceOrder,
} from '../../src/base/diagnostic.ts';
import { span } from '../../src/base/source.ts';

const messages = defineMessages<{ A1: { name: string }; A2: { count: number } }>()({
  A1: { title: 'a name', render: ({ name }) => ({ message: `name ${name}`, help: ['rename it'] }) },
  A2: {
    title: 'a count',
    severity: 'warning',
    render: ({ count }) => ({ message: `${count} things` }),
  },
});

test('a report is complete data', () => {
  expect(messages.report('A1', span(1, 3), { name: 'x' })).toEqual({
    code: 'A1',
    severity: 'error',
    message: 'name x',
    span: { start: 1, end: 3 },
    label: '',
    labels: [],
    notes: [],
    help: ['rename it'],
    parameters: { name: 'x' },
  });
  expect('span' in messages.report('A2', undefined, { count: 2 })).toBe(false);
  expect([...messages.titles]).toEqual([
    ['A1', 'a name'],
    ['A2', 'a count'],
  ]);
});

test('what is said of a very long name is short', () => {
  const { message } = messages.report('A1', undefined, { name: `${'x'.repeat(1e6)} ends` });
  expect(message.length).toBeLessThan(2100);
  expect(message).toMatch(/^name x+ … x+ ends$/);
});

test('mistakes in a table or a report do not compile', () => {
  // @ts-expect-error a code without a text
  defineMessages<{ A1: { name: string }; A2: object }>()({
    A1: { title: 't', render: () => ({ message: 'm' }) },
  });
  defineMessages<{ A1: object }>()({
    A1: { title: 't', render: () => ({ message: 'm' }) },
    // @ts-expect-error a text without a code
    A2: { title: 't', render: () => ({ message: 'm' }) },
  });
  // @ts-expect-error an unknown code
  expect(() => messages.report('A9', undefined, {})).toThrow();
  // @ts-expect-error a parameter of another code
  expect(messages.report('A1', undefined, { count: 1 }).message).toBe('name undefined');
});

test('source order: no place first, then by place; one error a place, nothing twice', () => {
  const early = messages.report('A1', span(1, 3), { name: 'early' });
  const late = messages.report('A1', span(7, 9), { name: 'late' });
  const follow = messages.report('A1', span(1, 3), { name: 'follow-on' });
  const warning = messages.report('A2', span(1, 3), { count: 1 });
  const placeless = messages.report('A1', undefined, { name: 'whole' });
  const other = messages.report('A1', undefined, { name: 'other' });
  const summary = (found: readonly Diagnostic[]) => found.map((d) => d.message);
  expect(
    summary(inSourceOrder([late, early, follow, warning, warning, placeless, other, placeless])),
  ).toEqual(['name whole', 'name other', 'name early', '1 things', 'name late']);
  expect(hasErrors([warning])).toBe(false);
  expect(hasErrors([warning, early])).toBe(true);
});
