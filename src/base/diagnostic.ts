/**
 * Findings about the user's input, as data. Each folder owns one table of its codes
 * (`src/syntax/messages.ts` and so on) made by `defineMessages`; the text of a code is written
 * there and nowhere else, and `render.ts` lays it out.
 *
 * Bands of codes: IR00xx lexical, IR01xx syntax, IR02xx names, IR03xx types and arity, IR04xx
 * strata and time, IR05xx placement, IR06xx lints of protocols, IR07xx unused, RW remarks about
 * rewrites, PL plans, CM cost models, CF configuration.
 */
import { compareNumbers, compareStrings, inOrder, sorted } from './order.ts';
import type { Span } from './source.ts';

export type Severity = 'error' | 'warning' | 'note';

/** A secondary place that is drawn in the same snippet as the primary one. */
export type Label = { readonly span: Span; readonly message: string };

/** A remark below the snippet; with a span it gets a snippet of its own. */
export type Note = { readonly message: string; readonly span?: Span };

export type Diagnostic = {
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, in the user's names: one sentence without a full stop. */
  readonly message: string;
  /** The primary place; absent when the finding is about no place of a text. */
  readonly span?: Span;
  /** What stands beside the caret; may be empty. */
  readonly label: string;
  readonly labels: readonly Label[];
  readonly notes: readonly Note[];
  /** What to write instead. */
  readonly help: readonly string[];
  /** What the text was made from, for tools and tests. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** The text of one finding; what is left out is empty. */
export type MessageText = {
  readonly message: string;
  readonly label?: string;
  readonly labels?: readonly Label[];
  readonly notes?: readonly Note[];
  readonly help?: readonly string[];
};

/** One code: its title says in general what the code is about. Severity is `error` unless given. */
export type Message<Parameters> = {
  readonly title: string;
  readonly severity?: Severity;
  readonly render: (parameters: Parameters) => MessageText;
};

type ParameterTypes<Table> = { readonly [Code in keyof Table]: object };

export type MessageTable<Table extends ParameterTypes<Table>> = {
  readonly [Code in keyof Table]: Message<Table[Code]>;
};

export type Messages<Table extends ParameterTypes<Table>> = {
  /** Makes the diagnostic of `code`; wrong parameters don't compile. */
  readonly report: <Code extends keyof Table & string>(
    code: Code,
    span: Span | undefined,
    parameters: Table[Code],
  ) => Diagnostic;
  /** Every code with its title, in table order. */
  readonly titles: ReadonlyMap<string, string>;
};

/**
 * Makes the reporter of one table. `Table` maps each code to the type of its parameters, so a code
 * without a text, a text without a code, and wrong parameters are all compile errors:
 *
 *     defineMessages<{ IR0201: { name: string } }>()({ IR0201: { title: …, render: (p) => … } })
 */
export function defineMessages<Table extends ParameterTypes<Table>>(): (
  table: MessageTable<Table>,
) => Messages<Table> {
  return (table) => ({
    report: (code, span, parameters) => diagnostic(code, table[code], span, parameters),
    titles: titlesOf(table),
  });
}

/** In source order, findings without a place first; of several errors at one span the first stays. */
export function inSourceOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const taken = new Set<string>();
  return sorted(diagnostics, bySource).filter((found) => {
    const key = placeKey(found);
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  });
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((found) => found.severity === 'error');
}

const bySource = inOrder<Diagnostic>(
  (a, b) => compareNumbers(a.span?.start ?? -1, b.span?.start ?? -1),
  (a, b) => compareNumbers(a.span?.end ?? -1, b.span?.end ?? -1),
  (a, b) => compareStrings(a.code, b.code),
);

/** Two findings share a key when the second adds nothing: one error a place, no finding twice. */
function placeKey(found: Diagnostic): string {
  const place = found.span === undefined ? '' : `${found.span.start}:${found.span.end}`;
  return found.severity === 'error' && place !== ''
    ? `error ${place}`
    : `${found.severity} ${place} ${found.code} ${found.message}`;
}

function diagnostic<Parameters extends object>(
  code: string,
  message: Message<Parameters>,
  span: Span | undefined,
  parameters: Parameters,
): Diagnostic {
  const text = message.render(parameters);
  return {
    code,
    severity: message.severity ?? 'error',
    message: bounded(text.message),
    ...(span === undefined ? {} : { span }),
    label: bounded(text.label ?? ''),
    labels: (text.labels ?? []).map((each) => ({ ...each, message: bounded(each.message) })),
    notes: (text.notes ?? []).map((each) => ({ ...each, message: bounded(each.message) })),
    help: (text.help ?? []).map(bounded),
    parameters: Object.fromEntries(Object.entries(parameters)),
  };
}

const charactersMax = 2000;

/** A name may be a line of ten million characters; nobody reads that twice. */
function bounded(text: string): string {
  if (text.length <= charactersMax) return text;
  const half = charactersMax / 2;
  return `${text.slice(0, half)} … ${text.slice(-half)}`;
}

function titlesOf<Table extends ParameterTypes<Table>>(
  table: MessageTable<Table>,
): ReadonlyMap<string, string> {
  const rows: [string, Message<never>][] = Object.entries(table);
  return new Map(rows.map(([code, message]) => [code, message.title]));
}
