/**
 * The scope at which Paxos is judged: one put and two, every interleaving, every batch of up to three, and one change of
 * leaders from each of the states after the start, without other faults.
 */

import type { ClientPool } from '../src/sim/judge/client-pool.ts';
import type { Scope } from '../src/sim/judge/scope.ts';

export const paxosScope: Partial<Scope> = { crashes: 0, duplicates: 0, losses: 0, retries: 0 };

/** `members`: the proposer that the first put is sent to, and that of the second one. */
export function paxosPools(members: readonly [number, number]): readonly ClientPool[] {
  const [first, second] = members;
  const one = put(0, 1, first);
  return [
    { commands: [one], retries: 0 },
    { commands: [one, put(1, 2, second)], retries: 0 },
  ];
}

function put(client: number, id: number, member: number): ClientPool['commands'][number] {
  return { client, channel: 'put', fact: [client, id, 0, `x${id}`], member };
}
