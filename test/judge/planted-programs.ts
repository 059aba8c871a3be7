/** The programs of the planted plans, by what a plan changes in them. */

export const quorum = (needed: number, asked: string): string => `
role client external
role leader {
  relation votes(src: replica, id: int)
  relation tally(n: int, id: int)
  ask@p(c, id) :~ req(c, id), replica(p)${asked}
  votes(src, id) :- vote(src, _, id)
  persist votes
  tally(count<src>, id) :- votes(src, id)
  reply@c(id) :~ vote(_, c, id), tally(n, id), n >= ${needed}
}
role replica[3] {
  vote@l(me, c, id) :~ ask(c, id), leader(l)
}
channel req(c: client, id: int): client -> leader
channel reply(id: int): leader -> client
channel ask(c: client, id: int): leader -> replica
channel vote(src: replica, c: client, id: int): replica -> leader
`;

export const store = (low: string, up: string): string => `
  relation ${low}(x: int)
  ${low}(x) :- put${up}(_, x)
  persist ${low}
  stored${up}@c(x) :~ put${up}(c, x)
  r${low}@c(x) :~ get${up}(c), ${low}(x)
  r${low}@c(0) :~ get${up}(c), !${low}(_)
`;

export const twoStores = (roles: string, second: string): string => `
role client external
${roles}
channel putA(c: client, x: int): client -> server reliable
channel getA(c: client): client -> server reliable
channel putB(c: client, x: int): client -> ${second} reliable
channel getB(c: client): client -> ${second} reliable
channel storedA(x: int): server -> client
channel storedB(x: int): server -> client
channel ra(x: int): server -> client
channel rb(x: int): server -> client
`;

export const storesTogether: string = `role server {${store('a', 'A')}${store('b', 'B')}}`;
export const storesApart: string = `role server {${store('a', 'A')}} role half of server {${store('b', 'B')}}`;

export const counting = (parts: string, by: string): string => `
role client external
role server ${parts} {
  relation level(k: int, n: int)
  relation flip(x: int)
  init level(0, 0)
  init level(1, 0)
  level(k, n + 1) :+ level(k, n), n < 2
  level(k, n) :+ level(k, n), n >= 2
  flip(0) :+ !flip(0)
  now@c(k, n) :~ query(c, k), level(k, n)
}
channel query(c: client, k: int): client -> server reliable ${by}
channel now(k: int, n: int): server -> client
`;

export const negating = (roles: string, channels: string, reader: string): string => `
role client external
${roles}
channel in(c: client, x: int): client -> server reliable
channel q(c: client, x: int): client -> ${reader} reliable
channel o1(x: int): server -> client
channel neg(x: int): server -> client
${channels}
`;

export const seen = (input: string): string => `
  relation s(x: int)
  s(x) :+ ${input}(_, x)
  persist s
  neg@c(x) :~ q(c, x), !s(x)
`;

export const clearing = (parts: string, by: string): string => `
role client external
role server ${parts} {
  relation s(k: int, c: client)
  timer t every 100
  s(k, c) :- put(c, k)
  s(k, c) :+ s(k, c), !t()
  stored@c(k) :~ put(c, k)
  cleared@c(k) :~ t(), s(k, c)
  ans@c(k) :~ q(c, k), s(k, _)
}
channel put(c: client, k: int): client -> server reliable ${by}
channel q(c: client, k: int): client -> server reliable ${by}
channel stored(k: int): server -> client
channel cleared(k: int): server -> client
channel ans(k: int): server -> client
`;

export const expiring = (parts: string, by: string, over: string): string => `
role client external
role server ${parts} {
  relation s(k: int, c: client)
  relation over(k: int, c: client)
  s(k, c) :- put(c, k)
  over(k, c) :- after 100 since s(k, c)${over}
  s(k, c) :+ s(k, c), !over(k, c)
  stored@c(k) :~ put(c, k)
  cleared@c(k) :~ over(k, c)
  ans@c(k) :~ q(c, k), s(k, _)
}
channel put(c: client, k: int): client -> server reliable ${by}
channel q(c: client, k: int): client -> server reliable ${by}
channel stored(k: int): server -> client
channel cleared(k: int): server -> client
channel ans(k: int): server -> client
`;

