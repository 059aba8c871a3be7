/** How long the linearizability of a long history takes: `node --import tsx bench/histories.ts [OPERATIONS]`. */
import { Prng } from '../src/base/prng.ts';
import type { ClientOperation, ClientValue } from '../src/sim/judge/client-history.ts';
import { checkLinearizable } from '../src/sim/judge/linearizability.ts';

interface Shape {
  readonly name: string;
  readonly keys: number;
  /** Operations that are open at a time. */
  readonly clients: number;
  /** Of a thousand writes, those without an answer. */
  readonly lost: number;
}

const shapes: readonly Shape[] = [
  { name: 'one register, 8 clients', keys: 1, clients: 8, lost: 0 },
  { name: '100 keys, 64 clients', keys: 100, clients: 64, lost: 0 },
  {
    name: '100 keys, 64 clients, 5 of 1000 writes without an answer',
    keys: 100,
    clients: 64,
    lost: 5,
  },
];

/** A history that registers made: each operation takes effect at one moment between its invocation and its answer. */
function history(operations: number, { keys, clients, lost }: Shape): readonly ClientOperation[] {
  const prng = Prng.fromSeed(1);
  const store = new Map<number, ClientValue>();
  const free = Array.from({ length: clients }, () => 0);
  const drawn = Array.from({ length: operations }, (_, id) => {
    const client = id % clients;
    const invoked = (free[client] ?? 0) + prng.below(1_000_000);
    const effect = invoked + 1 + prng.below(1_000_000);
    free[client] = effect + 1 + prng.below(1_000_000);
    return {
      id,
      client,
      key: prng.below(keys),
      isRead: prng.chance(0.5),
      invoked,
      effect,
      returned: free[client],
    };
  });
  return drawn
    .sort((a, b) => a.effect - b.effect)
    .map(({ id, client, key, isRead, invoked, returned }): ClientOperation => {
      if (!isRead) store.set(key, id);
      const isLost = !isRead && prng.below(1000) < lost;
      const value = isRead ? (store.get(key) ?? null) : id;
      const f = isRead ? 'read' : 'write';
      return { process: client, f, key, value, invoked, returned: isLost ? null : returned };
    });
}

const count = Number(process.argv[2] ?? 100_000);
for (const shape of shapes) {
  const operations = history(count, shape);
  const started = performance.now();
  const { kind } = checkLinearizable(operations, { workMax: 100_000_000 });
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  process.stdout.write(`${count} operations, ${shape.name}: ${kind} in ${seconds} s\n`);
}
