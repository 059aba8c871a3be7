import { expect, test } from 'vitest';
import { format } from '../../src/syntax/format.ts';
import { loadProgram } from '../../src/syntax/load.ts';
import { brokenPrograms, shipped, shippedNames, shippedSource } from '../support/protocols.ts';

const names = shippedNames();

test('the shipped programs are those that the documentation speaks of', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      '2pc',
      '2pc-recovery',
      'blob-store',
      'kvs',
      'paxos',
      'quota',
      'tickets',
      'verified-kvs',
      'voting',
    ]),
  );
});

test.each(names)('%s loads without a warning', (name) => {
  const loaded = loadProgram(shippedSource(name));
  if (loaded.kind === 'err') throw new Error(loaded.error.map((d) => d.message).join('\n'));
  expect(loaded.value.warnings).toEqual([]);
});

test.each(names)('%s is written as `fmt` writes it', (name) => {
  expect(format(shippedSource(name))).toEqual({ kind: 'ok', value: shippedSource(name).text });
});

test.each(names)('%s says where it comes from, what it models, and what must hold', (name) => {
  const header = shippedSource(name).text.split('\n\n')[0] ?? '';
  for (const part of ['Source', 'Modelled:', 'Left out:', 'Invariants:', 'Workload:']) {
    expect(header).toContain(part);
  }
});

test.each(names)('%s declares invariants and a workload', (name) => {
  const program = shipped(name);
  expect(program.invariants.length).toBeGreaterThan(0);
  expect(program.workload?.commands.length).toBeGreaterThan(0);
});

test.each([
  ['paxos', 1, 8],
  ['paxos', 2, 13],
])('%s has its published machines at f = %i', (name, f, machines) => {
  const program = shipped(name, { set: { f } });
  const sizes = { proposer: f + 1, acceptor: 2 * f + 1, replica: 2 * f + 1 };
  const internal = program.roles.filter((role) => !role.external).map((role) => role.name);
  expect(internal).toEqual(Object.keys(sizes));
  expect(Object.values(sizes).reduce((sum, size) => sum + size, 0)).toBe(machines);
});

test('every broken program differs from a shipped one and loads', () => {
  const broken = brokenPrograms();
  expect(broken.length).toBeGreaterThan(20);
  for (const { name, base, source } of broken) {
    const loaded = loadProgram(source);
    expect(loaded.kind, name).toBe('ok');
    expect(source.text, name).not.toBe(shippedSource(base).text);
  }
});
