/** `analyze`: what is legal is said with its place, what isn't with its reason. */
import { expect, test } from 'vitest';
import { freshFolder, run } from './support.ts';

test('each legal rule is named with the roles that it is proved for, each other one with why not', async () => {
  freshFolder();
  const { status, out } = await run('analyze', 'voting.ir');
  expect(status).toBe(0);
  expect(out).toMatch(/\n {2}legal: partition\/co-hashing on participant \(\d+ ways\), leader/);
  expect(out).toContain('not: decouple/monotonic on leader (not-applicable): inputs-last: `done`');
  expect(out).not.toContain('cut short');
}, 60_000);

test('the document has the same, and how the search for it ended', async () => {
  freshFolder();
  const { out } = await run('analyze', 'voting.ir', '--json');
  const { legal, declined, applied, search } = JSON.parse(out);
  expect(legal).toContainEqual({ rule: 'relay', at: 'leader', ways: applied.relay });
  expect(declined[0]).toMatchObject({ rule: 'decouple/monotonic', at: 'leader' });
  expect(search.stop).toBe('saturated');
}, 60_000);

test('clauses are named by their lines, each once with all its reasons', async () => {
  const { out } = await run('analyze', 'voting.ir');
  expect(out).toContain('leader, voting.ir:21: it compares `n`');
  expect(out).not.toMatch(/leader\.\d/);
});
