/** Recovery, and texts that no one writes by hand. */
import { expect, test } from 'vitest';
import { lineIndex, positionAt } from '../../src/base/source.ts';
import { format } from '../../src/syntax/format.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { parse } from '../../src/syntax/parser.ts';

/** Lines and codes of what is wrong with the grammar. */
function wrong(text: string): readonly string[] {
  const index = lineIndex(text);
  return parse({ name: 'p.ir', text }).diagnostics.map(
    (found) => `${positionAt(index, found.span?.start ?? 0).line} ${found.code}`,
  );
}

function kinds(text: string): readonly string[] {
  return parse({ name: 'p.ir', text }).items.flatMap((item) =>
    item.kind === 'role' ? item.members.map((member) => member.kind) : [item.kind],
  );
}

test('an error ends its clause, and the next one is read', () => {
  const text = `role a {
  relation r(x: int
  r(x) :- r(x),
  r(x) :- r(,)
  r(x) :- { r(x) }
  r(x) :- (r(x)
  r(x) :- r(x), y = if x then 3
  r(x) :- r(x)
}
chanel c
channel c(x: int): a
channel d(x: int): a -> a
`;
  expect(wrong(text)).toEqual([
    '3 IR0102',
    '3 IR0117',
    '4 IR0101',
    '7 IR0102',
    '8 IR0101',
    '10 IR0114',
    '12 IR0101',
  ]);
  expect(kinds(text).at(-1)).toBe('channel');
  expect(kinds(text).filter((kind) => kind === 'clause').length).toBeGreaterThanOrEqual(2);
});

test('a block that is not closed ends where the next declaration starts', () => {
  const text =
    'role a {\n relation r(x: int)\n r(x) :+ r(x)\nrole b {\n}\nworkload {\n keys 3\ntype T\n';
  expect(wrong(text)).toEqual(['4 IR0102', '8 IR0102']);
  expect(kinds(text)).toEqual(['relation', 'clause', 'type']);
});

test('words of the language may be variables and columns', () => {
  const text = `role client external
role server {
  relation r(key: int, value: string, count: int, until: int, by: int)

  r(key, value, count, until, by) :- put(key, value, count, until, by), count < 3, by > until
  persist r
  max(count<key>, key) :- r(key, _, _, _, _)
  relation max(n: int, key: int)
  got@role(n) :~ max(n, key), get(role, key)
}

channel put(key: int, value: string, count: int, until: int, by: int): client -> server
channel get(role: client, key: int): client -> server
channel got(n: int): server -> client
`;
  const loaded = loadProgram({ name: 'p.ir', text });
  expect(loaded.kind === 'ok' ? [] : loaded.error.map((found) => found.message)).toEqual([]);
});

test('deep nesting is refused in a sentence, not by the stack', () => {
  const deep = 1e5;
  const texts = [
    `param x = ${'('.repeat(deep)}1${')'.repeat(deep)}`,
    `param x = ${'('.repeat(deep)}`,
    `param x = ${'-'.repeat(deep)}1`,
    `param x = ${'1 + '.repeat(deep)}1`,
    `param x = ${'if true then 1 else '.repeat(deep)}1`,
    `param x = y${'.0'.repeat(deep)}`,
    `param x = ${'f('.repeat(deep)}`,
    `role a {\n relation r(x: ${'list<'.repeat(deep)}int\n}`,
    `role a {\n r(x) :+ r(${'{'.repeat(deep)}`,
  ];
  for (const text of texts) {
    const codes = wrong(text).map((each) => each.slice(-6));
    expect(codes).toContain('IR0103');
    expect(codes.length).toBeLessThan(5);
  }
  expect(wrong(`param x = ${'1 + '.repeat(150)}1`)).toEqual([]);
});

test('files that are none', () => {
  const load = (text: string): readonly string[] => {
    const loaded = loadProgram({ name: 'p.ir', text });
    return loaded.kind === 'ok' ? [] : loaded.error.map((found) => found.code);
  };
  expect(load('')).toEqual(['IR0112']);
  expect(load('// nothing')).toEqual(['IR0112']);
  expect(load('role client external')).toEqual(['IR0112']);
  expect(load('role a {\n}')).toEqual(['IR0112']);
  expect(load('\u0000\u0001\u0002'.repeat(1000))).toEqual(['IR0001']);
  expect(load('}'.repeat(1000))).toEqual(['IR0101']);
  expect(load('\uFEFFrole a {\r\n relation r(x: int)\r\n r(x) :+ r(x)\r\n}\r\n')).toEqual([]);
});

test('four thousand clauses are loaded and formatted', () => {
  const clauses = Array.from(
    { length: 4_000 },
    (_, n) => `  r${n}(x, y + ${n}) :- r${(n * 7 + 1) % 4_000}(x, y), m(x, _), x > ${n}`,
  );
  const relations = clauses.map((_, n) => `  relation r${n}(x: int, y: int)`);
  const text = [
    'role client external',
    'role a {',
    ...relations,
    '',
    ...clauses,
    '}',
    '',
    'channel m(x: int, y: int): client -> a',
    '',
  ].join('\n');
  const source = { name: 'p.ir', text };
  expect(loadProgram(source).kind).toBe('ok');
  expect(format(source)).toEqual({ kind: 'ok', value: text });
});
