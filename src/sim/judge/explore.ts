/**
 * The search of all runs of a plan at a small scope, each compared with the original as it happens.
 *
 * A node of the search is a state of the plan with the set of states of the original that are possible after the same
 * history; what can follow depends on nothing else, so equal nodes are searched once. In the plan a command is sent
 * at the moment it is taken, and an output seen at the moment it is sent: these are the histories with the most
 * pairs output-before-send, and any other history of the plan has fewer pairs or fewer outputs, so it is one of the
 * original when these are. Breadth first, so the first counterexample has the fewest steps.
 */
import { at, defined, invariant } from '../../base/assert.ts';
import type { Violation } from '../invariants.ts';
import { Completeness, type CompletenessLimits, type Losing } from './completeness.ts';
import { judgeCompletion, judgeTrail } from './escalate.ts';
import type { HistoryEvent, MarkedEvent } from './history-event.ts';
import type { First, Independence } from './independence.ts';
import { type EverId, type InvariantWatch, runsOf, type Watched } from './invariant-watch.ts';
import { Interner } from './packed-numbers.ts';
import type { Reference, SetId } from './reference.ts';
import {
  eventsOf,
  markedEventsOf,
  markedStepEvents,
  newOutputs,
  stepEvents,
  withEvent,
} from './step-events.ts';
import { leadsOn, stepsOf } from './steps.ts';
import type { RenamingId, Symmetry } from './symmetry.ts';
import type { System } from './system.ts';
import type { Policy, Transition } from './transitions.ts';
import { type WorldState, WorldStates } from './world-state.ts';

export interface ExploreLimits extends CompletenessLimits {
  readonly statesMax: number;
}

export interface ExploreOptions {
  readonly plan: System;
  readonly reference: Reference;
  readonly policy: Policy;
  readonly independence: Independence;
  readonly symmetry: Symmetry;
  /** Crashes are events of the history (crash-marks.ts). */
  readonly marksCrashes: boolean;
  /** Whether the first history that isn't found for sure ends the search, and the first stall. */
  readonly stopsWhenUnsure: boolean;
  readonly stopsAtStall: boolean;
  /** Messages that may count as lost without limit, in the plan and in the original. */
  readonly planFree: Losing['free'];
  readonly originalFree: Losing['free'];
  /** Null when the plan declares no invariants; what was shown before the search. */
  readonly watching: { readonly watch: InvariantWatch; readonly from: EverId } | null;
  readonly from: WorldState;
  readonly limits: ExploreLimits;
}

/** The run that shows it, from the start. */
export interface Trail {
  readonly transitions: readonly Transition[];
  readonly events: readonly HistoryEvent[];
  /** The same with its crashes, where the search marks them. */
  readonly marked: readonly MarkedEvent[];
}

export interface Exploration {
  /** States of the plan, each counted once for every set of states of the original. */
  readonly states: number;
  readonly transitions: number;
  /** Histories that differ in what was sent, what came out, or which output preceded which send. */
  readonly histories: number;
  /** States in which a run may end for good, each judged for progress; and those of which it isn't clear. */
  readonly completions: number;
  /** Of runs that may go on for ever, those judged by many rounds (completeness.ts). */
  readonly quietCompletions: number;
  readonly openCompletions: number;
  /** False when the search was stopped by its size. */
  readonly complete: boolean;
  /** A history that the original doesn't have. */
  readonly violation: Trail | null;
  /** A complete history that is no complete one of the original. */
  readonly stall: Trail | null;
  /** A history that is not found, and the original's bounds can't be raised far enough to be sure. */
  readonly unknown: Trail | null;
  /** An invariant of the plan that doesn't hold. */
  readonly broken: { readonly trail: Trail; readonly violation: Violation } | null;
}

/** Null when what was known of the steps of a role, or of the original's worlds, is stale: to be searched again. */
export function explore(options: ExploreOptions): Exploration | null {
  const search = new Search(options);
  return search.run();
}

/** How a node was come to first. */
interface Reached extends Seen {
  readonly ever: EverId;
  readonly parent: number;
  readonly step: StepOf;
}

