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
import { type Answer, Completeness, type CompletenessLimits, type Losing } from './completeness.ts';
import { Interner } from './packed-numbers.ts';
import { insertQueued, streamOf } from './queued-messages.ts';
import { mergeSorted, type System } from './system.ts';
import { type Bounds, type CrashTarget, transitionsOf } from './transitions.ts';
import { WorldStates } from './world-state.ts';

export type HistoryEvent =
  | { readonly kind: 'send'; readonly send: number }
  /** `count` is how often it was sent so far, which matters for bags only. */
  | { readonly kind: 'output'; readonly output: number; readonly count: number };

export interface ReferenceLimits extends CompletenessLimits {
  /** States of the original that one event of a history may lead through. */
  readonly statesPerEventMax: number;
}

export interface ReferenceOptions {
  /** Bounds of each level; a history is `violated` only when raising them changes nothing. */
  readonly levels: readonly Bounds[];
  readonly crashes: readonly CrashTarget[];
  /** Outputs that may be lost on their way to the client, so that a complete history is without them. */
  readonly lostOutput: (output: number) => boolean;
  readonly limits: ReferenceLimits;
}

/** Possible states after a history: numbers of sets, with the level at which they were computed. */
export type SetId = number;

interface StateSet {
  readonly level: number;
  readonly worlds: readonly number[];
}

export class Reference {
  readonly #system: System;
  readonly #options: ReferenceOptions;
  readonly #worlds: WorldStates;
  readonly #sets = new Interner<StateSet>();
  readonly #after = new Map<string, SetId>();
  readonly #successors: Map<number, readonly number[]>[];
  readonly #completeness: Completeness;
  readonly #completions = new Map<string, Answer>();
  /** By level: a bound cut something off, or a search was too large. */
  readonly #bounded: boolean[];
  readonly #capped: boolean[];

  constructor(system: System, options: ReferenceOptions) {
    this.#system = system;
    this.#options = options;
    this.#worlds = new WorldStates(system.engine.places.length);
    this.#successors = options.levels.map(() => new Map());
    this.#bounded = options.levels.map(() => false);
    this.#capped = options.levels.map(() => false);
    this.#completeness = new Completeness(system, options.limits);
  }

  get levels(): number {
    return this.#options.levels.length;
  }

  /** States of the original met so far. */
  get size(): number {
    return this.#worlds.size;
  }

  start(level: number): SetId {
    return this.#setOf(level, [this.#worlds.idOf(this.#system.start())]);
  }

  isEmpty(set: SetId): boolean {
    return this.#sets.at(set).worlds.length === 0;
  }

  /** What cut the search at this level: nothing, a bound that a higher level raises, or its size. */
  cutAt(level: number): 'nothing' | 'bounds' | 'size' {
    if (this.#capped[level] === true) return 'size';
    return this.#bounded[level] === true ? 'bounds' : 'nothing';
  }

  after(set: SetId, event: HistoryEvent): SetId {
    const text = event.kind === 'send' ? `s${event.send}` : `o${event.output}x${event.count}`;
    const key = `${set} ${text}`;
    const known = this.#after.get(key);
    if (known !== undefined) return known;
    const { level, worlds } = this.#sets.at(set);
    const next =
      event.kind === 'send'
        ? worlds.map((world) => this.#withSend(world, event.send))
        : this.#earliest(level, worlds, event);
    const made = this.#setOf(level, next);
    this.#after.set(key, made);
    return made;
  }

  /** Some run that led to the set goes on to a complete one with exactly these outputs. */
  completes(set: SetId, emitted: readonly number[], losing: Losing): Answer {
    const key = `${set} ${losing.lossesMax} ${emitted.join(',')}`;
    const known = this.#completions.get(key);
    if (known !== undefined) return known;
    const answer = this.#searchCompletion(set, emitted, losing);
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

  #setOf(level: number, worlds: readonly number[]): SetId {
    const distinct = [...new Set(worlds)].sort((a, b) => a - b);
    return this.#sets.idOf(`${level}:${distinct.join(',')}`, () => ({ level, worlds: distinct }));
  }

  #withSend(id: number, send: number): number {
    const input = this.#system.inputOfSend(send);
    const world = this.#worlds.at(id);
    if (input === null) return id;
    if (streamOf(this.#system, input) >= 0) {
      const queued = insertQueued(this.#system, world.queued, input);
      return this.#worlds.idOf({ ...world, queued });
    }
    return this.#worlds.idOf({ ...world, flight: mergeSorted(world.flight, [input]) });
  }

  #next(level: number, id: number): readonly number[] {
    const memo = defined(this.#successors[level], 'a level of the options');
    const known = memo.get(id);
    if (known !== undefined) return known;
    const bounds = defined(this.#options.levels[level], 'a level of the options');
    const policy = { bounds, crashes: this.#options.crashes, choices: [] };
    const { list, bounded } = transitionsOf(this.#system, this.#worlds.at(id), policy);
    if (bounded) this.#bounded[level] = true;
    const next = [...new Set(list.map((each) => this.#worlds.idOf(each.next)))];
    memo.set(id, next);
    return next;
  }

  /**
   * Breadth first to the states that have sent the output. A state that is reached from one that has it already is
   * left out: it is later.
   */
  #earliest(
    level: number,
    from: readonly number[],
    event: { readonly output: number; readonly count: number },
  ): readonly number[] {
    const has = (id: number): boolean =>
      this.#worlds.at(id).emitted.filter((each) => each === event.output).length >= event.count;
    const found: number[] = [];
    const later = new Set<number>();
    const seen = new Set<number>(from);
    let layer: readonly number[] = [...seen];
    while (layer.length > 0) {
      const reached: number[] = [];
      const done: number[] = [];
      for (const id of layer) {
        if (has(id)) done.push(id);
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
        this.#capped[level] = true;
        break;
      }
      layer = following;
    }
    return found.filter((id) => !later.has(id));
  }

  #searchCompletion(set: SetId, emitted: readonly number[], losing: Losing): Answer {
    const { level, worlds } = this.#sets.at(set);
    const stack = [...worlds];
    const seen = new Set(stack);
    let answer: Answer = 'no';
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const world = this.#worlds.at(id);
      const extra = world.emitted.filter((each) => !emitted.includes(each));
      if (!extra.every(this.#options.lostOutput)) continue;
      if (world.emitted.length - extra.length === emitted.length) {
        const complete = this.#completeness.isComplete(world, losing);
        if (complete === 'yes') return 'yes';
        if (complete === 'unknown') answer = 'unknown';
      }
      if (seen.size > this.#options.limits.statesPerEventMax) {
        this.#capped[level] = true;
        return 'unknown';
      }
      for (const next of this.#next(level, id)) {
        if (seen.has(next)) continue;
        seen.add(next);
        stack.push(next);
      }
    }
    return answer;
  }
}
