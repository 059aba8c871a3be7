/** What a world knows of a process beside its state. */
import type { NodeInput } from '../exec/node-state.ts';

export interface LiveProcess {
  up: boolean;
  /** Grows at each crash: what was planned for an earlier life is void. */
  epoch: number;
  inbox: NodeInput[];
  /** A wake-up is planned. */
  waking: boolean;
  /** Expiries that are planned. */
  readonly expiries: Set<string>;
}

export function liveProcess(): LiveProcess {
  return { up: true, epoch: 0, inbox: [], waking: false, expiries: new Set() };
}

/** Takes what waited in the inbox; the next input plans a wake-up again. */
export function takeBatch(live: LiveProcess): readonly NodeInput[] {
  const batch = live.inbox;
  live.inbox = [];
  live.waking = false;
  return batch;
}

export function stopProcess(live: LiveProcess): void {
  live.up = false;
  live.epoch += 1;
  live.inbox = [];
  live.waking = false;
  live.expiries.clear();
}
