/**
 * One process: a tick is a pure function of its state and its inbox (docs/language.md, Meaning).
 *
 * What is on disk after a tick is what a durable relation carries into the next one, so `stable r` is that
 * (soundness.md, 9); a durable relation that no clause carries over is a log, and what a tick derives is
 * flushed. An initial fact of a durable relation holds in the very first tick only; those of other relations
 * hold again after a restart, since everything that followed from them is lost.
 */
import { invariant } from '../base/assert.ts';
import { deriveUnits, isActive } from './derive.ts';
import { EMPTY, FactSet, type Merging } from './fact-set.ts';
import { EvaluationAbort, type RuntimeFault } from './fault.ts';
import { grownHeads } from './incremental.ts';
import { type Measured, measureTick } from './measure.ts';
import type { CompiledClause, NodeCode } from './node-code.ts';
import type { Memo, NodeInput, NodeState, Outgoing, Stepped, StepResult } from './node-state.ts';
import { compareFacts, type Fact } from './value.ts';

/** Before the first tick. */
export function initialState(code: NodeCode, me: number): NodeState {
  return {
    me,
    carried: emptySets(code.relationCount),
    disk: emptySets(code.durable.length),
    diskBefore: null,
    held: emptySets(code.heldCount),
    armed: emptySets(code.sites.length),
    expired: emptySets(code.sites.length),
    phase: 'fresh',
    settled: false,
    memo: null,
  };
}

/**
 * The state after a crash and a restart: what is on disk, and nothing else. `lost` is the crash that came
 * before the last tick's flush; a process that hadn't flushed anything starts afresh.
 */
export function restart(
  code: NodeCode,
  state: NodeState,
  options: { readonly lastFlush: 'kept' | 'lost' },
): NodeState {
  const fresh = initialState(code, state.me);
  const disk = options.lastFlush === 'kept' ? state.disk : state.diskBefore;
  if (state.phase === 'fresh' || disk === null) return fresh;
  const carried = [...fresh.carried];
  for (const [at, { slot, carried: kept }] of code.durable.entries()) {
    if (kept) carried[slot] = setAt(disk, at);
  }
  return { ...fresh, carried, disk, diskBefore: disk, phase: 'restarted' };
}

/** One tick. */
export function step(code: NodeCode, state: NodeState, inbox: readonly NodeInput[]): StepResult {
  const progress: Progress = { clause: null };
  try {
    return tick(code, state, inbox, progress);
  } catch (thrown) {
    const fault = faultOf(thrown, progress);
    if (fault === null) throw thrown;
    return { kind: 'fault', fault };
  }
}

export type SettleResult =
  /** Every tick in order; the last one's state is settled. */
  | { readonly kind: 'settled'; readonly ticks: readonly Stepped[]; readonly state: NodeState }
  | { readonly kind: 'fault'; readonly ticks: readonly Stepped[]; readonly fault: RuntimeFault };

/** A tick with the inbox, then ticks without input until nothing changes and nothing is sent. */
export function settle(
  code: NodeCode,
  state: NodeState,
  inbox: readonly NodeInput[],
): SettleResult {
  const ticks: Stepped[] = [];
  let current = state;
  let input = inbox;
  while (ticks.length < code.limits.settleTicksMax) {
    const result = step(code, current, input);
    if (result.kind === 'fault') return { kind: 'fault', ticks, fault: result.fault };
    ticks.push(result);
    current = result.state;
    if (current.settled) return { kind: 'settled', ticks, state: current };
    input = [];
  }
  const fault: RuntimeFault = {
    kind: 'never-settles',
    message: `after ${ticks.length} ticks without input it still changes or sends`,
    clause: code.sends.find((send) => send.held === null)?.clause.id ?? null,
    node: null,
  };
  return { kind: 'fault', ticks, fault };
}

/** Text that two states of one role share exactly when they behave alike. */
export function stateKey(state: NodeState): string {
  const found = keys.get(state);
  if (found !== undefined) return found;
  const lists = [state.carried, state.disk, state.held, state.armed, state.expired];
  const texts = lists.map((sets) => sets.map((set) => set.text()).join('|'));
  const flushed = state.diskBefore !== null && sameSets(state.disk, state.diskBefore);
  const before = flushed ? '=' : (state.diskBefore?.map((set) => set.text()).join('|') ?? '');
  const key = `${state.phase}#${texts.join('#')}#${before}`;
  keys.set(state, key);
  return key;
}

const keys = new WeakMap<NodeState, string>();

/** Facts whose timer may expire in the next tick, in canonical order, by site of the code. */
export function armedTimers(state: NodeState): readonly { site: number; fact: Fact }[] {
  return state.armed.flatMap((facts, site) =>
    facts
      .values()
      .toSorted(compareFacts)
      .map((fact) => ({ site, fact })),
  );
}