/** A step by what went first, null for nothing, and its place among these steps. */
interface StepOf {
  readonly first: First | null;
  readonly place: number;
}

/** Nodes after which decisions are looked at again; then after as many more as there were. */
const staleCheckFirst = 100;

/** More than there are sets, and histories. */
const seenMax = 2 ** 20;

interface Followed {
  /** Node that the step leads to; -1 when it isn't searched. */
  readonly child: number;
  readonly violation: Trail | null;
}

/** What clients have seen, and what the original may have come to with it. */
interface Seen {
  readonly set: SetId;
  readonly history: number;
}

class Search {
  readonly #options: ExploreOptions;
  readonly #worlds: WorldStates;
  readonly #completeness: Completeness;
  readonly #histories = new Interner<string>();
  readonly #ids = new Map<number, number>();
  readonly #world: number[] = [];
  readonly #set: SetId[] = [];
  readonly #history: number[] = [];
  readonly #parent: number[] = [];
  /** What went first in the step that led to the node, and which of its steps that was. */
  readonly #first: (First | null)[] = [];
  readonly #place: number[] = [];
  /** By set and history, of sets that don't have all states: what tells nodes of one world apart. */
  readonly #seen = new Map<number, number>();
  /** By history: what the original comes to with it, where that was looked for from the start; null if that isn't sure. */
  readonly #found = new Map<number, SetId | null>();
  /** The renaming that made the node's world of what the step led to. */
  readonly #by: RenamingId[] = [];
  /** The renaming from the node's names to those of the run that led there first, and what that run has shown. */
  readonly #back: RenamingId[] = [];
  readonly #ever: EverId[] = [];
  /** Nodes that were looked at for an end of the run. */
  #judged = 0;
  #transitions = 0;
  #completions = 0;
  #quietCompletions = 0;
  #openCompletions = 0;
  #stall: Trail | null = null;
  #unknown: Trail | null = null;
  #broken: Exploration['broken'] = null;

  constructor(options: ExploreOptions) {
    this.#options = options;
    this.#worlds = new WorldStates(options.plan.engine.places.length);
    this.#completeness = new Completeness(options.plan, options.limits);
  }

