/**
 * The original program as the specification: which of its states are possible after a history.
 *
 * A history is a sequence of sends and outputs, of which only the order output-before-send counts. After a send the
 * command is on its way, to be taken at any later time or never. After an output only those states are left whose run
 * has sent it; other outputs may have been sent as well, and stay on their way for ever. Of the states that have
 * sent it, the earliest are kept: whatever a later one can still do, an earlier one can, too. An empty set means
 * that the original doesn't have the history, within the bounds of its level.
 */
import { defined } from '../../base/assert.ts';
import { bitOf, type SendChoice } from './client-interface.ts';
import { type Answer, Completeness, type CompletenessLimits, type Losing } from './completeness.ts';
import { isCrashAtRest, isPlain } from './crash-marks.ts';
import { type HistoryEvent, keyOfEvent, type MarkedEvent } from './history-event.ts';
import type { Independence } from './independence.ts';
import { Interner } from './packed-numbers.ts';
import { insertQueued, streamOf } from './queued-messages.ts';
import { mergeSorted, without } from './sorted-lists.ts';
import { leadsOn, stepsOf } from './steps.ts';
import type { Symmetry } from './symmetry.ts';
import type { System } from './system.ts';
import { type Bounds, type CrashTarget, type Policy, transitionsOf } from './transitions.ts';
import { type WorldState, WorldStates } from './world-state.ts';

export interface ReferenceLimits extends CompletenessLimits {
  /** States of the original that one event of a history leads through, before one run has to do. */
  readonly statesPerEventMax: number;
  /** States searched for one run with a history. */
  readonly statesPerWitnessMax: number;
}

export interface ReferenceOptions {
  /** Bounds of each level; a history is `violated` only when raising them changes nothing. */
  readonly levels: readonly Bounds[];
  readonly crashes: readonly CrashTarget[];
  /** It crashes where the history says so, and only there (crash-marks.ts); by default wherever it likes. */
  readonly marksCrashes?: boolean;
  /** What clients may send at all. */
  readonly choices: readonly SendChoice[];
  /** The states that runs start from. */
  readonly starts: readonly WorldState[];
  readonly independence: Independence;
  readonly symmetry: Symmetry;
  /** Messages that may count as lost without limit. */
  readonly free: Losing['free'];
  /** Outputs that may be lost on their way to the client, so that a complete history is without them. */
  readonly lostOutput: (output: number) => boolean;
  readonly limits: ReferenceLimits;
}

/** What a complete run has sent to clients, and what it may have lost. */
export interface Ending {
  readonly emitted: readonly number[];
  readonly losing: Losing;
  /** The run is only quiet (completeness.ts); one of the original that is as quiet will do. */
  readonly isQuiet: boolean;
}

export type Witness =
  /** The state in which a run with the history was found. */
  | { readonly kind: 'yes'; readonly set: SetId }
  | { readonly kind: 'no' }
  /** The search was too large. */
  | { readonly kind: 'unknown' };

/** Possible states after a history: numbers of sets, with the level at which they were computed. */
export type SetId = number;

interface StateSet {
  readonly level: number;
  readonly worlds: readonly number[];
  /** False: only some of the earliest states, since all of them were too many to find. */
  readonly exact: boolean;
}

export class Reference {
  readonly #system: System;
  readonly #options: ReferenceOptions;
  readonly #worlds: WorldStates;
  readonly #sets = new Interner<StateSet>();
  readonly #after = new Map<string, SetId>();
  /** By level and world. */
  readonly #successors: Map<number, readonly number[]>[];
  readonly #crashes: Map<number, readonly number[]>[];
  readonly #completeness: Completeness;
  readonly #completions = new Map<string, Witness['kind']>();
  /** By level: a bound cut something off, or a search was too large. */
  readonly #bounded: boolean[];

  constructor(system: System, options: ReferenceOptions) {
    this.#system = system;
    this.#options = options;
    this.#worlds = new WorldStates(system.engine.places.length);
    this.#successors = options.levels.map(() => new Map());
    this.#crashes = options.levels.map(() => new Map());
    this.#bounded = options.levels.map(() => false);
    this.#completeness = new Completeness(system, options.limits);
  }

  get levels(): number {
    return this.#options.levels.length;
  }

  /** A message was taken alone that shouldn't have been. */
  get stale(): boolean {
    return this.#options.independence.stale;
  }

  /** States of the original met so far. */
  get size(): number {
    return this.#worlds.size;
  }

  start(level: number): SetId {
    return this.#setOf({ level, worlds: this.#starts(), exact: true });
  }

  isEmpty(set: SetId): boolean {
    return this.#sets.at(set).worlds.length === 0;
  }

  /** A bound cut something off at this level, which a higher level may show. */
  isBounded(level: number): boolean {
    return this.#bounded[level] === true;
  }

  isExact(set: SetId): boolean {
    return this.#sets.at(set).exact;
  }

