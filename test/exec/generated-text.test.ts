import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { Machine } from '../../src/exec/machine.ts';
import type { Program } from '../../src/ir/program.ts';
import { codeOf, message, printOutgoing, programOf, roleOf, runnerOf } from './role-runner.ts';

test('the text of a role has each clause above the code that it became', () => {
  const program = roleOf(`
  relation r(x: int, y: int)
  r(x, y) :- in(x, y), x < y
  persist r
  out@p(x, y) :~ r(x, y), left(p)`);
  const { text } = codeOf(program, 'n');
  expect(text).toContain('// role n');
  expect(text).toMatch(/\/\/ n\.1 {2}r\(x, y\) :- in\(x, y\), x < y\nfunction run_r_0\(\) \{/);
  expect(text).toContain('// n.3  out@p(x, y) :~ r(x, y), left(p)');
  expect(text.split('\n').every((line) => !/^(class|function) .*undefined/.test(line))).toBe(true);
});

const nasty = [
  '"); globalThis.injected = 1; ("',
  "'; globalThis.injected = 1; //",
  '*/ globalThis.injected = 1; /*',
  '// a comment\nglobalThis.injected = 1;',
  '\u2028globalThis.injected = 1;\u2029',
  ['`$', '{(globalThis.injected = 1)}`'].join(''),
  '\\',
];

test('strings of a program are data, whatever they hold', () => {
  const rows = nasty.map((text, at) => `(${at}, ${JSON.stringify(text)})`).join(', ');
  const named = nasty.map((text, at) => `said(${at}) :- hears(${JSON.stringify(text)})`);
  const program = programOf(`
role left { relation got(x: int, y: string)
  got(x, y) :- out(x, y) }
role n {
  static table(x: int, y: string) { ${rows} }
  relation said(x: int)
  ${named.join('\n  ')}
  out@p(x, y) :~ said(x), table(x, y), left(p)
}
channel hears(y: string): left -> n
channel out(x: int, y: string): n -> left
`);
  const node = runnerOf(program, 'n');
  for (const [at, text] of nasty.entries()) {
    expect(node.settle(message('hears', text))).toEqual([`out@0(${at}, ${JSON.stringify(text)})`]);
  }
  expect(Reflect.get(globalThis, 'injected')).toBeUndefined();
});

/** The program with another name for a relation and a variable, as no parser would let through. */
function renamed(program: Program, from: string, to: string): Program {
  const text = JSON.stringify(program).replaceAll(JSON.stringify(from), JSON.stringify(to));
  return JSON.parse(text) as Program;
}

test.each(nasty)('names become identifiers: %j', (name) => {
  const program = roleOf(`
  relation there(x: int)
  there(here) :- ping(here)
  persist there
  out@p(x, here) :~ there(x), ping(here), left(p)`);
  const node = runnerOf(renamed(renamed(program, 'there', `r${name}`), 'here', `v${name}`), 'n');
  node.settle(message('ping', 4));
  expect(node.settle(message('ping', 5)).toSorted()).toEqual(['out@0(4, 5)', 'out@0(5, 5)']);
  expect(Reflect.get(globalThis, 'injected')).toBeUndefined();
});

test('expressions that nest deeper than a parser likes are split into functions', () => {
  const deep = (levels: number): string => `${'('.repeat(levels)}x${' + 1)'.repeat(levels)}`;
  const program = roleOf(`  out@p(x, ${deep(150)}) :~ ping(x), left(p)`);
  const node = runnerOf(program, 'n');
  expect(node.settle(message('ping', 7))).toEqual(['out@0(7, 157)']);
  expect(node.code.text).toContain('function part_');
});

test('what never holds at one time is no fault, though a change may meet what held before it', () => {
  // From (1, 2) to (2, 3): the new x meets the old y, and 1 / (x - y) has no value there.
  const program = roleOf(`
  relation a(x: int)
  relation b(y: int)
  relation h(z: int)
  a(x) :+ in(x, _)
  b(y) :+ in(_, y)
  a(x) :+ a(x), !in(_, _)
  b(y) :+ b(y), !in(_, _)
  h(1 / (x - y)) :- a(x), b(y)
  out@p(z, 0) :~ h(z), left(p)`);
  const machine = new Machine(codeOf(program, 'n'), 0);
  const settle = (x: number, y: number): readonly string[] => {
    const sent: string[] = [];
    let inbox = [message('in', x, y)];
    do {
      const result = machine.tick(inbox);
      if (result.kind === 'fault') return [result.fault.message];
      sent.push(...result.outbox.map(printOutgoing));
      inbox = [];
    } while (!machine.settled);
    return sent;
  };
  expect(settle(1, 2)).toEqual(['out@0(-1, 0)']);
  expect(settle(2, 3)).toEqual([]);
  expect(settle(3, 2)).toEqual(['out@0(1, 0)']);
  // One that holds is a fault, tick after tick, and the machine stays where the last good tick left it.
  const before = machine.save();
  expect(settle(5, 5)).toEqual(['division by zero']);
  expect(settle(2, 3)).toEqual(['division by zero']);
  machine.load(before);
  expect(settle(2, 3)).toEqual(['out@0(-1, 0)']);
});

test('what a program forgets is freed', () => {
  const program = roleOf(`
  relation open(x: int, y: int)
  relation wide(y: int)
  relation size(n: int)
  relation top(x: int)
  open(x, y) :- in(x, y)
  persist open(x, _) until ping(x)
  wide(y) :- open(_, y)
  size(count<x>) :- open(x, _)
  top(max<x>) :- open(x, _)
  out@p(x, n) :~ top(x), size(n), left(p)`);
  const machine = new Machine(codeOf(program, 'n'), 0);
  const settle = (inputs: Parameters<Machine['tick']>[0]): void => {
    machine.tick(inputs);
    while (!machine.settled) machine.tick([]);
  };
  settle([]);
  machine.tick([]);
  const empty = machine.records();
  for (let x = 0; x < 3000; x++) settle([message('in', x, x)]);
  const slot = machine.code.names.indexOf('open');
  expect(machine.carriedCount(slot)).toBe(3000);
  expect(machine.facts(machine.code.names.indexOf('top'))).toEqual([[2999]]);
  for (let x = 2999; x >= 1; x--) settle([message('ping', x)]);
  expect(machine.facts(machine.code.names.indexOf('top'))).toEqual([[0]]);
  settle([message('ping', 0)]);
  machine.tick([]);
  expect(machine.records()).toBe(empty);
  expect(defined(machine.save().carried[slot], 'the relation').size).toBe(0);
});

test('a default over one fact stands beside a body of one fact', () => {
  const node = runnerOf(
    roleOf(`
  timer tick every 10
  relation size(n: int, x: int)
  size(count<1> default 9 over ping(1), 1) :- tick()
  out@p(n, x) :~ size(n, x), left(p)`),
    'n',
  );
  expect(node.tick(message('ping', 1))).toEqual(['out@0(9, 1)']);
  expect(node.tick({ kind: 'timer', timer: 'tick' })).toEqual([]);
  expect(node.tick({ kind: 'timer', timer: 'tick' }, message('ping', 1))).toEqual(['out@0(1, 1)']);
});
