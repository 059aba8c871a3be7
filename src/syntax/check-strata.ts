/** No cycle within a tick through negation, an aggregate, a rank or an outgrowable use of a lattice. */

import { printHead } from '../ir/print-clause.ts';
import type { Role } from '../ir/program.ts';
import { brokenCycles, tickDependences } from '../ir/strata.ts';
import { type Context, spanOf } from './context.ts';
import { syntaxMessages } from './messages.ts';

/** A way longer than this is shortened in the report. */
const shownSteps = 8;

export function checkStrata(role: Role, context: Context): void {
  for (const { dependence, back } of brokenCycles(tickDependences(role))) {
    const { from, to, use, clause, node, reason } = dependence;
    const names = [from, to, ...back.map((step) => step.to)];
    const isLong = names.length > shownSteps;
    const cycle = isLong ? [...names.slice(0, shownSteps - 1), '..', from] : names;
    const last = back.at(-1);
    const parameters = {
      from,
      to,
      cycle,
      reason,
      head: printHead(clause.head),
      other: last === undefined ? null : (spanOf(context, last.clause.head) ?? null),
    };
    const code = use === 'negation' ? 'IR0401' : use === 'lattice' ? 'IR0403' : 'IR0402';
    context.diagnostics.push(syntaxMessages.report(code, spanOf(context, node), parameters));
  }
}
