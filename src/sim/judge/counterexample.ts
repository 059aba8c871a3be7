/** A run that shows what is wrong, in the program's names: its events, a space-time diagram, and how to replay it. */

import { printValue } from '../../exec/value.ts';
import type { Trail } from './explore.ts';
import type { HistoryEvent } from './history-event.ts';
import { drawSpaceTime, type Happening } from './space-time.ts';
import type { System } from './system.ts';
import type { Transition } from './transitions.ts';
import type { WorldState } from './world-state.ts';

export interface Counterexample {
  readonly kind: 'violated' | 'stalls' | 'unknown';
  /** What is wrong, in one sentence. */
  readonly claim: string;
  /** What clients saw, in order. */
  readonly history: readonly string[];
  /** Every step of the plan. */
  readonly events: readonly string[];
  /** The same as a space-time diagram, line by line. */
  readonly diagram: readonly string[];
  /** The search that finds it again: the pool of commands, the faults, and which transition was taken at each step. */
  readonly replay: Replay;
}

export interface Replay {
  readonly commands: readonly string[];
  readonly faults: string;
  /** Seed of a random run; absent for a run of the exhaustive search, which needs none. */
  readonly seed?: number;
  /** The flags of `sim` that make a random run again. */
  readonly flags?: readonly string[];
  /** Which program a random run is one of. */
  readonly of?: 'plan' | 'original';
}

const claims = {
  violated: 'The plan shows clients a history that the original never does.',
  stalls: 'The plan comes to rest with a history with which the original never does.',
  unknown: 'The original does not show this history within its bounds.',
} as const;

export function counterexampleOf(
  kind: Counterexample['kind'],
  system: System,
  start: WorldState,
  trail: Trail,
  { replay, claim = claims[kind] }: { readonly replay: Replay; readonly claim?: string },
): Counterexample {
  const happenings = happeningsOf(system, start, trail);
  return {
    kind,
    claim,
    history: trail.events.map((event) => printEvent(system, event)),
    events: happenings.map((each, at) => `${at + 1}. ${each.text}`),
    diagram: drawSpaceTime(happenings),
    replay,
  };
}

export function printEvent(system: System, event: HistoryEvent): string {
  return event.kind === 'send'
    ? system.clients.printSend(event.send)
    : system.clients.printOutput(event.output);
}

function happeningsOf(system: System, start: WorldState, trail: Trail): readonly Happening[] {
  const senders = new Map<number, string>();
  let before = start;
  const happenings: Happening[] = [];
  for (const transition of trail.transitions) {
    happenings.push(happeningOf(system, before, transition, senders));
    before = transition.next;
  }
  return happenings;
}

function happeningOf(
  system: System,
  before: WorldState,
  transition: Transition,
  senders: Map<number, string>,
): Happening {
  const { move, sends, next } = transition;
  if (move.kind === 'lose') {
    const at = placeOf(system, move.input);
    return { at, from: [], text: `${printInput(system, move.input)} to ${at} is lost` };
  }
  if (move.kind === 'crash') {
    const labels = move.target.processes.map((process) => system.place(process).label);
    const verb = move.target.how === 'stop' ? 'stops for ever' : 'restarts';
    return { at: labels[0] ?? '', from: [], text: `${labels.join(', ')} ${verb}` };
  }
  const at = system.place(move.process).label;
  const clients = sends.map((send) => `client:${system.clients.send(send).command.client}`);
  const from = [...clients, ...move.inputs.flatMap((input) => senders.get(input) ?? [])];
  const sent = newMessages(before, next);
  for (const input of sent) senders.set(input, at);
  const took = move.inputs.map((input) => printInput(system, input));
  const parts = [`${at} takes ${took.length === 0 ? 'nothing' : took.join(' and ')}`];
  if (sends.length > 0) parts[0] += ` from ${[...new Set(clients)].join(' and ')}`;
  if (move.duplicated >= 0) parts.push('of which a copy stays on its way');
  if (move.crash !== null) {
    parts.push(
      move.crash.how === 'stop' ? 'stops in the midst of it' : 'crashes in the midst of it',
    );
  }
  const counts = [...before.emitted];
  for (const output of next.emitted) {
    const known = counts.indexOf(output);
    if (known >= 0) counts.splice(known, 1);
    else parts.push(system.clients.printOutput(output));
  }
  for (const input of sent) {
    parts.push(`sends ${printInput(system, input)} to ${placeOf(system, input)}`);
  }
  return { at, from: [...new Set(from)].filter((name) => name !== at), text: parts.join(', ') };
}

/** On their way after the step and not before. */
function newMessages(before: WorldState, after: WorldState): readonly number[] {
  const left = [...before.flight, ...before.queued];
  return [...after.flight, ...after.queued].filter((input) => {
    const known = left.indexOf(input);
    if (known >= 0) left.splice(known, 1);
    return known < 0;
  });
}

function placeOf(system: System, input: number): string {
  return system.place(system.input(input).process).label;
}

function printInput(system: System, input: number): string {
  const info = system.input(input);
  if (info.kind === 'timer') return `the timer ${info.timer}`;
  if (info.kind === 'expiry') {
    return `the expiry of (${info.fact.map((value) => printValue(value)).join(', ')})`;
  }
  const { channel, fact } = info;
  const values = fact.map((value, at) => printValue(value, channel.columns[at]?.type));
  return `${channel.name}(${values.join(', ')})`;
}
