import { expect, test } from 'vitest';
import { readPlan, writePlan } from '../../src/plan/codec.ts';
import { samplePlan } from '../support/sample-plan.ts';

function problems(text: string): readonly string[] {
  const read = readPlan(text, 'p.json');
  return read.kind === 'ok' ? [] : read.error.map((found) => `${found.code} ${found.message}`);
}

/** The sample with values put at paths; `undefined` takes the field away. */
function changed(...changes: readonly (readonly [path: string, value: unknown])[]): string {
  const plan: unknown = JSON.parse(writePlan(samplePlan));
  for (const [path, value] of changes) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    const owner = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), plan);
    Reflect.set(Object(owner), last, value);
  }
  return JSON.stringify(plan);
}

test('a plan that is written and read is the same', () => {
  expect(readPlan(writePlan(samplePlan), 'p.json')).toEqual({ kind: 'ok', value: samplePlan });
});

test('a field of a later version is no mistake', () => {
  const text = JSON.stringify({ ...samplePlan, more: 1 });
  expect(readPlan(text, 'p.json')).toEqual({ kind: 'ok', value: samplePlan });
});

test.each([
  [
    '{"schema"',
    ["PL0101 p.json is not JSON: Expected ':' after property name in JSON at position 9"],
  ],
  ['[]', ['PL0102 p.json has no schema, expected "compart/plan@1"']],
  ['null', ['PL0102 p.json has no schema, expected "compart/plan@1"']],
  [
    '{"schema":"compart/bench@1"}',
    ['PL0102 p.json has the schema "compart/bench@1", expected "compart/plan@1"'],
  ],
])('%s', (text, expected) => {
  expect(problems(text).map((each) => each.replace(/ \(line .*\)$/, ''))).toEqual(expected);
});

test('every wrong field is named with its place', () => {
  const text = changed(
    ['seed', 'x'],
    ['plan.roles.0.of', undefined],
    ['search.stop', 'tired'],
    ['trace.0.obligations', []],
  );
  expect(problems(text)).toEqual([
    'PL0104 p.json: `seed` is "x", expected a value of type number',
    'PL0103 p.json lacks `plan.roles[0].of`',
    'PL0104 p.json: `trace[0].obligations` is a list, expected at least one entry',
    'PL0104 p.json: `search.stop` is "tired", expected one of saturated, iterations, nodes, matches, time, interrupted',
  ]);
});

test('a program that is not the one that was hashed is refused', () => {
  const text = changed(['program.text', 'role other {\n}\n']);
  expect(problems(text)).toEqual([
    'PL0105 p.json: `program.text` does not have the hash that `program.sha256` says',
  ]);
});
