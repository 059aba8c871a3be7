/**
 * Small programs with a wrong plan and a right one: every counterexample of the soundness review, and for each rule a
 * plan that leaves out one of its conditions. The judge must tell the two apart at a small scope.
 */
import type { ClientPool } from '../../src/sim/judge/client-pool.ts';
import type { Scope } from '../../src/sim/judge/scope.ts';
import { pool } from './judge.ts';
import {
  accumulate,
  answering,
  clearing,
  collecting,
  counting,
  expiring,
  gapFinder,
  gaps,
  logging,
  multiplying,
  negating,
  options,
  pairing,
  putIn,
  quorum,
  seen,
  stopped,
  stopping,
  storesApart,
  storesTogether,
  subscribing,
  twoStores,
  winning,
} from './planted-programs.ts';

export interface Planted {
  readonly name: string;
  readonly original: string;
  readonly wrong: string;
  /** What the judge must say of the wrong plan; it must say `refines` of the right one. */
  readonly verdict: 'violated' | 'stalls';
  readonly right: string;
  readonly pools: readonly ClientPool[];
  readonly scope?: Partial<Scope>;
  /** Where the wrong plan is one that is deployed wrongly. */
  readonly wrongScope?: Partial<Scope>;
}

export const planted: readonly Planted[] = [
  {
    name: '1: the empty plan',
    original: quorum(2, ''),
    wrong: quorum(2, ', false'),
    verdict: 'stalls',
    right: quorum(2, ', true'),
    pools: [pool('req(0, 1)')],
  },
  {
    name: '1: waiting for all 2f+1 answers',
    original: quorum(2, ''),
    wrong: quorum(3, ''),
    verdict: 'stalls',
    right: quorum(2, ''),
    pools: [pool('req(0, 1)')],
  },
  {
    name: '2: amnesia of one half',
    original: twoStores(storesTogether, 'server'),
    wrong: twoStores(storesApart, 'half'),
    wrongScope: { incarnations: 'separate' },
    verdict: 'violated',
    right: twoStores(storesApart, 'half'),
    pools: [pool('putA(0, 1)', 'putB(0, 1)', 'getA(0)', 'getB(0)')],
  },
  {
    name: '3: two clocks instead of one',
    original: counting('', ''),
    wrong: counting('parts 2', 'by (k)'),
    verdict: 'violated',
    right: counting('', ''),
    pools: [pool('query(0, 0)', 'query(0, 1)')],
    scope: { firings: 3, crashes: 0 },
  },
  {
    name: '4: an output apart from the state it implies',
    original: negating(`role server { o1@c(x) :~ in(c, x) ${seen('in')} }`, '', 'server'),
    wrong: negating(
      `role server { o1@c(x) :~ in(c, x) fwd@s(c, x) :~ in(c, x), server(s) }
       role half of server { ${seen('fwd')} }`,
      `channel fwd${putIn} half reliable`,
      'half',
    ),
    verdict: 'violated',
    right: negating(
      `role server { fwd@s(c, x) :~ in(c, x), server(s) }
       role half of server { o1@c(x) :~ fwd(c, x) ${seen('fwd')} }`,
      `channel fwd${putIn} half reliable`,
      'half',
    ),
    pools: [pool('in(0, 1)', 'q(0, 1)')],
  },
  {
    name: '5: a timer without a key on shards',
    original: clearing('', ''),
    wrong: clearing('parts 2', 'by (k)'),
    verdict: 'violated',
    right: clearing('', ''),
    pools: [pool('put(0, 2)', 'put(0, 1)', 'q(0, 2)')],
    scope: { firings: 1, crashes: 0 },
  },
  {
    name: '6: per-fact timers on shards',
    original: expiring('', '', ''),
    wrong: expiring('parts 2', 'by (k)', ', k != 1'),
    verdict: 'stalls',
    right: expiring('parts 2', 'by (k)', ''),
    pools: [pool('put(0, 2)', 'put(0, 1)', 'q(0, 2)')],
    scope: { crashes: 0 },
  },
  {
    name: '7: garbage collection in another place',
    original: collecting(`role server { ${accumulate('gc')} gone@c(x) :~ gc(c, x) }`, 'server', ''),
    wrong: collecting(
      `role server { gone@c(x) :~ gc(c, x) fgc@s(c, x) :~ gc(c, x), server(s) }
       role half of server { ${accumulate('fgc')} }`,
      'half',
      `channel fgc${putIn} half reliable`,
    ),
    verdict: 'violated',
    right: collecting(
      `role server { fgc@s(c, x) :~ gc(c, x), server(s) }
       role half of server { ${accumulate('fgc')} gone@c(x) :~ fgc(c, x) }`,
      'half',
      `channel fgc${putIn} half reliable`,
    ),
    pools: [pool('put(0, 1)', 'gc(0, 1)', 'q(0, 1)')],
  },
  {
    name: '8: a forward that multiplies messages',
    original: multiplying(`role front { ${options} v@d(x) :~ r(x, _), counter(d) }`, ''),
    wrong: multiplying(
      `role front { ${options} fr@s(x, y) :~ r(x, y), front(s) }
       role half of front { v@d(x) :~ fr(x, _), counter(d) }`,
      'channel fr(x: int, y: int): front -> half reliable',
    ),
    verdict: 'violated',
    right: multiplying(
      `role front { ${options} relation p(x: int) p(x) :- r(x, _) fr@s(x) :~ p(x), front(s) }
       role half of front { v@d(x) :~ fr(x), counter(d) }`,
      'channel fr(x: int): front -> half reliable',
    ),
    pools: [pool('req(0, 1)', 'read(0)')],
  },
  {
    name: '9: a message that overtakes the disk',
    original: logging('ok@c(x) :~ stable log(c, x)', ''),
    wrong: logging(
      'fwd@s(c, x) :~ log(c, x), server(s)',
      `role half of server { ok@c(x) :~ fwd(c, x) }
       channel fwd${putIn} half reliable`,
    ),
    verdict: 'violated',
    right: logging(
      'fwd@s(c, x) :~ stable log(c, x), server(s)',
      `role half of server { ok@c(x) :~ fwd(c, x) }
       channel fwd${putIn} half reliable`,
    ),
    pools: [pool('put(0, 1)', 'get(0)')],
  },
  {
    name: '10: a relay that loses the order',
    original: gaps(`role server { ${gapFinder('put')} }`, 'server'),
    wrong: gaps(
      `role server { fwd@s(c, x) :~ put(c, x), server(s) }
       role half of server { ${gapFinder('fwd')} }
       channel fwd${putIn} half reliable`,
      'server',
    ),
    verdict: 'violated',
    right: gaps(
      `role server { fwd@s(c, x) :~ put(c, x), server(s) }
       role half of server { ${gapFinder('fwd')} }
       channel fwd${putIn} half reliable ordered`,
      'server',
    ),
    pools: [pool('put(0, 1)', 'put(0, 2)')],
  },
  {
    name: '11: a dropped output',
    original: answering('audit@c(x) :~ put(c, x)'),
    wrong: answering(''),
    verdict: 'stalls',
    right: answering('audit@c(y) :~ put(c, x), y = x + 0'),
    pools: [pool('put(0, 1)', 'put(0, 2)')],
  },
  {
    name: 'alias: two independent deliveries of one fact',
    original: negating(`role server { o1@c(x) :~ in(c, x) ${seen('in')} }`, '', 'server'),
    wrong: negating(
      `role server { f1@s(c, x) :~ in(c, x), server(s) f2@s(c, x) :~ in(c, x), server(s) }
       role one of server { o1@c(x) :~ f1(c, x) }
       role two of server { ${seen('f2')} }`,
      `channel f1${putIn} one reliable channel f2${putIn} two reliable`,
      'two',
    ),
    verdict: 'violated',
    right: negating(
      `role server { f2@s(c, x) :~ in(c, x), server(s) }
       role one of server { o1@c(x) :~ f1(c, x) }
       role two of server { f1@s(c, x) :~ f2(c, x), server(s) ${seen('f2')} }`,
      `channel f1${putIn} one reliable channel f2${putIn} two reliable`,
      'two',
    ),
    pools: [pool('in(0, 1)', 'q(0, 1)')],
  },
  {
    name: 'monotonic: facts are not kept',
    original: subscribing(
      `role server {
         relation s(x: int) relation asked(c: client)
         s(x) :- put(_, x) persist s stored@c(x) :~ put(c, x)
         asked(c) :- ask(c) persist asked told@c(x) :~ asked(c), s(x)
       }`,
      'server',
      '',
    ),
    wrong: subscribing(
      `role server {
         relation s(x: int)
         s(x) :- put(_, x) persist s stored@c(x) :~ put(c, x) fs@m(x) :~ s(x), server(m)
       }
       role half of server {
         relation asked(c: client)
         asked(c) :- ask(c) persist asked told@c(x) :~ asked(c), fs(x)
       }`,
      'half',
      'channel fs(x: int): server -> half reliable',
    ),
    verdict: 'stalls',
    right: subscribing(
      `role server {
         relation s(x: int)
         s(x) :- put(_, x) persist s stored@c(x) :~ put(c, x) fs@m(x) :~ s(x), server(m)
       }
       role half of server {
         relation asked(c: client) relation s2(x: int)
         s2(x) :- fs(x) persist s2
         asked(c) :- ask(c) persist asked told@c(x) :~ asked(c), s2(x)
       }`,
      'half',
      'channel fs(x: int): server -> half reliable',
    ),
    pools: [pool('put(0, 1)', 'ask(0)')],
    scope: { crashes: 0 },
  },
  {
    name: 'functional: a clause with negation is moved',
    original: stopping(`role server { ${stopped} ok@c(x) :~ put(c, x), !stopped(x) }`, ''),
    wrong: stopping(
      `role server {
         ${stopped} fput@s(c, x) :~ put(c, x), server(s) fstop@s(x) :~ stopped(x), server(s)
       }
       role half of server {
         relation stopped2(x: int)
         stopped2(x) :- fstop(x) persist stopped2 ok@c(x) :~ fput(c, x), !stopped2(x)
       }`,
      `channel fput${putIn} half reliable channel fstop(x: int): server -> half reliable`,
    ),
    verdict: 'violated',
    right: stopping(
      `role server { ${stopped} fok@s(c, x) :~ put(c, x), !stopped(x), server(s) }
       role half of server { ok@c(x) :~ fok(c, x) }`,
      `channel fok${putIn} half reliable`,
    ),
    pools: [pool('stop(0, 1)', 'put(0, 1)')],
  },
  {
    name: 'co-hashing: on a column that is no key',
    original: winning('', ''),
    wrong: winning('parts 2', 'by (x)'),
    verdict: 'violated',
    right: winning('parts 2', 'by (k)'),
    pools: [pool('put(0, 1, 1)', 'put(0, 1, 2)', '1: put(1, 2, 1)')],
  },
  {
    name: 'co-hashing: two channels routed apart',
    original: pairing('', '', ''),
    wrong: pairing('parts 2', 'by (k)', 'by (x)'),
    verdict: 'stalls',
    right: pairing('parts 2', 'by (k)', 'by (k)'),
    pools: [pool('left(0, 1, 1)', 'right(0, 1, 2)')],
  },
];
