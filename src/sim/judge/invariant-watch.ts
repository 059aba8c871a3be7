/**
 * Declared invariants, checked at every step that a search follows.
 *
 * What was ever held or sent belongs to a run, not to a state. A search has one run to each of its states, the first one
 * that led there: every step from the state is checked on top of that run. So a violation that is found is one, and what
 * isn't found may still be on another way to the same states, or between commands whose search is composed (composition.ts).
 */

import { defined, invariant } from '../../base/assert.ts';
import { compareNumbers } from '../../base/order.ts';
import { Machine } from '../../exec/machine.ts';
import { keyOfFact } from '../../exec/value.ts';
import { InvariantMonitor, type Shown, type Violation } from '../invariants.ts';
import type { LocalRun } from './local-steps.ts';
import { Interner, packNumbers } from './packed-numbers.ts';
import { Recent } from './recent.ts';
import type { System } from './system.ts';
import type { Transition } from './transitions.ts';
import { stopped, type WorldState } from './world-state.ts';

/** All that a run has shown so far, by number; 0 is nothing. */
export type EverId = number;

/** What clients and processes do in one step. */
export interface WatchedStep {
  /** Commands, as they are sent. */
  readonly sends: readonly number[];
  readonly runs: readonly LocalRun[];
}

export interface Watched {
  readonly ever: EverId;
  readonly violation: Violation | null;
}

/** What is shown at once, by number, and what one process then has that it mustn't. */
interface Moment {
  readonly shown: readonly number[];
  readonly now: Violation | null;
}

const remembered = 200_000;

export class InvariantWatch {
  readonly #system: System;
  readonly #monitor: InvariantMonitor;
  readonly #machines: readonly Machine[];
  readonly #facts = new Interner<Shown>();
  readonly #evers = new Interner<readonly number[]>();
  readonly #moments = new Recent<readonly Moment[]>(remembered);
  readonly #after = new Recent<Watched>(remembered);

  constructor(system: System) {
    const { deployment, functions } = system.engine;
    this.#system = system;
    this.#monitor = new InvariantMonitor(deployment, functions);
    this.#machines = deployment.processes.map(({ code, member }) => new Machine(code, member));
    this.#everOf(new Set());
  }

  after(ever: EverId, { sends, runs }: WatchedStep): Watched {
    const text = runs.map(({ process, local, batch, ticks }) => [process, local, batch, ticks]);
    return this.#after.of(`${ever} ${sends.join(',')} ${text.join(';')}`, () => {
      const sent = sends.map((send): Moment => ({ shown: this.#bySend(send), now: null }));
      return this.#watched(ever, [...sent, ...runs.flatMap((run) => this.#momentsOf(run))]);
    });
  }

  #watched(ever: EverId, moments: readonly Moment[]): Watched {
    const all = new Set(this.#evers.at(ever));
    const isKnown = moments.every(({ shown }) => shown.every((id) => all.has(id)));
    if (isKnown) {
      return { ever, violation: moments.find(({ now }) => now !== null)?.now ?? null };
    }
    this.#monitor.startAt([...all].map((id) => this.#facts.at(id)));
    let violation: Violation | null = null;
    for (const { shown, now } of moments) {
      const [broken] = this.#monitor.add(shown.map((id) => this.#facts.at(id)));
      violation ??= broken ?? now;
      for (const id of shown) all.add(id);
    }
    return { ever: this.#everOf(all), violation };
  }

  #everOf(all: ReadonlySet<number>): EverId {
    const ids = [...all].sort(compareNumbers);
    return this.#evers.idOf(packNumbers(ids), () => ids);
  }

  #bySend(send: number): readonly number[] {
    const { command, member } = this.#system.clients.send(send);
    return this.#idsOf(this.#monitor.shownBySend(command.channel, member, command.fact));
  }

  #idsOf(shown: readonly Shown[]): readonly number[] {
    return shown.map((each) => this.#facts.idOf(`${each.at} ${keyOfFact(each.fact)}`, () => each));
  }

  #momentsOf(run: LocalRun): readonly Moment[] {
    const { process, local, batch, ticks } = run;
    const key = `${process} ${local} ${batch.join(',')} ${ticks}`;
    return this.#moments.of(key, () => this.#play(run));
  }

  /** Each tick, then each of its messages. */
  #play({ process, local, batch, ticks }: LocalRun): readonly Moment[] {
    const system = this.#system;
    const machine = defined(this.#machines[process], 'a process of the system');
    const itself = defined(system.engine.deployment.processes[process], 'a process of the system');
    const state = system.localState(local);
    invariant(state !== null, 'a stopped process does nothing');
    const ticksMax = system.restless.has(itself.role) ? 1 : (ticks ?? Number.POSITIVE_INFINITY);
    const moments: Moment[] = [];
    machine.load(state);
    for (let tick = 0; tick < ticksMax; tick++) {
      const result = machine.tick(tick === 0 ? batch.map((id) => system.nodeInput(id)) : []);
      if (result.kind === 'fault') break;
      this.#monitor.startAt([]);
      const [now = null] = this.#monitor.holdsNow(itself, machine);
      moments.push({ shown: this.#idsOf(this.#monitor.shownByTick(itself, machine)), now });
      for (const { channel, destination, fact } of result.outbox) {
        const shown = this.#idsOf(this.#monitor.shownBySend(channel, destination, fact));
        if (shown.length > 0) moments.push({ shown, now: null });
      }
      if (machine.settled) break;
    }
    return moments;
  }
}

/** What processes do in a step of a search. */
export function runsOf(
  system: System,
  world: WorldState,
  { move }: Transition,
): WatchedStep['runs'] {
  const localOf = (process: number): number =>
    defined(world.nodes[process], 'a process of the world');
  switch (move.kind) {
    case 'take': {
      const { process, inputs, ticks } = move;
      return [{ process, local: localOf(process), batch: inputs, ticks }];
    }
    case 'crash': {
      if (move.target.how === 'stop') return [];
      const alive = move.target.processes.filter((process) => localOf(process) !== stopped);
      return alive.map((process) => {
        const local = system.anew(process, localOf(process));
        return { process, local, batch: [], ticks: null };
      });
    }
    case 'lose':
      return [];
  }
}