interface Progress {
  /** The clause that is being evaluated. */
  clause: string | null;
}

function faultOf(thrown: unknown, progress: Progress): RuntimeFault | null {
  if (thrown instanceof EvaluationAbort) {
    return { kind: thrown.kind, message: thrown.message, clause: progress.clause, node: null };
  }
  // Expressions nest as deep as the program writes them; a stack that overflows is the program's.
  if (thrown instanceof RangeError) {
    const message = 'an expression needs more stack than there is';
    return { kind: 'expression', message, clause: progress.clause, node: null };
  }
  return null;
}

function tick(
  code: NodeCode,
  state: NodeState,
  inbox: readonly NodeInput[],
  progress: Progress,
): Stepped {
  const slots = startSlots(code, state, inbox);
  const carriedIn = slots.slice(0, code.relationCount);
  const before = state.memo;
  const rows = new Map<number, FactSet>();
  deriveUnits(code, { slots, me: state.me, before, progress, rows });
  const { outbox, held } = send(code, state, slots, progress);
  const carried = carryOver(code, state, slots, progress);
  const disk = code.durable.map(({ slot, carried: kept }, at) =>
    reuse(setAt(state.disk, at), setAt(kept ? carried : slots, slot)),
  );
  const { armed, expired } = runTimers(code, state, slots);
  const same =
    state.phase === 'running' &&
    sameSets(carried, state.carried) &&
    sameSets(disk, state.disk) &&
    sameSets(held, state.held) &&
    sameSets(armed, state.armed) &&
    sameSets(expired, state.expired);
  const quiet = inbox.length === 0 && outbox.length === 0;
  const measured: Measured | null = code.measure ? measureTick(code, state, { slots, held }) : null;
  const memo: Memo = { slots, carried: carriedIn, rows, heads: measured?.heads ?? null };
  const next: NodeState = {
    me: state.me,
    carried: same ? state.carried : carried,
    disk: same ? state.disk : disk,
    diskBefore: state.phase === 'fresh' ? null : state.disk,
    held,
    armed,
    expired,
    phase: 'running',
    settled: same && (state.settled || quiet),
    memo,
  };
  const stats =
    measured === null ? null : { derived: measured.derived, flushed: flushes(state, next) };
  return { kind: 'stepped', state: next, outbox, stats };
}

function startSlots(code: NodeCode, state: NodeState, inbox: readonly NodeInput[]): FactSet[] {
  const slots = new Array<FactSet>(code.slotCount).fill(EMPTY);
  for (let slot = 0; slot < code.relationCount; slot++) slots[slot] = setAt(state.carried, slot);
  for (const { slot, facts } of code.rigid(state.me)) slots[slot] = facts;
  for (const [at, { stableSlot }] of code.durable.entries()) {
    slots[stableSlot] = setAt(state.disk, at);
  }
  if (state.phase !== 'running') {
    for (const { slot, durable, fact } of code.initial) {
      if (durable && state.phase === 'restarted') continue;
      addTo(code, slots, slot, fact(state.me));
    }
  }
  for (const input of inbox) {
    if (input.kind === 'message') {
      const slot = code.channels.get(input.channel);
      invariant(slot !== undefined, 'the world delivers channels to the role that reads them');
      addTo(code, slots, slot, input.fact);
    } else if (input.kind === 'timer') {
      const timer = code.timers.get(input.timer);
      invariant(timer !== undefined, 'the world fires timers of the role');
      addTo(code, slots, timer.slot, []);
    } else {
      const site = code.sites[input.site];
      invariant(site !== undefined, 'the world expires facts that are armed');
      addTo(code, slots, site.slot, input.fact);
    }
  }
  return slots;
}

/** Adds to a copy: what is in the slot may belong to a state. */
function addTo(code: NodeCode, slots: FactSet[], slot: number, fact: Fact): void {
  const there = setAt(slots, slot);
  const copy = there.size === 0 ? FactSet.make(code.merging[slot] ?? null) : there.copy();
  copy.add(fact);
  slots[slot] = copy;
}

function send(
  code: NodeCode,
  state: NodeState,
  slots: readonly FactSet[],
  progress: Progress,
): { readonly outbox: readonly Outgoing[]; readonly held: readonly FactSet[] } {
  const outbox: Outgoing[] = [];
  const held = [...state.held];
  const sentOn = new Map<string, FactSet>();
  for (const { clause, channel, held: place } of code.sends) {
    if (place !== null && state.memo !== null && unread(clause.reads, slots, state.memo)) continue;
    progress.clause = clause.id;
    const already = place === null ? EMPTY : setAt(held, place);
    const { all, fresh } = headsOf(code, clause, state, { slots, already });
    if (place !== null) held[place] = all;
    if (fresh.length === 0) continue;
    const sent = sentOn.get(channel) ?? FactSet.make();
    sentOn.set(channel, sent);
    for (const fact of fresh) {
      if (sent.add(fact) === null) continue;
      const destination = destinationOf(fact);
      outbox.push({ channel, destination, fact: fact.slice(1), clause: clause.id });
    }
  }
  progress.clause = null;
  return { outbox, held };
}

