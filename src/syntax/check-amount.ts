/** Amounts: constants within bounds. */

import { defaultLimits } from '../base/limits.ts';
import type { Span } from '../base/source.ts';
import { evaluateInteger, parameterValues } from '../ir/constant.ts';
import type { Expression } from '../ir/expression.ts';
import { type Context, spanOf } from './context.ts';
import { syntaxMessages } from './messages.ts';

/** Reports an expression that is no constant number of milliseconds; `what` begins the message. */
export function requirePeriod(expression: Expression, what: string, context: Context): void {
  const value = evaluateInteger(expression, parameterValues(context.program));
  const span = spanOf(context, expression);
  if (value.kind === 'err') {
    context.diagnostics.push(syntaxMessages.report('IR0307', span, { what, reason: value.error }));
    return;
  }
  const amount = { what: `${what}, in milliseconds,`, value: value.value };
  if (value.value < 1) context.diagnostics.push(syntaxMessages.report('IR0608', span, amount));
  requireAtMost(amount, defaultLimits.periodMsMax, span, context);
}

/** What is larger would take the simulator's memory or time, or leave the exact numbers. */
export function requireAtMost(
  amount: { readonly what: string; readonly value: number },
  most: number,
  span: Span | undefined,
  { diagnostics }: Pick<Context, 'diagnostics'>,
): void {
  if (amount.value <= most) return;
  diagnostics.push(syntaxMessages.report('IR0614', span, { ...amount, most }));
}
