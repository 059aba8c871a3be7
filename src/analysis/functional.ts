/**
 * Functional: each output fact comes from one input fact, whatever the state and the tick (theory.md, 1.1).
 * Such a component may run behind a forward, at any delay, with nothing kept.
 *
 * `done(x) :- vote(x), !stop(x)` isn't: apart from the clauses that derive `stop`, it answers before `stop` has
 * arrived. Neither is `hit@c(x) :~ a(x), b(x)`: the forwards of `a` and `b` need not arrive in one tick. Nor is a
 * component with state: its part after a restart would answer differently from the whole.
 */

import { stronglyConnected } from '../base/graph.ts';
import { sortedStrings } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import { type Component, derivations, readsOf, referencesOf, relationOf } from './component.ts';
import { type Finding, finding, type Reason, reason } from './finding.ts';
import { hasLattice } from './shape.ts';

export function functional(component: Component): Finding {
  return finding([
    ...component.clauses.flatMap((clause) => notPerFact(component, clause)),
    ...recursions(component),
    ...keptState(component),
  ]);
}

/** Whether the clause alone maps each fact of one relation to facts of its head. */
export function functionalClause(component: Component, clause: Clause): Finding {
  return finding(notPerFact(component, clause));
}

function notPerFact(component: Component, clause: Clause): readonly Reason[] {
  const reasons: Reason[] = [];
  const reads = readsOf(component, clause);
  const name = clause.head.relation;
  for (const arg of clause.head.args) {
    if (arg.kind === 'aggregate') {
      const text = `\`${name}\` folds a group of facts with \`${arg.aggregate}\``;
      reasons.push(reason('aggregate', clause.id, [name], text));
    } else if (arg.kind === 'index') {
      reasons.push(reason('index', clause.id, [name], `\`${name}\` numbers the facts of a tick`));
    }
  }
  for (const read of reads) {
    if (read.mode === 'negated') {
      const text = `it asks for the absence of \`${read.relation}\``;
      reasons.push(reason('negation', clause.id, [read.relation], text));
    } else if (read.mode === 'expired') {
      const text = `it waits for a time-out of \`${read.relation}\`, which is state`;
      reasons.push(reason('timer', clause.id, [read.relation], text));
    }
  }
  if (reads.length > 1) {
    const names = reads.map((read) => read.relation);
    const text = `it joins ${names.map((each) => `\`${each}\``).join(', ')}`;
    reasons.push(reason('join', clause.id, names, text));
  }
  const touched = sortedStrings([name, ...referencesOf(component, clause)]);
  for (const relation of touched.filter((each) => hasLattice(component, each))) {
    const text = `\`${relation}\` merges its facts in a lattice column`;
    reasons.push(reason('lattice', clause.id, [relation], text));
  }
  return reasons;
}

/** A relation that depends on itself is state if it does so over ticks, and not one step if it doesn't. */
function recursions(component: Component): readonly Reason[] {
  const derived = derivations(component);
  const reads = (name: string): readonly string[] =>
    (derived.get(name) ?? []).flatMap((clause) => referencesOf(component, clause));
  return stronglyConnected([...derived.keys()], reads)
    .filter((knot) => knot.cyclic)
    .map((knot) => {
      const names = sortedStrings(knot.nodes);
      const clauses = names.flatMap((name) => derived.get(name) ?? []);
      const carried = clauses.find((clause) => clause.kind === 'next');
      const list = names.map((name) => `\`${name}\``).join(', ');
      return carried === undefined
        ? reason('recursion', clauses[0]?.id ?? null, names, `${list} depends on itself`)
        : reason('state', carried.id, names, `${list} is kept from tick to tick`);
    });
}

function keptState(component: Component): readonly Reason[] {
  return [...derivations(component).keys()].flatMap((name) => {
    const reasons: Reason[] = [];
    if (relationOf(component, name)?.durable === true) {
      reasons.push(reason('state', null, [name], `\`${name}\` is durable state`));
    }
    if (component.role.initial.some((fact) => fact.relation === name)) {
      reasons.push(reason('initial-fact', null, [name], `\`${name}\` has facts from the start`));
    }
    return reasons;
  });
}
