/** Everything that may happen next in a world state, in a fixed order. */
import { defined } from '../../base/assert.ts';
import { batchesOf, redundantBatchesOf } from './batches.ts';
import { bitOf, type SendChoice } from './client-interface.ts';
import { crashed, delivered, isWholeMember } from './crashed-world.ts';
import { firstEager } from './eager-inputs.ts';
import type { InputInfo } from './local-steps.ts';
import { heads, streamOf } from './queued-messages.ts';
import { mergeSorted } from './sorted-lists.ts';
import type { System } from './system.ts';
import { stopped, type Used, type WorldState } from './world-state.ts';

/** A process, or all of a logical member, that may fail. */
export interface CrashTarget {
  readonly processes: readonly number[];
  /** `restart`: it comes back with its disk; `stop`: it never does. */
  readonly how: 'restart' | 'stop';
}

/** Bounds on what the environment does. */
export interface Bounds {
  readonly firings: number;
  /** Firings of per-fact timers. */
  readonly expiries: number;
  /** The logical member whose timers may fire; null: all of them. */
  readonly firingMember: string | null;
  readonly duplicates: number;
  readonly losses: number;
  readonly crashes: number;
  /** Messages and timers that one tick takes, at most. */
  readonly batch: number;
}

export interface Policy {
  readonly bounds: Bounds;
  readonly crashes: readonly CrashTarget[];
  /** Commands that clients may still send; in the original they wait in flight instead. */
  readonly choices: readonly SendChoice[];
}

export type Move =
  | {
      readonly kind: 'take';
      readonly process: number;
      readonly inputs: readonly number[];
      /** The message of which a copy stays on its way; -1 for none. */
      readonly duplicated: number;
      /** What fails before the process has settled: it hangs there until it starts anew. */
      readonly crash: CrashTarget | null;
      /** Ticks by then; null for all that it takes to settle. */
      readonly ticks: number | null;
    }
  | { readonly kind: 'lose'; readonly input: number }
  | { readonly kind: 'crash'; readonly target: CrashTarget };

export interface Transition {
  readonly move: Move;
  readonly next: WorldState;
  /** Commands that clients send in this step: they are taken as they are sent. */
  readonly sends: readonly number[];
}

export interface Transitions {
  readonly list: readonly Transition[];
  /** Something was left out because a bound was reached. */
  readonly bounded: boolean;
}

export function transitionsOf(system: System, world: WorldState, policy: Policy): Transitions {
  const context: Context = { system, world, policy, list: [], bounded: false };
  const eager = firstEager(system, world, policy.crashes);
  if (eager !== null) {
    take(context, eager.process, [{ input: eager.input, from: 'flight', choice: null }]);
    lose(context, eager.input, 'flight');
    return context;
  }
  const waiting = waitingInputs(context);
  for (const [process, local] of world.nodes.entries()) {
    if (system.isDoomed(local)) continue;
    if (!system.isSettled(local)) takeEmpty(context, process);
    takeBatches(context, process, waiting.get(process) ?? []);
  }
  for (const at of heads(system, world.queued)) {
    lose(context, defined(world.queued[at], 'a place in the list'), 'queue');
  }
  for (const target of policy.crashes) crash(context, target);
  return context;
}

/**
 * All that some processes may do, and all that may become of what waits there (independence.ts): it is lost, or, if it may be
 * lost without limit, dropped.
 */
export function transitionsAt(
  system: System,
  world: WorldState,
  policy: Policy,
  { processes, isFree }: Chosen,
): Transitions {
  const context: Context = { system, world, policy, list: [], bounded: false };
  const waiting = waitingInputs(context);
  for (const process of processes) {
    const here = waiting.get(process) ?? [];
    takeBatches(context, process, here);
    for (const each of here) {
      if (each.from === 'flight') leave(context, each, isFree(each.input));
    }
  }
  for (const at of heads(system, world.queued)) {
    const input = defined(world.queued[at], 'a place in the list');
    if (processes.includes(system.input(input).process)) lose(context, input, 'queue');
  }
  return context;
}

/**
 * One message taken alone (independence.ts): first the step that takes it, then those in which a copy of it stays, it is
 * lost, or, if it may be lost without limit, dropped.
 */
export function transitionsTaking(
  system: System,
  world: WorldState,
  policy: Policy,
  message: { readonly input: number; readonly isFree: boolean },
): Transitions {
  const context: Context = { system, world, policy, list: [], bounded: false };
  const { input, isFree } = message;
  const waiting: Waiting = { input, from: 'flight', choice: null };
  take(context, system.input(input).process, [waiting]);
  leave(context, waiting, isFree);
  return context;
}

function leave(context: Context, waiting: Waiting, isFree: boolean): void {
  if (!isFree) {
    lose(context, waiting.input, 'flight');
    return;
  }
  const next = withoutBatch(context.system, context.world, [waiting]);
  context.list.push({ move: { kind: 'lose', input: waiting.input }, next, sends: [] });
}

