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
import { judgeCompletion, judgeTrail } from './escalate.ts';
import type { HistoryEvent, Reference, SetId } from './reference.ts';
import type { System } from './system.ts';
import { type Policy, type Transition, transitionsOf } from './transitions.ts';
import { type WorldState, WorldStates } from './world-state.ts';

export interface ExploreLimits extends CompletenessLimits {
  readonly statesMax: number;
}

export interface ExploreOptions {
  readonly plan: System;
  readonly reference: Reference;
  readonly policy: Policy;
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
}

export interface Exploration {
  /** States of the plan, each counted once for every set of states of the original. */
  readonly states: number;
  readonly transitions: number;
  /** Histories that differ in what was sent, what came out, or which output preceded which send. */
  readonly histories: number;
  /** States in which a run may end for good, each judged for progress; and those of which it isn't clear. */
  readonly completions: number;
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

export function explore(options: ExploreOptions): Exploration {
  const search = new Search(options);
  return search.run();
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
  readonly #ordinal: number[] = [];
  #transitions = 0;
  #completions = 0;
  #openCompletions = 0;
  #stall: Trail | null = null;
  #unknown: Trail | null = null;

  constructor(options: ExploreOptions) {
    this.#options = options;
    this.#worlds = new WorldStates(options.plan.engine.places.length);
    this.#completeness = new Completeness(options.plan, options.limits);
  }

  run(): Exploration {
    const { plan, reference, policy, limits } = this.#options;
    const start = this.#options.from;
    const first = this.#outputsAfter(reference.start(0), [], start.emitted, '');
    this.#add(this.#worlds.idOf(start), first.set, this.#historyOf(first.history), -1, -1);
    for (let node = 0; node < this.#world.length; node++) {
      if (this.#world.length > limits.statesMax) return this.#result(null, { complete: false });
      const world = this.#worlds.at(this.#at(this.#world, node));
      this.#judgeCompletion(node, world);
      const { list } = transitionsOf(plan, world, policy);
      for (const [ordinal, transition] of list.entries()) {
        this.#transitions++;
        const violation = this.#follow(node, world, transition, ordinal);
        if (violation !== null) return this.#result(violation, { complete: false });
      }
    }
    return this.#result(null, { complete: true });
  }

  #result(violation: Trail | null, { complete }: { readonly complete: boolean }): Exploration {
    return {
      states: this.#world.length,
      transitions: this.#transitions,
      histories: this.#histories.size,
      completions: this.#completions,
      openCompletions: this.#openCompletions,
      complete,
      violation,
      stall: this.#stall,
      unknown: this.#unknown,
    };
  }

  /** Adds what a transition leads to; the trail when the original can't follow. */
  #follow(node: number, world: WorldState, transition: Transition, ordinal: number): Trail | null {
    const { reference } = this.#options;
    let set = this.#at(this.#set, node);
    let history = this.#at(this.#history, node);
    if (transition.sends.length > 0 || transition.next.emitted.length > world.emitted.length) {
      const before = this.#text(history);
      for (const send of transition.sends) set = reference.after(set, { kind: 'send', send });
      const sent = withSends(before, transition.sends);
      const outcome = this.#outputsAfter(set, world.emitted, transition.next.emitted, sent);
      set = outcome.set;
      history = this.#historyOf(outcome.history);
    }
    if (reference.isEmpty(set)) {
      const trail = this.#trail(node, transition);
      const judged = judgeTrail(reference, trail.events);
      if (judged.kind === 'violated') return trail;
      if (judged.kind === 'unknown') {
        this.#unknown ??= trail;
        return null;
      }
      set = judged.set;
    }
    this.#add(this.#worlds.idOf(transition.next), set, history, node, ordinal);
    return null;
  }

  #outputsAfter(
    set: SetId,
    before: readonly number[],
    after: readonly number[],
    history: string,
  ): { readonly set: SetId; readonly history: string } {
    const events = newOutputs(before, after);
    let possible = set;
    for (const event of events) possible = this.#options.reference.after(possible, event);
    return { set: possible, history: withOutputs(history, events) };
  }

  #judgeCompletion(node: number, world: WorldState): void {
    if (this.#stall !== null) return;
    const { policy, reference, planFree, originalFree } = this.#options;
    const { losses } = policy.bounds;
    for (let lossesMax = 0; lossesMax <= losses; lossesMax++) {
      const losing = { lossesMax, free: planFree };
      const complete = this.#completeness.isComplete(world, losing);
      if (complete === 'yes') this.#completions++;
      if (complete === 'unknown') this.#openCompletions++;
      if (complete !== 'yes') continue;
      const ending = { emitted: world.emitted, losing: { lossesMax, free: originalFree } };
      const answer = reference.completes(this.#at(this.#set, node), ending);
      if (answer === 'unknown') this.#openCompletions++;
      if (answer !== 'no') return;
      const trail = this.#trail(node, null);
      const judged = judgeCompletion(reference, trail.events, ending);
      if (judged === 'violated') this.#stall = trail;
      if (judged === 'unknown') this.#openCompletions++;
      return;
    }
  }

  #add(world: number, set: SetId, history: number, parent: number, ordinal: number): void {
    invariant(set < 2 ** 21, 'sets of states are few');
    const key = set * 2 ** 32 + world;
    if (this.#ids.has(key)) return;
    this.#ids.set(key, this.#world.length);
    this.#world.push(world);
    this.#set.push(set);
    this.#history.push(history);
    this.#parent.push(parent);
    this.#ordinal.push(ordinal);
  }

  #trail(node: number, last: Transition | null): Trail {
    const { plan, policy } = this.#options;
    const transitions: Transition[] = last === null ? [] : [last];
    for (let at = node; this.#at(this.#parent, at) >= 0; at = this.#at(this.#parent, at)) {
      const parent = this.#at(this.#parent, at);
      const world = this.#worlds.at(this.#at(this.#world, parent));
      const { list } = transitionsOf(plan, world, policy);
      transitions.push(defined(list[this.#at(this.#ordinal, at)], 'transitions keep their order'));
    }
    transitions.reverse();
    return { transitions, events: eventsOf(this.#options.from, transitions) };
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
export function eventsOf(
  start: WorldState,
  transitions: readonly Transition[],
): readonly HistoryEvent[] {
  const events: HistoryEvent[] = [...newOutputs([], start.emitted)];
  let emitted = start.emitted;
  for (const { sends, next } of transitions) {
    for (const send of sends) events.push({ kind: 'send', send });
    events.push(...newOutputs(emitted, next.emitted));
    emitted = next.emitted;
  }
  return events;
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
function withSends(history: string, sends: readonly number[]): string {
  let text = history;
  for (const send of sends) text = withItem(text, 's', send);
  return text;
}

function withOutputs(history: string, outputs: readonly { readonly output: number }[]): string {
  let text = history;
  for (const { output } of outputs) text = withItem(text, 'o', output);
  return text;
}

function withItem(history: string, kind: 's' | 'o', item: number): string {
  const blocks = history === '' ? [] : history.split(';');
  const last = blocks.at(-1);
  if (last === undefined || !last.startsWith(kind)) return [...blocks, `${kind}${item}`].join(';');
  const items = [...last.slice(1).split(',').map(Number), item].sort((a, b) => a - b);
  return [...blocks.slice(0, -1), `${kind}${items.join(',')}`].join(';');
}
