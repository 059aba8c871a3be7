/** The side conditions that the solver decides: lemmas built from the clauses of a match. */

import { interfaceOf } from '../analysis/component.ts';
import type { Clause } from '../ir/clause.ts';
import { printKeys } from '../ir/key.ts';
import { visibleIn } from '../ir/schema.ts';
import type * as smt from '../smt/encode.ts';
import { inferGrowth } from '../smt/growth.ts';
import { columnVariable, coPartition, type PartitionKey } from '../smt/lemmas/co-partition.ts';
import { monotonic } from '../smt/lemmas/monotonic.ts';
import { functional, nonInterference } from '../smt/lemmas/non-interference.ts';
import type { Obligation } from '../smt/obligation.ts';
import { asComponent, no, yes } from './conditions.ts';
import { dependenciesIn } from './dependencies-in.ts';
import { type DependenciesOf, encodeClause, encodeClauses, encodeOfColumns } from './encode.ts';
import type { Policy } from './language.ts';
import { lawsNeeded } from './laws.ts';
import { atomsOf, type PartView, readsOf, unchangeableInputs } from './part.ts';
import type { Condition, Match } from './rule.ts';

const noDependencies: DependenciesOf = () => [];

/** The same fact in any two ticks, whatever the state, gives the same messages. */
export const functionalLemma: Condition = {
  name: 'functional',
  holds: ({ move }) => ({
    kind: 'ask',
    claim: 'the same forwarded fact gives the same messages in any two ticks',
    obligations: move.part.clauses.map((clause) =>
      functional('decouple/functional', encodeClause(move, clause, noDependencies)),
    ),
  }),
};

/** Two states that agree on what a part references give the same outputs of that part. */
export const nonInterferenceLemma: Condition = {
  name: 'mutually-independent',
  holds: (match) => ({
    kind: 'ask',
    claim: 'what a part derives depends on its own references alone',
    obligations: [...interference(match.stay, match.move), ...interference(match.move, match.stay)],
  }),
};

function interference(part: PartView, other: PartView): Obligation[] {
  const own = interfaceOf(asComponent(part));
  const theirs = interfaceOf(asComponent(other));
  const foreign = new Set([...theirs.references, ...theirs.heads]);
  const names = own.references.filter((name) => !foreign.has(name));
  return part.part.clauses.flatMap((clause) => {
    const read = new Set(readsOf(clause));
    const shared = names.filter((name) => read.has(name));
    return remembered(clause, `independent ${shared.join()}`, () =>
      encodeClauses(part, clause, noDependencies).map((encoded) =>
        nonInterference({
          rule: 'decouple/mutually-independent',
          clause: encoded,
          shared: { kind: 'relations', names: new Set(shared) },
        }),
      ),
    );
  });
}

/** What the relay sends is what it received, and nothing in front of it reads the channel. */
export const relayLemma: Condition = {
  name: 'relay',
  holds: ({ stay, move, proposal }) => {
    const relayed = proposal.kind === 'decouple' ? proposal.relayed : [];
    const front = stay.part.clauses.filter(
      (clause) => clause.written !== 'clause' || !isRelay(clause),
    );
    const [stray] = front;
    if (stray !== undefined) return no(`\`${stray.id}\` stays in front of the relay`);
    const unread = relayed.find((name) => !readsName(move, name));
    if (unread !== undefined) return no(`nothing behind the relay reads \`${unread}\``);
    return {
      kind: 'ask',
      claim: 'a relay forwards each fact unchanged, and every reader is behind it',
      obligations: stay.part.clauses.map((clause) =>
        functional('relay', encodeClause(stay, clause, noDependencies)),
      ),
    };
  },
};

/** One channel in, the same columns out, no condition. */
function isRelay(clause: Clause): boolean {
  const [only] = clause.body;
  return (
    clause.kind === 'send' &&
    clause.body.length === 1 &&
    only?.kind === 'atom' &&
    only.atom.args.length === clause.head.args.length &&
    clause.head.args.every((arg, index) => {
      const read = only.atom.args[index];
      return (
        arg.kind === 'plain' &&
        arg.value.kind === 'variable' &&
        read?.kind === 'variable' &&
        read.name === arg.value.name
      );
    })
  );
}

function readsName(view: PartView, name: string): boolean {
  return view.part.clauses.some((clause) => atomsOf(clause).some((atom) => atom.relation === name));
}