interface Chosen {
  readonly processes: readonly number[];
  readonly isFree: (input: number) => boolean;
}

interface Context {
  readonly system: System;
  readonly world: WorldState;
  readonly policy: Policy;
  readonly list: Transition[];
  bounded: boolean;
}

interface Waiting {
  readonly input: number;
  readonly from: 'flight' | 'queue' | 'choice' | 'own';
  readonly choice: SendChoice | null;
}

function waitingInputs(context: Context): ReadonlyMap<number, readonly Waiting[]> {
  const { system, world, policy } = context;
  const waiting = new Map<number, Waiting[]>();
  const add = (process: number, each: Waiting): void => {
    const list = waiting.get(process);
    if (list === undefined) waiting.set(process, [each]);
    else list.push(each);
  };
  for (const [at, input] of world.flight.entries()) {
    if (input === world.flight[at - 1]) continue;
    add(system.input(input).process, { input, from: 'flight', choice: null });
  }
  for (const input of world.queued) {
    add(system.input(input).process, { input, from: 'queue', choice: null });
  }
  for (const choice of policy.choices) {
    if (bitOf(world.sent, choice) === 0) continue;
    const input = system.inputOfSend(choice.send);
    if (input !== null) add(system.input(input).process, { input, from: 'choice', choice });
  }
  for (const [process, local] of world.nodes.entries()) {
    for (const input of system.ownInputs(process, local)) {
      add(process, { input, from: 'own', choice: null });
    }
  }
  return waiting;
}

function takeBatches(context: Context, process: number, waiting: readonly Waiting[]): void {
  const { system, world, policy } = context;
  const local = defined(world.nodes[process], 'a process of the world');
  if (waiting.length > policy.bounds.batch) context.bounded = true;
  const inputs = waiting.map((each) => each.input);
  for (const places of batchesOf(system, process, local, inputs, policy.bounds.batch)) {
    const batch = places.map((at) => defined(waiting[at], 'a place in the list'));
    if (isPossible(context, batch)) take(context, process, batch);
  }
  if (!mayFail(context, process)) return;
  for (const places of redundantBatchesOf(system, process, local, inputs, policy.bounds.batch)) {
    const batch = places.map((at) => defined(waiting[at], 'a place in the list'));
    if (isPossible(context, batch)) failIn(context, process, batch);
  }
}

function mayFail({ world, policy }: Context, process: number): boolean {
  const { crashes, bounds } = policy;
  return (
    world.used.crashes < bounds.crashes && crashes.some((each) => each.processes.includes(process))
  );
}

/** Streams keep their order, bounds hold, and a command is sent once. */
function isPossible(context: Context, batch: readonly Waiting[]): boolean {
  const { system, world, policy } = context;
  const timers = batch.filter((each) => system.input(each.input).kind === 'timer');
  const { firingMember } = policy.bounds;
  if (firingMember !== null) {
    const fires = (each: Waiting): boolean =>
      system.place(system.input(each.input).process).origin === firingMember;
    if (!timers.every(fires)) {
      context.bounded = true;
      return false;
    }
  }
  const firings = timers.length;
  if (world.used.firings + firings > policy.bounds.firings) {
    context.bounded = true;
    return false;
  }
  const inputs = batch.map((each) => each.input);
  const expiries = inputs.filter((input) => system.input(input).kind === 'expiry').length;
  if (world.used.expiries + expiries > policy.bounds.expiries) {
    context.bounded = true;
    return false;
  }
  let bits = 0;
  for (const { choice } of batch) {
    const bit = choice === null ? 0 : bitOf(world.sent, choice);
    if ((bits & bit) !== 0) return false;
    bits |= bit;
  }
  const queued = inputs.filter((id) => streamOf(system, id) >= 0);
  return queued.every((id) => {
    const stream = streamOf(system, id);
    const before = world.queued.slice(0, Math.max(world.queued.indexOf(id), 0));
    return before.every((other) => streamOf(system, other) !== stream || inputs.includes(other));
  });
}

/** A node that never settles ticks without input, which counts as a firing. */
function takeEmpty(context: Context, process: number): void {
  const { used } = context.world;
  if (used.firings >= context.policy.bounds.firings) {
    context.bounded = true;
    return;
  }
  take(context, process, []);
}

