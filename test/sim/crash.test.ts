import { expect, test } from 'vitest';
import type { Program } from '../../src/ir/program.ts';
import { defaultDeployOptions, deploy } from '../../src/sim/deployment.ts';
import { defaultFaultRates, type FaultName, restartsAlone } from '../../src/sim/faults.ts';
import {
  defaultSimulationOptions,
  type SimulationResult,
  simulate,
} from '../../src/sim/simulate.ts';
import { programOf } from '../exec/role-runner.ts';

const rates = { ...defaultFaultRates, betweenUs: 20_000, lastsUs: 5_000, eachMax: 6 };

function run(program: Program, faults: readonly FaultName[], seed: number): SimulationResult {
  return simulate(program, { ...defaultSimulationOptions, commands: 60, faults, seed, rates });
}

function brokenIn(
  program: Program,
  faults: readonly FaultName[],
  seeds: number,
): readonly string[] {
  const broken = new Set<string>();
  for (let seed = 0; seed < seeds; seed++) {
    for (const { name, verdict } of run(program, faults, seed).invariants) {
      if (verdict === 'violated') broken.add(name);
    }
  }
  return [...broken];
}

/** A register that acknowledges what it stored; `reads` is where the answer to a get comes from. */
const register = (log: string, acknowledge: string): Program =>
  programOf(`
role client external
role server {
  ${log}
  relation asked(c: client, id: int)
  log(c, id) :- put(c, id)
  persist log
  ack@c(id) :~ ${acknowledge}
  lost@c(id) :~ check(c, id), !log(c, id)
  fine@c(id) :~ check(c, id), log(c, id)
}
role auditor {
  relation acked(c: client, id: int)
  acked(c, id) :- told(c, id)
  persist acked
  timer look every 5
  check@s(c, id) :~ look(), acked(c, id), server(s)
}
channel put(c: client, id: int): client -> server
channel told(c: client, id: int): server -> auditor
channel check(c: client, id: int): auditor -> server
channel ack(id: int): server -> client reliable
channel lost(id: int): server -> client
channel fine(id: int): server -> client
invariant keeps: ack@c(id), lost@c(id) => false
workload { issue put(me, id) to server until ack(id) retry 20 }
`);

const told = (body: string): string => `${body}
  told@a(c, id) :~ ${body}, auditor(a)`;

test('what is acknowledged from memory is forgotten by a restart; what waits for the disk is not', () => {
  const volatile = register('relation log(c: client, id: int)', told('log(c, id)'));
  const hasty = register('durable relation log(c: client, id: int)', told('log(c, id)'));
  const durable = register('durable relation log(c: client, id: int)', told('stable log(c, id)'));
  expect(brokenIn(volatile, [], 4)).toEqual([]);
  expect(brokenIn(volatile, ['restart'], 4)).toEqual(['keeps']);
  // Soundness, 9: an acknowledgement that depends on the log, and not on its flush, leaves before the disk is written.
  expect(brokenIn(hasty, ['restart'], 40)).toEqual(['keeps']);
  expect(brokenIn(durable, ['restart'], 40)).toEqual([]);
});

test('parts of one member are one fault domain', () => {
  const program = programOf(`
role client external
role store[2] { relation a(x: int)
  a(x) :- putA(x)
  persist a
  done@c(id) :~ both(c, id) }
role half of store parts 2 { relation b(x: int)
  b(x) :- putB(x)
  persist b
  both@me(c, x) :~ b(x), client(c) }
channel putA(x: int): client -> store
channel putB(x: int): client -> half by (x)
channel both(c: client, x: int): store -> store
channel done(id: int): store -> client
workload { issue putB(id) to half until done(id) }
`);
  const { processes, domains, resolve } = deploy(program, defaultDeployOptions);
  expect(processes.map(({ name, domain }) => `${name} ${domain}`)).toEqual([
    'store:0 0',
    'store:1 1',
    'half:0/0 0',
    'half:0/1 0',
    'half:1/0 1',
    'half:1/1 1',
  ]);
  expect(domains.map((domain) => domain.processes)).toEqual([
    [0, 2, 3],
    [1, 4, 5],
  ]);
  expect(resolve('putB', 1, [3])).toEqual({ kind: 'process', process: 5 });
  expect(resolve('putB', 1, [4])).toEqual({ kind: 'process', process: 4 });
  expect(resolve('done', 1, [4])).toEqual({ kind: 'client', client: 1 });
  expect(resolve('putB', 2, [4]).kind).toBe('nowhere');
});