  run(): Exploration | null {
    const { reference, limits } = this.#options;
    const start = this.#options.from;
    const first = newOutputs([], start.emitted);
    const set = first.reduce((from, event) => reference.after(from, event), reference.start(0));
    const history = this.#historyOf(first.reduce(withEvent, ''));
    const ever = this.#options.watching?.from ?? 0;
    this.#add(start, { set, history, ever, parent: -1, step: { first: null, place: 0 } });
    for (const node of this.#nodes()) {
      if (this.#world.length > limits.statesMax) return this.#end({ complete: false });
      const world = this.#worlds.at(at(this.#world, node));
      if (node === this.#judged) {
        this.#judged++;
        this.#judgeCompletion(node, world);
      }
      const violation = this.#expand(node, world);
      if (this.#broken !== null) return this.#result(null, { complete: false });
      if (this.#isIdle()) return this.#end({ complete: false });
      if (violation !== null && reference.stale) return null;
      if (violation !== null) return this.#result(violation, { complete: false });
    }
    return this.#end({ complete: true });
  }

  #isIdle(): boolean {
    const { stopsWhenUnsure, stopsAtStall } = this.#options;
    return (stopsWhenUnsure && this.#unknown !== null) || (stopsAtStall && this.#stall !== null);
  }

  /**
   * What the original shows on a stale search it does show: only what it was not seen to do has to be looked for again.
   */
  #end(how: { readonly complete: boolean }): Exploration | null {
    const { independence, reference } = this.#options;
    const isMissing = this.#stall !== null || this.#unknown !== null || this.#openCompletions > 0;
    const isStale = independence.outdated || (isMissing && reference.stale);
    return isStale ? null : this.#result(null, how);
  }

  /**
   * Each node in the order of their numbers, now and then those again from which the search went on with too little; ends
   * early when the search is stale.
   */
  *#nodes(): Generator<number> {
    const { independence } = this.#options;
    let checkAt = staleCheckFirst;
    for (let node = 0; ; ) {
      const isEnd = node === this.#world.length;
      if (isEnd || node > checkAt) {
        if (independence.outdated) return;
        if (!isEnd) checkAt *= 2;
        const wrong = independence.wrongOnes();
        for (const again of wrong) yield again.node;
        if (isEnd && wrong.length === 0) return;
      }
      if (node < this.#world.length) yield node++;
    }
  }

  /** All that may happen next, or only that a message is taken which nothing has to wait for. */
  #expand(node: number, world: WorldState): Trail | null {
    const { independence } = this.#options;
    for (const first of independence.firsts(world)) {
      const answer = this.#followAll(node, world, first);
      if (answer === 'earlier') continue;
      const id = at(this.#world, node);
      if (answer === 'later') independence.rely({ worlds: this.#worlds, id, node, first });
      return answer === 'later' ? null : answer;
    }
    const answer = this.#followAll(node, world, null);
    return typeof answer === 'string' ? null : answer;
  }

  /** `later`: the steps that count lead to states with higher numbers; a trail that the original doesn't have. */
  #followAll(node: number, world: WorldState, first: First | null): Trail | 'later' | 'earlier' {
    const children: number[] = [];
    for (const [place, transition] of this.#steps(world, first).entries()) {
      const { child, violation } = this.#follow(node, world, transition, { first, place });
      if (violation !== null) return violation;
      children.push(child);
    }
    return first === null || leadsOn(node, first, children) ? 'later' : 'earlier';
  }

  #steps(world: WorldState, first: First | null): readonly Transition[] {
    const { plan, policy, planFree } = this.#options;
    return stepsOf({ system: plan, policy, free: planFree }, world, first).list;
  }

  #result(violation: Trail | null, { complete }: { readonly complete: boolean }): Exploration {
    return {
      states: this.#world.length,
      transitions: this.#transitions,
      histories: this.#histories.size,
      completions: this.#completions,
      quietCompletions: this.#quietCompletions,
      openCompletions: this.#openCompletions,
      complete,
      violation,
      stall: this.#stall,
      unknown: this.#unknown,
      broken: this.#broken,
    };
  }

  /** Adds what a transition leads to; the trail when the original can't follow. */
  #follow(node: number, world: WorldState, transition: Transition, step: StepOf): Followed {
    this.#transitions++;
    this.#options.independence.note(world, transition);
    const seen = this.#after(node, world, transition);
    if (seen === null) return { child: -1, violation: null };
    if ('transitions' in seen) return { child: -1, violation: seen };
    const { ever, violation } = this.#watched(node, world, transition);
    if (violation !== null) {
      this.#broken ??= { trail: this.#trail(node, transition), violation };
    }
    const child = this.#add(transition.next, { ...seen, ever, parent: node, step });
    return { child, violation: null };
  }

