/** How far a judgement has come, as one line on stderr that is painted anew; nothing where stderr is no terminal. */
import { grouped } from './figures.ts';
import type { JudgeProgress } from './judge-pool.ts';
import { clipped } from './layout.ts';
import type { Terminal } from './terminal.ts';

export interface JudgeView {
  readonly show: (progress: JudgeProgress) => void;
  readonly end: () => void;
}

const REPAINT_MS = 100;

export function judgeView({ err, clock }: Terminal): JudgeView {
  let painted = Number.NEGATIVE_INFINITY;
  return {
    show: (progress) => {
      if (!err.isTerminal || clock() - painted < REPAINT_MS) return;
      painted = clock();
      err.write(`\r\x1b[2K${clipped(judgeLine(progress), err.columns - 1)}`);
    },
    end: () => {
      if (err.isTerminal) err.write('\r\x1b[2K');
    },
  };
}

export function judgeLine({ search, runs, runsPlanned, isShrinking }: JudgeProgress): string {
  const parts = [
    ...(search === null
      ? []
      : [`${search.done} of ${search.planned} searches`, `${grouped(search.states)} states`]),
    `${runs} of ${runsPlanned} random runs`,
    ...(isShrinking ? ['making the counterexample smaller'] : []),
  ];
  return `  ${parts.join(' · ')}`;
}