/**
 * Soundness, 2: one half of a register forgets and the other remembers. Where the halves are parts of one member they
 * restart together, and no client sees that `b` is gone while `a`, stored before it and acknowledged, is still there.
 */
const halves = (shadow: string, its: string): Program =>
  programOf(`
role client external
role store {
  relation a(c: client, id: int)
  a(c, id) :- put(c, id)
  persist a
  half@h(c, id) :~ put(c, id), ${its}(h)
  alive@h(c, id) :~ query(c, id), a(c, id), ${its}(h)
}
role ${shadow} {
  relation b(c: client, id: int)
  b(c, id) :- half(c, id)
  persist b
  done@c(id) :~ half(c, id)
  notify@p(c, id) :~ half(c, id), prober(p)
  torn@c(id) :~ alive(c, id), !b(c, id)
  whole@c(id) :~ alive(c, id), b(c, id)
}
role prober {
  relation known(c: client, id: int)
  known(c, id) :- notify(c, id)
  persist known
  timer look every 5
  query@s(c, id) :~ look(), known(c, id), store(s)
}
channel put(c: client, id: int): client -> store
channel notify(c: client, id: int): shadow -> prober
channel query(c: client, id: int): prober -> store
channel half(c: client, id: int): store -> shadow reliable ordered
channel alive(c: client, id: int): store -> shadow reliable ordered
channel done(id: int): shadow -> client
channel torn(id: int): shadow -> client
channel whole(id: int): shadow -> client
invariant together: torn@c(id) => false
workload { issue put(me, id) to store until done(id) retry 30 }
`);
const joint = halves('shadow of store', 'store');
const apart = halves('shadow', 'shadow');

test('a part restarts alone only if it forgets nothing', () => {
  const names = (program: Program): readonly string[] =>
    deploy(program, defaultDeployOptions)
      .processes.filter(({ code }) => restartsAlone(code))
      .map(({ name }) => name);
  expect(names(joint)).toEqual([]);
  const durable = register(
    'durable relation log(c: client, id: int)',
    told('log(c, id), put(c, id)'),
  );
  expect(names(durable)).toEqual(['server']);
  expect(run(durable, ['part-restart'], 1).figures.restarts).toBeGreaterThan(0);
  expect(run(joint, ['part-restart'], 1).figures.restarts).toBe(0);
});

test('members restart as a whole, and what parts of an old incarnation sent each other is void', () => {
  expect(brokenIn(apart, [], 2)).toEqual([]);
  expect(brokenIn(apart, ['restart'], 15)).toEqual(['together']);
  expect(brokenIn(joint, ['restart'], 15)).toEqual([]);
  expect(run(joint, ['restart'], 0).figures.restarts).toBeGreaterThan(0);
});

test('what cuts members off heals, and a member that crashed stays down', () => {
  const cut = run(joint, ['partition'], 3);
  expect(cut.figures.partitions).toBeGreaterThan(0);
  expect(cut.stop).toBe('done');
  const crashed = [0, 1, 2, 3].map((seed) => run(joint, ['crash'], seed));
  expect(crashed.map(({ figures }) => figures.crashes)).toEqual([1, 1, 1, 1]);
  // Without the prober clients go on; without the store they wait for ever.
  expect(new Set(crashed.map(({ stop }) => stop))).toEqual(new Set(['done', 'idle']));
  expect(crashed.every(({ stop, unanswered }) => (stop === 'idle') === unanswered.length > 0)).toBe(
    true,
  );
});
