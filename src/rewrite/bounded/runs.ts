/**
 * Runs within a bound, as formulas: three ticks, at most three messages with the ticks that take them, and
 * outputs with the ticks that send them. A bounded obligation of a rule says that every history of the cut
 * component within the bound is one of the whole (soundness.md, 18). The component is symbolic: what a tick
 * sends is an uninterpreted predicate over what the node has taken so far. The runs of the cut component are
 * the solver's to choose; those of the whole are enumerated, so no quantifier is left.
 *
 * Time is common to the nodes of a cut. A condition of the rule is a hypothesis that switches a way to go
 * wrong off: without it the solver must find a history that the whole doesn't have.
 */

import { defined } from '../../base/assert.ts';
import * as smt from '../../smt/build.ts';
import type { Formula, Term } from '../../smt/formula.ts';
import type { Hypothesis } from '../../smt/obligation.ts';
import { boolSort, functionSymbol, intSort } from '../../smt/sort.ts';

/** Ticks of a run, counted from 1. */
export const TICKS = 3;

/** The tick of a message that is taken after the bound, or lost. */
export const NEVER: number = TICKS + 1;

export function tick(name: string): Term {
  return smt.variable(name, intSort);
}

export function flag(name: string): Formula {
  return smt.variable(name, boolSort);
}

export function hypothesis(name: string, text: string, formulas: readonly Formula[]): Hypothesis {
  return { name, text, formula: smt.and(formulas) };
}

/** Messages are taken in one of the ticks, or never; outputs are sent in one of the ticks. */
export function withinBound(
  taken: readonly Term[],
  sent: readonly Term[],
  ticks: number = TICKS,
): Hypothesis {
  const between = (term: Term, max: number): Formula =>
    smt.and([smt.atMost(smt.integer(1), term), smt.atMost(term, smt.integer(max))]);
  return hypothesis('within-the-bound', `at most ${ticks} ticks`, [
    ...taken.map((each) => between(each, ticks + 1)),
    ...sent.map((each) => between(each, ticks)),
  ]);
}

/** What is forwarded at the end of one tick is taken in a later one, or never. */
export function later(first: Term, then: Term, ticks: number = TICKS): Formula {
  return smt.or([smt.less(first, then), smt.equal(then, smt.integer(ticks + 1))]);
}

/** Whether and when a node has taken each message, at a tick, with the tick's number: all it may depend on. */
export function past(taken: readonly Term[], now: Term): readonly Term[] {
  return [now, ...taken.map((each) => recent(each, now))];
}

export function recent(taken: Term, now: Term): Term {
  return smt.ite(smt.atMost(taken, now), taken, smt.integer(NEVER));
}

/** What is left of a message's tick for a node that can't count: not yet (0), earlier (1), in this tick (2). */
export function seen(taken: Term, now: Term): Term {
  const settled = smt.ite(smt.equal(taken, now), smt.integer(2), smt.integer(1));
  return smt.ite(smt.atMost(taken, now), settled, smt.integer(0));
}

/** Which of two messages that were both taken came first: neither yet known (0), same tick (1), first (2), second (3). */
export function order(one: Term, other: Term, now: Term): Term {
  const both = smt.and([smt.atMost(one, now), smt.atMost(other, now)]);
  const which = smt.ite(smt.less(one, other), smt.integer(2), smt.integer(3));
  return smt.ite(both, smt.ite(smt.equal(one, other), smt.integer(1), which), smt.integer(0));
}

/** What the component does, whatever it is: true when it sends the output. */
export function sends(output: string, args: readonly Term[]): Formula {
  const symbol = functionSymbol(
    output,
    args.map((arg) => arg.sort),
    boolSort,
  );
  return smt.apply(symbol, args);
}

/** Two messages of an ordered channel arrive in the order of their ticks. */
export function inOrder(firstArrives: Formula, one: Term, other: Term): Formula {
  return smt.ite(firstArrives, smt.atMost(one, other), smt.atMost(other, one));
}

/** Some run of the whole: ticks that take its messages. */
export function someWhole(messages: number, isRun: (taken: readonly Term[]) => Formula): Formula {
  return smt.or(tuples(messages, NEVER).map(isRun));
}

/**
 * Some run of a whole that can't count ticks: only which of its messages come first matters. They are taken in every
 * second tick, without a gap, so that outputs may be sent before, with, and after each.
 */
export function someOrder(messages: number, isRun: (taken: readonly Term[]) => Formula): Formula {
  const dense = numbers(messages, messages + 1).filter((each) => {
    const used = new Set(each.filter((rank) => rank <= messages));
    return [...used].every((rank) => rank === 1 || used.has(rank - 1));
  });
  return smt.or(dense.map((each) => isRun(each.map((rank) => smt.integer(2 * rank)))));
}

/** Ticks of `someOrder`, and the one for never. */
export function ticksOfOrder(messages: number): { readonly last: number; readonly never: number } {
  return { last: 2 * messages + 1, never: 2 * messages + 2 };
}

/** Some ticks that send outputs. What is said of different outputs is best said apart: there are fewer tuples. */
export function someTicks(
  outputs: number,
  isSent: (sent: readonly Term[]) => Formula,
  ticks: number = TICKS,
): Formula {
  return smt.or(tuples(outputs, ticks).map(isSent));
}

function tuples(length: number, max: number): readonly (readonly Term[])[] {
  return numbers(length, max).map((tuple) => tuple.map((each) => smt.integer(each)));
}

/** All tuples of numbers from 1 to `max`. */
function numbers(length: number, max: number): readonly (readonly number[])[] {
  if (length === 0) return [[]];
  const shorter = numbers(length - 1, max);
  return shorter.flatMap((tuple) => Array.from({ length: max }, (_, at) => [...tuple, at + 1]));
}

/** The items of a list whose length is known where it was made. */
export function three<T>([first, second, third]: readonly T[]): readonly [T, T, T] {
  const known = 'a run within the bound has three of them';
  return [defined(first, known), defined(second, known), defined(third, known)];
}

/** A variable of the run under its own name in a printed counterexample. */
export function shown(term: Term): { readonly label: string; readonly term: Term } {
  return { label: term.kind === 'variable' ? term.name : 'term', term };
}
