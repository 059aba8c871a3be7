import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Files of the two slow projects; every other test file belongs to `unit`, so none can be lost. */
const smtTests = ['test/smt/**/*.test.ts', 'test/obligations*.test.ts'];
const simTests = ['test/sim/**/*.test.ts'];

const config: ViteUserConfig = defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { shuffle: false },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...smtTests, ...simTests],
          testTimeout: 30_000,
        },
      },
      { extends: true, test: { name: 'smt', include: smtTests, testTimeout: 60_000 } },
      { extends: true, test: { name: 'sim', include: simTests, testTimeout: 60_000 } },
    ],
  },
});

export default config;
