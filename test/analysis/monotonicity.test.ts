import { expect, test } from 'vitest';
import { directionOf } from '../../src/analysis/direction.ts';
import { monotoneRelations } from '../../src/analysis/monotone-relations.ts';
import { logicallyPersisted, monotone } from '../../src/analysis/monotonicity.ts';
import { node, part, programOf, protocol, told, whole } from './support.ts';

const channels = `channel vote(a: int, x: int): client -> node
  channel q(x: int): client -> node
  channel gc(x: int): client -> node
  channel out(x: int): node -> client
  channel top(x: max<int>): node -> client`;

const count = `relation votes(a: int, x: int)
  relation n(k: int, x: int)
  votes(a, x) :- vote(a, x)
  persist votes
  n(count<a>, x) :- votes(a, x)
`;

function judge(members: string): readonly string[] {
  return told(monotone(whole(node(members, channels))).finding);
}

function counting(condition: string): readonly string[] {
  return judge(`${count}out@c(x) :~ n(k, x), ${condition}, client(c)`);
}

test('a quorum is a threshold', () => {
  for (const threshold of [
    'k >= 2',
    'k > 2',
    '2 <= k',
    '2 * k > 3',
    'k - 1 >= 2',
    'min(k, 5) >= 2',
    '!(k < 2)',
  ]) {
    expect([threshold, ...counting(threshold)]).toEqual([threshold, 'holds']);
  }
});

test('what can turn back is none', () => {
  expect(counting('k == 2')).toEqual(['equality-with-aggregate: n']);
  expect(counting('k != 2')).toEqual(['equality-with-aggregate: n']);
  expect(counting('k < 2')).toEqual(['aggregate: n']);
  expect(counting('k % 2 > 0')).toEqual(['aggregate: n']);
  expect(counting('0 - k > -3')).toEqual(['aggregate: n']);
  expect(counting('vote(k, _)')).toEqual(['equality-with-aggregate: n']);
});

test('a pattern is an equality too', () => {
  expect(judge(`${count}out@c(x) :~ n(2, x), client(c)`)).toEqual(['equality-with-aggregate: n']);
});

test('the count itself must not leave, unless the receiver takes the largest', () => {
  expect(judge(`${count}out@c(k) :~ n(k, _), client(c)`)).toEqual(['aggregate: out']);
  expect(judge(`${count}top@c(k) :~ n(k, _), client(c)`)).toEqual(['holds']);
});

test('a minimum goes down, a lexicographic second column anywhere', () => {
  const least = `relation m(a: int, x: int)\nm(min<a>, x) :- vote(a, x)\n`;
  expect(judge(`${least}out@c(x) :~ m(a, x), a <= 3, client(c)`)).toEqual(['holds']);
  expect(judge(`${least}out@c(x) :~ m(a, x), a >= 3, client(c)`)).toEqual(['aggregate: m']);
  const pair = `relation m(a: int, x: int)\nm(max<a, x>) :- vote(a, x)\n`;
  expect(judge(`${pair}out@c(1) :~ m(a, _), a > 3, client(c)`)).toEqual(['holds']);
  expect(judge(`${pair}out@c(1) :~ m(_, x), x > 3, client(c)`)).toEqual(['aggregate: m']);
});

test('the fact with the largest value changes', () => {
  const largest = `relation m(a: int)\nm(max<a>) :- vote(a, _)\n`;
  expect(judge(`${largest}out@c(x) :~ m(a), vote(a, x), client(c)`)).toEqual([
    'equality-with-aggregate: m',
  ]);
});

test('ranks, lists and choices change', () => {
  const ranked = 'relation r(x: int, n: int)\nr(x, index<x>) :- q(x)\n';
  expect(judge(`${ranked}out@c(n) :~ r(_, n), client(c)`)).toEqual(['aggregate: out']);
  expect(judge(`${ranked}out@c(x) :~ r(x, n), n < 3, client(c)`)).toEqual(['aggregate: r']);
  const chosen = 'relation m(a: int, x: int)\nm(choose<a>, x) :- vote(a, x)\n';
  expect(judge(`${chosen}out@c(a) :~ m(a, _), client(c)`)).toEqual(['aggregate: out']);
  expect(judge(`${chosen}out@c(x) :~ m(_, x), client(c)`)).toEqual(['holds']);
});

