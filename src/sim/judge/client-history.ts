/**
 * Recorded client histories: what each client process asked and was answered, in real-time order, one JSON object a
 * line. The form is that of the field's recorders, so histories of other systems can be judged too.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';

export type ClientValue = string | number | boolean | null;

/**
 * `invoke` opens an operation of a process; `ok` and `fail` close it (`fail`: it certainly had no effect); `info`
 * says that the outcome is unknown, so it may take effect at any later time, or never.
 */
export interface ClientEvent {
  readonly process: string | number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: 'read' | 'write';
  readonly key: string | number;
  /** Of a write: what is written. Of a read: null when invoked, and what was read when `ok`; null reads nothing. */
  readonly value: ClientValue;
}

/** One operation: an invocation with what became of it. */
export interface ClientOperation {
  readonly process: string | number;
  readonly f: 'read' | 'write';
  readonly key: string | number;
  readonly value: ClientValue;
  /** Position of the invocation in the history. */
  readonly invoked: number;
  /** Position of the answer; null when none came, so the operation may take effect at any later time or never. */
  readonly returned: number | null;
}

/**
 * Pairs invocations with answers. Operations that certainly had no effect, and reads without an answer, are left out:
 * they constrain nothing. An answer without an invocation, or a second invocation of a process whose first is
 * still open, is an error.
 */
export function operationsOf(
  events: readonly ClientEvent[],
): Result<readonly ClientOperation[], readonly Diagnostic[]> {
  const open = new Map<string | number, { readonly event: ClientEvent; readonly at: number }>();
  const operations: ClientOperation[] = [];
  for (const [at, event] of events.entries()) {
    const started = open.get(event.process);
    if (event.type === 'invoke') {
      if (started !== undefined) return wrong(at, `process ${event.process} has an open operation`);
      open.set(event.process, { event, at });
      continue;
    }
    if (started === undefined) return wrong(at, `process ${event.process} has no open operation`);
    if (started.event.f !== event.f || started.event.key !== event.key) {
      return wrong(at, `process ${event.process} is answered for another operation`);
    }
    open.delete(event.process);
    if (event.type === 'ok') operations.push(operation(started, event, at));
    else if (event.type === 'info' && event.f === 'write') {
      operations.push(operation(started, started.event, null));
    }
  }
  for (const started of open.values()) {
    if (started.event.f === 'write') operations.push(operation(started, started.event, null));
  }
  return ok(operations.sort((a, b) => a.invoked - b.invoked));
}

/** Reads JSON lines; blank lines are skipped. */
export function parseClientHistory(
  text: string,
): Result<readonly ClientEvent[], readonly Diagnostic[]> {
  const events: ClientEvent[] = [];
  for (const [line, json] of text.split('\n').entries()) {
    if (json.trim() === '') continue;
    const event = parseEvent(json);
    if (event === null) return wrong(line, 'not an event of a history');
    events.push(event);
  }
  return ok(events);
}

export function printClientHistory(events: readonly ClientEvent[]): string {
  return events
    .map(
      ({ process, type, f, key, value }) => `${JSON.stringify({ process, type, f, key, value })}\n`,
    )
    .join('');
}

function operation(
  started: { readonly event: ClientEvent; readonly at: number },
  answer: ClientEvent,
  returned: number | null,
): ClientOperation {
  const { process, f, key } = started.event;
  const value = f === 'write' ? started.event.value : answer.value;
  return { process, f, key, value, invoked: started.at, returned };
}

function parseEvent(json: string): ClientEvent | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(parsed));
  const type = TYPES.find((each) => each === fields.get('type'));
  const f = (['read', 'write'] as const).find((each) => each === fields.get('f'));
  const process = nameIn(fields.get('process'));
  const key = nameIn(fields.get('key'));
  const value = fields.get('value') ?? null;
  if (type === undefined || f === undefined || process === null || key === null) return null;
  if (!isClientValue(value)) return null;
  return { process, type, f, key, value };
}

const TYPES = ['invoke', 'ok', 'fail', 'info'] as const;

function nameIn(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function isClientValue(value: unknown): value is ClientValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function wrong(line: number, message: string): Result<never, readonly Diagnostic[]> {
  const text = `history, event ${line + 1}: ${message}`;
  return err([
    {
      code: 'JU0001',
      severity: 'error',
      message: text,
      label: '',
      labels: [],
      notes: [],
      help: [],
      parameters: { line: line + 1 },
    },
  ]);
}
