/** Messages taken alone leave out no history: small programs are searched with and without them. */
import { expect, test } from 'vitest';
import { defined } from '../../src/base/assert.ts';
import { ClientInterface, sendChoices } from '../../src/sim/judge/client-interface.ts';
import { makeEngine } from '../../src/sim/judge/engine.ts';
import { type First, Independence } from '../../src/sim/judge/independence.ts';
import { defaultScope } from '../../src/sim/judge/scope.ts';
import { leadsOn, stepsOf } from '../../src/sim/judge/steps.ts';
import { Symmetry } from '../../src/sim/judge/symmetry.ts';
import { System } from '../../src/sim/judge/system.ts';
import { type Policy, type Transition, transitionsOf } from '../../src/sim/judge/transitions.ts';
import { type WorldState, WorldStates } from '../../src/sim/judge/world-state.ts';
import { load, pool } from './judge.ts';

/** What the collector does with what two workers send it: some commute, some don't. */
const collectors = {
  each: 'done@c(id, s) :~ got(s, c, id)',
  both: `seen(s, c, id) :- got(s, c, id) persist seen
    tally(count<s>, c, id) :- seen(s, c, id)
    agreed@c(id, n) :~ got(_, c, id), tally(n, c, id), n > 1`,
  first: `seen(s, c, id) :- got(s, c, id), !decided(c, id) persist seen
    decided(c, id) :+ seen(_, c, id) persist decided
    done@c(id, s) :~ seen(s, c, id), !decided(c, id)`,
  numbered: `init next(0)
    seen(s, c, id) :- got(s, c, id) next(n + 1) :+ next(n), seen(_, _, _)
    next(n) :+ next(n), !seen(_, _, _)
    told@c(s, n) :~ seen(s, c, id), next(n)`,
  expiring: `seen(s, c, id) :- got(s, c, id) persist seen(_, c, id) until late(c, id)
    late(c, id) :- after 10 since seen(_, c, id)
    tally(count<s>, c, id) :- seen(s, c, id)
    told@c(s, n) :~ got(s, c, id), tally(n, c, id)`,
};

const flags = ['reliable', 'lossy', 'duplicating'];

function program(collector: string, flag: string): string {
  return `role client external
    role front { ask@w(c, id) :~ put(c, id), worker(w) }
    role worker[2] { got@s(me, c, id) :~ ask(c, id), collector(s) }
    role collector {
      relation seen(s: worker, c: client, id: int) relation decided(c: client, id: int)
      relation next(n: int) relation tally(n: int, c: client, id: int) relation late(c: client, id: int)
      ${collector}
    }
    channel put(c: client, id: int): client -> front
    channel ask(c: client, id: int): front -> worker reliable
    channel got(s: worker, c: client, id: int): worker -> collector ${flag}
    channel done(id: int, s: worker): collector -> client
    channel agreed(id: int, n: int): collector -> client
    channel told(s: worker, n: int): collector -> client`;
}

const faults: Readonly<Record<string, Partial<Policy['bounds']>>> = {
  none: {},
  loss: { losses: 1 },
  duplicate: { duplicates: 1 },
  'restart of the collector': { crashes: 1 },
};

interface Seen {
  readonly emitted: readonly number[];
  /** What was sent, each with the outputs before it. */
  readonly sends: ReadonlyMap<number, readonly number[]>;
}

interface Runs {
  readonly states: number;
  readonly all: readonly Seen[];
  readonly complete: readonly Seen[];
  readonly firsts: readonly First[];
}

/** Inputs and outputs have the same numbers in both searches. */
function systemOf(text: string): System {
  const clients = new ClientInterface(load(text));
  const engine = makeEngine(clients.program, { functions: {}, clients: 2 });
  return new System(engine, clients, defaultScope);
}

function runsOf(
  system: System,
  fault: string,
  alone: boolean,
  commands: readonly string[] = ['put(0, 1)'],
): Runs {
  const { clients, engine } = system;
  const timers = { firings: 0, expiries: 1, firingMember: null };
  const none = { losses: 0, duplicates: 0, crashes: 0, batch: 3 };
  const bounds = { ...timers, ...none, ...faults[fault] };
  const collector = engine.places.findIndex((place) => place.role === 'collector');
  const crashes = bounds.crashes > 0 ? [{ processes: [collector], how: 'restart' } as const] : [];
  const choices = sendChoices(clients, pool(...commands), engine.receivers);
  const free = (info: { readonly process: number }, world: WorldState): boolean =>
    world.used.crashes > 0 && info.process === collector;
  const independence = new Independence(system, {
    ...{ bounds, crashes, free, choices },
    symmetry: new Symmetry(system, { bounds, crashes, enabled: false }),
    enabled: alone,
  });
  const policy: Policy = { bounds, crashes, choices };
  for (;;) {
    const runs = searched({ system, policy, independence, free });
    if (!independence.stale) return runs;
    independence.restart();
  }
}

interface Search {
  readonly system: System;
  readonly policy: Policy;
  readonly independence: Independence;
  readonly free: (info: { readonly process: number }, world: WorldState) => boolean;
}

