/**
 * A family of tiny programs in which everything that a rewrite could get wrong can be seen: a server that takes
 * puts and queries, straight from clients or through a front, and a store that it copies to. Each piece is in or
 * out, or in one of a few forms; channels are ordered, counted or plain.
 */
import type { Prng } from '../../src/base/prng.ts';

export function tinyProgram(prng: Prng): string {
  const fronted = prng.pick([true, false]);
  const from = fronted ? 'front' : 'client';
  const flags = (): string => prng.pick(['reliable', 'reliable', 'reliable', 'reliable ordered']);
  const outputs = (): string => prng.pick(['', '', '', 'bag', 'ordered']);
  const clauses = some(prng, serverClauses, 2 + prng.below(4));
  const tells = clauses.includes(telling);
  return `
role client external
${fronted ? front(prng) : ''}
role server {
  relation seen(k: int, x: int)
  relation asked(c: client, k: int)
  relation level(n: int)
  relation low(k: int, x: int)
  relation twin(k: int, x: int)
  relation other(k: int, x: int)
  relation news(k: int, x: int)
  ${prng.pick(fillings)}
  ${prng.pick(keepings)}
  ${clauses.join('\n  ')}
  ok@c(k, x) :~ put(c, k, x)
}
${tells ? till : ''}
role store[2] {
  relation held(k: int, x: int)
  relation total(n: int)
  ${prng.pick(stores)}
}
${fronted ? 'channel write(c: client, k: int, x: int): client -> front reliable' : ''}
${fronted ? 'channel read(c: client, k: int): client -> front reliable' : ''}
channel put(c: client, k: int, x: int): ${from} -> server ${flags()}
channel get(c: client, k: int): ${from} -> server ${flags()}
channel ok(k: int, x: int): server -> client ${outputs()}
channel answer(k: int, x: int): server -> client ${outputs()}
channel told(k: int, x: int): server -> client ${outputs()}
channel copy(k: int, x: int): server -> store ${flags()}
channel back(k: int, x: int): store -> server reliable
channel holding(k: int, x: int): store -> client ${outputs()}
${tells ? 'channel tell(k: int, x: int): server -> till reliable' : ''}
${tells ? 'channel shown(k: int, x: int): till -> client' : ''}
`;
}

function some<T>(prng: Prng, items: readonly T[], count: number): readonly T[] {
  return prng.shuffle(items).slice(0, count);
}

function front(prng: Prng): string {
  return `
role front {
  put@s(c, k, ${prng.pick(['x', 'x', 'x + 0'])}) :~ write(c, k, x), server(s)
  get@s(c, k) :~ read(c, k), server(s)
}`;
}

/** A part of the server that is told what it keeps. */
const till = `
role till of server {
  relation got(k: int, x: int)
  got(k, x) :- tell(k, x)
  persist got
  shown@c(k, x) :~ got(k, x), client(c)
}`;

const telling = 'tell@me(k, x) :~ get(_, k), seen(k, x)';

const fillings = [
  'seen(k, x) :- put(_, k, x)',
  'seen(k, x) :+ put(_, k, x)',
  'seen(k, x) :+ put(_, k, x), !seen(k, _)',
  'seen(k, x) :- put(_, k, x), x > 1',
  'seen(k / 2, x) :- put(_, k, x)',
  'seen(k / 2, x) :- put(_, k, x)',
];

const keepings = [
  'persist seen',
  'persist seen',
  'persist seen(k, x) until get(_, k)',
  'seen(k, x) :+ seen(k, x), !low(k, x)',
  '',
];

const serverClauses = [
  telling,
  'twin(k, x) :- put(_, k, x)  persist twin  other(j, y) :- put(_, j, y)  persist other  answer@c(k, x) :~ get(c, k), twin(k, x), other(k, _)',
  'answer@c(k, x) :~ get(c, k), seen(k, x)',
  'answer@c(k, 0) :~ get(c, k), !seen(k, _)',
  'answer@c(k, 0) :~ get(c, k), !seen(_, _)',
  'answer@c(k, count<x>) :~ get(c, k), seen(k, x)',
  'asked(c, k) :- get(c, k)  persist asked  told@c(k, x) :~ asked(c, k), seen(k, x)',
  'asked(c, k) :- get(c, k)  persist asked  told@c(j, x) :~ asked(c, j), seen(_, x)',
  'asked(c, k) :+ get(c, k)  told@c(k, 7) :~ asked(c, k), put(c, k, _)',
  'told@c(k, x) :~ back(k, x), client(c)',
  'told@c(k, 9) :~ back(k, x), seen(k, x), client(c)',
  'low(k, x) :- back(k, x)  persist low  answer@c(k, 5) :~ get(c, k), low(k, _)',
  'news(k, x) :- put(_, k, x), x > 1  low(k, x) :- news(k, x)  persist low  answer@c(k, 6) :~ get(c, k), low(k, _)',
  'news(k, x) :- back(k, x)  told@c(k, 3) :~ back(k, x), client(c)  low(k, x) :+ news(k, x)  persist low  answer@c(k, 6) :~ get(c, k), low(k, _)',
  'init level(0)  level(n + 1) :+ level(n), n < 2  level(2) :+ level(2)  told@c(0, n) :~ get(c, _), level(n)',
  'copy@n(k, x) :~ put(_, k, x), store(n)',
  'copy@n(k, x) :~ put(_, k, x), store(n)',
  'copy@n(k, x) :~ put(_, k, y), store(n), x = hash(y) % 2',
  'copy@n(k, x) :~ seen(k, x), store(n)',
  'copy@n(k, 0) :~ get(_, k), store(n)',
  'copy@n(k, 1) :~ get(_, k), store(n), !seen(k, _)',
  'copy@n(k, x) :~ get(_, k), seen(k, x), store(n)',
  'low(j, y) :- put(_, k, x), j = k, y = x * 2  copy@n(k, x) :~ low(k, x), store(n)',
];

const stores = [
  'held(k, x) :- copy(k, x), x > 1  persist held  holding@c(k, x) :~ held(k, x), client(c)',
  'back@s(k, x) :~ copy(k, x), server(s)',
  'held(k, x) :- copy(k, x)  persist held  holding@c(k, x) :~ copy(k, x), client(c)',
  'held(k, x) :- copy(k, x)  persist held  back@s(k, x) :~ held(k, x), server(s)',
  'init total(0)  total(n + 1) :+ total(n), copy(_, _)  total(n) :+ total(n), !copy(_, _)  holding@c(0, n) :~ copy(_, _), total(n), client(c)',
  'held(k, x) :- copy(k, x)  persist held  holding@c(k, count<x>) :~ copy(k, _), held(k, x), client(c)',
];
