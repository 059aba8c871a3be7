/**
 * Relations that pass: what they hold follows from a fact that is replaced again and again, as the next slot of a log, and is gone with
 * it. Each of their facts would come and go once, which counting derivations pays for twice; run anew in each tick, their clauses
 * cost a handful of look-ups, whatever the role holds. No event need be there for it, so what they say isn't sent
 * again and again (send clauses over them go by what begins to hold).
 */
import type { ClausePlan } from './clause-plan.ts';
import { readingsIn } from './readings.ts';

export interface PassingOptions {
  /** By slot: columns that tell its facts apart. */
  readonly keyColumns: readonly (readonly number[])[];
  readonly arityOf: (slot: number) => number;
  /** Slots of relations that nothing but the role's `:-` clauses fills, without lattices, timers or a disk. */
  readonly candidates: ReadonlySet<number>;
}

export interface Passing {
  /** Slots that hold one fact, or a few, each replaced by the next one. */
  readonly registers: ReadonlySet<number>;
  readonly slots: ReadonlySet<number>;
  /** Clauses that are run anew in each tick, by their index. */
  readonly clauses: ReadonlySet<number>;
}

export function passingOf(clauses: readonly ClausePlan[], options: PassingOptions): Passing {
  const registers = registersOf(clauses);
  let slots = new Set(options.candidates);
  for (;;) {
    const known = slots;
    const isRun = (plan: ClausePlan): boolean => isCheap(plan, known, registers, options);
    const kept = [...known].filter((slot) => passes(slot, clauses, isRun));
    if (kept.length === known.size) break;
    slots = new Set(kept);
  }
  const run = clauses.filter(
    (plan) =>
      plan.reads.some((slot) => slots.has(slot)) ||
      (plan.clause.kind === 'now' && slots.has(plan.slot)),
  );
  const anew = run.filter((plan) => isCheap(plan, slots, registers, options));
  return { registers, slots, clauses: new Set(anew.map(({ index }) => index)) };
}

/** `r(x) :+ r(x), !a(_), !b(_)` beside clauses that say what comes next: all that is kept goes when anything happens. */
function registersOf(clauses: readonly ClausePlan[]): ReadonlySet<number> {
  const slots = new Set(clauses.map(({ slot }) => slot));
  return new Set(
    [...slots].filter((slot) => {
      const writers = clauses.filter((plan) => plan.slot === slot);
      return (
        slot !== -1 &&
        writers.length > 1 &&
        writers.every(({ clause }) => clause.kind === 'next') &&
        writers.some(isReplaced)
      );
    }),
  );
}

function isReplaced({ slot, head, goals }: ClausePlan): boolean {
  const own = goals.find((goal) => goal.kind === 'match' && goal.slot === slot);
  if (own?.kind !== 'match' || head.shape !== 'plain') return false;
  const others = goals.filter((goal) => goal !== own);
  return (
    own.args.length > 0 &&
    own.args.every((arg, at) => {
      const value = head.row[at];
      return arg.kind === 'variable' && value?.kind === 'variable' && arg.name === value.name;
    }) &&
    others.some(({ kind }) => kind === 'absent') &&
    others.every(
      (goal) =>
        (goal.kind === 'absent' || goal.kind === 'match') &&
        goal.args.every(({ kind }) => kind === 'wildcard') &&
        (goal.kind === 'absent' || goal.args.length === 0),
    )
  );
}

function passes(
  slot: number,
  clauses: readonly ClausePlan[],
  isRun: (plan: ClausePlan) => boolean,
): boolean {
  const writers = clauses.filter((plan) => plan.slot === slot);
  const readers = clauses.filter((plan) => plan.reads.includes(slot));
  return (
    writers.length > 0 &&
    writers.every((plan) => plan.clause.kind === 'now' && isRun(plan)) &&
    readers.every((plan) => {
      const isPositive = plan.goals.some((goal) => goal.kind === 'match' && goal.slot === slot);
      if (plan.overs.some((over) => over.slot === slot)) return false;
      return !isPositive || plan.clause.kind === 'send' || plan.strategy === 'event' || isRun(plan);
    })
  );
}

/** From what passes or is replaced, all else that the clause reads is looked up by its key. */
function isCheap(
  plan: ClausePlan,
  passing: ReadonlySet<number>,
  registers: ReadonlySet<number>,
  { keyColumns, arityOf }: PassingOptions,
): boolean {
  if (plan.strategy !== 'delta' || plan.head.shape !== 'plain' || plan.clause.kind === 'send')
    return false;
  const isFew = (slot: number): boolean => registers.has(slot) || passing.has(slot);
  const matches = readingsIn(plan, isFew).filter(({ isAbsent }) => !isAbsent);
  return (
    matches.some(({ slot }) => isFew(slot)) &&
    matches.every(({ slot, known }) => {
      const key = keyColumns[slot] ?? [];
      return isFew(slot) || arityOf(slot) === 0 || key.every((column) => known.includes(column));
    })
  );
}
