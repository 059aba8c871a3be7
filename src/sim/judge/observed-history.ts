/** A simulated run's history in the forms that judges take: operations of registers, and events of the interface. */
import { defined } from '../../base/assert.ts';
import { keyOfFact, keyOfValue, type Value } from '../../exec/value.ts';
import type { Atom } from '../../ir/clause.ts';
import type { HistoryOperation, HistorySpecification } from '../../ir/program.ts';
import type { ClientEvent, History } from '../history.ts';
import type { ClientOperation } from './client-history.ts';
import type { ClientInterface } from './client-interface.ts';
import type { HistoryEvent } from './history-event.ts';

/**
 * Reads and writes by the program's `history` block. Every command is one operation, from its first sending to the
 * reply that ends it. Of a key that was never written a read may say the empty value of its type: `""`, 0 or false.
 */
export function observedOperations(
  history: History,
  specification: HistorySpecification,
): readonly ClientOperation[] {
  const operations: ClientOperation[] = [];
  for (const [at, event] of history.entries()) {
    if (event.kind !== 'send' || event.attempt > 1) continue;
    const kind = specification.operations.find((each) => each.call.relation === event.channel);
    if (kind === undefined) continue;
    const answer = history.findIndex(
      (each) =>
        each.kind === 'recv' && each.client === event.client && each.command === event.command,
    );
    const reply = answer < 0 ? null : defined(history[answer], 'an index of the list');
    if (reply === null && kind.kind === 'read') continue;
    operations.push(operationOf(kind, event, { at, reply, answer }));
  }
  return operations;
}

function operationOf(
  kind: HistoryOperation,
  call: ClientEvent,
  seen: {
    readonly at: number;
    readonly reply: ClientEvent | null;
    readonly answer: number;
  },
): ClientOperation {
  const { reply } = seen;
  const value = textOf(
    valueAt(kind.call, call, kind.value) ??
      (reply === null ? null : valueAt(kind.reply, reply, kind.value)),
  );
  return {
    process: `${call.client} ${call.command}`,
    f: kind.kind,
    key: textOf(valueAt(kind.call, call, kind.key)) ?? '',
    value: kind.kind === 'read' && (value === '' || value === '0' || value === 'f') ? null : value,
    invoked: seen.at,
    returned: reply === null ? null : seen.answer,
  };
}

function valueAt(atom: Atom, event: ClientEvent, name: string): Value | null {
  const at = atom.args.findIndex((arg) => arg.kind === 'variable' && arg.name === name);
  return at < 0 ? null : (event.fact[at] ?? null);
}

function textOf(value: Value | null): string | null {
  if (value === null) return null;
  return typeof value === 'string' ? value : keyOfValue(value);
}

/** The same history as the search sees one: outputs by their first arrival, unless their channel is a bag. */
export function observedEvents(
  history: History,
  clients: ClientInterface,
): readonly HistoryEvent[] {
  const counts = new Map<string, number>();
  return history.flatMap((event): readonly HistoryEvent[] => {
    const { client, channel, fact } = event;
    if (event.kind === 'send') {
      const member = Number(defined(event.to, 'a send has a receiver').split(':').at(-1));
      const send = clients.sendOf({ client, channel, fact, member }, member);
      return [{ kind: 'send', send }];
    }
    const flags = clients.program.channels.find((each) => each.name === channel)?.flags;
    const bag = flags?.bag ?? false;
    const key = `${channel} ${client} ${keyOfFact(fact)}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > 1 && !bag) return [];
    return [{ kind: 'output', output: clients.outputOf(channel, client, fact, { bag }), count }];
  });
}
