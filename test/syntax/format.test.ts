/** The canonical text, and where comments go. */
import { expect, test } from 'vitest';
import { format } from '../../src/syntax/format.ts';

function formatted(text: string): string {
  const result = format({ name: 'format.ir', text });
  return result.kind === 'ok' ? result.value : result.error.map((found) => found.code).join();
}

test('blanks, line ends and redundant parentheses go, and single blank lines stay', () => {
  const text = `param   f=1



role client   external
role a[ (f) ]{

  relation r ( x:int,y : (int , string) )key( x )


  r(x,(1+2,"a\\"b")) :- q( x ),((x)>1&&!(x<2||x==3)),
      x - (1 - 2) - 3 == -x * (2 + 3)
  r( -5 ,y):+r(_, y)   , - (5)<0

}
`;
  expect(formatted(text)).toBe(`param f = 1

role client external
role a[f] {
  relation r(x: int, y: (int, string)) key (x)

  r(x, (1 + 2, "a\\"b")) :- q(x), x > 1 && !(x < 2 || x == 3), x - (1 - 2) - 3 == -x * (2 + 3)
  r(-5, y) :+ r(_, y), -(5) < 0
}
`);
});

test('what is longer than a line is broken between literals, columns and flags', () => {
  const text = `role aaaaaaaaaaaaaaaaaaaa {
  head(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy) :- first(xxxxxxxxxxxxxxxx, _), second(yyyyyyyyyyyyyyyyyyyy), third(_, _), xxxxxxxxxxxxxxxx > 3
  persist head(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy) until first(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy), xxxxxxxxxxxxxxxx > 3
}
channel ccccccccccccccccccccc(xxxxxxxxxxxxxxxx: int, yyyyyyyyyyyyyyyyyyyy: int): aaaaaaaaaaaaaaaaaaaa -> bbbbb reliable key (xxxxxxxxxxxxxxxx)
function f(x: int): int = if x > 100000000000000 then 2000000000000000 else if x > 100000000000000 then 3 else 4
invariant iiiiiiiiiiiiiiiiiii: head(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy), head(xxxxxxxxxxxxxxxx, zzz) => yyyyyyyyyyyyyyyyyyyy == zzz
`;
  const lines = formatted(text).split('\n');
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  expect(lines.slice(0, 8)).toEqual([
    'role aaaaaaaaaaaaaaaaaaaa {',
    '  head(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy) :- first(xxxxxxxxxxxxxxxx, _),',
    '    second(yyyyyyyyyyyyyyyyyyyy), third(_, _), xxxxxxxxxxxxxxxx > 3',
    '  persist head(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy)',
    '    until first(xxxxxxxxxxxxxxxx, yyyyyyyyyyyyyyyyyyyy), xxxxxxxxxxxxxxxx > 3',
    '}',
    'channel ccccccccccccccccccccc(xxxxxxxxxxxxxxxx: int,',
    '  yyyyyyyyyyyyyyyyyyyy: int): aaaaaaaaaaaaaaaaaaaa -> bbbbb reliable key (xxxxxxxxxxxxxxxx)',
  ]);
});

test('comments stay with what they stand at', () => {
  const text = `// The program.

// Before a declaration.
role a { // behind the header
  // first in the block

  relation r(x: int) // behind a relation
  relation s(x: int, // inside of one
    y: int)

  r(x) :- // behind the head
    s(x, _), // behind a literal
    // before a literal

    s(_, x) // behind a clause
  // last in the block
} // behind the block
workload {
  // no command
}
// the end
`;
  expect(formatted(text)).toBe(`// The program.

// Before a declaration.
role a { // behind the header
  // first in the block

  relation r(x: int) // behind a relation
  // inside of one
  relation s(x: int, y: int)

  r(x) :- // behind the head
    s(x, _), // behind a literal
    // before a literal

    s(_, x) // behind a clause
  // last in the block
} // behind the block
workload {
  // no command
}
// the end
`);
});

test('a program that can not be read is not formatted', () => {
  expect(formatted('role a { r(x :- s(x) }')).toBe('IR0101');
  expect(formatted('')).toBe('');
  expect(formatted('// only a comment')).toBe('// only a comment\n');
});

test('text with errors beyond grammar is formatted all the same', () => {
  expect(formatted('role a {\n r(x):-unknown(y)\n}')).toBe('role a {\n  r(x) :- unknown(y)\n}\n');
});
