/** `analyze`: what is legal is said with its place, what isn't with its reason. */
import { writeFileSync } from 'node:fs';
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

const numbering = `role client external
role server {
  relation next(n: int) key ()
  relation numbered(c: client, id: int, n: int) key (c, id)
  relation arrived(c: client, id: int, i: int) key (c, id)
  relation many(n: int) key ()
  init next(0)

  arrived(c, id, index<c, id>) :- put(c, id)
  many(count<c, id>) :- put(c, id)
  next(n + k) :+ next(n), many(k)
  next(n) :+ next(n), !many(_)
  numbered(c, id, n + i) :- arrived(c, id, i), next(n)
  store@r(c, id, n) :~ numbered(c, id, n), replica(r)
}
role replica[3] {
  stored@c(id, n) :~ store(c, id, n)
}

channel put(c: client, id: int): client -> server
channel store(c: client, id: int, n: int): server -> replica
channel stored(id: int, n: int): replica -> client

workload {
  issue put(me, id) to server until stored(id, _)
}
`;

test('a cut where a definition was put in the place of its relation is not called refuted', async () => {
  freshFolder();
  writeFileSync('numbering.ir', numbering);
  const { declined, legal } = JSON.parse((await run('analyze', 'numbering.ir', '--json')).out);
  expect(declined.filter((each: { verdict: string }) => each.verdict === 'refuted')).toEqual([]);
  expect(declined).toContainEqual({
    rule: 'decouple/functional',
    at: 'server',
    condition: 'cut-keeps-the-clause',
    reason: 'the halves of server.6 read what `numbered` is derived from, not `numbered`',
    verdict: 'not-applicable',
    counterexample: [],
  });
  // The clause as it stands can be cut.
  expect(legal).toContainEqual(
    expect.objectContaining({ rule: 'decouple/functional', at: 'server' }),
  );
}, 60_000);

test('of many reasons three are printed, and all of one role with their clauses', async () => {
  freshFolder();
  const all = await run('analyze', 'voting.ir');
  expect(all.out).toContain('`count`; and 2 more');
  expect(all.out).toContain('--role leader');
  const { status, out } = await run('analyze', 'voting.ir', '--role', 'leader');
  expect(status).toBe(0);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    '`tally` folds a group of facts with `count` (voting.ir:20)',
  );
  expect(out).not.toMatch(/and \d+ more|role participant|on participant/);
}, 60_000);

test('a role that the program lacks is an error before anything is searched', async () => {
  freshFolder();
  const { status, out, err } = await run('analyze', 'voting.ir', '--role', 'leadr');
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('did you mean `leader`?');
});
