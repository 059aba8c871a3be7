import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Atom } from '../../src/ir/clause.ts';
import { type Expression, int, ME, variable } from '../../src/ir/expression.ts';
import type { Program } from '../../src/ir/program.ts';
import { faultNames, parseFaults } from '../../src/sim/faults.ts';
import { printHistory } from '../../src/sim/history.ts';
import {
  defaultSimulationOptions,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from '../../src/sim/simulate.ts';
import { programOf } from '../exec/role-runner.ts';

const voting = programOf(readFileSync('protocols/voting.ir', 'utf8'));

function run(program: Program, options: Partial<SimulationOptions> = {}): SimulationResult {
  return simulate(program, { ...defaultSimulationOptions, commands: 20, ...options });
}

test('every command is answered when nothing fails', () => {
  const result = run(voting);
  expect(result.stop).toBe('done');
  expect(result.figures).toMatchObject({ commands: 20, issued: 20, answered: 20, lost: 0 });
  expect(result.unanswered).toEqual([]);
  expect(result.invariants.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'asked held',
    'unanimous held',
  ]);
  expect(result.trace).toBeNull();
});

test('one seed, one run; another seed, another run', () => {
  const text = (seed: number): string => {
    const result = run(voting, { seed, faults: faultNames });
    return printHistory(result.history) + JSON.stringify(result.figures);
  };
  expect(text(1)).toBe(text(1));
  expect(text(1)).not.toBe(text(2));
});

test('a history lists sends and receipts of clients in real time, one JSON object a line', () => {
  const { history } = run(voting, { commands: 3, clients: 1 });
  expect(history.map(({ kind, channel, command }) => `${kind} ${channel} ${command}`)).toEqual([
    'send req 0',
    'recv reply 0',
    'send req 1',
    'recv reply 1',
    'send req 2',
    'recv reply 2',
  ]);
  expect(history[0]).toMatchObject({ client: 0, to: 'leader:0', fact: [0, 0, 'v0..............'] });
  expect(history.every((event, at) => at === 0 || event.at >= (history[at - 1]?.at ?? 0))).toBe(
    true,
  );
  const [line] = printHistory(history).split('\n');
  expect(JSON.parse(line ?? '')).toEqual(history[0]);
});

test("a lossy network loses, and a client that doesn't retry stays unanswered", () => {
  const result = run(voting, { faults: ['loss'], commands: 60, clients: 4 });
  expect(result.figures.lost).toBeGreaterThan(0);
  expect(result.stop).toBe('stuck');
  expect(result.unanswered).toHaveLength(result.figures.issued - result.figures.answered);
  expect(result.unanswered.length).toBeGreaterThan(0);
});

test('reliable channels neither lose nor duplicate', () => {
  const reliable: Program = {
    ...voting,
    channels: voting.channels.map((channel) => ({
      ...channel,
      flags: { ...channel.flags, lossy: false, duplicating: false },
    })),
  };
  const result = run(reliable, { faults: ['loss', 'duplicate', 'reorder'] });
  expect(result.figures).toMatchObject({ lost: 0, duplicated: 0, answered: 20 });
  expect(run(voting, { faults: ['duplicate'], commands: 60 }).figures.duplicated).toBeGreaterThan(
    0,
  );
});

test('names of faults', () => {
  expect(parseFaults('crash, loss')).toEqual({ kind: 'ok', value: ['loss', 'crash'] });
  expect(parseFaults('all')).toEqual({ kind: 'ok', value: faultNames });
  expect(parseFaults('none')).toEqual({ kind: 'ok', value: [] });
  expect(parseFaults('loss,fire')).toEqual({ kind: 'err', error: 'fire' });
});

const wrongVoting = programOf(
  readFileSync('protocols/voting.ir', 'utf8').replace('n == participants', 'n >= 1'),
);