/** Every input of a partitioned part has a key, and its sender can be told where to send. */
export const keyedInputs: Condition = {
  name: 'keyed-inputs',
  holds: ({ site, proposal }) => {
    const [stuck] = unchangeableInputs(site);
    if (stuck !== undefined)
      return no(`clients send \`${stuck}\` and cannot be told another address`);
    const [timer] = site.role.timers;
    if (timer !== undefined)
      return no(
        `a firing of the timer \`${timer.name}\` has no key: every partition would need it`,
      );
    const [fact] = site.role.initial;
    if (fact !== undefined) return no(`the initial fact of \`${fact.relation}\` has no key`);
    if (site.role.parts !== null) return no(`\`${site.role.name}\` is partitioned already`);
    const policy = proposal.kind === 'partition' ? proposal.policy : {};
    const missing = interfaceOf(asComponent(site)).references.find(
      (name) => policy[name] === undefined,
    );
    if (missing !== undefined) return no(`\`${missing}\` has no key`);
    return yes('every fact that the part reads has a key');
  },
};

/** Any two facts that meet in a body, and the head where it stays, are on one process. */
export const coHashLemma: Condition = {
  name: 'co-hashing',
  holds: (match) => {
    const { site, proposal, declared } = match;
    const policy = proposal.kind === 'partition' ? proposal.policy : {};
    const dependencies = dependenciesIn(asComponent(site), declared);
    return {
      kind: 'ask',
      claim: `facts that meet have one key: ${printPolicy(site, policy)}`,
      obligations: site.part.clauses.flatMap((clause) =>
        remembered(clause, `co-hashed ${keysRead(clause, policy, dependencies)}`, () =>
          encodeClauses(site, clause, dependencies).map((each) =>
            coPartition({
              rule: 'partition/co-hashing',
              clause: each,
              keys: keysOf(site, each, policy),
            }),
          ),
        ),
      ),
    };
  },
};

/** Tables and members are everywhere; what the policy doesn't name is an output. */
export function keysOf(
  site: PartView,
  clause: smt.Clause,
  policy: Policy,
): ReadonlyMap<string, PartitionKey> {
  const keys = new Map<string, PartitionKey>();
  for (const { relation } of [...clause.body, ...clause.negated, clause.head]) {
    const key = policy[relation.name];
    if (key === undefined || relation.constant) continue;
    const terms = key.map((part) =>
      typeof part === 'number'
        ? columnVariable(relation, part)
        : encodeOfColumns(site, relation.name, part),
    );
    keys.set(relation.name, terms);
  }
  return keys;
}

/** The keys and dependencies of what the clause names: all that its lemma depends on. */
export function keysRead(clause: Clause, policy: Policy, dependencies: DependenciesOf): string {
  const names = [...readsOf(clause), clause.head.relation];
  return JSON.stringify(names.map((name) => [name, policy[name] ?? null, dependencies(name)]));
}

const lemmas = new WeakMap<Clause, Map<string, readonly Obligation[]>>();

/**
 * The lemmas of a clause under what they depend on: a component of a hundred clauses asks about each of
 * them again and again, in other company.
 */
export function remembered(
  clause: Clause,
  question: string,
  make: () => readonly Obligation[],
): readonly Obligation[] {
  const known = lemmas.get(clause) ?? new Map<string, readonly Obligation[]>();
  lemmas.set(clause, known);
  const found = known.get(question) ?? make();
  known.set(question, found);
  return found;
}

export function printPolicy(site: PartView, policy: Policy): string {
  const visible = visibleIn(site.program, site.role);
  return printKeys(policy, (name) => (visible.get(name)?.columns ?? []).map((each) => each.name));
}

/** More facts never take a message of the moved part away. */
export const monotonicLemma: Condition = {
  name: 'monotonic',
  holds: ({ move, declared }: Match) => {
    const dependencies = dependenciesIn(asComponent(move), declared);
    const touched = [...move.role.relations, ...move.program.channels].filter(
      ({ name }) =>
        readsName(move, name) || move.part.clauses.some((c) => c.head.relation === name),
    );
    const types = touched.flatMap(({ columns }) => columns.map((column) => column.type));
    const laws = lawsNeeded(move.program, types);
    // Which columns grow is guessed; proving every clause of the part under the guess makes it an induction.
    const clauses = inferGrowth(
      move.part.clauses.flatMap((clause) => encodeClauses(move, clause, dependencies)),
    );
    return {
      kind: 'ask',
      claim: 'with more facts the moved part derives no less',
      obligations: [
        ...laws.obligations,
        ...clauses.map((clause) => monotonic({ rule: 'decouple/monotonic', clause })),
      ],
      assumed: laws.assumed,
    };
  },
};
