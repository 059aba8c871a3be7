/** The load generator without processes: loops, time-outs, retries, answers that come twice, and what is recorded. */
import { expect, test } from 'vitest';
import { Prng } from '../../src/base/prng.ts';
import type { Fact } from '../../src/exec/value.ts';
import { LoadGenerator } from '../../src/measure/load-generator.ts';
import { Recorder } from '../../src/measure/recorder.ts';
import { loadProgram } from '../../src/syntax/load.ts';

const text = `
role client external
role server[2] {
  relation cell(k: int, v: string) key (k)
  cell(k, v) :+ put(_, _, k, v)
  cell(k, v) :+ cell(k, v), !put(_, _, k, _)
  done@c(id, "") :~ put(c, id, _, _)
  done@c(id, v) :~ get(c, id, k), cell(k, v)
}
channel put(c: client, id: int, k: int, v: string): client -> server
channel get(c: client, id: int, k: int): client -> server
channel done(id: int, v: string): server -> client
history store {
  write put(c, id, k, v) -> done(id, _) key k value v
  read get(c, id, k) -> done(id, v) key k value v
}
workload {
  issue put(me, id, key, bytes(8)) to server until done(id, _)
  issue get(me, id, key) to server until done(id, _)
  keys 4
}
`;

interface Sent {
  readonly client: number;
  readonly id: number;
  readonly member: number;
  readonly at: number;
}

function bench(options: { readonly retryMs?: number | null; readonly timeoutMs?: number } = {}): {
  readonly generator: LoadGenerator;
  readonly recorder: Recorder;
  readonly sent: Sent[];
  /** Lets time pass, a millisecond at a time. */
  readonly pass: (ms: number) => void;
  readonly answer: (sent: Sent | undefined, value?: string, node?: number) => void;
} {
  const loaded = loadProgram({ name: 'store.ir', text });
  if (loaded.kind === 'err') throw new Error(JSON.stringify(loaded.error));
  const { program } = loaded.value;
  const sent: Sent[] = [];
  const recorder = new Recorder(program);
  let now = 0;
  const generator = new LoadGenerator({
    program,
    members: () => 2,
    // Nodes 0 and 1 are two parts of one member.
    memberOf: (node) => (node < 2 ? 0 : 1),
    clients: 8,
    patience: { retryMs: options.retryMs ?? null, timeoutMs: options.timeoutMs ?? 10_000 },
    prng: Prng.fromSeed(1),
    now: () => now,
    send: (_, member, fact) => {
      sent.push({ client: Number(fact[0]), id: Number(fact[1]), member, at: now });
      return true;
    },
    recorder,
  });
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left--) {
      now += 1;
      generator.beat();
    }
  };
  const answer = (to: Sent | undefined, value = 'v', node = 0): void => {
    const fact: Fact = [to?.id ?? -1, value];
    generator.take(to?.client ?? 0, 'done', fact, node);
  };
  return { generator, recorder, sent, pass, answer };
}

test('a closed loop has one command open for each client, and latency from its sending', () => {
  const { generator, sent, pass, answer } = bench();
  generator.start({ kind: 'closed', clients: 3, commands: null });
  expect(sent.map(({ client }) => client)).toEqual([0, 1, 2]);
  pass(5);
  answer(sent[1]);
  expect(sent.map(({ client }) => client)).toEqual([0, 1, 2, 1]);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
  const { latency, totals, open } = generator.read();
  expect([Math.round(latency?.p50 ?? 0), totals.answered, totals.issued, open]).toEqual([
    5, 1, 4, 3,
  ]);
  expect(generator.read().latency).toBeNull();
  generator.pause();
  for (const each of sent) answer(each);
  expect(sent).toHaveLength(4);
  expect(generator.isQuiet).toBe(true);
});

test('a closed loop of so many commands ends by itself', () => {
  const { generator, sent, answer } = bench();
  generator.start({ kind: 'closed', clients: 2, commands: 5 });
  for (let at = 0; at < 5; at++) answer(sent[at]);
  expect([sent.length, generator.isQuiet]).toEqual([5, true]);
});

