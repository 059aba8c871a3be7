/** Sums of what the processes of a run did, for a load profile. */
import { defined } from '../base/assert.ts';
import { groupBy, sortedBy } from '../base/order.ts';
import type { TickStats } from '../exec/node-state.ts';
import { type Fact, keyOfValue, sizeOfFact } from '../exec/value.ts';
import { type KeySketch, keySketch } from '../plan/key-sketch.ts';
import type { KeySpread, RoleLoad, Traffic } from '../plan/load-profile.ts';
import type { Deployment, Process } from './deployment.ts';

interface Sum {
  messages: number;
  bytes: number;
}

interface Sums {
  readonly received: Map<string, Sum>;
  readonly sent: Map<string, Sum>;
  readonly derived: Map<string, number>;
  syncs: number;
}

export class LoadCounter {
  readonly #deployment: Deployment;
  readonly #sums: readonly Sums[];
  readonly #keys = new Map<string, KeySketch>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#sums = deployment.processes.map(() => ({
      received: new Map(),
      sent: new Map(),
      derived: new Map(),
      syncs: 0,
    }));
  }

  received(process: number, channel: string, fact: Fact): void {
    addTo(this.#of(process).received, channel, { messages: 1, bytes: sizeOfFact(fact) });
  }

  sent(process: number, channel: string, clause: string, fact: Fact): void {
    const flow = { messages: 1, bytes: sizeOfFact(fact) };
    addTo(this.#of(process).sent, clause, flow);
    this.message(channel, fact);
  }

  /** A message to anyone: what its columns hold counts for how they spread. */
  message(channel: string, fact: Fact): void {
    const sketch = this.#keys.get(channel) ?? keySketch();
    this.#keys.set(channel, sketch);
    sketch.add(fact.map(keyOfValue));
  }

  ticked(process: Process, ticks: readonly { readonly stats: TickStats | null }[]): void {
    const sums = this.#of(process.index);
    for (const { stats } of ticks) {
      if (stats === null) continue;
      if (stats.flushed) sums.syncs += 1;
      for (const [at, count] of stats.derived.entries()) {
        const clause = defined(process.code.clauseIds[at], 'stats are by clause');
        if (count > 0) sums.derived.set(clause, (sums.derived.get(clause) ?? 0) + count);
      }
    }
  }

  /** Of each role the process that did most, in the order of the program. */
  roles(commands: number): readonly RoleLoad[] {
    return [...groupBy(this.processes(commands), (load) => load.role).values()].map((group) =>
      group.reduce((a, b) => (workOf(b) > workOf(a) ? b : a)),
    );
  }

  /** Every process, per command. */
  processes(commands: number): readonly RoleLoad[] {
    return this.#deployment.processes.map(({ index, name, role, code }) => {
      const { received, sent, derived, syncs } = this.#of(index);
      const sends = new Set(code.sends);
      const facts = sortedBy(derived, ([clause]) => clause).filter(
        ([clause]) => !sends.has(clause),
      );
      return {
        role,
        process: name,
        received: traffic(received, commands),
        sent: traffic(sent, commands),
        derived: Object.fromEntries(facts.map(([clause, count]) => [clause, count / commands])),
        syncs: syncs / commands,
      };
    });
  }

  keys(): Readonly<Record<string, readonly KeySpread[]>> {
    const sketches = sortedBy(this.#keys, ([channel]) => channel);
    return Object.fromEntries(sketches.map(([channel, sketch]) => [channel, sketch.spread()]));
  }

  #of(process: number): Sums {
    return defined(this.#sums[process], 'a process of the deployment');
  }
}

/** Messages and derived facts together: enough to tell a leader from a follower. */
function workOf(load: RoleLoad): number {
  const flows = [...Object.values(load.received), ...Object.values(load.sent)];
  const derived = Object.values(load.derived).reduce((sum, count) => sum + count, 0);
  return flows.reduce((sum, { messages }) => sum + messages, derived);
}

function addTo(sums: Map<string, Sum>, name: string, { messages, bytes }: Traffic): void {
  const sum = sums.get(name) ?? { messages: 0, bytes: 0 };
  sums.set(name, sum);
  sum.messages += messages;
  sum.bytes += bytes;
}

function traffic(
  sums: ReadonlyMap<string, Traffic>,
  commands: number,
): Readonly<Record<string, Traffic>> {
  return Object.fromEntries(
    sortedBy(sums, ([name]) => name).map(([name, { messages, bytes }]) => [
      name,
      { messages: messages / commands, bytes: bytes / commands },
    ]),
  );
}
