/**
 * When is a run complete? When it is fair and nothing left to do can send a client anything new: no message is on its
 * way that isn't lost for good, and no firing of timers, however often, leads to another output.
 *
 * Timers that go on for ever (a coordinator that tells a dead participant, with a number for each round) have no end of
 * states. There one fair run is looked at instead, in which every timer fires and every message arrives, round after
 * round: an output says that the run isn't complete, and none in so many rounds that it is `quiet`. A quiet run of a
 * plan asks for one of the original that is complete or as quiet; what is complete asks for what is complete.
 *
 * A livelock (a fair run that goes on for ever without an output, although outputs stay possible) isn't found
 * this way; only the random runs judge that.
 */
import { defined } from '../../base/assert.ts';
import { sameNumbers } from './batches.ts';
import { fairRun } from './fair-run.ts';
import type { InputInfo } from './local-steps.ts';
import type { System } from './system.ts';
import { transitionsOf } from './transitions.ts';
import { stopped, unused, type WorldState, WorldStates } from './world-state.ts';

/** `quiet`: it isn't sure, and many rounds of timers and deliveries lead to no other output. */
export type Answer = 'yes' | 'no' | 'quiet' | 'unknown';

export interface CompletenessLimits {
  /** Worlds searched to see that timers lead to no other output. */
  readonly deadStatesMax: number;
  /** Messages and timers that one tick takes. */
  readonly batchMax: number;
  /** Rounds after which a fair run counts as quiet. */
  readonly quietRounds: number;
}

export interface Losing {
  /** Messages that may count as lost in all, with those lost before. */
  readonly lossesMax: number;
  /** Messages that may count as lost without limit. */
  readonly free: (message: InputInfo, world: WorldState) => boolean;
}

/** Answers for one system, remembered. */
export class Completeness {
  readonly #system: System;
  readonly #limits: CompletenessLimits;
  readonly #worlds: WorldStates;
  readonly #answers = new Map<number, Answer>();

  constructor(system: System, limits: CompletenessLimits) {
    this.#system = system;
    this.#limits = limits;
    this.#worlds = new WorldStates(system.engine.places.length);
  }

  /** The run that led here may end here, when all that is still on its way is lost. */
  isComplete(world: WorldState, losing: Losing): Answer {
    const pending = [...world.flight, ...world.queued].map((id) => this.#system.input(id));
    const counted = pending.filter((info) => !losing.free(info, world));
    if (counted.length + world.used.losses > losing.lossesMax) return 'no';
    if (!counted.every(isLossy)) return 'no';
    const rest: WorldState = { ...world, used: unused, sent: 0, flight: [], queued: [] };
    if (world.nodes.some((local) => local !== stopped && !this.#rests(local))) return 'no';
    const quiet = world.nodes.every(
      (local, process) => this.#system.ownInputs(process, local).length === 0,
    );
    if (quiet) return 'yes';
    const id = this.#worlds.idOf(rest);
    const known = this.#answers.get(id);
    if (known !== undefined) return known;
    const outlook = fairRun(this.#system, rest, this.#limits.quietRounds);
    const answer = outlook === 'no' ? 'no' : this.#isDead(rest, outlook);
    this.#answers.set(id, answer);
    return answer;
  }

  /** Not in the midst of a step, and not about to start anew. */
  #rests(local: number): boolean {
    return this.#system.isSettled(local) && !this.#system.isDoomed(local);
  }

  /** No firing of timers leads to an output that isn't there yet. */
  #isDead(from: WorldState, otherwise: Answer): Answer {
    const worlds = new WorldStates(this.#system.engine.places.length);
    const faultless = { duplicates: 0, losses: 0, crashes: 0 };
    const timers = { firings: 1_000_000, expiries: 1_000_000, firingMember: null };
    const bounds = { ...faultless, ...timers, batch: this.#limits.batchMax };
    const policy = { bounds, crashes: [], choices: [] };
    worlds.idOf(from);
    for (let next = 0; next < worlds.size; next++) {
      if (worlds.size > this.#limits.deadStatesMax) return otherwise;
      const world = defined(worlds.at(next), 'a world that was found');
      for (const transition of transitionsOf(this.#system, world, policy).list) {
        if (!sameNumbers(transition.next.emitted, from.emitted)) return 'no';
        worlds.idOf({ ...transition.next, used: unused });
      }
    }
    return 'yes';
  }
}

function isLossy(info: InputInfo): boolean {
  return info.kind === 'message' && info.channel.flags.lossy;
}
