/** The messages of the hand-written Paxos, as tuples of the columns of `protocols/paxos.ir`'s channels. */
import type { Fact } from '../../src/exec/value.ts';

/** Client, id, key, value: a get has the value "", a no-op the id -1. */
export type Command = readonly [client: number, id: number, key: number, value: string];

export interface Messages {
  readonly put: readonly [client: number, id: number, key: number, value: string];
  readonly get: readonly [client: number, id: number, key: number];
  readonly relayed: readonly [command: Command];
  readonly heartbeat: readonly [proposer: number, number: number];
  readonly uphold: readonly [proposer: number, number: number];
  readonly p1a: readonly [proposer: number, number: number];
  readonly p1b: readonly [
    acceptor: number,
    entries: number,
    floor: number,
    proposer: number,
    number: number,
    topProposer: number,
    topNumber: number,
  ];
  readonly p1bLog: readonly [
    acceptor: number,
    command: Command,
    slot: number,
    votedNumber: number,
    votedProposer: number,
    proposer: number,
    number: number,
  ];
  readonly p2a: readonly [proposer: number, command: Command, slot: number, number: number];
  readonly p2b: readonly [
    acceptor: number,
    command: Command,
    slot: number,
    proposer: number,
    number: number,
    topProposer: number,
    topNumber: number,
  ];
  readonly out: readonly [command: Command, slot: number];
  readonly missing: readonly [replica: number, slot: number];
  readonly gone: readonly [slot: number];
  readonly mark: readonly [replica: number, slot: number];
  readonly cut: readonly [slot: number];
  readonly trim: readonly [slot: number];
  readonly prune: readonly [slot: number];
  readonly fetch: readonly [replica: number, slot: number];
  readonly snapshot: readonly [replica: number, slot: number, cells: number, sessions: number];
  readonly snapshotCell: readonly [replica: number, slot: number, key: number, value: string];
  readonly snapshotSession: readonly [
    replica: number,
    slot: number,
    client: number,
    id: number,
    value: string,
  ];
}

/** The codec has checked the columns, so the fact is a message of its channel. */
export function as<C extends keyof Messages>(_channel: C, fact: Fact): Messages[C] {
  return fact as unknown as Messages[C];
}

export interface Ballot {
  readonly number: number;
  readonly proposer: number;
}

export function isAbove(number: number, proposer: number, ballot: Ballot): boolean {
  return number > ballot.number || (number === ballot.number && proposer > ballot.proposer);
}

/** Members of each role, and how many may fail. */
export interface Group {
  readonly f: number;
  readonly proposers: number;
  readonly acceptors: number;
  readonly replicas: number;
}