function take(context: Context, process: number, batch: readonly Waiting[]): void {
  const { system, world, policy } = context;
  const local = defined(world.nodes[process], 'a process of the world');
  const inputs = inputsOf(batch);
  const step = system.advance(process, local, inputs);
  const silent =
    step.next === local && step.flight.length + step.queued.length + step.outputs.length === 0;
  if (silent && batch.every((each) => each.from === 'own')) return;
  const before = withoutBatch(system, world, batch);
  const sends = sendsOf(batch);
  const move = { kind: 'take', process, inputs, duplicated: -1, crash: null, ticks: null } as const;
  const add = (next: WorldState, extra: Partial<typeof move> | object): void => {
    context.list.push({ move: { ...move, ...extra }, next: delivered(system, next), sends });
  };
  const next = system.applied(before, process, step.next, step);
  add(next, {});
  for (const { input } of batch) {
    if (!canDuplicate(system.input(input))) continue;
    if (world.used.duplicates >= policy.bounds.duplicates) {
      context.bounded = true;
      continue;
    }
    const used = { ...next.used, duplicates: next.used.duplicates + 1 };
    add({ ...next, used, flight: mergeSorted(next.flight, [input]) }, { duplicated: input });
  }
  failIn(context, process, batch);
}

function inputsOf(batch: readonly Waiting[]): readonly number[] {
  return batch.map((each) => each.input).sort((a, b) => a - b);
}

function sendsOf(batch: readonly Waiting[]): readonly number[] {
  return batch.flatMap((each) => (each.choice === null ? [] : [each.choice.send]));
}

/** The process takes the batch and fails after one of its ticks. */
function failIn(context: Context, process: number, batch: readonly Waiting[]): void {
  const { system, world, policy, list } = context;
  if (!mayFail(context, process)) return;
  const local = defined(world.nodes[process], 'a process of the world');
  const inputs = inputsOf(batch);
  const before = withoutBatch(system, world, batch);
  for (const target of policy.crashes.filter((each) => each.processes.includes(process))) {
    for (const [tick, stage] of system.stages(process, local, inputs).entries()) {
      const fails = { crash: target, ticks: tick + 1 };
      const move: Move = { kind: 'take', process, inputs, duplicated: -1, ...fails };
      const ends =
        target.how === 'stop'
          ? [stopped]
          : (['kept', 'lost'] as const).map((flush) => system.doomed(process, stage.next, flush));
      for (const end of ends) {
        const hung = system.applied(before, process, end, stage);
        const used = { ...hung.used, crashes: hung.used.crashes + 1 };
        const after = target.how === 'stop' ? crashed(system, hung, target) : { ...hung, used };
        list.push({ move, next: delivered(system, after), sends: sendsOf(batch) });
      }
    }
  }
}

function withoutBatch(system: System, world: WorldState, batch: readonly Waiting[]): WorldState {
  const flight = world.flight.slice();
  const queued = world.queued.slice();
  let { firings, expiries } = world.used;
  let { sent } = world;
  if (batch.length === 0) firings++;
  for (const { input, from, choice } of batch) {
    if (from === 'flight') flight.splice(flight.indexOf(input), 1);
    else if (from === 'queue') queued.splice(queued.indexOf(input), 1);
    else if (choice !== null) sent |= bitOf(world.sent, choice);
    else if (system.input(input).kind === 'timer') firings++;
    else expiries++;
  }
  return { ...world, flight, queued, sent, used: { ...world.used, firings, expiries } };
}

export function canDuplicate(info: InputInfo): boolean {
  return info.kind === 'message' && info.channel.flags.duplicating && info.stream < 0;
}

function lose(context: Context, input: number, from: 'flight' | 'queue'): void {
  const { system, world, policy } = context;
  const info = system.input(input);
  if (info.kind !== 'message') return;
  // Parts of one member get what they send each other in order until the member ends, and nothing of it afterwards.
  const isDown = (target: CrashTarget): boolean =>
    target.processes.includes(info.process) &&
    !(info.internal && isWholeMember(system, target, info.from));
  if (from === 'queue' && world.used.crashes > 0 && policy.crashes.some(isDown)) {
    // No order survives the crash of the receiver: what was on its way may be lost.
    const rest = withoutBatch(system, world, [{ input, from, choice: null }]);
    context.list.push({ move: { kind: 'lose', input }, next: rest, sends: [] });
    return;
  }
  if (!info.channel.flags.lossy) return;
  if (world.used.losses >= policy.bounds.losses) {
    if (from === 'queue') context.bounded = true;
    return;
  }
  const used: Used = { ...world.used, losses: world.used.losses + 1 };
  const rest = withoutBatch(system, world, [{ input, from, choice: null }]);
  context.list.push({ move: { kind: 'lose', input }, next: { ...rest, used }, sends: [] });
}

function crash(context: Context, target: CrashTarget): void {
  const { system, world, policy } = context;
  const isHung = (process: number): boolean => {
    const local = defined(world.nodes[process], 'a process of the world');
    return local !== stopped && system.isDoomed(local);
  };
  // A process that hangs has used up its crash; now the crash is over.
  const hung = target.processes.some(isHung);
  if (!hung && world.used.crashes >= policy.bounds.crashes) return;
  if (target.processes.every((process) => world.nodes[process] === stopped)) return;
  const after = crashed(system, world, target);
  const next = hung ? { ...after, used: world.used } : after;
  context.list.push({ move: { kind: 'crash', target }, next: delivered(system, next), sends: [] });
}