test('a violated invariant is shown with its facts and what led to it', () => {
  const result = run(wrongVoting);
  const [asked, unanimous] = result.invariants;
  expect(asked?.verdict).toBe('held');
  expect(unanimous?.verdict).toBe('violated');
  expect(Object.keys(unanimous?.violation?.binding ?? {}).sort()).toEqual(['c', 'id', 'p', 'x']);
  expect(unanimous?.violation?.facts.map(({ relation }) => relation)).toEqual([
    'reply',
    'participant',
  ]);
  const reply = unanimous?.violation?.facts[0];
  const { c } = unanimous?.violation?.binding ?? {};
  expect(reply?.at).toBe(c);
  expect(result.trace?.some((event) => event.kind === 'receive' && event.channel === 'vote')).toBe(
    true,
  );
});

const lock = (rules: string): Program =>
  programOf(`
role client external
role server {
  relation held(c: client, id: int)
  ${rules}
  granted@c(id) :~ held(c, id)
}
channel take(c: client, id: int): client -> server
channel granted(id: int): server -> client
invariant single now: held(c, _), held(d, _) => c == d
invariant granted: granted@c(id) => take(c, id)
workload { issue take(me, id) to server until granted(id) clients 3 }
`);

test('`now` ranges over one tick of one process', () => {
  const kept = run(lock('held(c, id) :- take(c, id)\n  persist held'));
  expect(kept.invariants.map(({ verdict }) => verdict)).toEqual(['violated', 'held']);
  const oneATick = run(lock('held(min<c, id>) :- take(c, id)'));
  expect(oneATick.invariants.map(({ verdict }) => verdict)).toEqual(['held', 'held']);
});

test('an address that does not exist is a fault that names the node', () => {
  const program = programOf(`
role client external
role a { go@m(c, x) :~ req(c, m, x) }
role b[5] { done@c(x) :~ go(c, x) }
channel req(c: client, m: b, x: int): client -> a
channel go(c: client, x: int): a -> b
channel done(x: int): b -> client
`);
  // The checker lets no client make up an id, so the wrong ones are put in behind its back.
  const below: Expression = { kind: 'call', function: 'below', args: [int(5)] };
  const send: Atom = { relation: 'req', args: [ME, below, variable('id')], at: null };
  const until: Atom = { relation: 'done', args: [variable('id')], at: null };
  const command = { send, to: 'a', until, weight: 1 };
  const roles = program.roles.map((role) => (role.name === 'b' ? { ...role, size: int(2) } : role));
  const workload = { commands: [command], keys: 1, clients: 3, retryMs: null };
  const result = run({ ...program, roles, workload });
  expect(result.stop).toBe('fault');
  expect(result.fault?.kind).toBe('no-such-address');
  expect(result.fault?.node).toBe('a');
  expect(result.fault?.message).toMatch(/`go` addresses b:[234]; there are 2/);
  expect(result.trace?.length).toBeGreaterThan(0);
});

test('a program without end of ticks ends with a fault, not with a hang', () => {
  const endless = lock('held(c, id) :- take(c, id)\n  held(c, id + 1) :+ held(c, id)');
  const result = run(endless);
  expect(result.stop).toBe('fault');
  expect(result.fault).toMatchObject({ kind: 'never-settles', node: 'server' });
});

test('two simulations of one program share nothing', () => {
  const first = run(voting, { seed: 5 });
  run(voting, { seed: 6, faults: faultNames });
  expect(run(voting, { seed: 5 })).toEqual(first);
});

test('a key that the program declares and does not keep is reported, once', () => {
  const keyed = (rule: string): Program =>
    programOf(`
role client external
role server {
  relation last(c: client, id: int) key (c)
  ${rule}
  saved@c(id) :~ save(c, id)
}
channel save(c: client, id: int): client -> server
channel saved(id: int): server -> client
workload { issue save(me, id) to server until saved(id) clients 3 }
`);
  const kept = keyed('last(c, id) :+ save(c, id)\n  last(c, id) :+ last(c, id), !save(c, _)');
  expect(run(kept).brokenDependencies).toEqual([]);
  const { brokenDependencies } = run(keyed('last(c, id) :- save(c, id)\n  persist last'));
  expect(brokenDependencies).toHaveLength(1);
  expect(brokenDependencies[0]).toMatchObject({
    relation: 'last',
    node: 'server',
    dependency: { from: ['c'] },
  });
  const [first, second] = brokenDependencies[0]?.facts ?? [];
  expect(first?.[0]).toBe(second?.[0]);
  expect(first?.[1]).not.toBe(second?.[1]);
});
