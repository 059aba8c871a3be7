/** Known good and bad histories, and agreement with a search over all orders. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOk } from '../../src/base/result.ts';
import {
  type ClientEvent,
  type ClientOperation,
  operationsOf,
  parseClientHistory,
  parseHistoryLines,
  printClientHistory,
} from '../../src/sim/judge/client-history.ts';
import { checkLinearizable } from '../../src/sim/judge/linearizability.ts';

/** `a w 1` invokes, `a ok` answers; reads say what they got: `b r`, `b ok 1`. The key is x unless `a w:y 1`. */
function history(text: string): readonly ClientEvent[] {
  const open = new Map<string, { f: 'read' | 'write'; key: string; value: string | null }>();
  return text.split('\n').flatMap((line): ClientEvent[] => {
    const [process = '', word = '', value] = line.trim().split(' ');
    if (process === '') return [];
    if (word === 'ok' || word === 'fail' || word === 'info') {
      const { f, key, value: asked } = open.get(process) ?? { f: 'read', key: 'x', value: null };
      const answer = f === 'write' ? asked : value === undefined ? null : value;
      return [{ process, type: word, f, key, value: answer }];
    }
    const [kind = '', key = 'x'] = word.split(':');
    const f = kind === 'w' ? 'write' : 'read';
    open.set(process, { f, key, value: value ?? null });
    return [{ process, type: 'invoke', f, key, value: value ?? null }];
  });
}

function judge(text: string, workMax = 100_000): string {
  const operations = operationsOf(history(text));
  return isOk(operations) ? checkLinearizable(operations.value, { workMax }).kind : 'malformed';
}

const cases: readonly (readonly [string, string, string])[] = [
  ['nothing happened', '', 'linearizable'],
  ['a read of what was written', 'a w 1\na ok\nb r\nb ok 1', 'linearizable'],
  ['a stale read', 'a w 1\na ok\nb r\nb ok', 'violated'],
  ['a read of nothing ever written', 'b r\nb ok 7', 'violated'],
  ['a read beside a write sees either', 'a w 1\nb r\nb ok\na ok', 'linearizable'],
  ['new, then old', 'a w 1\nb r\nb ok 1\nc r\nc ok\na ok', 'violated'],
  [
    'two writes side by side, seen in one order',
    'a w 1\nb w 2\na ok\nb ok\nc r\nc ok 1\nd r\nd ok 1',
    'linearizable',
  ],
  [
    'two writes side by side, seen in two orders',
    'a w 1\nb w 2\na ok\nb ok\nc r\nc ok 1\nd r\nd ok 2',
    'violated',
  ],
  ['a write without an answer is seen', 'a w 1\nb r\nb ok 1', 'linearizable'],
  ['a write without an answer is never seen', 'a w 1\nb r\nb ok\nc r\nc ok', 'linearizable'],
  [
    'a write without an answer takes effect late',
    'a w 1\na info\nb r\nb ok\nc r\nc ok 1',
    'linearizable',
  ],
  [
    'and once only',
    'a w 1\na info\nd w 2\nd ok\nb r\nb ok 1\nc r\nc ok 2\ne r\ne ok 1',
    'violated',
  ],
  ['a failed write has no effect', 'a w 1\na fail\nb r\nb ok 1', 'violated'],
  ['keys are judged apart', 'a w:x 1\na ok\nb r:y\nb ok\nc r:x\nc ok 1', 'linearizable'],
  [
    'one bad key among good ones',
    'a w:x 1\na ok\nb w:y 2\nb ok\nc r:y\nc ok 2\nd r:x\nd ok',
    'violated',
  ],
  ['an answer to nobody', 'a ok 1', 'malformed'],
  ['a process that asks twice', 'a w 1\na w 2', 'malformed'],
];

for (const [name, text, verdict] of cases) {
  test(`${name}: ${verdict}`, () => {
    expect(judge(text)).toBe(verdict);
  });
}

test('a work limit answers unknown, and names the key', () => {
  const writes = Array.from({ length: 12 }, (_, i) => `p${i} w ${i}`).join('\n');
  const answers = Array.from({ length: 12 }, (_, i) => `p${i} ok`).join('\n');
  expect(judge(`${writes}\n${answers}\nr r\nr ok 99`, 1000)).toBe('unknown');
  expect(judge(`${writes}\n${answers}\nr r\nr ok 3`)).toBe('linearizable');
});

