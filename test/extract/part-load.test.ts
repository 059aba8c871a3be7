import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Work } from '../../src/extract/cost.ts';
import { instrument } from '../../src/extract/instrument.ts';
import { type Measured, partLoad } from '../../src/extract/part-load.ts';
import type { Clause } from '../../src/ir/clause.ts';
import { ME, variable } from '../../src/ir/expression.ts';
import type { Channel, Program } from '../../src/ir/program.ts';
import type { Introduced, Part } from '../../src/rewrite/part.ts';
import { viewPart } from '../../src/rewrite/part.ts';
import { defaultLoadOptions, measureLoad } from '../../src/sim/load-profile.ts';
import { programOf, shipped } from '../support/protocols.ts';
import { root } from '../support/source-facts.ts';

function measure(program: Program): Measured {
  const profile = measureLoad(program, defaultLoadOptions);
  if (profile.kind === 'err') throw new Error(profile.error.message);
  return { program, profile: profile.value };
}

const nothing: Introduced = { channels: new Map(), relations: new Map() };

/** Work of some clauses of a role, by the heads that they derive. */
function workOf(
  measured: Measured,
  role: string,
  heads: readonly string[],
  relayed: readonly string[] = [],
): Work {
  const clauses = (measured.program.roles.find((each) => each.name === role)?.clauses ?? []).filter(
    (clause) => heads.includes(clause.head.relation),
  );
  expect(clauses.length).toBeGreaterThan(0);
  const part: Part = { role, relayed, observed: [], clauses };
  return partLoad(viewPart(measured.program, nothing, part), measured).work;
}

function calibration(name: string): Measured {
  const file = `cost-models/calibration/${name}.ir`;
  return measure(programOf({ name: file, text: readFileSync(join(root, file), 'utf8') }));
}

test('a part of a program has the work that it has in a program of its own', () => {
  const whole = measure(shipped('voting'));
  const cut = calibration('voting-plan');
  const collector = ['votes', 'tally', 'done', 'reply'];
  expect(workOf(whole, 'leader', collector)).toEqual(workOf(cut, 'collector', collector));
  const behindRelay = workOf(whole, 'leader', ['ask'], ['req']);
  expect(behindRelay).toEqual(workOf(cut, 'broadcaster', ['ask']));
  expect(workOf(whole, 'leader', ['ask']).fromClient).toBe(1);
  expect(behindRelay.fromClient).toBe(0);
});

test('messages that wait for the disk are told from those that do not', () => {
  const whole = measure(shipped('2pc'));
  const cut = calibration('2pc-plan');
  const committer = ['votes', 'tally', 'refused', 'decided', 'outcome'];
  const work = workOf(whole, 'coordinator', committer);
  expect(work).toEqual(workOf(cut, 'committer', committer));
  expect([work.send, work.held, work.sync]).toEqual([3, 3, 1]);
  const ender = workOf(whole, 'coordinator', ['acks', 'ackTally', 'ended', 'reply']);
  expect([ender.send, ender.held, ender.sync, ender.toClient]).toEqual([1, 0, 1, 1]);
});

test('a forward is observed before any plan uses it, and one behind it too', () => {
  const base = shipped('voting');
  const leader = base.roles.find((role) => role.name === 'leader');
  const done = leader?.clauses.find((clause) => clause.head.relation === 'reply')?.body ?? [];
  const columns = [{ name: 'id', type: { kind: 'int' } }] as const;
  const channel = (name: string): Channel => ({
    name,
    columns,
    dependencies: [],
    from: 'leader',
    to: 'leader',
    flags: { lossy: false, duplicating: false, ordered: false, bag: false },
    route: [],
  });
  const forward = (name: string, body: Clause['body']) => ({
    forward: { name, columns: ['id'], relays: null },
    role: 'leader',
    clause: {
      id: name,
      kind: 'send',
      head: {
        relation: name,
        args: [{ kind: 'plain', value: variable('id') }],
        destination: ME,
      },
      body,
      written: 'clause',
    } satisfies Clause,
  });
  const atom = { relation: 'first', args: [variable('id')], at: null };
  const introduced: Introduced = {
    channels: new Map([
      ['first', channel('first')],
      ['second', channel('second')],
    ]),
    relations: new Map(),
  };
  const forwards = [forward('first', done), forward('second', [{ kind: 'atom', atom }])];
  const { profile } = measure(instrument(base, forwards, [], introduced));
  const measured: Measured = { program: base, profile };
  for (const name of ['first', 'second']) {
    const reader: Clause = {
      id: 'moved',
      kind: 'send',
      head: { relation: 'ask', args: [], destination: ME },
      body: [{ kind: 'atom', atom: { ...atom, relation: name } }],
      written: 'clause',
    };
    const part: Part = { role: 'leader', relayed: [], observed: [], clauses: [reader] };
    const { arrivals, work } = partLoad(viewPart(base, introduced, part), measured);
    expect(arrivals.map((arrival) => [arrival.channel, arrival.messages])).toEqual([[name, 1]]);
    expect(arrivals[0]?.keys[0]?.distinct).toBe(profile.commands);
    expect([work.receive, work.byte]).toEqual([1, 8]);
  }
  // Observing changes nothing that the program itself does.
  const plain = measure(base).profile.roles.find((role) => role.role === 'leader');
  const seen = profile.roles.find((role) => role.role === 'leader');
  expect(seen?.received).toEqual(plain?.received);
  expect(seen?.syncs).toEqual(plain?.syncs);
});