test('an open loop counts the wait of arrivals that no client was free for', () => {
  const { generator, sent, pass, answer } = bench();
  // One client, an arrival every 10 ms on average, and a server that stalls for a second.
  generator.start({ kind: 'open', clients: 1, perSecond: 100, seconds: 1 });
  pass(1000);
  expect(sent).toHaveLength(1);
  const { waiting } = generator.read();
  expect(waiting).toBeGreaterThan(70);
  expect(waiting).toBeLessThan(130);
  for (let at = 0; at < sent.length; at++) answer(sent[at]);
  const { latency, totals } = generator.read();
  expect(totals.answered).toBe(waiting + 1);
  // Measured from when it was sent, all but the first would have taken no time.
  expect(latency?.p50).toBeGreaterThan(300);
  expect(generator.isQuiet).toBe(true);
});

test('arrivals are the same for the same seed, and a slow answer puts none off', () => {
  const times = (isSlow: boolean): readonly number[] => {
    const { generator, sent, pass, answer } = bench();
    generator.start({ kind: 'open', clients: 8, perSecond: 50, seconds: 1 });
    for (let at = 0; at < 1000; at++) {
      pass(1);
      const last = sent.at(-1);
      if (!isSlow || at % 40 === 0) answer(last);
    }
    return sent.map(({ at }) => at);
  };
  const fast = times(false);
  expect(fast.length).toBeGreaterThan(25);
  expect(times(true).slice(0, 8)).toEqual(fast.slice(0, 8));
});

test('without an answer the same request goes to the next member, and is given up in the end', () => {
  const { generator, recorder, sent, pass, answer } = bench({ retryMs: 20, timeoutMs: 50 });
  generator.start({ kind: 'closed', clients: 1, commands: 1 });
  pass(41);
  expect(sent.map(({ id, member }) => [id, member])).toEqual([
    [0, 0],
    [0, 1],
    [0, 0],
  ]);
  pass(20);
  expect([generator.totals.retried, generator.totals.timedOut]).toEqual([2, 1]);
  // Too late: it is of no command that is open, and no contradiction either.
  answer(sent[0]);
  expect(generator.totals).toMatchObject({
    answered: 0,
    duplicated: 0,
    contradictory: 0,
    stray: 0,
  });
  const lines = recorder.drain().trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(['invoke', 'info']);
});

test('a member may answer a request once for each time it was asked, and always alike', () => {
  const { generator, sent, answer } = bench();
  generator.start({ kind: 'closed', clients: 1, commands: 2 });
  answer(sent[0], 'v', 0);
  // The other member answers too, as replicas do.
  answer(sent[0], 'v', 2);
  expect(generator.totals.duplicated).toBe(0);
  // Another part of the first member: the command was done twice there.
  answer(sent[0], 'v', 1);
  expect(generator.totals).toMatchObject({ answered: 1, duplicated: 1, contradictory: 0 });
  answer(sent[0], 'w', 3);
  expect(generator.totals).toMatchObject({ duplicated: 2, contradictory: 1, stray: 0 });
  answer({ client: 0, id: 99, member: 0, at: 0 });
  expect(generator.totals.stray).toBe(1);
});

test('the history has invocations and answers in the form that the judge takes', () => {
  const { generator, recorder, sent, pass, answer } = bench();
  generator.start({ kind: 'closed', clients: 1, commands: 12 });
  for (let at = 0; at < 12; at++) {
    pass(1);
    answer(sent[at], 'seen');
  }
  const events = recorder
    .drain()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events).toHaveLength(24);
  const reads = events.filter(({ f }) => f === 'read');
  const writes = events.filter(({ f }) => f === 'write');
  expect(reads.slice(0, 2)).toEqual([
    expect.objectContaining({ process: 0, type: 'invoke', value: null }),
    expect.objectContaining({ process: 0, type: 'ok', value: 'seen' }),
  ]);
  expect(writes[0].value).toMatch(/^v\d+\.*$/);
  expect(writes[1]).toMatchObject({ type: 'ok', value: writes[0].value, key: writes[0].key });
  expect(events.map(({ time }) => time)).toEqual(
    [...events.map(({ time }) => time)].sort((a, b) => a - b),
  );
});

test('an audit reads every key once', () => {
  const { generator, recorder, sent, answer } = bench();
  generator.start({ kind: 'audit' });
  for (const each of sent) answer(each, '');
  const events = recorder
    .drain()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const read = events.filter(
    ({ type, f, value }) => type === 'ok' && f === 'read' && value === null,
  );
  expect(read.map(({ key }) => key)).toEqual(['0', '1', '2', '3']);
  expect(generator.isQuiet).toBe(true);
});
