/** The side conditions of partitioning by functions of columns that are its own. */

import type { Expression } from '../ir/expression.ts';
import { subexpressions } from '../ir/expression.ts';
import type { Program } from '../ir/program.ts';
import { coPartition } from '../smt/lemmas/co-partition.ts';
import { asComponent, no, yes } from './conditions.ts';
import { dependenciesIn } from './dependencies-in.ts';
import { encodeClauses } from './encode.ts';
import { equationLemmas, equationsIn } from './equations.ts';
import { keysOf, keysRead, printPolicy, remembered } from './lemmas.ts';
import { readsOf } from './part.ts';
import type { Condition, Match } from './rule.ts';

const RULE = 'partition/dependencies';

/** Any two facts that meet, and the head where it stays, have one key, whatever functions give it. */
export const dependencyLemma: Condition = {
  name: 'dependencies',
  holds: ({ site, proposal, declared }: Match) => {
    const policy = proposal.kind === 'partition' ? proposal.policy : {};
    const dependencies = dependenciesIn(asComponent(site), declared);
    const equations = equationsIn(site);
    const named = (clause: string): string => `${clause} under what columns are of others`;
    const read = new Set(site.part.clauses.flatMap(readsOf));
    return {
      kind: 'ask',
      claim: `facts that meet have one key: ${printPolicy(site, policy)}`,
      obligations: [
        ...equationLemmas(RULE, site, read),
        ...site.part.clauses.flatMap((clause) => {
          const known = readsOf(clause).map((name) => equations(name).map(({ text }) => text));
          const question = named(
            `${RULE} ${keysRead(clause, policy, dependencies)} ${JSON.stringify(known)}`,
          );
          return remembered(clause, question, () =>
            encodeClauses(site, clause, dependencies).map((each) =>
              coPartition({
                rule: RULE,
                clause: each,
                keys: keysOf(site, each, policy),
                equations,
              }),
            ),
          );
        }),
      ],
    };
  },
};

/**
 * Every message has a key. A clause guards what it applies, `cell(x / n) :- put(x, n), n > 0`; the sender of put(1, 0) has
 * to name a process all the same, and a message without one is lost with all that other clauses make of it.
 */
export const totalKeys: Condition = {
  name: 'total-keys',
  holds: ({ site, proposal }) => {
    const policy = proposal.kind === 'partition' ? proposal.policy : {};
    const parts = Object.entries(policy).flatMap(([name, key]) =>
      key.flatMap((part) => (typeof part === 'number' ? [] : [{ name, part }])),
    );
    const assumed = new Set<string>();
    for (const { name, part } of parts) {
      const partial = partialIn(site.program, part, assumed);
      if (partial !== null) return no(`the key of \`${name}\` has no value where ${partial}`);
    }
    return yes('every message has a key', [...assumed]);
  },
};

/** What may have no value, in words; null for an expression that always has one. Adds what it takes for granted. */
function partialIn(program: Program, of: Expression, assumed: Set<string>): string | null {
  for (const each of subexpressions(of)) {
    const found = partialIn(program, each, assumed);
    if (found !== null) return found;
  }
  if (of.kind === 'binary') {
    const { operator, right } = of;
    if (operator === '/' || operator === '%') {
      return isNonZero(program, right) ? null : `\`${operator}\` divides by zero`;
    }
    assumed.add('integers stay within 2^53');
    return null;
  }
  if (of.kind !== 'call') return null;
  const declared = program.functions.find((each) => each.name === of.function);
  if (declared !== undefined) {
    if (declared.body !== null) return partialIn(program, declared.body, assumed);
    assumed.add(`\`${of.function}\` gives a value for all arguments`);
    return null;
  }
  return null;
}

function isNonZero(program: Program, of: Expression): boolean {
  if (of.kind === 'int') return of.value !== 0;
  if (of.kind !== 'parameter') return false;
  return program.parameters.some(({ name, value }) => name === of.name && value !== 0);
}
