/** Arrivals, histograms, spreads, control groups and paces: the figures behind a bench. */
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import { arrivals } from '../../src/measure/arrivals.ts';
import { hierarchyOf } from '../../src/measure/cgroups.ts';
import { LatencyHistogram } from '../../src/measure/latency-histogram.ts';
import { clientsFor, pacedPatience, tooFast, widened } from '../../src/measure/paced-mode.ts';
import { spreadOf } from '../../src/measure/statistics.ts';
import { countVisits, pacedBottleneck } from '../../src/measure/visits.ts';
import { loadProgram } from '../../src/syntax/load.ts';

test('arrivals are a Poisson process: the rate, and as many short gaps as there should be', () => {
  const times = arrivals(1000, 20, Prng.fromSeed(3));
  expect(times.length / 20_000).toBeCloseTo(1, 1);
  expect(times.every((time, at) => time > (times[at - 1] ?? -1) && time < 20_000)).toBe(true);
  const gaps = times.map((time, at) => time - (times[at - 1] ?? 0));
  const short = gaps.filter((gap) => gap < Math.LN2).length / gaps.length;
  expect(short).toBeGreaterThan(0.47);
  expect(short).toBeLessThan(0.53);
});

test('a histogram keeps three digits over six orders of magnitude, and is empty when taken', () => {
  const histogram = new LatencyHistogram();
  for (let at = 1; at <= 1000; at++) histogram.record(at / 10);
  histogram.record(60_000);
  const figures = histogram.take();
  expect(figures?.p50).toBeCloseTo(50, 0);
  expect(figures?.p99).toBeCloseTo(99, 0);
  expect((figures?.max ?? 0) / 60_000).toBeCloseTo(1, 2);
  expect(histogram.take()).toBeNull();
});

test('spreads', () => {
  expect(spreadOf([5, 1, 9, 3])).toEqual({ median: 4, min: 1, max: 9, mad: 2 });
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, mad: 0 });
  expect(spreadOf([])).toEqual({ median: 0, min: 0, max: 0, mad: 0 });
});

test('the processor controller is found in either version, and in a mix of both', () => {
  const one = '33 29 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct';
  const two = '30 29 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw';
  expect(hierarchyOf(`${two}\n${one}`, '4:cpu,cpuacct:/me\n0::/')).toEqual({
    version: 1,
    folder: '/sys/fs/cgroup/cpu,cpuacct/me',
  });
  expect(hierarchyOf(two, '0::/')).toEqual({ version: 2, folder: '/sys/fs/cgroup/unified' });
  expect(hierarchyOf('22 1 8:1 / / rw - ext4 /dev/sda rw', '0::/')).toBeNull();
});

const fan = `
param n = 3
role client external
role leader {
  timer beat every 20
  alive@w() :~ beat(), worker(w)
  ask@w(c, id) :~ req(c, id), worker(w)
  reply@c(id) :~ said(c, id)
}
role worker[n] {
  said@l(c, id) :~ ask(c, id), leader(l)
}
channel req(c: client, id: int): client -> leader
channel reply(id: int): leader -> client
channel alive(): leader -> worker
channel ask(c: client, id: int): leader -> worker
channel said(c: client, id: int): worker -> leader
workload { issue req(me, id) to leader until reply(id) }
`;

test('the busiest process is the one with the most messages, and its time bounds the rate', () => {
  const loaded = loadProgram({ name: 'fan.ir', text: fan });
  if (loaded.kind === 'err') throw new Error(JSON.stringify(loaded.error));
  const visits = countVisits(loaded.value.program, { functions: {}, seed: 0 });
  if (visits.kind === 'err') throw new Error(visits.error.message);
  // One request, three questions, three answers, and a reply for each of those.
  const [leader] = visits.value;
  expect(leader?.messages).toBeCloseTo(10, 1);
  // Heartbeats are slowed down with the messages, and don't count.
  const bottleneck = pacedBottleneck(visits.value, 100);
  expect(bottleneck.role).toBe('leader');
  expect(bottleneck.throughput / 1000).toBeCloseTo(1, 2);
});

test('a pace gives way when processes take too much of the machine or are kept from running', () => {
  const node = {
    name: 'a',
    role: 'a',
    member: 0,
    part: 0,
    cpuMsPerCommand: 1,
    utilization: 0.5,
    messagesPerCommand: 1,
    residentBytes: 0,
    pacedLostMs: 0,
  };
  const figures = {
    throughput: 1,
    commands: 1,
    latencyMs: null,
    nodes: [node],
    cores: 1,
    generator: 0.1,
    others: 0,
    retried: 0,
    timedOut: 0,
    waiting: 0,
  };
  const window = { windowMs: 1000, paceUs: 950_000, cores: 2 };
  expect(tooFast(figures, window)).toBeNull();
  expect(tooFast({ ...figures, cores: 1.2 }, window)).toContain('65 % of the machine');
  const late = { ...figures, nodes: [{ ...node, pacedLostMs: 50 }] };
  expect(tooFast(late, window)).toContain('for 5 % of the time');
  // One that has time to spare makes up for it.
  expect(tooFast(late, { ...window, paceUs: 100_000 })).toBeNull();
  expect(widened(100)).toBe(150);
  expect(widened(190_000)).toBeNull();
});

test('clients are enough for every queue, and wait longer where all is slower', () => {
  expect([clientsFor(4), clientsFor(20), clientsFor(200)]).toEqual([32, 160, 512]);
  const patience = { retryMs: 500, timeoutMs: 30_000 };
  expect(pacedPatience(patience, 100_000).retryMs).toBe(500);
  expect(pacedPatience(patience, 200).retryMs).toBeGreaterThan(5000);
  expect(pacedPatience({ ...patience, retryMs: null }, 200).retryMs).toBeNull();
});
