/**
 * The search of all runs of a plan at a small scope, each compared with the original as it happens.
 *
 * A node of the search is a state of the plan with the set of states of the original that are possible after the same
 * history; what can follow depends on nothing else, so equal nodes are searched once. In the plan a command is sent
 * at the moment it is taken, and an output seen at the moment it is sent: these are the histories with the most
 * pairs output-before-send, and any other history of the plan has fewer pairs or fewer outputs, so it is one of the
 * original when these are. Breadth first, so the first counterexample has the fewest steps.
 */
import { defined, invariant } from '../../base/assert.ts';
import { Completeness, type CompletenessLimits, type Losing } from './completeness.ts';
import { type CrashMark, isMarked } from './crash-marks.ts';
import { judgeCompletion, judgeTrail } from './escalate.ts';
import type { Independence } from './independence.ts';
import type { HistoryEvent, MarkedEvent, Reference, SetId } from './reference.ts';
import type { System } from './system.ts';
import { type Policy, type Transition, transitionsOf, transitionsTaking } from './transitions.ts';
import { type WorldState, WorldStates } from './world-state.ts';

export interface ExploreLimits extends CompletenessLimits {
  readonly statesMax: number;
}

export interface ExploreOptions {
  readonly plan: System;
  readonly reference: Reference;
  readonly policy: Policy;
  readonly independence: Independence;
  /** Crashes are events of the history (crash-marks.ts). */
  readonly marksCrashes: boolean;
  /** Messages that may count as lost without limit, in the plan and in the original. */
  readonly planFree: Losing['free'];
  readonly originalFree: Losing['free'];
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
}

/** Null when a message was taken alone that shouldn't: `independence` or the reference is stale. */
export function explore(options: ExploreOptions): Exploration | null {
  const search = new Search(options);
  return search.run();
}

interface Followed {
  /** Node that the step leads to; -1 when it isn't searched. */
  readonly child: number;
  readonly violation: Trail | null;
}

/** Steps of a message that is taken alone are numbered downwards from -1, four for each message. */
const ordinalOf = (message: number, place: number): number => -1 - (message * 4 + place);
const messageOf = (ordinal: number): number => Math.floor((-1 - ordinal) / 4);
const placeOf = (ordinal: number): number => (-1 - ordinal) % 4;

class Search {
  readonly #options: ExploreOptions;
  readonly #worlds: WorldStates;
  readonly #completeness: Completeness;
  readonly #histories = new Map<string, number>();
  readonly #ids = new Map<number, number>();
  readonly #world: number[] = [];
  readonly #set: SetId[] = [];
  readonly #history: number[] = [];
  readonly #parent: number[] = [];
  readonly #ordinal: number[] = [];
  #transitions = 0;
  #completions = 0;
  #quietCompletions = 0;
  #openCompletions = 0;
  #stall: Trail | null = null;
  #unknown: Trail | null = null;

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
    this.#add(this.#worlds.idOf(start), set, history, -1, -1);
    let staleAt = Number.POSITIVE_INFINITY;
    for (let node = 0; node < this.#world.length; node++) {
      if (this.#world.length > limits.statesMax) {
        return this.#isStale() ? null : this.#result(null, { complete: false });
      }
      const world = this.#worlds.at(this.#at(this.#world, node));
      this.#judgeCompletion(node, world);
      const violation = this.#expand(node, world);
      if (violation !== null && this.#isStale()) return null;
      if (violation !== null) return this.#result(violation, { complete: false });
      if (this.#isStale()) {
        // What else is met in as many states again is known before the search starts again.
        staleAt = Math.min(staleAt, node);
        if (node > 2 * staleAt + 100) return null;
      }
    }
    return this.#isStale() ? null : this.#result(null, { complete: true });
  }