export const collecting = (roles: string, to: string, channels: string): string => `
role client external
${roles}
channel put(c: client, x: int): client -> ${to} reliable
channel gc(c: client, x: int): client -> server reliable
channel q(c: client, x: int): client -> ${to} reliable
channel stored(x: int): server -> client
channel out(x: int): server -> client
channel gone(x: int): server -> client
${channels}
`;

export const accumulate = (gc: string): string => `
  relation acc(x: int)
  acc(x) :- put(_, x)
  acc(x) :+ acc(x), !${gc}(_, x)
  stored@c(x) :~ put(c, x)
  out@c(x) :~ q(c, x), acc(x)
`;

export const multiplying = (roles: string, channels: string): string => `
role client external
${roles}
role counter {
  relation n(k: int)
  init n(0)
  n(k + 1) :+ n(k), v(_)
  n(k) :+ n(k), !v(_)
  total@c(k) :~ read(c), n(k)
}
channel req(c: client, x: int): client -> front reliable
channel read(c: client): client -> counter reliable
channel total(k: int): counter -> client
channel v(x: int): front -> counter reliable
${channels}
`;

export const options: string = `
  static opts(y: int) { (1), (2) }
  relation r(x: int, y: int)
  r(x, y) :- req(_, x), opts(y)
`;

export const logging = (ok: string, half: string): string => `
role client external
role server {
  durable relation log(c: client, x: int)
  log(c, x) :- put(c, x)
  persist log
  read@c(x) :~ get(c), log(_, x)
  read@c(0) :~ get(c), !log(_, _)
  ${ok}
}
${half}
channel put(c: client, x: int): client -> server reliable
channel get(c: client): client -> server reliable
channel ok(x: int): server -> client
channel read(x: int): server -> client
`;

export const gaps = (roles: string, to: string): string => `
role client external
${roles}
channel put(c: client, x: int): client -> ${to} reliable ordered
channel gap(x: int): server -> client
channel got(x: int): server -> client
`;

export const gapFinder = (input: string): string => `
  relation seen(x: int)
  seen(x) :- ${input}(_, x)
  persist seen
  got@c(x) :~ ${input}(c, x)
  gap@c(x) :~ ${input}(c, x), x > 1, !seen(x - 1)
`;

export const answering = (clauses: string): string => `
role client external
role server {
  ok@c(x) :~ put(c, x)
  ${clauses}
}
channel put(c: client, x: int): client -> server
channel ok(x: int): server -> client
channel audit(x: int): server -> client
`;

export const subscribing = (roles: string, reader: string, channels: string): string => `
role client external
${roles}
channel put(c: client, x: int): client -> server reliable
channel ask(c: client): client -> ${reader} reliable
channel stored(x: int): server -> client
channel told(x: int): server -> client
${channels}
`;

export const stopping = (roles: string, channels: string): string => `
role client external
${roles}
channel put(c: client, x: int): client -> server reliable
channel stop(c: client, x: int): client -> server reliable
channel ok(x: int): server -> client
channel halted(x: int): server -> client
${channels}
`;

export const stopped: string = `
  relation stopped(x: int)
  stopped(x) :- stop(_, x)
  persist stopped
  halted@c(x) :~ stop(c, x)
`;

export const winning = (parts: string, by: string): string => `
role client external
role server ${parts} {
  relation s(k: int, x: int)
  relation winner(k: int, x: int)
  winner(k, max<x>) :- put(_, k, x), !s(k, _)
  s(k, x) :+ winner(k, x)
  persist s
  won@c(k, x) :~ put(c, k, x), winner(k, x)
}
channel put(c: client, k: int, x: int): client -> server reliable ${by}
channel won(k: int, x: int): server -> client
`;

export const pairing = (parts: string, left: string, right: string): string => `
role client external
role server ${parts} {
  relation l(k: int, x: int)
  relation r(k: int, x: int)
  relation who(c: client)
  who(c) :- left(c, _, _)
  who(c) :- right(c, _, _)
  l(k, x) :- left(_, k, x)
  r(k, x) :- right(_, k, x)
  persist l
  persist r
  both@c(k) :~ who(c), l(k, _), r(k, _)
}
channel left(c: client, k: int, x: int): client -> server reliable ${left}
channel right(c: client, k: int, x: int): client -> server reliable ${right}
channel both(k: int): server -> client
`;

export const putIn: string = '(c: client, x: int): server ->';
