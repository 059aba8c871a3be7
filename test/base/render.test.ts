import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Diagnostic, defineMessages } from '../../src/base/diagnostic.ts';
import { diagnosticsJson } from '../../src/base/diagnostic-json.ts';
import {
  defaultRenderOptions,
  plainPalette,
  renderDiagnostic,
  renderDiagnostics,
  renderShort,
} from '../../src/base/render.ts';
import type { Source, Span } from '../../src/base/source.ts';

const program = `protocol paxos;

relation p2b(slot: Slot, ballot: Ballot, from: Acceptor);
relation committed(slot: Slot, cmd: Cmd) @replica;

role leader {
  lead(b) :- ballot(b), !demoted(b);
  demoted(b) :- lead(b2), b2 > b;

  quorum(s) :- p2bb(s, b, a);
  chosen(s, c) :- quorum(s), p2b(s, b);
}
`;
const source: Source = { name: 'paxos.ir', text: program };

const messages = defineMessages<{
  IR0201: { name: string; near: string };
  IR0302: { name: string; declared: Span };
  IR0401: { from: string; to: string; back: Span };
  IR0503: { name: string; declared: Span };
  IR0701: { name: string };
  CF0001: { name: string };
}>()({
  IR0201: {
    title: 'a relation that is not declared',
    render: ({ name, near }) => ({
      message: `unknown relation \`${name}\``,
      label: 'not declared in this protocol',
      help: [`did you mean \`${near}\`?`],
    }),
  },
  IR0302: {
    title: 'an atom with the wrong number of columns',
    render: ({ name, declared }) => ({
      message: `\`${name}\` takes 3 columns, but this atom gives 2`,
      label: 'missing `from: Acceptor`',
      labels: [{ span: declared, message: 'declared here with 3 columns' }],
      help: ['use `_` for a column you do not need: `p2b(s, b, _)`'],
    }),
  },
  IR0401: {
    title: 'negation through recursion',
    render: ({ from, to, back }) => ({
      message: 'negation inside a recursive cycle, so no evaluation order exists',
      label: `\`${from}\` needs the complete \`${to}\` ...`,
      labels: [{ span: back, message: `... but \`${to}\` is derived from \`${from}\`` }],
      notes: [{ message: `cycle: ${from} -(not)-> ${to} -> ${from}` }],
      help: [
        'break the cycle in time, so that the clause reads what the tick before derived and every stratum is complete: `demoted(b) :+ lead(b2), b2 > b;`',
      ],
    }),
  },
  IR0503: {
    title: 'a read across roles',
    render: ({ name, declared }) => ({
      message: `\`${name}\` lives on \`replica\``,
      notes: [{ message: 'placed here', span: declared }, { message: 'only channels cross roles' }],
    }),
  },
  IR0701: {
    title: 'a relation that nothing reads',
    severity: 'warning',
    render: ({ name }) => ({ message: `nothing reads \`${name}\`` }),
  },
  CF0001: {
    title: 'an unknown parameter',
    render: ({ name }) => ({
      message: `no parameter \`${name}\``,
      help: ['the program has: `f`'],
    }),
  },
});

/** The place of the n-th occurrence of a piece of the program. */
function at(piece: string, occurrence: number = 1): Span {
  let start = -1;
  for (let seen = 0; seen < occurrence; seen++) start = program.indexOf(piece, start + 1);
  expect(start, `the program contains ${piece}`).toBeGreaterThanOrEqual(0);
  return { start, end: start + piece.length };
}

const unknownRelation = messages.report('IR0201', at('p2bb'), { name: 'p2bb', near: 'p2b' });

