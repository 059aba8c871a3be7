import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { LoadProfile, RoleLoad } from '../../src/plan/load-profile.ts';
import { defaultLoadOptions, type LoadOptions, measureLoad } from '../../src/sim/load-profile.ts';
import { programOf } from '../exec/role-runner.ts';

function profileOf(text: string, options: Partial<LoadOptions> = {}): LoadProfile {
  const measured = measureLoad(programOf(text), {
    ...defaultLoadOptions,
    commands: 20,
    ...options,
  });
  if (measured.kind === 'err') throw new Error(measured.error.message);
  return measured.value;
}

function shipped(name: string): string {
  return readFileSync(`protocols/${name}.ir`, 'utf8');
}

function roleIn(profile: LoadProfile, role: string): RoleLoad | undefined {
  return profile.roles.find((each) => each.role === role);
}

test('one command of voting is asked of three, and answered after three votes', () => {
  const profile = profileOf(shipped('voting'));
  expect(profile).toMatchObject({ commands: 20, answered: 20 });
  expect(roleIn(profile, 'leader')).toEqual({
    role: 'leader',
    process: 'leader',
    received: { req: { messages: 1, bytes: 36 }, vote: { messages: 3, bytes: 132 } },
    sent: { 'leader.1': { messages: 3, bytes: 108 }, 'leader.6': { messages: 1, bytes: 28 } },
    derived: { 'leader.2': 3, 'leader.3': 2, 'leader.4': 3, 'leader.5': 1 },
    syncs: 0,
  });
  expect(roleIn(profile, 'participant')?.received).toEqual({ ask: { messages: 1, bytes: 36 } });
  expect(profile.path).toEqual({
    hops: 4,
    flushes: 0,
    channels: ['req', 'ask', 'vote', 'reply'],
    processes: ['leader', 'participant:2', 'leader'],
  });
});

test('the profile does not depend on how much came before, nor on other runs', () => {
  const text = shipped('voting');
  const roles = profileOf(text).roles;
  expect(profileOf(text).roles).toEqual(roles);
  expect(profileOf(text, { warmup: 40, commands: 30 }).roles).toEqual(roles);
});

test('flushes count, and those that a command waits for are on its path', () => {
  const profile = profileOf(shipped('2pc'));
  expect(roleIn(profile, 'coordinator')?.syncs).toBe(2);
  expect(roleIn(profile, 'participant')?.syncs).toBe(2);
  expect(profile.path?.hops).toBe(6);
  expect(profile.path?.flushes).toBe(3);
});

test('the columns of a channel tell how their values spread', () => {
  const { keys } = profileOf(shipped('voting'), { commands: 32 });
  const { req } = keys;
  const [client, id] = req ?? [];
  expect(id).toEqual({ distinct: 32, late: 16, heaviest: 1 / 32 });
  expect(client?.distinct).toBe(16);
});

test('a leader is elected before the count, and clients have found it', () => {
  const profile = profileOf(shipped('paxos'), { commands: 10 });
  expect(profile.answered).toBe(10);
  expect(profile.path?.hops).toBe(5);
  const acceptor = roleIn(profile, 'acceptor');
  const messages = Object.values(acceptor?.received ?? {}).reduce(
    (sum, flow) => sum + flow.messages,
    0,
  );
  expect(messages).toBeGreaterThanOrEqual(1);
  expect(messages).toBeLessThan(1.5);
});

const stalls = `
role client external
role server { relation got(c: client, id: int)
  got(c, id) :- ask(c, id) }
channel ask(c: client, id: int): client -> server
channel answer(id: int): server -> client
workload { issue ask(me, id) to server until answer(id) clients 1 }
`;

test('a program that answers nothing has nothing answered, and no path', () => {
  expect(profileOf(stalls)).toMatchObject({ commands: 20, answered: 0, path: null });
});

test('a program that fails is an error, not a profile', () => {
  const text = stalls.replace('got(c, id) :- ask(c, id)', 'got(c, 1 / id) :- ask(c, id)');
  const measured = measureLoad(programOf(text), defaultLoadOptions);
  expect(measured).toMatchObject({ kind: 'err', error: { kind: 'expression', node: 'server' } });
});

test('timers weigh what their period says against the nominal rate', () => {
  const beating = `
role client external
role a { timer beat every 10
  hb@b(1) :~ beat(), other(b)
  answer@c(id) :~ ask(c, id) }
role other { relation seen(x: int)
  seen(x) :- hb(x) }
channel ask(c: client, id: int): client -> a
channel answer(id: int): a -> client
channel hb(x: int): a -> other
workload { issue ask(me, id) to a until answer(id) clients 1 }
`;
  const at = (nominalRate: number): number | undefined => {
    const { hb } =
      roleIn(profileOf(beating, { nominalRate, commands: 100 }), 'other')?.received ?? {};
    return hb?.messages;
  };
  expect(at(1000)).toBeCloseTo(0.1, 1);
  expect(at(100)).toBeCloseTo(1, 1);
});
