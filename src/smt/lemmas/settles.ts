/**
 * Coming to rest: ticks without input stop changing some relations. Each step without input gives a fact that was
 * there before, or one that is nearer to the end by a measure that all facts it came from have, and that is not
 * below zero for these. `s(n + 1) :+ s(n), n < 10` is, by `10 - n`; `n(k + 1) :+ n(k), k != 7` is refuted.
 *
 * Why that is enough: of a finite state only finitely many levels of the measure are at or above zero. From the top
 * level down, what steps make of the levels above is the same in every tick from some tick on; whatever else a
 * level has was there before, so it only gets less. Absent facts count as those that are read: an absence of a
 * fact further down could come and go.
 *
 * Sound and incomplete: the measures are guessed from the comparisons in the clauses (`measuresOf`), and one that fits
 * all steps is enough. So a refutation says that none of them fits, and shows a step for the first.
 */

import {
  add,
  and,
  atMost,
  equalAll,
  implies,
  integer,
  less,
  or,
  scale,
  variable,
} from '../build.ts';
import { type Clause, copyClause, fdInstances, type NegatedAtom, showAtoms } from '../encode.ts';
import { type Formula, freeVariables, type Term, termKey, visit } from '../formula.ts';
import { type Obligation, obligation } from '../obligation.ts';
import { substitute, substitution } from '../substitute.ts';
import { columnVariable } from './co-partition.ts';
import { mergeHypotheses } from './functional-dependency.ts';

/** How far facts are from the end: a term over `columnVariable`s, by relation. */
export type Measure = ReadonlyMap<string, Term>;

export interface SettlesLemma {
  readonly rule: string;
  /** The relations that are to come to rest: what one tick hands to the next. */
  readonly relations: ReadonlySet<string>;
  /**
   * Every clause of the next tick that derives one of them from one of them without input, with what holds within
   * a tick only replaced by what it is derived from. No heads that fold, no columns that are merged.
   */
  readonly steps: readonly Clause[];
}

export function settles({ rule, relations, steps }: SettlesLemma): Obligation {
  const measures = measuresOf(steps, relations);
  const copies = measures.map((measure, number) => ({
    measure,
    steps: steps.map((step, at) => copyClause(step, `${number}.${at}`)),
  }));
  const [first] = copies;
  return obligation({
    rule,
    lemma: 'settles',
    kind: 'instance',
    title: `every tick without input brings ${[...relations].join(', ')} nearer to rest`,
    hypotheses: mergeHypotheses(
      copies.flatMap((copy) => copy.steps.flatMap((step) => fdInstances(step.body))),
    ),
    // Each measure is tried on steps of its own: so one of them fits all steps, or each fails at some step.
    goal: or(
      copies.map(({ measure, steps: tried }) =>
        and(tried.map((step) => isNearer(step, relations, measure))),
      ),
    ),
    show: (first?.steps ?? []).flatMap((step) => [
      ...showAtoms(step.body, 'in one tick: '),
      ...showAtoms([step.head], 'in the next: '),
    ]),
  });
}

function isNearer(step: Clause, relations: ReadonlySet<string>, measure: Measure): Formula {
  const { head, body, negated, conditions } = step;
  const same = body.filter(({ relation }) => relation.name === head.relation.name);
  const read = [...body, ...negated].filter(({ relation }) => relations.has(relation.name));
  const after = levelOf(head, measure, 'head');
  const steps = read.map((atom, index) => {
    const before = levelOf(atom, measure, `${index}`);
    if (before === null || after === null) return null;
    return and([less(after, before), atMost(integer(0), before)]);
  });
  const falls = steps.every((each) => each !== null) ? [and(steps)] : [];
  return implies(
    and(conditions.map(({ formula }) => formula)),
    or([...same.map((atom) => equalAll(atom.args, head.args)), ...falls]),
  );
}

/** The measure of a fact; of an absent one, of whatever fact it might be. */
function levelOf({ relation, args }: NegatedAtom, measure: Measure, place: string): Term | null {
  const term = measure.get(relation.name);
  if (term === undefined) return null;
  const columns = relation.columns.map(
    (column, index) =>
      [
        columnVariable(relation, index),
        args[index] ?? variable(`any ${relation.name}.${column.name} (${place})`, column.sort),
      ] as const,
  );
  return substitute(term, substitution(columns));
}

