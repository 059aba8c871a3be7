/**
 * A finding made smaller: fewer commands, fewer clients, fewer kinds of faults, and of the faults that came up only
 * those that it takes. Each smaller run must show the same thing again. Which faults are left out is found by delta
 * debugging (Zeller and Hildebrandt 2002): halves first, then ever smaller pieces.
 */
import type { RandomFinding, RandomOutcome, RandomRun, RandomSubject } from './random-run.ts';
import { judgeTask } from './random-run.ts';

/** Runs spent on one finding; those of a stall are long, those with a history to look for dear. */
const runsMax = { violated: 160, stalls: 24, compared: 24 } as const;

interface Attempt {
  readonly finding: RandomFinding;
  readonly faults: number;
  readonly shownAfter: number | null;
}

export function minimized(subject: RandomSubject, found: RandomOutcome): RandomFinding | null {
  const { finding, faults, shownAfter } = found;
  if (finding === null) return null;
  const { kind, task } = finding;
  if (task.kind === 'assumed') return finding;
  const shrinker = new Shrinker(
    subject,
    { finding, faults, shownAfter },
    runsMax[task.kind === 'compared' ? 'compared' : kind],
  );
  shrinker.fewerCommands();
  shrinker.fewerClients();
  for (const fault of task.run.faults) {
    shrinker.try((run) => ({ ...run, faults: run.faults.filter((each) => each !== fault) }));
  }
  shrinker.fewerFaults();
  shrinker.fewerCommands();
  return shrinker.best.finding;
}

class Shrinker {
  readonly #subject: RandomSubject;
  #left: number;
  best: Attempt;

  constructor(subject: RandomSubject, start: Attempt, runs: number) {
    this.#subject = subject;
    this.best = start;
    this.#left = runs;
  }

  /** Takes the smaller run if it shows the same. */
  try(change: (run: RandomRun) => RandomRun): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    const { finding, shownAfter } = this.best;
    const task = { ...finding.task, run: change(finding.task.run) };
    // Later than before is no smaller.
    const outcome = judgeTask(this.#subject, task, { ticksMax: shownAfter, care: 'quick' });
    if (outcome.finding?.kind !== finding.kind || outcome.finding.what !== finding.what)
      return false;
    const { faults } = outcome;
    this.best = { finding: outcome.finding, faults, shownAfter: outcome.shownAfter };
    return true;
  }

  /** By half, by a quarter and so on, as long as that works. */
  fewerCommands(): void {
    const commands = (): number => this.best.finding.task.run.commands;
    for (let step = Math.floor(commands() / 2); step >= 1; ) {
      const fewer = commands() - step;
      const isSmaller = fewer > 0 && this.try((run) => ({ ...run, commands: fewer }));
      step = isSmaller ? Math.min(step, Math.floor(commands() / 2)) : Math.floor(step / 2);
    }
  }

  fewerClients(): void {
    for (const clients of [1, 2, 3]) {
      const now = this.best.finding.task.run.clients;
      if (now !== null && now <= clients) return;
      if (this.try((run) => ({ ...run, clients }))) return;
    }
  }

  fewerFaults(): void {
    const none = (run: RandomRun): RandomRun => ({ ...run, keptFaults: [] });
    if (this.best.faults === 0 || this.try(none)) return;
    let kept: readonly number[] = Array.from({ length: this.best.faults }, (_, at) => at);
    for (let pieces = 2; kept.length > 0 && this.#left > 0; ) {
      const size = Math.ceil(kept.length / pieces);
      const without = piecesOf(kept, size).find((rest) =>
        this.try((run) => ({ ...run, keptFaults: rest })),
      );
      if (without !== undefined) {
        kept = without;
        pieces = Math.max(2, pieces - 1);
      } else if (size === 1) return;
      else pieces = Math.min(kept.length, pieces * 2);
    }
  }
}

/** The list without one piece of the size, for each piece in turn; the last faults are left out first. */
function piecesOf(list: readonly number[], size: number): readonly (readonly number[])[] {
  const rests: (readonly number[])[] = [];
  for (let end = list.length; end > 0; end -= size) {
    const start = Math.max(0, end - size);
    rests.push([...list.slice(0, start), ...list.slice(end)]);
  }
  return rests;
}