test('absence takes back', () => {
  expect(
    judge('relation s(x: int)\ns(x) :- gc(x)\npersist s\nout@c(x) :~ q(x), !s(x), client(c)'),
  ).toEqual(['negation: s']);
});

test('lattice columns move as their lattice does', () => {
  const largest = 'relation m(x: int, a: max<int>)\nm(x, a) :- vote(a, x)\npersist m\n';
  expect(judge(`${largest}out@c(x) :~ m(x, a), a > 3, client(c)`)).toEqual(['holds']);
  expect(judge(`${largest}out@c(a) :~ m(_, a), client(c)`)).toEqual(['aggregate: out']);
});

test('what depends on something that takes back does so too, for the same reason', () => {
  const program = node(
    `relation a(x: int)\nrelation b(x: int)\na(x) :- q(x), !gc(x)\nb(x) :- a(x)`,
    channels,
  );
  const found = monotoneRelations(whole(program));
  expect(told(found.get('b')?.finding ?? { kind: 'holds' })).toEqual(['negation: gc']);
});

test('forgetting is judged as keeping, and leaves its question', () => {
  const acc = 'relation acc(x: int)\nacc(x) :- vote(_, x)\npersist acc(x) until gone(x)\n';
  const out = 'out@c(x) :~ q(x), acc(x), client(c)\nrelation gone(x: int)\n';
  expect(judge(`${acc}${out}gone(x) :- acc(x), x > 5`)).toEqual(['forgetting? acc']);
  expect(judge(`${acc.replace('gone', 'gc')}${out}gone(x) :- q(x)`)).toEqual([
    'forgets-elsewhere: acc gc',
  ]);
});

test('inputs that last need no care, those of one tick must not meet others', () => {
  const program = node(
    `relation acks(x: int)\nrelation fresh(x: int)\ntimer t every 10
     acks(x) :- vote(_, x)\npersist acks\nfresh(x) :- vote(_, x), x > 1
     out@c(x) :~ acks(x), acks(y), x != y, client(c)
     out@c(x) :~ fresh(x), client(c)
     out@c(x) :~ acks(x), fresh(x), client(c)
     out@c(x) :~ t(), acks(x), client(c)
     out@c(x) :~ q(x), acks(x), client(c)
     out@c(x) :~ q(x), fresh(x), client(c)`,
    channels,
  );
  const ids = whole(program).clauses.map((clause) => clause.id);
  const only = (...at: readonly number[]): ReturnType<typeof monotone> => {
    const clauses = whole(program).clauses.filter((_, index) => at.includes(index));
    return monotone({ ...whole(program), clauses });
  };
  expect(ids).toHaveLength(9);
  expect(only(3)).toEqual({
    finding: { kind: 'holds' },
    inputs: [{ relation: 'acks', feed: 'kept' }],
  });
  expect(only(4).inputs).toEqual([{ relation: 'fresh', feed: 'forward' }]);
  expect(told(only(5).finding)).toEqual(['input-not-persisted: fresh']);
  expect(told(only(6).finding)).toEqual(['timer: t']);
  expect(told(only(7).finding)).toEqual(['input-read-elsewhere: q']);
});

test('the store for inconsistent answers is monotone, certificates are not', () => {
  const program = protocol('verified-kvs');
  expect(told(monotone(part(program, 'leader', ['inconsistent'])).finding)).toEqual(['holds']);
  expect(told(monotone(part(program, 'leader', ['certified', 'certs', 'tally'])).finding)[0]).toBe(
    'equality-with-aggregate: tally',
  );
});

test('only what never shrinks lasts', () => {
  const found = logicallyPersisted(whole(protocol('2pc'), 'coordinator'));
  expect([...found].sort()).toEqual(['decided', 'ended']);
});

test('functions move as their bodies do', () => {
  const program = programOf(
    `function above(n: int, m: int): bool = n > m
     role client external
     role node { out@c(k) :~ in(k), client(c) }
     channel in(k: int): client -> node
     channel out(k: int): node -> client`,
  );
  const k = { kind: 'variable', name: 'k' } as const;
  const two = { kind: 'int', value: 2 } as const;
  const up = new Map([['k', 'up' as const]]);
  const call = (args: readonly (typeof k | typeof two)[]): string =>
    directionOf(program, { kind: 'call', function: 'above', args }, up);
  expect([call([k, two]), call([two, k]), call([k, k]), call([two, two])]).toEqual([
    'up',
    'down',
    'mixed',
    'fixed',
  ]);
});
