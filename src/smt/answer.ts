/** Strict reading of a solver's output: what isn't exactly as expected is an error, never an answer. */

import { parseValues } from './model.ts';
import type { Obligation } from './obligation.ts';
import { parseSExpressions } from './s-expression.ts';
import type { Table, TableAnswer, TableVerdict } from './table.ts';
import type { Verdict } from './verdict.ts';

type Status = 'sat' | 'unsat' | 'unknown';

const checkPattern =
  /^#vacuity\n(sat|unsat|unknown)\n#main\n(sat|unsat|unknown)\n\(:reason-unknown "(.*)"\)\n\(:rlimit (\d+)\)\n*$/;

/** The verdict that `answer`, and `details` about it, give. */
export function readVerdict(obligation: Obligation, answer: string, details: string): Verdict {
  const problem = reportedError(answer) ?? reportedError(details);
  if (problem !== null) return { kind: 'error', message: problem };
  const [, vacuity, main, reason, work] = checkPattern.exec(answer) ?? [];
  if (main === undefined) return { kind: 'error', message: `unexpected answer: ${head(answer)}` };
  if (vacuity === 'unsat') return { kind: 'vacuous' };
  const rlimit = Number(work);
  if (main === 'sat') {
    const values = parseValues(obligation, details);
    if (values !== null) return { kind: 'refuted', values, rlimit };
    return { kind: 'error', message: `unexpected values: ${head(details)}` };
  }
  if (main === 'unknown') return { kind: 'unknown', reason: explain(reason ?? '') };
  if (vacuity === 'unknown') {
    return { kind: 'unknown', reason: 'the hypotheses may contradict each other' };
  }
  const core = parseCore(obligation, details);
  if (core !== null) return { kind: 'proved', core, rlimit };
  return { kind: 'error', message: `unexpected core: ${head(details)}` };
}

export function readTableVerdict(table: Table, answer: string): TableVerdict {
  const problem = reportedError(answer);
  if (problem !== null) return { kind: 'error', message: problem };
  const [vacuityMark, vacuity, mainMark, ...statuses] = answer.trimEnd().split('\n');
  const wellFormed =
    vacuityMark === '#vacuity' &&
    isStatus(vacuity) &&
    mainMark === '#main' &&
    statuses.length === table.goals.length &&
    statuses.every(isStatus);
  if (!wellFormed) return { kind: 'error', message: `unexpected answer: ${head(answer)}` };
  if (vacuity === 'unsat') return { kind: 'vacuous' };
  const trusted = vacuity === 'sat';
  const answers = statuses.map((status): TableAnswer => {
    if (status === 'sat') return 'refuted';
    return status === 'unsat' && trusted ? 'proved' : 'unknown';
  });
  return { kind: 'answered', answers };
}

/**
 * The hypotheses in an unsat core, in their own order. A core without the goal would say that the
 * hypotheses contradict each other although they were just found satisfiable.
 */
function parseCore(obligation: Obligation, text: string): readonly string[] | null {
  const core = parseSExpressions(text)?.[0];
  if (core === undefined || typeof core === 'string' || !core.includes('goal')) return null;
  const members = new Set(core);
  return obligation.hypotheses
    .filter((_, index) => members.has(`h.${index}`))
    .map((hypothesis) => hypothesis.name);
}

/** A parse error isn't fatal to the solver: it goes on without the assertion, and answers `sat`. */
function reportedError(output: string): string | null {
  return /\(error.*/.exec(output)?.[0] ?? null;
}

function explain(reason: string): string {
  return reason === 'canceled' || reason.includes('resource limit')
    ? "the solver's budget is used up"
    : reason;
}

function isStatus(text: string | undefined): text is Status {
  return text === 'sat' || text === 'unsat' || text === 'unknown';
}

function head(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
