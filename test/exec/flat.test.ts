/** What a program forgets is freed: what its processes remember doesn't grow with the number of commands. */
import { expect, test } from 'vitest';
import { recordInputs } from '../../bench/recorded-inputs.ts';
import type { Program } from '../../src/ir/program.ts';
import { Machine, type MakeReactive } from '../../src/runtime/machine.ts';
import { programOf, shippedSource } from '../support/protocols.ts';

/** Reports every ten milliseconds, which is a hundred commands here; few keys, which are all written soon. */
function paxos(change: (text: string) => string): Program {
  const source = shippedSource('paxos');
  const text = change(
    source.text
      .replace('param reportMs = 100', 'param reportMs = 10')
      .replace('keys 100', 'keys 10'),
  );
  return programOf({ ...source, text });
}

/** By role: the most that one process remembers at the end of a batch, over the last half of the commands. */
function remembered(program: Program, commands: number): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  let batches = 0;
  const counts: { readonly role: string; readonly batch: number; readonly records: number }[] = [];
  const make: MakeReactive = (code, me, recovered) => {
    const machine = new Machine(code, me, recovered);
    return {
      react: (inputs) => {
        const reaction = machine.react(inputs);
        batches += 1;
        counts.push({ role: code.role, batch: batches, records: machine.records() });
        return reaction;
      },
      onDisk: () => machine.onDisk(),
      newlyArmed: () => machine.newlyArmed(),
      isArmed: (site, fact) => machine.isArmed(site, fact),
    };
  };
  recordInputs(program, { role: 'proposer', commands, clients: 4, make });
  for (const { role, batch, records } of counts) {
    if (batch > batches / 2) most.set(role, Math.max(most.get(role) ?? 0, records));
  }
  return most;
}

test('Paxos remembers as much after ten times as many commands', () => {
  const program = paxos((text) => text);
  const few = remembered(program, 200);
  const many = remembered(program, 2000);
  expect([...many.keys()].sort()).toEqual(['acceptor', 'proposer', 'replica']);
  for (const [role, records] of many) {
    expect(records, role).toBeLessThan(1.2 * (few.get(role) ?? 0));
  }
});

test('a proposer that keeps what it decided for ever is seen to grow', () => {
  const clause = 'persist decided(_, s) until prunedTo(w), s < w';
  const program = paxos((text) => {
    expect(text).toContain(clause);
    return text.replace(clause, 'persist decided');
  });
  const few = remembered(program, 100);
  const many = remembered(program, 1000);
  expect(many.get('proposer')).toBeGreaterThan(3 * (few.get('proposer') ?? 0));
});
