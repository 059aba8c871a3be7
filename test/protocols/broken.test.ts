/** Every known way to get the shipped programs wrong is caught by a run; each patch says what is wrong with it. */
import { expect, test } from 'vitest';
import { checkLinearizable } from '../../src/sim/judge/linearizability.ts';
import { defaultSimulationLimits } from '../../src/sim/simulate.ts';
import { type Broken, brokenPrograms, programOf, shipped } from '../support/protocols.ts';
import { operationsOf, type Watched, watch } from '../support/watch.ts';

const seedsMax = 24;
const commands = 60;
const limits = { ...defaultSimulationLimits, idleUsMax: 15_000_000 };

test.each(
  brokenPrograms().map((broken): [string, number, Broken] => [broken.name, broken.seed, broken]),
)('%s is caught, by seed %i if no program changed', (name, _, broken) => {
  const program = programOf(broken.source);
  const run = (which: typeof program, seed: number): Watched =>
    watch(which, {
      seed,
      commands,
      limits,
      clients: 4,
      faults: broken.faults,
      rates: broken.rates,
    });
  const original = shipped(broken.base);
  const seeds = Array.from({ length: seedsMax }, (_, seed) => seed);
  const found = [broken.seed, ...seeds].find((seed) =>
    isCaught(broken, run(program, seed), () => run(original, seed)),
  );
  expect(found, `${name}: no seed up to ${seedsMax} shows it`).toBeDefined();
  // The program that it was made of passes where the broken one fails.
  const good = run(original, found ?? 0);
  expect({ seed: found, stop: good.stop, violated: good.violated }).toEqual({
    seed: found,
    stop: 'done',
    violated: [],
  });
});

function isCaught(broken: Broken, run: Watched, good: () => Watched): boolean {
  switch (broken.expectation.kind) {
    case 'violates':
      return broken.expectation.invariants.some((invariant) => run.violated.includes(invariant));
    case 'stalls':
      return run.stop !== 'done' && run.fault === null && run.unanswered.length > 0;
    case 'grows': {
      const { sizes } = good();
      return [...run.sizes].some(
        ([relation, size]) => size > (sizes.get(relation) ?? 0) + commands / 4,
      );
    }
    case 'not linearizable': {
      const operations = operationsOf(programOf(broken.source), run.history);
      return checkLinearizable(operations).kind === 'violated';
    }
  }
}
