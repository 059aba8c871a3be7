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
