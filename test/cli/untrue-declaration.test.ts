/** A plan whose proofs rest on a declared key that the program's own workload breaks says so. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freshFolder, run } from './support.ts';

/** The latest of each client, said to be the only one: true if clients issue once, and these go on. */
const program = (key: string): string => `role client external
role server {
  relation last(c: client, id: int) ${key}
  last(c, id) :- request(c, id)
  persist last
  response@c(id) :~ last(c, id), request(c, id)
}
channel request(c: client, id: int): client -> server
channel response(id: int): server -> client
workload {
  issue request(me, id) to server until response(id)
  clients 2
}
`;

test('a declared key that the workload breaks is reported beside the plan, in it and on stderr', async () => {
  freshFolder();
  writeFileSync('untrue.ir', program('key (c)'));
  writeFileSync('true.ir', program('key (c, id)'));
  const json = await run('optimize', 'untrue.ir', '--json', '--no-save');
  const text = await run('optimize', 'untrue.ir', '--no-save');
  const fine = await run('optimize', 'true.ir', '--json', '--no-save');
  const [broken] = JSON.parse(json.out).brokenDependencies;
  expect(broken).toMatchObject({ relation: 'last', dependency: 'key (c)', node: 'server' });
  expect(broken.facts).toHaveLength(2);
  expect(json.err).toContain('warning: `key (c)` of last is declared and does not hold');
  expect(text.out).toContain('UNTRUE');
  expect(JSON.parse(fine.out)).not.toHaveProperty('brokenDependencies');
  expect(fine.err).not.toContain('does not hold');
}, 120_000);
