/** A run as a space-time diagram: what happened at which node, and which message went where. */
import type { Fact } from '../exec/value.ts';
import { printValue } from '../exec/value.ts';
import type { Column } from '../ir/type.ts';

export type TraceEvent =
  | {
      readonly kind: 'send';
      readonly at: number;
      readonly node: string;
      readonly to: string;
      readonly channel: string;
      readonly fact: Fact;
      /** Shared by a message's send, its receipts and its loss. */
      readonly message: number;
    }
  | {
      readonly kind: 'receive' | 'lost';
      readonly at: number;
      readonly node: string;
      readonly channel: string;
      readonly fact: Fact;
      readonly message: number;
    }
  | {
      readonly kind: 'timer' | 'expiry';
      readonly at: number;
      readonly node: string;
      /** The timer, or the relation whose fact expires. */
      readonly name: string;
      readonly fact: Fact;
    }
  | {
      readonly kind: 'crash' | 'restart' | 'isolate' | 'heal';
      readonly at: number;
      readonly node: string;
    };

/** The last events of a run, up to a number. */
export class Trace {
  readonly #events: TraceEvent[] = [];
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(event: TraceEvent): void {
    this.#events.push(event);
    // Cut rarely: one slice for every `max` events.
    if (this.#events.length >= 2 * this.#max) this.#events.splice(0, this.#max);
  }

  last(): readonly TraceEvent[] {
    return this.#events.slice(-this.#max);
  }
}

/** One line; `columns` gives the types of a channel's columns, so that ids are printed with their role. */
export function printTraceEvent(
  event: TraceEvent,
  columns: (channel: string) => readonly Column[],
): string {
  const time = `${(event.at / 1000).toFixed(3)} ms`.padStart(14);
  switch (event.kind) {
    case 'send':
      return `${time}  ${event.node} -> ${event.to}: ${printFact(event.channel, event.fact, columns(event.channel))}`;
    case 'receive':
      return `${time}  ${event.node} receives ${printFact(event.channel, event.fact, columns(event.channel))}`;
    case 'lost':
      return `${time}  lost on the way to ${event.node}: ${printFact(event.channel, event.fact, columns(event.channel))}`;
    case 'timer':
      return `${time}  ${event.node}: timer ${event.name}`;
    case 'expiry':
      return `${time}  ${event.node}: time-out of ${event.name}(${event.fact.map((v) => printValue(v)).join(', ')})`;
    case 'crash':
      return `${time}  ${event.node} crashes`;
    case 'restart':
      return `${time}  ${event.node} restarts`;
    case 'isolate':
      return `${time}  ${event.node} is cut off`;
    case 'heal':
      return `${time}  ${event.node} is reached again`;
  }
}

/** `relation(1, acceptor:2)` */
export function printFact(relation: string, fact: Fact, columns: readonly Column[]): string {
  return `${relation}(${fact.map((value, at) => printValue(value, columns[at]?.type)).join(', ')})`;
}
