/** The pace of the paced mode: wide enough that the machine's cores are never what is measured. */
import type { Contender } from './contender.ts';
import type { Patience } from './load-control.ts';
import { measureWindow, type WindowFigures } from './window.ts';

/** Share of the machine that all processes together may take. */
export const busyMax = 0.6;
/** The share that a pace is chosen for. */
const busyAim = 0.4;
/** Share of a window that a process may lose because the machine didn't run it. */
const lostMax = 0.02;

/** Commands a second of the trial. */
const trialRate = 100;
const trialMs = 2_000;
/** What a command takes at most in a system that isn't paced, as its timers see it. */
const ordinaryMs = 40;
const paceMinUs = 20;
const paceMaxUs = 200_000;

export interface PaceOptions {
  readonly cores: number;
  readonly clients: number;
  readonly machineBusyMs: () => number;
  readonly isStopped: () => boolean;
}

/** Microseconds a message; `messages` is what a command takes at the busiest process. The error is a sentence. */
export async function findPace(
  contender: Contender,
  messages: number,
  { cores, clients, machineBusyMs, isStopped }: PaceOptions,
): Promise<number | string> {
  const trialUs = rounded(1e6 / (trialRate * messages));
  contender.supervisor.setPace(trialUs, timerScaleFor((clients / trialRate) * 1000));
  const figures = await measureWindow(contender, {
    load: { kind: 'closed', clients, commands: null },
    warmupMs: trialMs,
    windowMs: trialMs,
    machineBusyMs,
    isStopped,
  });
  if (typeof figures === 'string') return figures;
  // Slower than told: the machine is busy with something else as well.
  const slow = Math.max(1, trialRate / Math.max(1, figures.throughput));
  const share = (busyOf(figures) / cores / busyAim) * slow;
  return rounded(trialUs * Math.min(8, Math.max(0.2, share)));
}

export interface PacedWindow {
  readonly windowMs: number;
  readonly paceUs: number;
  readonly cores: number;
}

/** Why the figures of a window are the machine's and not the topology's; null when they aren't. */
export function tooFast(
  figures: WindowFigures,
  { windowMs, paceUs, cores }: PacedWindow,
): string | null {
  const busy = busyOf(figures) / cores;
  if (busy > busyMax) {
    return `all processes together took ${percent(busy)} of the machine, and ${percent(busyMax)} is the most`;
  }
  const { nodes, throughput } = figures;
  for (const { name, pacedLostMs, messagesPerCommand } of nodes) {
    const lost = pacedLostMs / windowMs;
    const slack = 1 - lost - (messagesPerCommand * throughput * paceUs) / 1e6;
    // Whoever has time to spare makes up for it.
    if (lost - Math.max(0, slack) > lostMax) {
      return `${name} was kept from running for ${percent(lost)} of the time`;
    }
  }
  return null;
}

/** Null when it can't get any wider. */
export function widened(paceUs: number): number | null {
  const wider = rounded(paceUs * 1.5);
  return wider > paceMaxUs ? null : wider;
}

/**
 * What periods of timers are multiplied by when a command takes so long. Where commands take tens of milliseconds at most,
 * programs wait hundreds before they think a leader dead or a message lost; that proportion is kept.
 */
export function timerScaleFor(latencyMs: number): number {
  return Math.max(10, Math.ceil(latencyMs / ordinaryMs));
}

/** Enough clients for a queue at every process, so that none that could be busy is idle. */
export function clientsFor(machines: number): number {
  return Math.min(512, Math.max(32, 8 * machines));
}

/** Clients of slow processes wait longer before they ask again. `perSecond`: commands that are answered. */
export function pacedPatience(patience: Patience, perSecond: number): Patience {
  const waitMs = (1000 / perSecond) * 512 * 4;
  return {
    retryMs: patience.retryMs === null ? null : Math.max(patience.retryMs, waitMs),
    timeoutMs: Math.max(patience.timeoutMs, 4 * waitMs),
  };
}

function busyOf({ cores, generator }: WindowFigures): number {
  return cores + generator;
}

/** To two digits, so that it can be given again by hand. */
function rounded(us: number): number {
  const bounded = Math.min(paceMaxUs * 2, Math.max(paceMinUs, us));
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(bounded)) - 1);
  return Math.ceil(bounded / unit) * unit;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
