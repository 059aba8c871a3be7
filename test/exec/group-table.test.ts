/** Counts that nobody follows are kept as groups alone (src/exec/generate/group-table.ts). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChannelInput, compareRuns } from './compare-runs.ts';
import { codeOf, programOf } from './role-runner.ts';

/** Votes that are forgotten with their slot; `extra` goes into the role. */
function votesOf(extra: string): string {
  return `
role other external
role n {
  relation votes(a: int, s: int, n: int)
  relation tally(k: int, s: int, n: int)
  relation chosen(s: int)
  relation spent(s: int)
  votes(a, s, n) :- vote(a, s, n)
  persist votes(a, s, n) until spent(s)
  tally(count<a>, s, n) :- votes(a, s, n)
  chosen(s) :- vote(_, s, n), tally(2, s, n)
  spent(s) :- chosen(s)
  spent(s) :- drop(s)
  chose@o(s) :~ chosen(s), other(o)
  lone@o(s) :~ vote(_, s, n), !tally(2, s, n), other(o)
  size@o(k, s) :~ ask(s, n), tally(k, s, n), other(o)
  ${extra}
}
channel vote(a: int, s: int, n: int): other -> n
channel drop(s: int): other -> n
channel ask(s: int, n: int): other -> n
channel chose(s: int): n -> other
channel lone(s: int): n -> other
channel size(k: int, s: int): n -> other
`;
}

const small = fc.integer({ min: 0, max: 2 });
const input: fc.Arbitrary<ChannelInput> = fc.oneof(
  fc.tuple(fc.constant('vote'), small, small, small),
  fc.tuple(fc.constant('ask'), small, small),
  fc.tuple(fc.constant('drop'), small),
);

test('a count that is asked for group by group', () => {
  const runs = fc.array(fc.array(input, { maxLength: 5 }), { maxLength: 14 });
  const property = fc.property(runs, (ticks) => compareRuns(votesOf(''), ticks));
  fc.assert(property, { seed: 20261123, numRuns: 60 });
});

test.each([
  ['asked for by its group', '', false],
  ['followed from tick to tick', 'size@o(k, s) :~ tally(k, s, _), other(o)', true],
  ['searched by what it counts', 'lone@o(s) :~ ask(_, n), tally(1, s, n), other(o)', true],
  ['said by another clause as well', 'tally(0, s, n) :- ask(s, n)', true],
])('a count that is %s', (_, extra, hasFacts) => {
  const { text } = codeOf(programOf(votesOf(extra)), 'n');
  expect(/function put_tally_\d+\(/.test(text)).toBe(hasFacts);
});