/** The head facts of a send clause, and those that weren't there before. */
function headsOf(
  code: NodeCode,
  clause: CompiledClause,
  state: NodeState,
  tick: { readonly slots: readonly FactSet[]; readonly already: FactSet },
): { readonly all: FactSet; readonly fresh: readonly Fact[] } {
  const { slots, already } = tick;
  const many = already.size >= code.limits.incrementalFrom;
  if (state.memo !== null && many) {
    const last = { me: state.me, before: state.memo, old: already };
    const grown = grownHeads(clause, slots, last);
    if (grown !== null) return grown;
  }
  const now = FactSet.make();
  if (isActive(clause, slots)) clause.run(slots, state.me, EMPTY, (fact) => now.add(fact));
  return { all: reuse(already, now), fresh: now.missingIn(already) };
}

function destinationOf(fact: Fact): number {
  const [destination] = fact;
  if (typeof destination === 'number') return destination;
  throw new EvaluationAbort('no-such-address', 'a destination is no logical id');
}

function carryOver(
  code: NodeCode,
  state: NodeState,
  slots: readonly FactSet[],
  progress: Progress,
): readonly FactSet[] {
  const carried = emptySets(code.relationCount);
  for (const next of code.next) {
    const old = setAt(state.carried, next.slot);
    if (state.memo !== null && unread(next.reads, slots, state.memo)) {
      carried[next.slot] = old;
      continue;
    }
    let facts = next.persists ? setAt(slots, next.slot) : EMPTY;
    for (const clause of next.clauses) {
      if (!isActive(clause, slots)) continue;
      progress.clause = clause.id;
      const found: Fact[] = [];
      clause.run(slots, state.me, EMPTY, (fact) => found.push(fact));
      facts = withFacts(facts, found, code.merging[next.slot] ?? null);
    }
    if (facts.size > code.limits.factsHeldMax) throw tooMany(code, next.slot);
    carried[next.slot] = reuse(old, facts);
  }
  progress.clause = null;
  return carried;
}

function tooMany(code: NodeCode, slot: number): EvaluationAbort {
  const message = `\`${code.names[slot]}\` holds more than ${code.limits.factsHeldMax} facts`;
  return new EvaluationAbort('tick-diverges', message);
}

/** The set itself when nothing is new. */
function withFacts(facts: FactSet, found: readonly Fact[], merging: Merging | null): FactSet {
  const fresh = facts.size === 0 ? found : found.filter((fact) => !facts.has(fact));
  if (fresh.length === 0) return facts;
  const extended = facts.size === 0 ? FactSet.make(merging) : facts.copy();
  for (const fact of fresh) extended.add(fact);
  return extended;
}

function runTimers(
  code: NodeCode,
  state: NodeState,
  slots: readonly FactSet[],
): { readonly armed: readonly FactSet[]; readonly expired: readonly FactSet[] } {
  if (code.sites.length === 0) return { armed: state.armed, expired: state.expired };
  const armed: FactSet[] = [];
  const expired: FactSet[] = [];
  for (const [at, site] of code.sites.entries()) {
    const source = setAt(slots, site.source);
    const firing = setAt(slots, site.slot);
    const before = setAt(state.expired, at);
    const over = FactSet.make();
    const running = FactSet.make();
    for (const fact of source.values()) {
      (before.has(fact) || firing.has(fact) ? over : running).add(fact);
    }
    armed.push(reuse(setAt(state.armed, at), running));
    expired.push(reuse(before, over));
  }
  return { armed, expired };
}

function flushes(before: NodeState, after: NodeState): boolean {
  return after.disk.some((facts, at) => facts.missingIn(setAt(before.disk, at)).length > 0);
}

/** Nothing that is read has changed since the last tick. */
function unread(reads: readonly number[], slots: readonly FactSet[], memo: Memo): boolean {
  for (const slot of reads) if (slots[slot] !== memo.slots[slot]) return false;
  return true;
}

/** The old set when both hold the same facts, so that equality of states is identity. */
function reuse(old: FactSet, made: FactSet): FactSet {
  return old.equals(made) ? old : made;
}

function sameSets(a: readonly FactSet[], b: readonly FactSet[]): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function setAt(sets: readonly FactSet[], at: number): FactSet {
  const set = sets[at];
  invariant(set !== undefined, 'states and code have one layout');
  return set;
}

function emptySets(count: number): FactSet[] {
  return new Array<FactSet>(count).fill(EMPTY);
}
