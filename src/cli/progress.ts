/** The phases of a long job on stderr: one line each that stays, repainted while it runs on a terminal. */

import type { OptimizeEvent, Phase } from '../optimize.ts';
import { counted, grouped, seconds } from './figures.ts';
import { clipped } from './layout.ts';
import type { Stream, Terminal } from './terminal.ts';

export interface ProgressView {
  readonly onEvent: (event: OptimizeEvent) => void;
  /** Ends the last line; `isStopped` marks it as cut short. */
  readonly end: (isStopped: boolean) => void;
}

interface Running {
  readonly phase: Phase;
  readonly text: string;
  readonly since: number;
  detail: string;
}

const REPAINT_MS = 100;

export function progressView({ err, clock }: Terminal): ProgressView {
  let running: Running | null = null;
  let painted = 0;
  const finish = (mark: string): void => {
    if (running === null) return;
    const { phase, text, detail, since } = running;
    erase(err);
    err.write(`${lineOf(err, mark, phase, detail === '' ? text : detail, clock() - since)}\n`);
    running = null;
  };
  const ticks = err.unicode
    ? { done: '✔', stopped: '✘', busy: '…' }
    : { done: '*', stopped: 'x', busy: '.' };
  const paint = (): void => {
    if (!err.isTerminal || running === null) return;
    const { phase, text, detail, since } = running;
    erase(err);
    err.write(lineOf(err, ticks.busy, phase, detail === '' ? text : detail, clock() - since));
    painted = clock();
  };
  return {
    onEvent: (event) => {
      if (event.kind === 'phase') {
        finish(ticks.done);
        running = { phase: event.phase, text: event.text, since: clock(), detail: '' };
        paint();
        return;
      }
      if (running === null) return;
      const { iteration, enodes, eclasses, components, obligations } = event.progress;
      running.detail = [
        counted(iteration, 'iteration'),
        `${grouped(enodes)} e-nodes`,
        `${grouped(eclasses)} e-classes`,
        counted(components, 'component'),
        `${grouped(obligations)} new matches`,
      ].join(' · ');
      if (clock() - painted >= REPAINT_MS) paint();
    },
    end: (isStopped) => finish(isStopped ? ticks.stopped : ticks.done),
  };
}

function erase({ isTerminal, write }: Stream): void {
  if (isTerminal) write('\r\x1b[2K');
}

function lineOf(
  { columns, style }: Stream,
  mark: string,
  phase: Phase,
  text: string,
  ms: number,
): string {
  const time = seconds(ms);
  const room = Math.max(10, columns - 16 - time.length - 1);
  const shown = clipped(text, room).padEnd(room);
  return `  ${style.added(mark)} ${phase.padEnd(10)} ${shown} ${style.faint(time)}`;
}
