/**
 * A state of a whole deployment in a search: what each process holds, what is on its way, what clients were sent.
 * Everything is a number of a table of the `System`, and a state is stored as its packed text.
 */
import { Interner, packNumbers, unpackNumbers } from './packed-numbers.ts';

export interface WorldState {
  /** By process: the number of its local state, or `stopped`. */
  readonly nodes: readonly number[];
  /** How much of each bounded kind of nondeterminism was used up. */
  readonly used: Used;
  /** Bit by bit: which commands of the client pool were sent. */
  readonly sent: number;
  /** Messages of unordered channels, sorted, as often as they are on their way. */
  readonly flight: readonly number[];
  /** Messages of ordered channels: by stream, and within one in the order in which they were sent. */
  readonly queued: readonly number[];
  /** Outputs to clients, sorted; of a channel that isn't a `bag` each once. */
  readonly emitted: readonly number[];
}

export interface Used {
  /** Firings of periodic timers, and single ticks of nodes that never settle. */
  readonly firings: number;
  /** Firings of per-fact timers. */
  readonly expiries: number;
  readonly duplicates: number;
  readonly losses: number;
  readonly crashes: number;
}

/** A process that has stopped for ever. */
export const stopped = 0;

export const unused: Used = { firings: 0, expiries: 0, duplicates: 0, losses: 0, crashes: 0 };

/** World states by number. */
export class WorldStates {
  readonly #texts = new Interner<string>();
  readonly #processes: number;

  constructor(processes: number) {
    this.#processes = processes;
  }

  idOf(world: WorldState): number {
    const text = encode(world);
    return this.#texts.idOf(text, () => text);
  }

  at(id: number): WorldState {
    return decode(this.#texts.at(id), this.#processes);
  }

  get size(): number {
    return this.#texts.size;
  }
}

function encode(world: WorldState): string {
  const { firings, expiries, duplicates, losses, crashes } = world.used;
  return packNumbers([
    ...world.nodes,
    firings,
    expiries,
    duplicates,
    losses,
    crashes,
    world.sent,
    world.flight.length,
    ...world.flight,
    world.queued.length,
    ...world.queued,
    ...world.emitted,
  ]);
}

function decode(text: string, processes: number): WorldState {
  const numbers = unpackNumbers(text);
  const [
    firings = 0,
    expiries = 0,
    duplicates = 0,
    losses = 0,
    crashes = 0,
    sent = 0,
    inFlight = 0,
  ] = numbers.slice(processes, processes + 7);
  const flightFrom = processes + 7;
  const queuedFrom = flightFrom + inFlight + 1;
  const queuedLength = numbers[queuedFrom - 1] ?? 0;
  return {
    nodes: numbers.slice(0, processes),
    used: { firings, expiries, duplicates, losses, crashes },
    sent,
    flight: numbers.slice(flightFrom, flightFrom + inFlight),
    queued: numbers.slice(queuedFrom, queuedFrom + queuedLength),
    emitted: numbers.slice(queuedFrom + queuedLength),
  };
}
