/**
 * What may still arrive at each process, as far as the search knows: the future of a state, read off steps that were met.
 *
 * Every step of a process that the search follows is recorded with what it takes and what it sends, whatever else the
 * world held. In a world a message may still arrive when it is on its way, a client may still send it, or a recorded
 * step sends it that its process may still come to: from its local state, by recorded steps that take what may still
 * arrive. Each process is followed by itself, and a message may be taken as often as it likes, so this is more than what
 * can happen by these steps. It says nothing of steps that weren't met yet; whoever relies on it must ask again when all
 * are (independence.ts).
 */
import { at } from '../../base/assert.ts';
import { compareNumbers } from '../../base/order.ts';
import type { SendChoice } from './client-interface.ts';
import { packNumbers } from './packed-numbers.ts';
import type { System } from './system.ts';
import { type Bounds, canDuplicate, type Transition } from './transitions.ts';
import { stopped, type WorldState } from './world-state.ts';

/** A step of one process as it was met. */
interface Step {
  /** Local state that it leads to. */
  readonly next: number;
  /** Messages that it takes; firings of its timers, by kind; whether a crash has part in it. */
  readonly takes: readonly number[];
  readonly firings: number;
  readonly expiries: number;
  readonly crashes: boolean;
  readonly sends: readonly number[];
}

/** What is left to one process of the bounds of a search. */
export interface Room {
  readonly firings: number;
  readonly expiries: number;
  readonly crashes: boolean;
}

export interface ArrivalsOptions {
  /** The highest bounds of the search. */
  readonly bounds: Bounds;
  /** Commands that clients may send. */
  readonly choices: readonly SendChoice[];
}

type Taking = Extract<Transition['move'], { readonly kind: 'take' }>;

/** Messages that a process may still take, ascending. */
export interface Inputs {
  /** As often as they are listed: on their way, or still to be sent by a client. */
  readonly counted: readonly number[];
  /** As often as you like: some process may send them yet. */
  readonly repeated: readonly number[];
}

/** What may still arrive at a process. */
export interface Arriving extends Inputs {
  /** Processes that may send some of it yet. */
  readonly senders: ReadonlySet<number>;
  /** Clients may. */
  readonly hasUnsent: boolean;
}

export class Arrivals {
  /** Rises with every step that wasn't known. */
  version = 0;
  readonly #system: System;
  readonly #options: ArrivalsOptions;
  readonly #known = new Set<string>();
  /** By local state. */
  readonly #steps = new Map<number, Step[]>();
  /** By process: what it may send, by where it is and what may arrive; forgotten when it shows a new step. */
  readonly #sends: Map<string, readonly number[]>[];
  /** By what was sent. */
  readonly #unsentAfter = new Map<number, readonly number[]>();

  constructor(system: System, options: ArrivalsOptions) {
    this.#system = system;
    this.#options = options;
    this.#sends = system.engine.places.map(() => new Map());
  }

  /** Says whether it shows a step that wasn't known. */
  record(world: WorldState, { move, next }: Transition): boolean {
    const before = this.version;
    if (move.kind === 'take') this.#recordTaking(world, next, move);
    if (move.kind === 'crash') {
      for (const process of move.target.processes) this.#recordRestart(world, next, process);
    }
    return this.version > before;
  }