test('all findings of a file, in source order, with a count', () => {
  const found = [
    messages.report('IR0302', at('p2b(s, b)'), {
      name: 'p2b',
      declared: at('p2b(slot: Slot, ballot: Ballot, from: Acceptor)'),
    }),
    unknownRelation,
    messages.report('IR0401', at('!demoted(b)'), {
      from: 'lead',
      to: 'demoted',
      back: at('lead(b2)'),
    }),
    messages.report('IR0701', at('committed'), { name: 'committed' }),
  ];
  expect(renderDiagnostics(found, source)).toBe(`warning[IR0701]: nothing reads \`committed\`
 --> paxos.ir:4:10
  |
4 | relation committed(slot: Slot, cmd: Cmd) @replica;
  |          ^^^^^^^^^

error[IR0401]: negation inside a recursive cycle, so no evaluation order exists
 --> paxos.ir:7:25
  |
7 |   lead(b) :- ballot(b), !demoted(b);
  |                         ^^^^^^^^^^^ \`lead\` needs the complete \`demoted\` ...
8 |   demoted(b) :- lead(b2), b2 > b;
  |                 -------- ... but \`demoted\` is derived from \`lead\`
  |
  = note: cycle: lead -(not)-> demoted -> lead
  = help: break the cycle in time, so that the clause reads what the tick before derived and every
    stratum is complete: \`demoted(b) :+ lead(b2), b2 > b;\`

error[IR0201]: unknown relation \`p2bb\`
  --> paxos.ir:10:16
   |
10 |   quorum(s) :- p2bb(s, b, a);
   |                ^^^^ not declared in this protocol
   |
   = help: did you mean \`p2b\`?

error[IR0302]: \`p2b\` takes 3 columns, but this atom gives 2
  --> paxos.ir:11:30
   |
 3 | relation p2b(slot: Slot, ballot: Ballot, from: Acceptor);
   |          ----------------------------------------------- declared here with 3 columns
...
11 |   chosen(s, c) :- quorum(s), p2b(s, b);
   |                              ^^^^^^^^^ missing \`from: Acceptor\`
   |
   = help: use \`_\` for a column you do not need: \`p2b(s, b, _)\`

paxos.ir: 3 errors, 1 warning
`);
});

test('a note with a place gets a snippet of its own, after the others', () => {
  const found = messages.report('IR0503', at('quorum(s)', 2), {
    name: 'committed',
    declared: at('committed(slot: Slot, cmd: Cmd) @replica'),
  });
  expect(renderDiagnostic(found, source)).toBe(`error[IR0503]: \`committed\` lives on \`replica\`
  --> paxos.ir:11:19
   |
11 |   chosen(s, c) :- quorum(s), p2b(s, b);
   |                   ^^^^^^^^^
   |
   = note: only channels cross roles
note: placed here
  --> paxos.ir:4:10
   |
 4 | relation committed(slot: Slot, cmd: Cmd) @replica;
   |          ----------------------------------------`);
});

test('a finding about no place has no snippet', () => {
  const found = messages.report('CF0001', undefined, { name: 'g' });
  expect(renderDiagnostic(found, undefined)).toBe(
    'error[CF0001]: no parameter `g`\n  = help: the program has: `f`',
  );
  expect(renderDiagnostics([found], undefined)).toContain('\n\n1 error, 0 warnings\n');
  expect(renderShort(found, source)).toBe(
    'paxos.ir: error[CF0001]: no parameter `g` (the program has: `f`)',
  );
});

test('no findings, no text', () => {
  expect(renderDiagnostics([], source)).toBe('');
});

function pointing(text: string, span: Span, labels: Diagnostic['labels'] = []): string {
  const found: Diagnostic = {
    code: 'IR0001',
    severity: 'error',
    message: 'here',
    span,
    label: 'this',
    labels,
    notes: [],
    help: [],
    parameters: {},
  };
  return renderDiagnostic(found, { name: 't', text }).split('\n').slice(1).join('\n');
}

test('tabs and wide characters keep the caret under its text', () => {
  expect(pointing('\ta\tbad', { start: 3, end: 6 })).toBe(
    ' --> t:1:4\n  |\n1 |     a   bad\n  |         ^^^ this',
  );
  expect(pointing('"提案" bad', { start: 5, end: 8 })).toBe(
    ' --> t:1:6\n  |\n1 | "提案" bad\n  |        ^^^ this',
  );
  expect(pointing('"🗳️" bad', { start: 6, end: 9 })).toBe(
    ' --> t:1:6\n  |\n1 | "🗳️" bad\n  |      ^^^ this',
  );
});

test('the end of the text is shown after the last thing in it', () => {
  expect(pointing('a :- b\n\n', { start: 8, end: 8 })).toBe(
    ' --> t:1:7\n  |\n1 | a :- b\n  |       ^ this',
  );
  expect(pointing('', { start: 0, end: 0 })).toBe(' --> t:1:1\n  |\n1 |\n  | ^ this');
  expect(pointing('a', { start: 5, end: 9 })).toBe(' --> t:1:2\n  |\n1 | a\n  |  ^ this');
});