  #isStale(): boolean {
    return this.#options.independence.stale || this.#options.reference.stale;
  }

  /** All that may happen next, or only that a message is taken which nothing has to wait for. */
  #expand(node: number, world: WorldState): Trail | null {
    for (const message of this.#options.independence.candidates(world)) {
      let isNew = false;
      for (const [at, transition] of this.#taking(world, message).entries()) {
        const { child, violation } = this.#follow(node, world, transition, ordinalOf(message, at));
        if (violation !== null) return violation;
        if (at === 0) isNew = child > node;
      }
      if (isNew) return null;
    }
    const { plan, policy } = this.#options;
    for (const [ordinal, transition] of transitionsOf(plan, world, policy).list.entries()) {
      const { violation } = this.#follow(node, world, transition, ordinal);
      if (violation !== null) return violation;
    }
    return null;
  }

  #taking(world: WorldState, input: number): readonly Transition[] {
    const { plan, policy, planFree } = this.#options;
    const isFree = planFree(plan.input(input), world);
    return transitionsTaking(plan, world, policy, { input, isFree }).list;
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
    };
  }

  /** Adds what a transition leads to; the trail when the original can't follow. */
  #follow(node: number, world: WorldState, transition: Transition, ordinal: number): Followed {
    const { reference } = this.#options;
    this.#transitions++;
    let set = this.#at(this.#set, node);
    let history = this.#at(this.#history, node);
    const marks = this.#options.marksCrashes;
    const events = marks ? markedStepEvents(world, transition) : stepEvents(world, transition);
    if (events.length > 0) {
      let text = this.#text(history);
      for (const event of events) {
        set = reference.after(set, event);
        text = withEvent(text, event);
      }
      history = this.#historyOf(text);
    }
    if (reference.isEmpty(set)) {
      const trail = this.#trail(node, transition);
      const judged = judgeTrail(reference, trail.marked);
      if (judged.kind === 'violated') return { child: -1, violation: trail };
      if (judged.kind === 'unknown') {
        this.#unknown ??= trail;
        return { child: -1, violation: null };
      }
      set = judged.set;
    }
    const child = this.#add(this.#worlds.idOf(transition.next), set, history, node, ordinal);
    return { child, violation: null };
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
      const answer = reference.completes(this.#at(this.#set, node), ending);
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

  #add(world: number, set: SetId, history: number, parent: number, ordinal: number): number {
    invariant(set < 2 ** 21, 'sets of states are few');
    const key = set * 2 ** 32 + world;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#world.length);
    this.#options.independence.noteWorld(this.#worlds.at(world));
    this.#world.push(world);
    this.#set.push(set);
    this.#history.push(history);
    this.#parent.push(parent);
    this.#ordinal.push(ordinal);
    return this.#world.length - 1;
  }

  #trail(node: number, last: Transition | null): Trail {
    const { plan, policy } = this.#options;
    const transitions: Transition[] = last === null ? [] : [last];
    for (let at = node; this.#at(this.#parent, at) >= 0; at = this.#at(this.#parent, at)) {
      const parent = this.#at(this.#parent, at);
      const world = this.#worlds.at(this.#at(this.#world, parent));
      const ordinal = this.#at(this.#ordinal, at);
      const list =
        ordinal < 0
          ? this.#taking(world, messageOf(ordinal))
          : transitionsOf(plan, world, policy).list;
      const place = ordinal < 0 ? placeOf(ordinal) : ordinal;
      transitions.push(defined(list[place], 'transitions keep their order'));
    }
    transitions.reverse();
    const { from } = this.#options;
    const events = eventsOf(from, transitions);
    const marked = this.#options.marksCrashes ? markedEventsOf(from, transitions) : events;
    return { transitions, events, marked };
  }

  #historyOf(text: string): number {
    const known = this.#histories.get(text);
    if (known !== undefined) return known;
    this.#histories.set(text, this.#histories.size);
    this.#texts.push(text);
    return this.#texts.length - 1;
  }

  readonly #texts: string[] = [];

  #text(history: number): string {
    return defined(this.#texts[history], 'a history that was met');
  }

  #at(list: readonly number[], index: number): number {
    return defined(list[index], 'a node of the search');
  }
}

/** What clients see of a run, in order; within one step commands are taken before outputs are sent. */
function eventsOf(start: WorldState, transitions: readonly Transition[]): readonly HistoryEvent[] {
  const steps = transitions.map((each, at) => [transitions[at - 1]?.next ?? start, each] as const);
  return [...newOutputs([], start.emitted), ...steps.flatMap((step) => stepEvents(...step))];
}

function markedEventsOf(
  start: WorldState,
  transitions: readonly Transition[],
): readonly MarkedEvent[] {
  const steps = transitions.map((each, at) => [transitions[at - 1]?.next ?? start, each] as const);
  return [...newOutputs([], start.emitted), ...steps.flatMap((step) => markedStepEvents(...step))];
}

function stepEvents(before: WorldState, { sends, next }: Transition): readonly HistoryEvent[] {
  const sent = sends.map((send) => ({ kind: 'send', send }) as const);
  return [...sent, ...newOutputs(before.emitted, next.emitted)];
}

/** A member that stops in the midst of a step has sent by then what it sends in it; one that starts anew sends after. */
function markedStepEvents(before: WorldState, transition: Transition): readonly MarkedEvent[] {
  const events = stepEvents(before, transition);
  if (!isMarked(transition)) return events;
  const mark: CrashMark = { kind: 'crash' };
  return transition.move.kind === 'crash' ? [mark, ...events] : [...events, mark];
}

/** Both ascending; the second has all of the first. */
function newOutputs(
  before: readonly number[],
  after: readonly number[],
): readonly Extract<HistoryEvent, { readonly kind: 'output' }>[] {
  const left = [...before];
  const counts = new Map<number, number>();
  const events: Extract<HistoryEvent, { readonly kind: 'output' }>[] = [];
  for (const output of after) {
    const count = (counts.get(output) ?? 0) + 1;
    counts.set(output, count);
    const known = left.indexOf(output);
    if (known >= 0) left.splice(known, 1);
    else events.push({ kind: 'output', output, count });
  }
  return events;
}

/** Blocks of sends and outputs by turns; within a block the order says nothing. */
function withEvent(history: string, event: MarkedEvent): string {
  switch (event.kind) {
    case 'send':
      return withItem(history, 's', event.send);
    case 'output':
      return withItem(history, 'o', event.output);
    case 'crash':
      return `${history};c`;
  }
}

function withItem(history: string, kind: 's' | 'o', item: number): string {
  const blocks = history === '' ? [] : history.split(';');
  const last = blocks.at(-1);
  if (last === undefined || !last.startsWith(kind)) return [...blocks, `${kind}${item}`].join(';');
  const items = [...last.slice(1).split(',').map(Number), item].sort((a, b) => a - b);
  return [...blocks.slice(0, -1), `${kind}${items.join(',')}`].join(';');
}