  /** Null where it isn't sure that the original has the history; a trail where it hasn't. */
  #after(node: number, world: WorldState, transition: Transition): Seen | Trail | null {
    const marks = this.#options.marksCrashes;
    const events = marks ? markedStepEvents(world, transition) : stepEvents(world, transition);
    const before = { set: at(this.#set, node), history: at(this.#history, node) };
    if (events.length === 0) return before;
    const { reference } = this.#options;
    const history = this.#historyOf(events.reduce(withEvent, this.#histories.at(before.history)));
    const found = this.#found.get(history);
    const set = found ?? events.reduce((from, event) => reference.after(from, event), before.set);
    if (!reference.isEmpty(set)) return { set, history };
    if (found === null) return null;
    const trail = this.#trail(node, transition);
    const judged = judgeTrail(reference, trail.marked);
    if (judged.kind === 'violated') return trail;
    if (judged.kind === 'unknown') this.#unknown ??= trail;
    const looked = judged.kind === 'matched' ? judged.set : null;
    this.#found.set(history, looked);
    return looked === null ? null : { set: looked, history };
  }

  /** On top of the run that led to the node, with its names. */
  #watched(node: number, world: WorldState, transition: Transition): Watched {
    const { watching, symmetry, plan } = this.#options;
    if (watching === null) return { ever: 0, violation: null };
    const back = at(this.#back, node);
    const runs = runsOf(plan, world, transition).map((run) => symmetry.renamedRun(run, back));
    return watching.watch.after(at(this.#ever, node), { sends: transition.sends, runs });
  }

  #judgeCompletion(node: number, world: WorldState): void {
    if (this.#stall !== null) return;
    const { policy, reference, planFree, originalFree } = this.#options;
    const { losses } = policy.bounds;
    for (let lossesMax = 0; lossesMax <= losses; lossesMax++) {
      const losing = { lossesMax, free: planFree };
      const complete = this.#completeness.isComplete(world, losing);
      if (complete === 'unknown') this.#openCompletions++;
      if (complete === 'no' || complete === 'unknown') continue;
      const isQuiet = complete === 'quiet';
      if (isQuiet) this.#quietCompletions++;
      else this.#completions++;
      const { emitted } = world;
      const ending = { emitted, losing: { lossesMax, free: originalFree }, isQuiet };
      const answer = reference.completes(at(this.#set, node), ending);
      if (answer === 'unknown') this.#openCompletions++;
      if (answer !== 'no') return;
      const trail = this.#trail(node, null);
      const judged = judgeCompletion(reference, trail.marked, ending);
      // A run that is only quiet may yet go on.
      if (judged === 'violated' && !isQuiet) this.#stall = trail;
      else if (judged !== 'matched') this.#openCompletions++;
      return;
    }
  }

  #add(next: WorldState, { set, history, ever, parent, step }: Reached): number {
    const { symmetry } = this.#options;
    const { world, by } = symmetry.least(next);
    const id = this.#worlds.idOf(world);
    const key = this.#seenOf(set, history) * 2 ** 32 + id;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#world.length);
    this.#world.push(id);
    this.#set.push(set);
    this.#history.push(history);
    this.#parent.push(parent);
    this.#first.push(step.first);
    this.#place.push(step.place);
    this.#by.push(by);
    this.#ever.push(ever);
    const before = parent < 0 ? 0 : at(this.#back, parent);
    this.#back.push(symmetry.composed(symmetry.inverse(by), before));
    return this.#world.length - 1;
  }

  /**
   * What can follow depends on the set alone when it has all states that the original may be in. Where it has only some,
   * one of them may stand for histories of which the others differ, and each history is followed by itself.
   */
  #seenOf(set: SetId, history: number): number {
    if (this.#options.reference.isExact(set)) return set;
    const key = set * seenMax + history;
    const seen = this.#seen.get(key) ?? seenMax + this.#seen.size;
    this.#seen.set(key, seen);
    invariant(set < seenMax && this.#seen.size < seenMax, 'sets of states are few');
    return seen;
  }

  #trail(node: number, last: Transition | null): Trail {
    const { symmetry } = this.#options;
    const path: number[] = [];
    for (let on = node; on >= 0; on = at(this.#parent, on)) path.push(on);
    path.reverse();
    // Nodes hold renamed worlds; the trail tells of one run, with the names that it began with.
    const transitions = path.flatMap((on, place) => {
      const child = path[place + 1];
      const step = child === undefined ? last : this.#stepTo(on, child);
      return step === null ? [] : [symmetry.renamedTransition(step, at(this.#back, on))];
    });
    const { from } = this.#options;
    const events = eventsOf(from, transitions);
    const marked = this.#options.marksCrashes ? markedEventsOf(from, transitions) : events;
    return { transitions, events, marked };
  }

  /** The step that was taken from a node to another one, with the names of the first. */
  #stepTo(node: number, child: number): Transition {
    const world = this.#worlds.at(at(this.#world, node));
    const steps = this.#steps(world, this.#first[child] ?? null);
    return defined(steps[at(this.#place, child)], 'steps keep their order');
  }

  #historyOf(text: string): number {
    return this.#histories.idOf(text, () => text);
  }
}
