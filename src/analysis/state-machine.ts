/**
 * A state machine: what it reads is empty or unchanged in a tick without input, and it says nothing then
 * (theory.md, 1.2). Only such a component may be fed its inputs in sealed batches, with ticks in between.
 *
 * `n(k + 1) :+ n(k)` isn't one: it counts the ticks in between. Neither is `alarm@c() :~ !seen(_)`, which speaks
 * without input.
 */

import { type Component, interfaceOf, sentBy } from './component.ts';
import { existence, noChange } from './events.ts';
import { conjunction, type Finding, fails, HOLDS, reason } from './finding.ts';

export function stateMachine(component: Component): Finding {
  const exists = existence(component);
  const unchanged = noChange(component);
  const { references, outputs } = interfaceOf(component);
  const sent = new Set(sentBy(component));
  const read = references.map((name) =>
    exists.get(name)?.kind === 'holds' ? HOLDS : (unchanged.get(name) ?? HOLDS),
  );
  const spoken = outputs.map((name) => {
    const found = exists.get(name) ?? HOLDS;
    if (found.kind === 'holds') return HOLDS;
    const how = sent.has(name) ? 'sent' : 'derived';
    const text = `\`${name}\` can be ${how} in a tick in which nothing arrives`;
    const clause = found.kind === 'fails' ? (found.reasons[0]?.clause ?? null) : null;
    return fails(reason('no-event', clause, [name], text));
  });
  return conjunction([...read, ...spoken]);
}