test('a span over several lines is marked on its first', () => {
  expect(pointing('r {\n  a;\n}\n', { start: 2, end: 10 })).toBe(
    ' --> t:1:3\n  |\n1 | r {\n  |   ^ this (up to line 3)',
  );
});

test('lines between: one is shown, more are an ellipsis, neighbours have none', () => {
  const label = (start: number) => [{ span: { start, end: start + 1 }, message: 'that' }];
  expect(pointing('a\nb\nc', { start: 4, end: 5 }, label(0))).toBe(
    ' --> t:3:1\n  |\n1 | a\n  | - that\n2 | b\n3 | c\n  | ^ this',
  );
  expect(pointing('a\nb\nc\nd', { start: 6, end: 7 }, label(0))).toBe(
    ' --> t:4:1\n  |\n1 | a\n  | - that\n...\n4 | d\n  | ^ this',
  );
  expect(pointing('a b', { start: 2, end: 3 }, label(0))).toBe(
    ' --> t:1:3\n  |\n1 | a b\n  | - that\n  |   ^ this',
  );
});

test('a very long line is cut around the place', () => {
  const rendered = pointing(`${'('.repeat(100_000)}x${')'.repeat(100_000)}`, {
    start: 100_000,
    end: 100_001,
  });
  const [arrow, , line, markers] = rendered.split('\n');
  expect(arrow).toBe(' --> t:1:100001');
  expect(line).toBe(`1 | …${'('.repeat(30)}x${')'.repeat(89)}…`);
  expect(markers).toBe(`  | ${' '.repeat(31)}^ this`);
});

test('characters that would move the cursor are made visible', () => {
  const rendered = pointing('a\u001b[31m\u0000\ud800\u202eb', { start: 8, end: 9 });
  expect(rendered).toContain('1 | a␛[31m␀\ufffd\ufffdb\n  |         ^ this');
});

test('the short form is one line', () => {
  expect(renderShort(unknownRelation, source)).toBe(
    'paxos.ir:10:16: error[IR0201]: unknown relation `p2bb` (did you mean `p2b`?)',
  );
});

test('more findings than shown are counted', () => {
  const found = ['lead', 'demoted', 'quorum'].map((name) =>
    messages.report('IR0201', at(name), { name, near: 'p2b' }),
  );
  const text = renderDiagnostics(found, source, { ...defaultRenderOptions, shownMax: 1 });
  expect(text.match(/^error/gm)).toHaveLength(1);
  expect(text).toMatch(/\npaxos\.ir: 3 errors, 0 warnings \(2 more not shown\)\n$/);
});

test('colours touch only the parts they are for', () => {
  const palette = { ...plainPalette, error: (text: string) => `<${text}>` };
  const text = renderDiagnostic(unknownRelation, source, { ...defaultRenderOptions, palette });
  expect(text).toContain('<error[IR0201]>: unknown relation');
  expect(text).toContain('   |                <^^^^ not declared in this protocol>\n');
});

test('the JSON form resolves every place', () => {
  const found = messages.report('IR0302', at('p2b(s, b)'), { name: 'p2b', declared: at('p2b') });
  expect(diagnosticsJson([found], source)).toEqual([
    {
      code: 'IR0302',
      severity: 'error',
      message: '`p2b` takes 3 columns, but this atom gives 2',
      file: 'paxos.ir',
      range: {
        start: { line: 11, column: 30, offset: 272 },
        end: { line: 11, column: 39, offset: 281 },
      },
      label: 'missing `from: Acceptor`',
      labels: [
        {
          message: 'declared here with 3 columns',
          range: {
            start: { line: 3, column: 10, offset: 26 },
            end: { line: 3, column: 13, offset: 29 },
          },
        },
      ],
      notes: [],
      help: ['use `_` for a column you do not need: `p2b(s, b, _)`'],
    },
  ]);
});

test('any text and any place can be shown, and no character escapes the frame', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 300 });
  fc.assert(
    fc.property(texts, fc.nat(400), fc.nat(400), fc.nat(400), (text, start, end, other) => {
      const labels = [{ span: { start: other, end: other + 3 }, message: text.slice(0, 20) }];
      const rows = pointing(text, { start, end }, labels).split('\n');
      expect(rows.length).toBeGreaterThanOrEqual(4);
      for (const row of rows.slice(1)) expect(row).toMatch(/^(\d+ \|| +\||\.\.\.$)/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not appear
      expect(rows.join('')).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e]/);
    }),
    { seed: 3, numRuns: 300 },
  );
});