  after(set: SetId, event: MarkedEvent): SetId {
    const key = `${set} ${keyOfEvent(event)}`;
    const known = this.#after.get(key);
    if (known !== undefined) return known;
    const from = this.#sets.at(set);
    const made = this.#afterOne(from, event);
    this.#after.set(key, made);
    return made;
  }

  #afterOne(from: StateSet, event: MarkedEvent): SetId {
    switch (event.kind) {
      case 'send':
        return this.#setOf({
          ...from,
          worlds: from.worlds.map((world) => this.#withSend(world, event.send)),
        });
      case 'output':
        return this.#earliest(from, event);
      case 'crash':
        return this.#crashed(from);
    }
  }

  /** The member crashes, at rest, after anything that it and others may have done by then. */
  #crashed(from: StateSet): SetId {
    const { level } = from;
    const reached = new Set(from.worlds);
    const worlds: number[] = [];
    for (const id of reached) {
      worlds.push(...this.#crashesAt(level, id));
      for (const next of this.#next(level, id)) reached.add(next);
      if (reached.size > this.#options.limits.statesPerWitnessMax) {
        return this.#setOf({ level, worlds: [], exact: false });
      }
    }
    return this.#setOf({ ...from, worlds });
  }

  #crashesAt(level: number, id: number): readonly number[] {
    const memo = defined(this.#crashes[level], 'a level of the options');
    const known = memo.get(id);
    if (known !== undefined) return known;
    const world = this.#worlds.at(id);
    const { list } = transitionsOf(this.#system, world, this.#policy(level));
    const crashes = list.filter((each) => isCrashAtRest(world, each));
    for (const each of crashes) this.#options.independence.note(world, each);
    const made = crashes.map((each) => this.#idOf(each.next));
    memo.set(id, made);
    return made;
  }

  /**
   * Depth first for one run with the history, and on to a complete one when `ending` asks for it: far cheaper than the
   * set of all states after it, when there is one. Runs that have sent what the ending is without are left. `no` when
   * all runs of the level were searched.
   */
  witness(level: number, events: readonly MarkedEvent[], ending: Ending | null): Witness {
    return this.#depthFirst(level, this.#starts(), events, ending);
  }

  #depthFirst(
    level: number,
    from: readonly number[],
    events: readonly MarkedEvent[],
    ending: Ending | null,
  ): Witness {
    const stack = from.map((id) => ({ id, at: 0 }));
    const seen = new Set<number>();
    let answer: 'no' | 'unknown' = 'no';
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { id, at } = this.#advanced(top.id, top.at, events);
      if (ending !== null && this.#isBeyond(this.#worlds.at(id), ending)) continue;
      if (at === events.length) {
        const reached = ending === null ? 'yes' : this.#ends(this.#worlds.at(id), ending);
        if (reached === 'yes') return { kind: 'yes', set: this.#some(level, id) };
        if (reached !== 'no') answer = 'unknown';
      }
      const key = id * (events.length + 1) + at;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > this.#options.limits.statesPerWitnessMax) return { kind: 'unknown' };
      const next = this.#next(level, id);
      for (let last = next.length - 1; last >= 0; last--) {
        stack.push({ id: defined(next[last], 'an index of the list'), at });
      }
    }
    return { kind: answer };
  }

  #some(level: number, world: number): SetId {
    return this.#setOf({ level, worlds: [world], exact: false });
  }

  /** Something was sent that the ending is without, and isn't lost: whatever follows, it stays sent. */
  #isBeyond({ emitted }: WorldState, ending: Ending): boolean {
    return !without(emitted, ending.emitted).every(this.#options.lostOutput);
  }

  /** The run may end here with exactly these outputs, but for those that are lost. */
  #ends(world: WorldState, ending: Ending): Answer {
    const { emitted, losing, isQuiet } = ending;
    if (this.#isBeyond(world, ending) || without(emitted, world.emitted).length > 0) return 'no';
    const answer = this.#completeness.isComplete(world, losing);
    return answer === 'quiet' && isQuiet ? 'yes' : answer;
  }

  /** Sends what is to be sent next, and goes past outputs that were sent. */
  #advanced(
    from: number,
    position: number,
    events: readonly MarkedEvent[],
  ): { readonly id: number; readonly at: number } {
    let id = from;
    let at = position;
    for (let event = events[at]; event !== undefined; event = events[at]) {
      if (event.kind === 'send') id = this.#withSend(id, event.send);
      else if (event.kind !== 'output' || !this.#hasSent(id, event)) break;
      at++;
    }
    return { id, at };
  }

  #hasSent(id: number, event: { readonly output: number; readonly count: number }): boolean {
    const { emitted } = this.#worlds.at(id);
    return emitted.filter((each) => each === event.output).length >= event.count;
  }

  /** Some run that led to the set goes on to a complete one with exactly these outputs. */
  completes(set: SetId, ending: Ending): Witness['kind'] {
    const key = `${set} ${ending.isQuiet} ${ending.losing.lossesMax} ${ending.emitted.join(',')}`;
    const known = this.#completions.get(key);
    if (known !== undefined) return known;
    const { level, worlds } = this.#sets.at(set);
    const answer = this.#depthFirst(level, worlds, [], ending).kind;
    this.#completions.set(key, answer);
    return answer;
  }

  /** The outputs that may have been sent at some time after the set: what histories can still grow to. */
  outlook(set: SetId): string {
    const { level, worlds } = this.#sets.at(set);
    const seen = new Set(worlds);
    const emitted = new Set<string>();
    for (const world of seen) {
      emitted.add(this.#worlds.at(world).emitted.join(','));
      if (seen.size > this.#options.limits.statesPerEventMax) break;
      for (const next of this.#next(level, world)) seen.add(next);
    }
    return [...emitted].sort().join(';');
  }

  #starts(): readonly number[] {
    return this.#options.starts.map((world) => this.#idOf(world));
  }

  #setOf({ level, worlds, exact }: StateSet): SetId {
    const distinct = [...new Set(worlds)].sort((a, b) => a - b);
    const key = `${level} ${exact} ${distinct.join(',')}`;
    return this.#sets.idOf(key, () => ({ level, worlds: distinct, exact }));
  }

  #withSend(id: number, send: number): number {
    const input = this.#system.inputOfSend(send);
    const before = this.#worlds.at(id);
    if (input === null) return id;
    const choice = this.#options.choices.find((each) => each.send === send);
    const bit = choice === undefined ? 0 : bitOf(before.sent, choice);
    const world = { ...before, sent: before.sent | bit };
    if (streamOf(this.#system, input) >= 0) {
      const queued = insertQueued(this.#system, world.queued, input);
      return this.#idOf({ ...world, queued });
    }
    return this.#idOf({ ...world, flight: mergeSorted(world.flight, [input]) });
  }

  #next(level: number, id: number): readonly number[] {
    const memo = defined(this.#successors[level], 'a level of the options');
    const known = memo.get(id);
    if (known !== undefined) return known;
    const next = this.#goingFirst(level, id) ?? this.#allNext(level, id);
    memo.set(id, next);
    return next;
  }

  #allNext(level: number, id: number): readonly number[] {
    const world = this.#worlds.at(id);
    const { list, bounded } = transitionsOf(this.#system, world, this.#policy(level));
    if (bounded) this.#bounded[level] = true;
    const { marksCrashes = false } = this.#options;
    const own = marksCrashes ? list.filter((each) => isPlain(world, each)) : list;
    for (const each of own) this.#options.independence.note(world, each);
    return [...new Set(own.map((each) => this.#idOf(each.next)))];
  }

  /** What nothing has to wait for goes first; null when there is nothing of the kind. */
  #goingFirst(level: number, id: number): readonly number[] | null {
    const { independence, free } = this.#options;
    const world = this.#worlds.at(id);
    for (const first of independence.firsts(world)) {
      const stepping = { system: this.#system, policy: this.#policy(level), free };
      const { list, bounded } = stepsOf(stepping, world, first);
      for (const each of list) independence.note(world, each);
      const next = list.map((each) => this.#idOf(each.next));
      if (!leadsOn(id, first, next)) continue;
      independence.rely({ worlds: this.#worlds, id, node: id, first });
      if (bounded || (first.kind === 'message' && first.isCrowded)) this.#bounded[level] = true;
      return next;
    }
    return null;
  }

  #policy(level: number): Policy {
    const bounds = defined(this.#options.levels[level], 'a level of the options');
    return { bounds, crashes: this.#options.crashes, choices: [] };
  }

  #idOf(world: WorldState): number {
    return this.#worlds.idOf(this.#options.symmetry.least(world).world);
  }

  /**
   * Breadth first to the states that have sent the output. A state that is reached from one that has it already is
   * left out: it is later.
   */
  #earliest(from: StateSet, event: Extract<HistoryEvent, { readonly kind: 'output' }>): SetId {
    const { level } = from;
    const found: number[] = [];
    const later = new Set<number>();
    const seen = new Set<number>(from.worlds);
    let layer: readonly number[] = [...seen];
    while (layer.length > 0) {
      const reached: number[] = [];
      const done: number[] = [];
      for (const id of layer) {
        if (this.#hasSent(id, event)) done.push(id);
        else reached.push(id);
      }
      for (const id of done) for (const next of this.#next(level, id)) later.add(next);
      for (const id of done) if (!later.has(id)) found.push(id);
      const following: number[] = [];
      for (const id of reached) {
        for (const next of this.#next(level, id)) {
          if (seen.has(next)) continue;
          seen.add(next);
          following.push(next);
        }
      }
      if (seen.size > this.#options.limits.statesPerEventMax) {
        const witness = this.#depthFirst(level, from.worlds, [event], null);
        return witness.kind === 'yes'
          ? witness.set
          : this.#setOf({ level, worlds: [], exact: false });
      }
      layer = following;
    }
    return this.#setOf({ ...from, worlds: found.filter((id) => !later.has(id)) });
  }
}