/** Beyond this many guesses the rest is left out: each is a copy of all steps. */
const MEASURES_MAX = 12;

/**
 * What is compared in the steps, as distances: of `l < r` and `l <= r` the distance `r - l`, over the columns of an atom
 * that has all its variables. Several relations that hand facts round take turns, so their distances are doubled
 * and one of them is ahead by one. There is always one guess, if only that facts come back as they are.
 */
export function measuresOf(
  steps: readonly Clause[],
  relations: ReadonlySet<string>,
): readonly Measure[] {
  const distances = new Map([...relations].map((name) => [name, distancesOf(steps, name)]));
  const shapes = uniqueTerms([...distances.values()].flat());
  let measures: readonly Measure[] = [new Map()];
  const several = relations.size > 1;
  for (const [name, own] of distances) {
    const others = own.length > 0 ? own : transferred(steps, name, shapes);
    const candidates = others.length > 0 ? others : integersOf(steps, name);
    const leveled = several
      ? candidates.flatMap((term) => [scale(2, term), add([scale(2, term), integer(1)])])
      : candidates;
    if (leveled.length === 0) continue;
    measures = measures
      .flatMap((measure) => leveled.map((term) => new Map([...measure, [name, term]])))
      .slice(0, MEASURES_MAX);
  }
  return measures;
}

function distancesOf(steps: readonly Clause[], name: string): readonly Term[] {
  const found = steps.flatMap((step) =>
    step.body
      .filter(({ relation }) => relation.name === name)
      .flatMap(({ relation, args }) => {
        const own = new Set(step.variables.map(termKey));
        const columns = substitution(
          args.flatMap((arg, index) =>
            arg.kind === 'variable' ? [[arg, columnVariable(relation, index)] as const] : [],
          ),
        );
        return step.conditions
          .flatMap(({ formula }) => comparedIn(formula))
          .filter((distance) =>
            freeVariables(distance).every((v) => !own.has(termKey(v)) || columns.has(termKey(v))),
          )
          .filter((distance) => freeVariables(distance).some((v) => columns.has(termKey(v))))
          .map((distance) => substitute(distance, columns));
      }),
  );
  return uniqueTerms(found);
}

/** `r - l` for each `l < r` and `l <= r` in a formula, whatever its polarity. */
function comparedIn(formula: Formula): readonly Term[] {
  const found: Term[] = [];
  visit(formula, (term) => {
    if (term.kind !== 'compound') return;
    if (term.operator.kind !== 'less' && term.operator.kind !== 'at-most') return;
    const [left, right] = term.args;
    if (left === undefined || right === undefined) return;
    found.push(add([right, scale(-1, left)]), add([left, scale(-1, right)]));
  });
  return found;
}

/** The distances of another relation, for one that is compared with nothing: column by column, if they have one. */
function transferred(
  steps: readonly Clause[],
  name: string,
  shapes: readonly Term[],
): readonly Term[] {
  const heads = steps.map(({ head }) => head.relation);
  const relation = heads.find((each) => each.name === name);
  if (relation === undefined) return [];
  return shapes.flatMap((shape) => {
    const columns = freeVariables(shape).filter((each) => each.name.startsWith('#'));
    const [only] = columns;
    if (columns.length !== 1 || only === undefined) return [];
    return relation.columns.flatMap(({ sort }, index) =>
      sort.kind === 'int'
        ? [substitute(shape, substitution([[only, columnVariable(relation, index)]]))]
        : [],
    );
  });
}

/** Each integer column by itself, for relations of which nothing is compared. */
function integersOf(steps: readonly Clause[], name: string): readonly Term[] {
  const heads = steps.map(({ head }) => head).filter(({ relation }) => relation.name === name);
  const [first] = heads;
  return (first?.relation.columns ?? []).flatMap(({ sort }, index) => {
    // A column that a step copies tells nothing apart.
    const moves = heads.some(({ args }) => args[index]?.kind !== 'variable');
    if (first === undefined || sort.kind !== 'int' || !moves) return [];
    return [columnVariable(first.relation, index)];
  });
}

function uniqueTerms(terms: readonly Term[]): readonly Term[] {
  return [...new Map(terms.map((term) => [termKey(term), term])).values()];
}