test('a violation names the operation that fits nowhere', () => {
  const operations = operationsOf(history('a w 1\na ok\nb w 2\nb ok\nc r\nc ok 1'));
  if (!isOk(operations)) throw new Error('the history is well formed');
  const verdict = checkLinearizable(operations.value);
  expect(verdict).toMatchObject({
    kind: 'violated',
    key: 'x',
    ordered: [{ process: 'a' }, { process: 'b' }],
    stuck: { process: 'c', value: '1' },
  });
});

test('histories survive their text, and other lines are refused', () => {
  const events = history('a w 1\na ok\nb r\nb ok 1');
  expect(parseClientHistory(printClientHistory(events))).toEqual({ kind: 'ok', value: events });
  expect(parseClientHistory('{"process": 1}').kind).toBe('err');
  expect(parseClientHistory('nonsense').kind).toBe('err');
});

/** All orders, by definition: slow and obviously right. */
function byDefinition(operations: readonly ClientOperation[]): boolean {
  const search = (left: readonly ClientOperation[], value: unknown): boolean => {
    if (left.every((each) => each.returned === null)) return true;
    return left.some((next) => {
      const before = left.some(
        (o) => o !== next && o.returned !== null && o.returned < next.invoked,
      );
      if (before || (next.f === 'read' && next.value !== value)) return false;
      if (next.f === 'cas' && next.expected !== value) return false;
      return search(
        left.filter((each) => each !== next),
        next.f === 'read' ? value : next.value,
      );
    });
  };
  return search(operations, null);
}

test('agrees with the definition on small random histories', () => {
  const value = fc.constantFrom('1', '2', '3');
  const operation = fc.record({
    f: fc.constantFrom('read' as const, 'write' as const, 'cas' as const),
    value,
    expected: value,
    pending: fc.boolean(),
    span: fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 12 })),
  });
  const tally = { linearizable: 0, violated: 0, unknown: 0 };
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 6 }), (drawn) => {
      const operations = drawn.map((each, at): ClientOperation => {
        const invoked = each.span[0] * 10 + at;
        const returned = each.pending && each.f !== 'read' ? null : invoked + each.span[1] * 10;
        const { f, expected } = each;
        const made = { process: at, f, key: 'x', value: each.value, invoked, returned };
        return f === 'cas' ? { ...made, expected } : made;
      });
      const verdict = checkLinearizable(operations).kind;
      tally[verdict]++;
      expect(verdict).toBe(byDefinition(operations) ? 'linearizable' : 'violated');
    }),
    { seed: 7, numRuns: 3000 },
  );
  expect(Math.min(tally.linearizable, tally.violated)).toBeGreaterThan(100);
});

test('a key that is hard does not hide the violation of another one', () => {
  const writes = Array.from({ length: 12 }, (_, i) => `p${i} w:hard ${i}`).join('\n');
  const answers = Array.from({ length: 12 }, (_, i) => `p${i} ok`).join('\n');
  const hard = `${writes}\n${answers}\nr r:hard\nr ok 99`;
  expect(judge(hard, 1000)).toBe('unknown');
  expect(judge(`${hard}\na w:easy 1\na ok\nb r:easy\nb ok`, 1000)).toBe('violated');
});

test('writes without an answer that nobody reads cost nothing', () => {
  const lost = Array.from({ length: 200 }, (_, i) => `p${i} w ${i}\np${i} info`).join('\n');
  expect(judge(`${lost}\na w x\na ok\nb r\nb ok x`, 100)).toBe('linearizable');
});

const line = (fields: object): string => `${JSON.stringify(fields)}\n`;
const write = { process: 'a', operation: 'write', key: 'x', value: 1 };

test.each([
  ['{"process": 1', 1, 'not a JSON object'],
  ['[1]', 1, 'not a JSON object'],
  [line({ ...write, type: 'okay' }), 1, '`type` is "okay", expected invoke, ok, fail, info'],
  [line({ ...write, type: 'ok', operation: 'add' }), 1, '`operation` is "add"'],
  [line({ ...write, type: 'invoke', process: null }), 1, '`process` is null'],
  [line({ ...write, type: 'invoke', operation: 'cas' }), 1, 'the value of a cas is 1'],
  [
    `${line({ ...write, type: 'invoke', time: 2 })}\n${line({ ...write, type: 'ok', time: 1 })}`,
    3,
    'the time 1 comes after 2',
  ],
  [`\n${line({ ...write, type: 'ok' })}`, 2, 'process a is answered, and has no open operation'],
] as const)('a line that is no event is named: %s', (text, at, message) => {
  const parsed = parseHistoryLines(text);
  const found = isOk(parsed) ? operationsOf(parsed.value.events, parsed.value.lines) : parsed;
  if (isOk(found)) throw new Error('it was accepted');
  expect(found.error[0]?.message).toContain(`line ${at}: ${message}`);
});
