import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import { newCounters } from '../../src/runtime/counters.ts';
import { MemoryNetwork, TestClock } from './memory-network.ts';
import { codec, limits, linkOn, Receiver } from './receiver.ts';

test('reliable messages arrive once each and in order, however often the connection breaks', () => {
  const acts = fc.array(fc.constantFrom('send', 'send', 'step', 'step', 'step', 'cut', 'beat'), {
    maxLength: 200,
    size: 'max',
  });
  fc.assert(
    fc.property(acts, fc.integer(), (script, seed) => {
      const clock = new TestClock();
      const network = new MemoryNetwork(Prng.fromSeed(seed));
      const receiver = new Receiver(network, clock);
      const link = linkOn(network, clock);
      let sent = 0;
      for (const act of script) {
        if (act === 'send') {
          sent += 1;
          link.send(codec('sure'), [sent]);
          link.send(codec('maybe'), [sent]);
          link.flush();
        } else if (act === 'step') network.step();
        else if (act === 'cut') network.cut();
        else {
          receiver.intake.beat();
          clock.advance(50);
        }
      }
      for (let round = 0; round < 10; round++) {
        clock.advance(1000);
        network.settle();
        receiver.intake.beat();
      }
      const of = (name: string): readonly number[] =>
        receiver.got
          .filter((text) => text.startsWith(name))
          .map((text) => Number(text.split(' ')[1]));
      expect(of('sure')).toEqual(Array.from({ length: sent }, (_, at) => at + 1));
      const maybe = of('maybe');
      expect(maybe).toEqual([...new Set(maybe)].sort((a, b) => a - b));
      // All of it was acknowledged, and is forgotten.
      expect(link.queued).toBe(0);
    }),
    { seed: 3, numRuns: 150 },
  );
});

test('what a dead process may have done is not given to the one that takes its place', () => {
  const acts = fc.array(fc.constantFrom('send', 'step', 'step', 'restart', 'wait'), {
    maxLength: 120,
    size: 'max',
  });
  fc.assert(
    fc.property(acts, fc.integer(), (script, seed) => {
      const clock = new TestClock();
      const network = new MemoryNetwork(Prng.fromSeed(seed));
      const receivers = [new Receiver(network, clock)];
      const link = linkOn(network, clock);
      let sent = 0;
      for (const act of script) {
        if (act === 'send') {
          sent += 1;
          link.send(codec('sure'), [sent]);
          link.flush();
        } else if (act === 'step') network.step();
        else if (act === 'wait') clock.advance(30);
        else {
          network.cut();
          receivers.push(new Receiver(network, clock, receivers.length + 1));
        }
      }
      for (let round = 0; round < 10; round++) {
        clock.advance(1000);
        network.settle();
      }
      link.send(codec('sure'), [sent + 1]);
      link.flush();
      network.settle();
      const all = receivers.flatMap(({ got }) => got.map((text) => Number(text.split(' ')[1])));
      // At most once over all lives, in order, and what comes after the last restart comes for sure.
      expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
      expect(all.at(-1)).toBe(sent + 1);
    }),
    { seed: 4, numRuns: 100 },
  );
});

test('a node that reads nothing is cut off, and what is lossy is dropped before', () => {
  const clock = new TestClock();
  const network = new MemoryNetwork(Prng.fromSeed(2));
  const receiver = new Receiver(network, clock);
  const small = { ...limits, queueLossyBytes: 1000 };
  const counters = newCounters();
  const link = linkOn(network, clock, { limits: small, counters });
  network.settle();
  receiver.intake.hold('everybody');
  for (let at = 0; at < 100; at++) {
    link.send(codec('maybe'), [at]);
    link.flush();
  }
  expect(counters.dropped).toBeGreaterThan(0);
  expect(counters.cutOff).toBe(0);
  for (let at = 0; at < 200; at++) {
    link.send(codec('sure'), [at]);
    link.flush();
  }
  for (let at = 0; at * 50 <= limits.frameMs; at++) {
    link.beat();
    clock.advance(50);
    expect(counters.cutOff).toBe(0);
  }
  link.beat();
  expect(counters.cutOff).toBe(1);
  // What comes again is more than the bound, and gets through since it is read.
  receiver.intake.hold('nobody');
  for (let round = 0; round < 5; round++) {
    clock.advance(1000);
    network.settle();
  }
  const sure = receiver.got.filter((text) => text.startsWith('sure'));
  expect(sure).toEqual(Array.from({ length: 200 }, (_, at) => `sure ${at}`));
});
