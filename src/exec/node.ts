/**
 * One process as values: a tick is a pure function of its state and its inbox (docs/language.md, Meaning). `machine.ts` is
 * the same in place.
 *
 * What is on disk after a tick is what a durable relation carries into the next one, so `stable r` is that
 * (soundness.md, 9); a durable relation that no clause carries over is a log, and what a tick derives is
 * flushed. An initial fact of a durable relation holds in the very first tick only; those of other relations
 * hold again after a restart, since everything that followed from them is lost.
 */
import { defined } from '../base/assert.ts';
import type { RuntimeFault } from './fault.ts';
import { freshState, Machine } from './machine.ts';
import type { NodeCode } from './node-code.ts';
import type { NodeInput, NodeState, Stepped, StepResult } from './node-state.ts';
import { compareFacts, type Fact } from './value.ts';

/** Before the first tick. */
export function initialState(code: NodeCode, me: number): NodeState {
  return freshState(code, me);
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
    if (kept) carried[slot] = defined(disk[at], 'states and code have one layout');
  }
  return { ...fresh, carried, disk, diskBefore: disk, phase: 'restarted' };
}

/** One tick. */
export function step(code: NodeCode, state: NodeState, inbox: readonly NodeInput[]): StepResult {
  const machine = machineOf(code, state.me);
  if (!machine.isAt(state)) machine.load(state);
  const result = machine.tick(inbox);
  if (result.kind === 'fault') return result;
  const { outbox, stats } = result;
  return { kind: 'stepped', state: machine.save(), outbox, stats };
}

/** What a relation, channel or view held in the last tick that `step` ran for this member. */
export function factsOfLastStep(code: NodeCode, me: number, slot: number): readonly Fact[] {
  return machineOf(code, me).facts(slot);
}

/** One machine for each member serves all its states: it is filled with the one that ticks, unless it is there already. */
function machineOf(code: NodeCode, me: number): Machine {
  const members = machines.get(code) ?? new Map<number, Machine>();
  machines.set(code, members);
  const machine = members.get(me) ?? new Machine(code, me);
  members.set(me, machine);
  return machine;
}

const machines = new WeakMap<NodeCode, Map<number, Machine>>();

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
    clause: code.restless,
    node: null,
  };
  return { kind: 'fault', ticks, fault };
}

/** Facts whose timer may expire in the next tick, in canonical order, by site of the code. */
export function armedTimers(state: NodeState): readonly { site: number; fact: Fact }[] {
  return state.armed.flatMap((facts, site) =>
    facts
      .values()
      .toSorted(compareFacts)
      .map((fact) => ({ site, fact })),
  );
}
