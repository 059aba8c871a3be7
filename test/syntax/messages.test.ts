/** One text for each code: what is found, and the words that the caret stands under. */
import { expect, test } from 'vitest';
import type { Diagnostic } from '../../src/base/diagnostic.ts';
import { textAt } from '../../src/base/source.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { syntaxMessages } from '../../src/syntax/messages.ts';

/** The code, the text under the caret, and the program. `~` is a role around what is a role's member. */
type Row = readonly [code: string, caret: string, text: string];

const rows: readonly Row[] = [
  // Characters.
  ['IR0001', '§', '~ r(x) :+ r(x) §'],
  ['IR0002', '"open', '~ r("open\n r(x) :+ r(x)'],
  ['IR0003', '"\\q"', '~ s("\\q") :+ s(_)'],
  ['IR0004', '99999999999999999999', '~ r(99999999999999999999) :+ r(_)'],
  ['IR0005', '3x', '~ r(3x) :+ r(_)'],
  ['IR0006', '/*', '~ /* not\n ours */ r(x) :+ r(x)'],
  ['IR0006', '#', '~ # not ours\n r(x) :+ r(x)'],
  // Grammar.
  ['IR0101', '+', '~ r(x) :+ r(+)'],
  ['IR0102', 'channel', 'role a {\n relation r(x: int)\n r(x) :+ r(x)\nchannel c(x: int): a -> a'],
  ['IR0103', '(', `~ r(x) :+ r(x), x > ${'('.repeat(300)}1${')'.repeat(300)}`],
  ['IR0104', 'key', '~ relation key(x: int)\n r(x) :+ r(x)'],
  ['IR0105', 's', '~ r(x) :+ r(x) s(x)'],
  ['IR0106', 'r', 'r(x) :+ r(x)\nrole a {\n relation q(x: int)\n q(x) :+ q(x)\n}'],
  ['IR0107', 'r', '~ r(1)\n r(x) :+ r(x)'],
  ['IR0108', 'not', '~ r(x) :+ r(x), not s(x)'],
  ['IR0109', ';', '~ r(x) :+ r(x);'],
  ['IR0110', '<', '~ r(x) :+ r(x), 1 < x < 3'],
  ['IR0111', '=', '~ r(x) :+ r(x), x + 1 = 3'],
  ['IR0112', '', 'param f = 1'],
  ['IR0113', 'lossy', 'channel c(x: int): a -> a reliable lossy\n~ r(x) :+ r(x)'],
  ['IR0114', 'chanel', '~ r(x) :+ r(x)\n}\nchanel c(x: int): a -> a {'],
  ['IR0115', 'count<x', '~ r(x) :+ r(x), count<x> >= 3'],
  ['IR0116', 'isue', 'workload {\n isue c(1) to a until c(_)\n}\n~ r(x) :+ r(x)'],
  ['IR0117', ',', '~ r(x) :+ r(x),'],
  // Names.
  ['IR0201', 'rr', '~ r(x) :+ rr(x)'],
  ['IR0202', 'itn', '~ relation q(x: itn)\n q(x) :+ q(x)'],
  ['IR0203', 'b', 'channel c(x: int): a -> b\n~ r(x) :+ r(x)'],
  ['IR0204', 'hsh(x)', '~ r(x) :+ r(x), hsh(x) == 3'],
  ['IR0205', 'r', '~ relation r(x: int)\n r(x) :+ r(x)'],
  ['IR0206', 'hash', 'function hash(x: int): int = x\n~ r(x) :+ r(x)'],
  ['IR0207', 'workload {', 'workload {\n}\nworkload {\n}\n~ r(x) :+ r(x)'],
  ['IR0208', 'y', '~ relation q(x: int) key (y)\n q(x) :+ q(x)'],
  ['IR0209', 'q', '~ init q(1)\n r(x) :+ r(x)'],
  ['IR0210', 'y', '~ r(y) :+ r(_)'],
  ['IR0211', 'x = 3', '~ r(x) :+ r(x), x = 3'],
  ['IR0215', 'f', 'param f = g\nparam g = f\n~ r(f) :+ r(_)'],
  ['IR0216', 'f = 3', 'param f = 1\n~ r(x) :+ r(x), f = 3'],
  // Types and arity.
  ['IR0301', '"a"', '~ r("a") :+ r(_)'],
  ['IR0302', 'r(x, 1)', '~ r(x) :+ r(x, 1)'],
  ['IR0303', 'b < true', '~ t(b) :+ t(b), b < true\n relation t(b: bool)'],
  ['IR0304', 'abs()', '~ r(abs()) :+ r(_)'],
  ['IR0305', '_', '~ r(_) :+ r(_)'],
  ['IR0306', 'me', 'invariant i: r(x) => x == me\n~ r(x) :+ r(x)'],
  ['IR0307', 'hash(1)', 'param f = hash(1)\n~ r(f) :+ r(_)'],
  ['IR0308', '1 - 2', 'role b[1 - 2] {\n}\n~ r(x) :+ r(x)'],
  ['IR0309', 'int', '~ relation q(x: map<int, int>)\n q(x) :+ q(x)'],
  ['IR0310', 'x.0', '~ r(x.0) :+ r(x)'],
  ['IR0311', 'x', '~ q(x, index<y>) :+ s(y), r(x)\n relation q(x: int, i: int)'],
  [
    'IR0312',
    'x',
    '~ q(x, count<y> default 0 over r(_)) :+ s(y), r(x)\n relation q(x: int, n: int)',
  ],
  [
    'IR0313',
    'lattice L(a: K, b: K) = a',
    'lattice K(a: int, b: int) = a\nlattice L(a: K, b: K) = a\n~ r(x) :+ r(x)',
  ],
  ['IR0319', 'bool', 'lattice L(a: int, b: bool) = a\n~ r(x) :+ r(x)'],
  ['IR0314', 's(x)', '~ r(x) :+ r(x), s(x) == 1'],
  ['IR0317', 'size(x)', '~ r(x) :+ r(x), size(x) > 3'],
  ['IR0318', '_', '~ relation q(x: (int, int))\n r(x) :+ r(x), !q((x, _))\n q(x) :+ q(x)'],
  // Order and time.
  ['IR0401', '!s(x)', '~ r(x) :- s(x)\n s(x) :- r(x), !s(x)'],
  ['IR0402', 'r(x)', '~ r(count<x>) :- r(x)'],
  ['IR0403', 'm(x)', '~ m(x) :- r(x)\n r(x) :- m(x)\n relation m(x: max<int>)'],
  ['IR0404', 'r(x)', '~ r(x) :+ stable r(x)'],
  ['IR0405', 't', '~ timer t every 3\n t() :- r(_)'],
  ['IR0406', '0', '~ persist r(0) until s(_)'],
  ['IR0407', 't()', '~ timer t every 3\n r(1) :- after 10 since t()'],
  // Placement.
  ['IR0501', '{', 'role b external {\n}\n~ r(x) :+ r(x)'],
  ['IR0502', 'c', 'channel c(x: int): a -> a\n~ c(x) :- r(x)'],
  ['IR0503', 'far', 'role b {\n relation far(x: int)\n far(x) :+ far(x)\n}\n~ r(x) :+ far(x)'],
  ['IR0504', 'c', 'role b {\n}\nchannel c(x: int): a -> b\n~ r(x) :+ c(x)'],
  ['IR0505', 'c', 'role b {\n}\nchannel c(x: int): b -> a\n~ c@me(x) :~ r(x)'],
  ['IR0506', 'c', 'channel c(x: int): a -> a\n~ c(x) :~ r(x)'],
  ['IR0507', 'me', '~ r@me(x) :+ r(x)'],
  ['IR0508', 'c', '~ c@me(x) :~ r(x)'],
  ['IR0509', 'c', 'role b parts 2 {\n}\nchannel c(x: int): a -> b\n~ c@p(x) :~ r(x), b(p)'],
  ['IR0510', 'c', 'channel c(x: int): a -> a by (x)\n~ c@me(x) :~ r(x)'],
  ['IR0511', 'b', 'role b[3] of a {\n}\n~ r(x) :+ r(x)'],
  ['IR0513', 'c', 'role b external\nchannel c(x: int): b -> b\n~ r(x) :+ r(x)'],
  // Invariants, history and workload.
  ['IR0601', '!r(x)', 'invariant i: s(x), !r(x) => false\n~ r(x) :+ r(x)'],
  ['IR0602', 'p', '~ r(x) :+ r@p(x)'],
  ['IR0603', 'q', 'invariant i: q(x) => x > 1\n~ r(x) :+ r(x)'],
  ['IR0604', 'r', 'invariant i: r(x) => x == x\nrole b {\n relation r(x: bool)\n}\n~ r(x) :+ r(x)'],
  [
    'IR0605',
    'p',
    'invariant i: r@p(x) => x == 1\nrole b {\n relation r(x: int)\n}\n~ r(x) :+ r(x)',
  ],
  ['IR0606', 'c', 'workload {\n issue c(1) to a until c(_)\n}\n~ r(x) :+ r(x)'],
  ['IR0607', 'c(1)', client('issue c(1) to b until d(_)')],
  ['IR0608', 'keys 0', client('issue c(1) to a until d(_)\n keys 0')],
  ['IR0609', 'd', client('issue d(1) to a until d(_)')],
  ['IR0610', 'workload {', client('keys 3')],
  ['IR0611', 'bytes(3)', client('issue c(bytes(3)) to a until d(_)')],
  ['IR0612', 'key', client('issue c(1) to a until d(key)')],
  ['IR0613', 'write c(x) -> d(y) key y value x', history('write c(x) -> d(y) key y value x')],
  ['IR0614', 'keys 5000000000', client('issue c(1) to a until d(_)\n keys 5000000000')],
  // Unused.
  ['IR0701', 'y', '~ r(x) :+ r(x), s(y)\n s(x) :+ r(x)'],
  ['IR0702', 's', '~ s(x) :+ r(x)\n r(x) :+ r(x)'],
  ['IR0703', 'q', '~ relation q(x: int)\n r(x) :+ q(x), r(x)'],
  ['IR0704', 'f', 'param f = 1\n~ r(x) :+ r(x)'],
  ['IR0705', 'c', 'channel c(x: int): a -> a\n~ r(x) :+ r(x)'],
  ['IR0706', 'y = x', '~ r(x) :+ r(x), y = x'],
];

