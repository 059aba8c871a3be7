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
import type { First, Independence } from './independence.ts';
import type { HistoryEvent, MarkedEvent, Reference, SetId } from './reference.ts';
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

/** How a node was come to first. */
interface Reached {
  readonly set: SetId;
  readonly history: number;
  readonly parent: number;
  readonly step: StepOf;
}

/** A step by what went first, null for nothing, and its place among these steps. */
interface StepOf {
  readonly first: First | null;
  readonly place: number;
}

/** Nodes after which decisions are looked at again; then after twice as many. */
const staleCheckFirst = 100;

interface Followed {
  /** Node that the step leads to; -1 when it isn't searched. */
  readonly child: number;
  readonly violation: Trail | null;
}

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
  /** What went first in the step that led to the node, and which of its steps that was. */
  readonly #first: (First | null)[] = [];
  readonly #place: number[] = [];
  /** The renaming that made the node's world of what the step led to. */
  readonly #by: RenamingId[] = [];
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
    this.#add(start, { set, history, parent: -1, step: { first: null, place: 0 } });
    let checkAt = staleCheckFirst;
    for (let node = 0; node < this.#world.length; node++) {
      if (this.#world.length > limits.statesMax) {
        return this.#isStale() ? null : this.#result(null, { complete: false });
      }
      const world = this.#worlds.at(this.#at(this.#world, node));
      this.#judgeCompletion(node, world);
      const violation = this.#expand(node, world);
      if (violation !== null && this.#isStale()) return null;
      if (violation !== null) return this.#result(violation, { complete: false });
      if (node < checkAt) continue;
      checkAt *= 2;
      if (this.#isStale()) return null;
    }
    return this.#isStale() ? null : this.#result(null, { complete: true });
  }

  #isStale(): boolean {
    return this.#options.independence.stale || this.#options.reference.stale;
  }

  /** All that may happen next, or only that a message is taken which nothing has to wait for. */
  #expand(node: number, world: WorldState): Trail | null {
    const met = { world, worlds: this.#worlds, id: this.#at(this.#world, node) };
    for (const first of this.#options.independence.firsts(met)) {
      const answer = this.#followAll(node, world, first);
      if (answer === 'later') return null;
      if (answer !== 'earlier') return answer;
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
    };
  }

  /** Adds what a transition leads to; the trail when the original can't follow. */
  #follow(node: number, world: WorldState, transition: Transition, step: StepOf): Followed {
    const { reference } = this.#options;
    this.#transitions++;
    this.#options.independence.note(world, transition);
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
    const child = this.#add(transition.next, { set, history, parent: node, step });
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

  #add(next: WorldState, { set, history, parent, step }: Reached): number {
    invariant(set < 2 ** 21, 'sets of states are few');
    const { world, by } = this.#options.symmetry.least(next);
    const id = this.#worlds.idOf(world);
    const key = set * 2 ** 32 + id;
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
    return this.#world.length - 1;
  }

  #trail(node: number, last: Transition | null): Trail {
    const { symmetry } = this.#options;
    const path: number[] = [];
    for (let on = node; on >= 0; on = this.#at(this.#parent, on)) path.push(on);
    path.reverse();
    const transitions: Transition[] = [];
    // Nodes hold renamed worlds; the trail tells of one run, with the names that it began with.
    let back: RenamingId = 0;
    for (const [place, on] of path.entries()) {
      back = symmetry.composed(symmetry.inverse(this.#at(this.#by, on)), back);
      const child = path[place + 1];
      const step = child === undefined ? last : this.#stepTo(on, child);
      if (step !== null) transitions.push(symmetry.renamedTransition(step, back));
    }
    const { from } = this.#options;
    const events = eventsOf(from, transitions);
    const marked = this.#options.marksCrashes ? markedEventsOf(from, transitions) : events;
    return { transitions, events, marked };
  }

  /** The step that was taken from a node to another one, with the names of the first. */
  #stepTo(node: number, child: number): Transition {
    const world = this.#worlds.at(this.#at(this.#world, node));
    const steps = this.#steps(world, this.#first[child] ?? null);
    return defined(steps[this.#at(this.#place, child)], 'steps keep their order');
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