  #recordTaking(world: WorldState, next: WorldState, move: Taking): void {
    const { process, inputs, crash } = move;
    const local = at(world.nodes, process);
    const end = at(next.nodes, process);
    const key = `${local} ${end} ${inputs.join(',')}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    const kinds = inputs.map((input) => this.#system.input(input).kind);
    const { flight, queued } = this.#system.advance(process, local, inputs);
    this.#add(process, local, {
      next: end,
      takes: inputs.filter((_, place) => kinds[place] === 'message'),
      firings: inputs.length === 0 ? 1 : kinds.filter((kind) => kind === 'timer').length,
      expiries: kinds.filter((kind) => kind === 'expiry').length,
      crashes: crash !== null,
      sends: [...flight, ...queued],
    });
  }

  #recordRestart(world: WorldState, next: WorldState, process: number): void {
    const local = at(world.nodes, process);
    const end = at(next.nodes, process);
    const key = `${local} ${end} restart`;
    if (local === stopped || end === stopped || this.#known.has(key)) return;
    this.#known.add(key);
    const { flight, queued } = this.#system.restarted(process, local);
    const nothing = { takes: [], firings: 0, expiries: 0 };
    const sends = [...flight, ...queued];
    this.#add(process, local, { ...nothing, next: end, crashes: true, sends });
  }

  #add(process: number, local: number, step: Step): void {
    this.version++;
    at(this.#sends, process).clear();
    const known = this.#steps.get(local);
    if (known === undefined) this.#steps.set(local, [step]);
    else known.push(step);
  }

  /** By process: what is on its way and all that follows from it. */
  of(world: WorldState): readonly Arriving[] {
    const counted = world.nodes.map((): number[] => []);
    const repeated = world.nodes.map((): number[] => []);
    const all = world.nodes.map((): number[] => []);
    const senders = world.nodes.map(() => new Set<number>());
    const unsent = this.#unsent(world.sent);
    const changed = new Set(world.nodes.keys());
    const add = (input: number, mayRepeat: boolean): void => {
      const { process } = this.#system.input(input);
      if (mayRepeat) insert(at(repeated, process), input);
      else at(counted, process).push(input);
      if (insert(at(all, process), input)) changed.add(process);
    };
    const mayCopy = world.used.duplicates < this.#options.bounds.duplicates;
    for (const input of world.flight)
      add(input, mayCopy && canDuplicate(this.#system.input(input)));
    for (const input of world.queued) add(input, false);
    for (const input of unsent) add(input, mayCopy);
    for (const process of changed) {
      changed.delete(process);
      for (const input of this.#sentBy(world, process, at(all, process))) {
        at(senders, this.#system.input(input).process).add(process);
        add(input, true);
      }
    }
    const awaited = new Set(unsent.map((input) => this.#system.input(input).process));
    return counted.map((list, process) => {
      const often = at(repeated, process);
      return {
        counted: list.filter((input) => !often.includes(input)).sort(compareNumbers),
        repeated: often,
        senders: at(senders, process),
        hasUnsent: awaited.has(process),
      };
    });
  }

  /** Commands that clients may still send, each as often as it may be sent. */
  #unsent(sent: number): readonly number[] {
    const known = this.#unsentAfter.get(sent);
    if (known !== undefined) return known;
    const made = this.#options.choices.flatMap((choice) => {
      const input = this.#system.inputOfSend(choice.send);
      if (input === null) return [];
      const bits = [choice.bit, choice.retryBit].filter((bit) => bit !== 0 && (sent & bit) === 0);
      return bits.map(() => input);
    });
    this.#unsentAfter.set(sent, made);
    return made;
  }

  #sentBy(world: WorldState, process: number, arriving: readonly number[]): readonly number[] {
    const local = at(world.nodes, process);
    if (local === stopped) return [];
    const { firings, expiries, crashes } = roomOf(
      this.#system,
      this.#options.bounds,
      world,
      process,
    );
    const key = packNumbers([local, firings, expiries, crashes ? 1 : 0, ...arriving]);
    const memo = at(this.#sends, process);
    const known = memo.get(key);
    if (known !== undefined) return known;
    const made = this.#follow(local, { firings, expiries, crashes }, new Set(arriving));
    memo.set(key, made);
    return made;
  }

  /** All that recorded steps send that start from the local state and take what may arrive. */
  #follow(local: number, room: Room, arriving: ReadonlySet<number>): readonly number[] {
    const reached = new Set([local]);
    const sent = new Set<number>();
    for (const from of reached) {
      for (const step of this.#steps.get(from) ?? []) {
        if (step.firings > room.firings || step.expiries > room.expiries) continue;
        if (step.crashes && !room.crashes) continue;
        if (!step.takes.every((input) => arriving.has(input))) continue;
        for (const input of step.sends) sent.add(input);
        if (step.next !== stopped) reached.add(step.next);
      }
    }
    return [...sent];
  }
}

export function roomOf(system: System, bounds: Bounds, world: WorldState, process: number): Room {
  const { firingMember } = bounds;
  const { used } = world;
  const fires = firingMember === null || system.place(process).origin === firingMember;
  return {
    firings: fires ? Math.max(bounds.firings - used.firings, 0) : 0,
    expiries: Math.max(bounds.expiries - used.expiries, 0),
    crashes: used.crashes < bounds.crashes || system.hangs(world),
  };
}

/** Keeps it ascending; false if it was there. */
function insert(list: number[], item: number): boolean {
  let place = list.length;
  while (place > 0 && (list[place - 1] as number) > item) place--;
  if (place > 0 && list[place - 1] === item) return false;
  list.splice(place, 0, item);
  return true;
}