function client(workload: string): string {
  const ends = 'role u external\nrole b {\n}\nchannel c(x: int): u -> a\nchannel d(x: int): a -> u';
  return `${ends}\nworkload {\n ${workload}\n}\n~ d@u2(x) :~ c(x), u(u2)`;
}

function history(operation: string): string {
  const ends = 'role u external\nchannel c(x: int): u -> a\nchannel d(x: int): a -> u';
  return `${ends}\nhistory h {\n ${operation}\n}\n~ d@u2(x) :~ c(x), u(u2)`;
}

/** A role `a` with relations `r` and `s` of an integer around everything behind `~`. */
function program(text: string): string {
  if (!text.includes('~')) return text;
  const [before, inside] = text.split(/^~/m);
  return `${before}role a {\n relation r(x: int)\n relation s(x: int)\n${inside}\n}\n`;
}

function findings(text: string): readonly Diagnostic[] {
  const loaded = loadProgram({ name: 'row.ir', text });
  return loaded.kind === 'ok' ? loaded.value.warnings : loaded.error;
}

test.each(rows)('%s at `%s`', (code, caret, text) => {
  const whole = program(text);
  const found = findings(whole).find((each) => each.code === code);
  expect(findings(whole).map((each) => each.code)).toContain(code);
  const span = found?.span ?? { start: 0, end: 0 };
  expect(textAt({ name: 'row.ir', text: whole }, span)).toBe(caret);
  expect(found?.message).toMatch(/^[^.]*(\.\.[^.]*)*[^.]$/);
  expect(JSON.stringify(found)).not.toMatch(/undefined|\[object/);
});

test('every code has its row', () => {
  const withoutText = ['IR0213', 'IR0214'];
  const tested = new Set([...rows.map(([code]) => code), ...withoutText]);
  expect([...syntaxMessages.titles.keys()].filter((code) => !tested.has(code))).toEqual([]);
});

test('an error of grammar hides no error elsewhere, and names of what is broken are not unknown', () => {
  const text = `role a {
  relation r(x: )
  relation s(x: int)
  r(x) :- s(x), s(x y)
  s(x) :+ s(x), t(x)
  s(y) :+ s(_)
}
channel c(x: int): a -> d
`;
  expect(findings(text).map((each) => [each.code, each.span?.start])).toEqual([
    ['IR0101', text.indexOf(')\n  relation s')],
    ['IR0101', text.indexOf('y)')],
    ['IR0201', text.indexOf('t(x)')],
    ['IR0210', text.indexOf('y) :+')],
    ['IR0203', text.indexOf('d\n')],
  ]);
});

test('an unknown relation is no error of arity, and a wrong argument is one error', () => {
  expect(findings(program('~ r(x) :+ rr(x, 1, 2)')).map((each) => each.code)).toEqual(['IR0201']);
  expect(findings(program('~ r(x) :+ r(x), x + "a" > 2')).map((each) => each.code)).toEqual([
    'IR0301',
  ]);
});

test('a built-in function whose value is no truth value is a relation that somebody forgot to declare', () => {
  const [found, ...more] = findings(program('~ r(x) :+ get(x, x, 3)'));
  expect(more).toEqual([]);
  expect([found?.code, found?.help]).toEqual([
    'IR0201',
    [
      'declare it: `relation get(..)` in role `a`, or a `channel`',
      "or compare the function's value: `get(..) == ..`",
    ],
  ]);
  const calls = findings(program('~ r(x) :+ r(x), verify(1, 2, "s")'));
  expect(calls.filter((each) => each.severity === 'error')).toEqual([]);
});

test('the cycle of a negation shows both of its clauses and a way out', () => {
  const text = program('~ r(x) :- s(x), !s(x)\n s(x) :- r(x)');
  const [cycle] = findings(text).filter((each) => each.code === 'IR0401');
  expect(cycle?.label).toBe('`r` needs the complete `s` here ..');
  expect(cycle?.labels.map((label) => textAt({ name: '', text }, label.span))).toEqual(['s(x)']);
  expect(cycle?.notes).toEqual([{ message: 'cycle: s -> r -> s' }]);
  expect(cycle?.help).toEqual([
    'break the cycle in time: `r(x) :+ ..` derives it for the next tick',
  ]);
});

test('parameters come from outside only if they are known integers', () => {
  const text = program('param size = 3\n~ r(size) :+ r(_)\n');
  const load = (set: Record<string, number>): readonly string[] => {
    const loaded = loadProgram({ name: 'row.ir', text }, { set });
    return loaded.kind === 'ok'
      ? loaded.value.program.parameters.map((each) => `${each.name}=${each.value}`)
      : loaded.error.map((each) => `${each.code} ${each.help.join()}`);
  };
  expect(load({})).toEqual(['size=3']);
  expect(load({ size: 5 })).toEqual(['size=5']);
  expect(load({ sise: 5 })).toEqual(['IR0213 did you mean `size`?']);
  expect(load({ size: 0.5 })).toEqual(['IR0214 ']);
});
