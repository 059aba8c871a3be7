import { expect, test } from 'vitest';
import { NO_WORK } from '../../src/extract/cost.ts';
import type { PartLoad } from '../../src/extract/part-load.ts';
import { busiestShare } from '../../src/extract/spread.ts';
import { keySketch } from '../../src/plan/key-sketch.ts';

/** One message a command of client, id and a constant; then so many of a second channel. */
function load(commands: number, others: number): PartLoad {
  const first = keySketch();
  const second = keySketch();
  for (let id = 0; id < commands; id++) {
    first.add([`client ${id % 4}`, `${id}`, 'leader']);
    for (let at = 0; at < others; at++) second.add([`${id}`]);
  }
  return {
    work: NO_WORK,
    arrivals: [
      { channel: 'ask', messages: 1, keys: first.spread() },
      { channel: 'vote', messages: others, keys: second.spread() },
    ],
  };
}

const shareBy = (ask: readonly number[], processes: number): number =>
  busiestShare(load(60, 3), { ask, vote: [0] })(processes);

test('ids that are always new divide evenly', () => {
  expect(shareBy([1], 5)).toBeCloseTo(1 / 5);
  expect(shareBy([0, 1], 50)).toBeCloseTo(1 / 50);
});

test('few values leave the busiest process more, a constant everything', () => {
  // A quarter of the messages are asks; the votes are spread by id.
  expect(shareBy([0], 3)).toBeCloseTo((1 / 4) * (2 / 4) + (3 / 4) * (1 / 3));
  expect(shareBy([0], 100)).toBeCloseTo((1 / 4) * (1 / 4) + (3 / 4) * (1 / 100));
  expect(shareBy([2], 100)).toBeCloseTo(1 / 4 + (3 / 4) * (1 / 100));
});

test('a value that is in most messages stays on one process', () => {
  const sketch = keySketch();
  for (let at = 0; at < 100; at++) sketch.add([at % 10 < 6 ? 'hot' : `${at}`]);
  const hot: PartLoad = {
    work: NO_WORK,
    arrivals: [{ channel: 'put', messages: 1, keys: sketch.spread() }],
  };
  expect(busiestShare(hot, { put: [0] })(8)).toBeCloseTo(0.6);
});

test('a channel without traffic says nothing; no traffic at all is not spread', () => {
  const idle: PartLoad = { work: NO_WORK, arrivals: [{ channel: 'ask', messages: 0, keys: [] }] };
  expect(busiestShare(idle, { ask: [0] })(4)).toBe(1);
  expect(busiestShare(load(60, 0), { ask: [1] })(4)).toBeCloseTo(1 / 4);
});
