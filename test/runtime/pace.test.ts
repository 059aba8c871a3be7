/** The virtual time of a paced process: rates, credit, and what is lost. */
import { expect, test } from 'vitest';
import { Pace } from '../../src/runtime/pace.ts';
import type { Clock } from '../../src/runtime/stream.ts';

const clockAt = (now: () => number): Clock => ({ now, after: () => () => undefined });

/** Messages that a process with always enough to do takes in a time, when the machine lets it run as told. */
function taken(paceUs: number, untilMs: number, stall: (now: number) => number): number {
  let now = 1000;
  const end = now + untilMs;
  const pace = new Pace(
    clockAt(() => now),
    paceUs,
  );
  pace.set(paceUs, 1);
  pace.arrive();
  let count = 0;
  while (now < end) {
    const wait = pace.waitMs();
    if (wait > 0) {
      now += wait + stall(now);
      continue;
    }
    const room = pace.room();
    count += room;
    pace.charge(room);
  }
  return count;
}

test('a busy process takes one message in each pace, however late it wakes', () => {
  expect(taken(200, 10_000, () => 0) / 50_000).toBeCloseTo(1, 2);
  expect(taken(200, 10_000, () => 3) / 50_000).toBeCloseTo(1, 2);
  // Stalls shorter than the credit are caught up with.
  expect(taken(200, 10_000, (now) => (now % 2000 < 20 ? 800 : 0)) / 50_000).toBeCloseTo(1, 1);
});

test('stalls that are longer than the credit cost capacity, and it is said', () => {
  let now = 0;
  const pace = new Pace(
    clockAt(() => now),
    1000,
  );
  pace.arrive();
  pace.room();
  pace.charge(10);
  now += 10 + 3000;
  expect(pace.waitMs()).toBe(0);
  expect(pace.room()).toBe(1000);
  expect(pace.lostMs).toBeCloseTo(2000, 6);
});

test('idleness is not lost capacity, and is worth the credit at most', () => {
  let now = 0;
  const pace = new Pace(
    clockAt(() => now),
    1000,
  );
  pace.arrive();
  expect(pace.room()).toBe(1);
  pace.charge(1);
  now += 60_000;
  pace.arrive();
  expect(pace.room()).toBe(1000);
  expect(pace.lostMs).toBe(0);
});

test('without a pace nothing waits', () => {
  const pace = new Pace(
    clockAt(() => 0),
    null,
  );
  pace.charge(1_000_000);
  expect([pace.waitMs(), pace.room(), pace.lostMs]).toEqual([0, Number.POSITIVE_INFINITY, 0]);
});

test('timers slow down with the messages, and their clock never goes back', () => {
  let now = 100;
  const delays: number[] = [];
  const after: Clock['after'] = (delayMs) => {
    delays.push(delayMs);
    return () => undefined;
  };
  const pace = new Pace({ now: () => now, after }, null);
  pace.clock.after(50, () => undefined);
  now = 200;
  expect(pace.clock.now()).toBe(200);
  pace.set(1000, 10);
  expect(pace.clock.now()).toBe(200);
  now = 300;
  expect(pace.clock.now()).toBe(210);
  pace.clock.after(50, () => undefined);
  pace.set(null, 1);
  now = 310;
  expect(pace.clock.now()).toBe(220);
  expect(delays).toEqual([50, 500]);
});