/** Every world with every history that leads to it. */
function searched({ system, policy, independence, free }: Search): Runs {
  const worlds = new WorldStates(system.engine.places.length);
  const nodes: { readonly world: WorldState; readonly seen: Seen }[] = [];
  const firsts: First[] = [];
  const ids = new Map<string, number>();
  const add = (world: WorldState, seen: Seen): number => {
    const sends = [...seen.sends].sort(([a], [b]) => a - b).map(([s, before]) => `${s}:${before}`);
    const key = `${worlds.idOf(world)} ${sends.join(' ')}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, nodes.length);
    return nodes.push({ world, seen }) - 1;
  };
  const follow = (
    at: { readonly world: WorldState; readonly seen: Seen },
    step: Transition,
  ): number => {
    independence.note(at.world, step);
    const { next, sends } = step;
    const all = new Map(at.seen.sends);
    for (const send of sends) all.set(send, at.seen.emitted);
    return add(next, { emitted: next.emitted, sends: all });
  };
  const expand = (node: number): void => {
    const at = defined(nodes[node], 'a node of the search');
    for (const first of independence.firsts(at.world)) {
      const children = stepsOf({ system, policy, free }, at.world, first).list.map((each) =>
        follow(at, each),
      );
      if (!leadsOn(node, first, children)) continue;
      independence.rely({ worlds, id: worlds.idOf(at.world), node, first });
      firsts.push(first);
      return;
    }
    for (const each of transitionsOf(system, at.world, policy).list) follow(at, each);
  };
  add(system.start(), { emitted: [], sends: new Map() });
  for (let node = 0; node < nodes.length; node++) expand(node);
  const isEnd = (world: WorldState): boolean => {
    const left = world.flight.filter((input) => !free(system.input(input), world));
    return world.used.losses + left.length <= policy.bounds.losses;
  };
  const ended = nodes.filter(({ world }) => isEnd(world));
  return {
    states: nodes.length,
    all: nodes.map((each) => each.seen),
    complete: ended.map((each) => each.seen),
    firsts,
  };
}

/** All that was sent at least as late, and all that came out. */
function covers(more: Seen, less: Seen): boolean {
  return (
    more.sends.size === less.sends.size &&
    less.emitted.every((output) => more.emitted.includes(output)) &&
    [...less.sends].every(([send, before]) => {
      const later = more.sends.get(send);
      return later !== undefined && before.every((output) => later.includes(output));
    })
  );
}

const cases = Object.entries(collectors).flatMap(([name, collector]) =>
  flags.flatMap((flag) => Object.keys(faults).map((fault) => ({ name, collector, flag, fault }))),
);

test.each(cases)('$name, channel $flag, fault $fault: no history is lost', (each) => {
  const system = systemOf(program(each.collector, each.flag));
  expectCovered(runsOf(system, each.fault, true), runsOf(system, each.fault, false));
});

function expectCovered(reduced: Runs, full: Runs): void {
  const unique = (list: readonly Seen[]): readonly Seen[] => [
    ...new Map(
      list.map((seen) => [JSON.stringify([seen.emitted, [...seen.sends]]), seen]),
    ).values(),
  ];
  const some = unique(reduced.all);
  for (const seen of unique(full.all)) expect(some.some((more) => covers(more, seen))).toBe(true);
  const ends = unique(reduced.complete);
  for (const seen of unique(full.complete)) {
    const same = ends.filter((end) => end.emitted.join() === seen.emitted.join());
    expect(same.some((more) => covers(more, seen))).toBe(true);
  }
}

/** Two processes that number what they hear from the front and from each other, and tell in which order it came. */
function pair(name: string): string {
  const role = (own: string, other: string): string => `
    role ${own} {
      init next(0)
      relation next(n: int)
      relation had(c: client, id: int)
      had(c, id) :- to${own}(c, id)
      had(c, id) :- from${other}(c, id)
      next(n + 1) :+ next(n), had(_, _)
      next(n) :+ next(n), !had(_, _)
      from${own}@s(c, id) :~ to${own}(c, id), ${other}(s)
      asked${own}@c(id, n) :~ to${own}(c, id), next(n)
      heard${own}@c(id, n) :~ from${other}(c, id), next(n)
    }
    channel to${own}(c: client, id: int): front -> ${own} reliable
    channel from${own}(c: client, id: int): ${own} -> ${other} reliable
    channel asked${own}(id: int, n: int): ${own} -> client
    channel heard${own}(id: int, n: int): ${own} -> client`;
  return role(`${name}1`, `${name}2`) + role(`${name}2`, `${name}1`);
}

test('two that hear from each other alone go first together, and lose no history', () => {
  const system = systemOf(`role client external
    role front {
      tonorth1@s(c, id) :~ put(c, id), north1(s)
      tonorth2@s(c, id) :~ put(c, id), north2(s)
      tosouth1@s(c, id) :~ put(c, id), south1(s)
      tosouth2@s(c, id) :~ put(c, id), south2(s)
    }
    channel put(c: client, id: int): client -> front
    ${pair('north')}${pair('south')}`);
  const full = runsOf(system, 'none', false);
  const reduced = runsOf(system, 'none', true);
  expectCovered(reduced, full);
  // One pair after the other, not every state of one with every state of the other.
  expect(reduced.states).toBeLessThan(full.states / 3);
  const sets = reduced.firsts.filter((first) => first.kind === 'processes');
  expect(sets.some((first) => first.processes.length === 2)).toBe(true);
});

test('votes are taken alone, and what is numbered as it arrives is not', () => {
  const sizes = (name: keyof typeof collectors): readonly number[] => {
    const system = systemOf(program(collectors[name], 'reliable'));
    return [false, true].map(
      (alone) => runsOf(system, 'none', alone, ['put(0, 1)', '1: put(1, 2)']).states,
    );
  };
  const [votes = 0, votesAlone = 0] = sizes('both');
  expect(votesAlone).toBeLessThan(votes);
  const [numbered = 0, numberedAlone = 0] = sizes('numbered');
  expect(numberedAlone / numbered).toBeGreaterThan(votesAlone / votes);
});
