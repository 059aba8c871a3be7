/** The workload that a program declares, sent by closed-loop clients over one connection: so that `run` shows rates. */

import { Prng } from '../base/prng.ts';
import { ClientConnection } from '../runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../runtime/limits.ts';
import { dialAddress, systemClock } from '../runtime/sockets.ts';
import type { Supervisor } from '../runtime/supervisor.ts';
import { type Command, drawCommand } from '../sim/workload.ts';

export interface RunLoad {
  readonly answered: () => number;
  readonly retried: () => number;
  readonly close: () => void;
}

interface Open {
  readonly command: Command;
  /** The member that is asked. */
  member: number;
  sentAt: number;
}

/** Null when the program has no workload. */
export function startLoad(supervisor: Supervisor, clients: number, seed: number): RunLoad | null {
  const { topology, plan } = supervisor;
  const { program } = topology;
  const send = program.workload?.commands[0]?.send;
  const role = program.channels.find((channel) => channel.name === send?.relation)?.from;
  if (role === undefined) return null;
  const prng = Prng.fromSeed(seed);
  const open = new Map<number, Open>();
  const last = new Map<number, number>();
  let ids = 0;
  let answered = 0;
  let retried = 0;
  let isClosed = false;
  const connection = new ClientConnection({
    topology,
    plan,
    addresses: () => supervisor.addresses,
    role,
    first: 0,
    count: clients,
    token: `load ${seed}`,
    onAnswer: (client, channel, fact) => {
      const its = open.get(client);
      if (its === undefined || !its.command.isAnswer(channel, fact)) return;
      answered += 1;
      last.set(client, its.member);
      issue(client);
    },
    limits: defaultRuntimeLimits,
    dial: dialAddress,
    clock: systemClock,
    prng: prng.split(),
    defer: setImmediate,
  });
  const ask = (its: Open): void => {
    its.sentAt = performance.now();
    connection.send(its.command.channel, its.member, its.command.fact);
  };
  const issue = (client: number): void => {
    const command = drawCommand(program, { client, id: ids++, prng, members: topology.members });
    if (command === null || isClosed) return;
    const its = { command, member: (last.get(client) ?? 0) % command.members, sentAt: 0 };
    open.set(client, its);
    ask(its);
  };
  const retryMs = program.workload?.retryMs ?? null;
  const retries = setInterval(() => {
    const now = performance.now();
    for (const its of open.values()) {
      if (retryMs === null || now - its.sentAt < retryMs) continue;
      its.member = (its.member + 1) % its.command.members;
      retried += 1;
      ask(its);
    }
  }, 20);
  void connection.ready().then(() => {
    for (let client = 0; client < clients; client++) issue(client);
  });
  return {
    answered: () => answered,
    retried: () => retried,
    close: () => {
      isClosed = true;
      clearInterval(retries);
      connection.close();
    },
  };
}
