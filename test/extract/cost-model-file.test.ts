import { expect, test } from 'vitest';
import { throughputModel } from '../../cost-models/index.ts';
import { readCostModel, writeCostModel } from '../../src/extract/cost-model-file.ts';

const text = writeCostModel(throughputModel);

/** Code and message of each finding. */
function problems(edited: string): readonly string[] {
  const read = readCostModel(edited, 'mine.json');
  return read.kind === 'ok' ? [] : read.error.map(({ code, message }) => `${code} ${message}`);
}

/** A change to `undefined` takes the field away. */
function edit(change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...JSON.parse(text), ...change });
}

test('what is written is read back', () => {
  expect(readCostModel(text, 'mine.json')).toEqual({ kind: 'ok', value: throughputModel });
});

test('every missing, unknown and impossible term is reported at once', () => {
  const work = { ...throughputModel.work, wake: -1, recieve: 1, send: 'much' };
  const listed = Object.fromEntries(Object.entries(work).filter(([term]) => term !== 'receive'));
  const edited = edit({ work: listed, latency: undefined });
  expect(problems(edited)).toEqual([
    'CM0005 mine.json: `work.wake` is -1, expected a number from 0 to 1000000000',
    'CM0003 mine.json lacks `work.receive`',
    'CM0005 mine.json: `work.send` is "much", expected a number from 0 to 1000000000',
    'CM0004 mine.json has `work.recieve`, which is no term of a cost model',
    'CM0003 mine.json lacks `latency`',
  ]);
});

test('another schema is one finding, whatever else is wrong', () => {
  expect(problems('{"schema": "compart/plan@1"}')).toEqual([
    'CM0002 mine.json has the schema "compart/plan@1", expected "compart/cost-model@1"',
  ]);
  expect(problems('[]')).toEqual([
    'CM0002 mine.json has no schema, expected "compart/cost-model@1"',
  ]);
});

test('text that is no JSON is a finding', () => {
  expect(problems('{"schema": ')).toHaveLength(1);
  expect(problems('')[0]).toMatch(/^CM0001 mine.json is not JSON/);
});

test('a model in which nothing costs anything is refused', () => {
  const zeros = Object.fromEntries(Object.keys(throughputModel.work).map((term) => [term, 0]));
  const free = edit({ work: zeros });
  expect(problems(free)).toEqual([
    'CM0005 mine.json: `work` is nothing but zeros, expected at least one cost above 0',
  ]);
});

test('numbers that would make predictions infinite are refused, also as JSON writes them', () => {
  const work = JSON.stringify({ ...throughputModel.work, wake: 7, byte: 1e308 });
  const edited = edit({ dollarsPerMachineHour: 2e9 }).replace(/"work":\{.*?\}/, `"work":${work}`);
  expect(problems(edited.replace('"wake":7', '"wake":1e999'))).toEqual([
    'CM0005 mine.json: `work.wake` is Infinity, expected a number from 0 to 1000000000',
    'CM0005 mine.json: `work.byte` is 1e+308, expected a number from 0 to 1000000000',
    'CM0005 mine.json: `dollarsPerMachineHour` is 2000000000, expected a number from 0 to 1000000000',
  ]);
});

test('what to add is said of what is missing: a cost, or a text', () => {
  const read = readCostModel(
    edit({ provenance: undefined, dollarsPerMachineHour: undefined }),
    'a',
  );
  expect(read.kind === 'err' ? read.error.map(({ help }) => help) : []).toEqual([
    ['add `dollarsPerMachineHour`; a term that costs nothing is 0'],
    ['add `provenance` as in `cost-models/throughput.json`'],
  ]);
});
