/**
 * Whether processes that share a component's facts by a key say twice what one process says once.
 *
 * `out@c(x) :~ r(x, y)` with `r` kept sends out(1) for the first of r(1, a) and r(1, b) only. Spread by `y`, the two
 * facts are on two processes, and each of them sends it (soundness.md, 8). It is harmless where messages may repeat
 * anyway; else the message must say on which process it was made, the same way in all clauses that send it.
 */

import { groupBy } from '../base/order.ts';
import type { Clause } from '../ir/clause.ts';
import type { Keys } from '../ir/key.ts';
import type { Channel } from '../ir/program.ts';
import { keyTerm } from './clause-terms.ts';
import { type Component, readsOf } from './component.ts';
import { lifeOf, termKey } from './congruence.ts';
import { duplicateInsensitive } from './delivery.ts';
import { type Dependencies, inferDependencies, termsOf } from './dependencies.ts';
import { expressions } from './expressible.ts';
import { type Finding, finding, HOLDS, type Question, reason } from './finding.ts';

/** `absorbed` says whether the reader of a channel can't tell repetitions; a part of a role doesn't see all readers. */
export function messagesFollowKey(
  component: Component,
  policy: Keys,
  dependencies: Dependencies = inferDependencies(component.program),
  absorbed: (channel: Channel) => Finding = (channel) =>
    duplicateInsensitive(component.program, channel),
): Finding {
  const sends = component.clauses.filter((clause) => clause.kind === 'send');
  const byChannel = groupBy(sends, (clause) => clause.head.relation);
  const questions: Question[] = [];
  const reasons = [...byChannel].flatMap(([channel, clauses]) => {
    const repeated = mayRepeat(component, channel, absorbed);
    if (repeated.kind === 'holds') return [];
    const places = clauses.map((clause) => keyPlaces(component, clause, policy, dependencies));
    const [first] = places;
    const isShown = first?.every((_, part) =>
      [...(first[part] ?? [])].some((place) => places.every((each) => each[part]?.has(place))),
    );
    if (isShown === true) return [];
    if (repeated.kind === 'open') {
      questions.push(...repeated.questions);
      return [];
    }
    const text = `two processes may each send one \`${channel}\`: it doesn't carry the key`;
    return [reason('repeats', clauses[0]?.id ?? null, [channel], text)];
  });
  return finding(reasons, questions);
}

/** Whether nobody minds a message that comes twice. */
function mayRepeat(
  component: Component,
  name: string,
  absorbed: (channel: Channel) => Finding,
): Finding {
  const channel = component.program.channels.find((each) => each.name === name);
  if (channel === undefined) return finding([reason('repeats', null, [name], 'unknown')]);
  const receiver = component.program.roles.find((role) => role.name === channel.to);
  if (channel.flags.duplicating && receiver?.external !== true) return HOLDS;
  return absorbed(channel);
}

/** For each part of the key: what it is of the message's columns, of which the last one here is its address. */
function keyPlaces(
  component: Component,
  clause: Clause,
  policy: Keys,
  dependencies: Dependencies,
): readonly ReadonlySet<string>[] {
  const terms = termsOf(dependencies, component, clause, 'ever');
  const { congruence, head, destination } = terms;
  const read = readsOf(component, clause).find((each) => policy[each.relation] !== undefined);
  if (read === undefined) return [];
  const args = terms.arguments(read.atom);
  const keys = (policy[read.relation] ?? []).map((part) => keyTerm(component.program, part, args));
  for (const key of keys) congruence.add(key);
  const sent = head.map(({ kind, term }) => (kind === 'plain' ? term : null));
  const said = expressions(congruence, [...sent, destination]);
  return keys.map((key) => {
    const known = said.get(congruence.find(congruence.add(key))) ?? [];
    return new Set(known.filter((term) => lifeOf(term) !== 'tick').map(termKey));
  });
}
