/** What the crash of one logical member takes with it, and what it leaves. */
import { expect, test } from 'vitest';
import { judge, pool } from './judge.ts';

/** A limiter that a client asks, and an auditor that has nothing to do with it. */
const original = `
role client external
role limiter {
  grant@c(id) :~ ask(c, id)
}
role auditor {
  relation noted(c: client, id: int)
  noted(c, id) :- note(c, id)
  persist noted
}
channel ask(c: client, id: int): client -> limiter reliable
channel grant(id: int): limiter -> client reliable
channel note(c: client, id: int): client -> auditor
`;

/** The limiter behind a relay: what the relay sends is between two parts of one member. */
const relayed = original
  .replace(
    'role limiter {\n  grant@c(id) :~ ask(c, id)\n}',
    `role limiter {
  asked@me(c, id) :~ ask(c, id)
}
role verdict of limiter {
  grant@c(id) :~ asked(c, id)
}
channel asked(c: client, id: int): limiter -> verdict reliable`,
  )
  .replace('grant(id: int): limiter', 'grant(id: int): verdict');

const scope = { retries: 0, duplicates: 0, losses: 0, crashes: 1 };

test("a member's crash doesn't lose what the parts of another member send each other", () => {
  const { verdict, report, counterexample } = judge(
    original,
    relayed,
    [pool('ask(0, 1)', 'note(0, 2)')],
    scope,
  );
  expect(counterexample?.diagram.join('\n') ?? '').toBe('');
  expect(verdict).toBe('refines');
  expect(report.complete).toBe(true);
});

/** A server that answers and copies what it is told to a store, which answers too. */
const copying = `
role client external
role server {
  ok@c(k) :~ put(c, k)
  copy@s(c, k) :~ put(c, k), store(s)
}
role store {
  stored@c(k) :~ copy(c, k)
}
channel put(c: client, k: int): client -> server reliable
channel ok(k: int): server -> client
channel copy(c: client, k: int): server -> store reliable
channel stored(k: int): store -> client
`;
const copier = copying
  .replace('  copy@s(c, k) :~ put(c, k), store(s)\n}', '  copied@me(c, k) :~ put(c, k)\n}')
  .replace(
    'role store {',
    `role copier of server {
  copy@s(c, k) :~ copied(c, k), store(s)
}
channel copied(c: client, k: int): server -> copier reliable
role store {`,
  )
  .replace('server -> store', 'copier -> store');

/** Two stores that give the same answer, and say which older ones they have. */
const twice = copying
  .replace('role store {', 'role store[2] {')
  .replace(
    'stored@c(k) :~ copy(c, k)',
    `relation kept(k: int)
  kept(k) :+ copy(_, k)
  persist kept
  stored@c(k) :~ copy(c, k)
  older@c(me, j) :~ copy(c, _), kept(j)`,
  )
  .replace(
    'store -> client',
    'store -> client bag\nchannel older(s: store, k: int): store -> client',
  );
const teller = twice
  .replace('  stored@c(k) :~ copy(c, k)', '  told@me(c, k) :~ copy(c, k)')
  .replace(
    'channel put',
    `role teller of store {
  stored@c(k) :~ told(c, k)
}
channel told(c: client, k: int): store -> teller reliable
channel put`,
  )
  .replace('stored(k: int): store', 'stored(k: int): teller');

test.each([
  // A message that is taken at once in the original could never be lost there.
  ['a message to another member', copying, copier],
  // The other store's answer is no reason to believe that this one's has arrived.
  ['one of two equal outputs', twice, teller],
])('a part that dies before it sends on loses %s, as the original may', (_, original, plan) => {
  expect(plan).toContain(' of ');
  const pools = [pool('put(0, 1)', 'put(0, 2)')];
  const { verdict, counterexample } = judge(original, plan, pools, { ...scope, statesMax: 20_000 });
  expect(counterexample?.diagram.join('\n') ?? '').toBe('');
  expect(verdict).toBe('refines');
});
