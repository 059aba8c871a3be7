/** The hand-written roles behind the interface that the runtime knows compiled ones by. */
import { invariant } from '../../src/base/assert.ts';
import type { NodeCode } from '../../src/exec/node-code.ts';
import type { NodeInput } from '../../src/exec/node-state.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { Armed, MakeReactive, Reaction, Reactive } from '../../src/runtime/machine.ts';
import { Acceptor } from './acceptor.ts';
import { Effects } from './effects.ts';
import type { Group } from './messages.ts';
import { Proposer } from './proposer.ts';
import { Replica } from './replica.ts';
import type { Role } from './role.ts';

const durableKinds: Readonly<Record<string, number>> = { proposer: 1, acceptor: 3, replica: 3 };

export class HandwrittenProcess implements Reactive {
  readonly #effects: Effects;
  readonly #role: Role;

  constructor(
    role: string,
    me: number,
    group: Group,
    recovered: readonly (readonly Fact[])[] | null,
  ) {
    this.#effects = new Effects(durableKinds[role] ?? 0);
    this.#role = roleOf(role, me, group, this.#effects, recovered);
  }

  react(inputs: readonly NodeInput[]): Reaction {
    const role = this.#role;
    for (const input of inputs) {
      if (input.kind === 'message') role.onMessage(input.channel, input.fact);
      else if (input.kind === 'timer') role.onTimer(input.timer);
    }
    role.endBatch();
    return { ticks: this.#effects.take(), fault: null };
  }

  onDisk(): readonly (readonly Fact[])[] {
    return this.#role.onDisk();
  }

  newlyArmed(): readonly Armed[] {
    return [];
  }

  isArmed(): boolean {
    return false;
  }
}

export const handwritten: MakeReactive = (code, me, recovered) =>
  new HandwrittenProcess(code.role, me, groupOf(code, me), recovered);

function groupOf(code: NodeCode, me: number): Group {
  const members = (role: string): number =>
    code.rigid(me).find(({ slot }) => code.names[slot] === role)?.facts.size ?? 0;
  const acceptors = members('acceptor');
  const [proposers, replicas] = [members('proposer'), members('replica')];
  return { f: (acceptors - 1) / 2, proposers, acceptors, replicas };
}

function roleOf(
  name: string,
  me: number,
  group: Group,
  effects: Effects,
  recovered: readonly (readonly Fact[])[] | null,
): Role {
  if (name === 'proposer') return new Proposer(me, group, effects, recovered);
  if (name === 'acceptor') return new Acceptor(me, effects, recovered);
  invariant(name === 'replica', 'a role of Paxos');
  return new Replica(me, group, effects, recovered);
}
