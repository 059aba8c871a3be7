/**
 * Recorded client histories: what each client process asked and was answered, in real-time order, one JSON object a
 * line. The form is that of the field's recorders, so histories of other systems can be judged too (docs/histories.md).
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import { err, ok, type Result } from '../../base/result.ts';

/** Arrays and objects are compared by their text. */
export type ClientValue = string | number | boolean | null;

/** `cas` compares and sets: it takes effect only on a register that holds what is expected. */
export type ClientFunction = 'read' | 'write' | 'cas';

/**
 * `invoke` opens an operation of a process; `ok` and `fail` close it (`fail`: it certainly had no effect); `info`
 * says that the outcome is unknown, so it may take effect at any later time, or never.
 */
export interface ClientEvent {
  readonly process: string | number;
  readonly type: 'invoke' | 'ok' | 'fail' | 'info';
  readonly f: ClientFunction;
  readonly key: string | number;
  /** Of a write or cas: what is written. Of a read: null when invoked, and what was read when `ok`; null reads nothing. */
  readonly value: ClientValue;
  /** Of a cas: what the register must hold. */
  readonly expected?: ClientValue;
}

/** One operation: an invocation with what became of it. */
export interface ClientOperation {
  readonly process: string | number;
  readonly f: ClientFunction;
  readonly key: string | number;
  readonly value: ClientValue;
  /** Of a cas: what the register must hold. */
  readonly expected?: ClientValue;
  /** Position of the invocation in the history. */
  readonly invoked: number;
  /** Position of the answer; null when none came, so the operation may take effect at any later time or never. */
  readonly returned: number | null;
}

/**
 * Pairs invocations with answers. Operations that certainly had no effect, and reads without an answer, are left out:
 * they constrain nothing. An answer without an invocation, or a second invocation of a process whose first is
 * still open, is an error. `lines` are the lines of the events, for messages.
 */
export function operationsOf(
  events: readonly ClientEvent[],
  lines: readonly number[] | null = null,
): Result<readonly ClientOperation[], readonly Diagnostic[]> {
  const open = new Map<string | number, Started>();
  const operations: ClientOperation[] = [];
  const bad = (at: number, message: string): Result<never, readonly Diagnostic[]> =>
    wrong(lines?.[at] ?? at + 1, message);
  for (const [at, event] of events.entries()) {
    const started = open.get(event.process);
    if (event.type === 'invoke') {
      if (started !== undefined) {
        return bad(at, `process ${event.process} invokes, and its last operation is still open`);
      }
      open.set(event.process, { event, at });
      continue;
    }
    if (started === undefined) {
      return bad(at, `process ${event.process} is answered, and has no open operation`);
    }
    if (started.event.f !== event.f || started.event.key !== event.key) {
      return bad(
        at,
        `process ${event.process} is answered for another operation than its open one`,
      );
    }
    open.delete(event.process);
    if (event.type === 'ok') operations.push(operation(started, event, at));
    else if (event.type === 'info' && event.f !== 'read') {
      operations.push(operation(started, started.event, null));
    }
  }
  for (const started of open.values()) {
    if (started.event.f !== 'read') operations.push(operation(started, started.event, null));
  }
  return ok(operations.sort((a, b) => a.invoked - b.invoked));
}

interface Started {
  readonly event: ClientEvent;
  readonly at: number;
}

export interface ParsedHistory {
  readonly events: readonly ClientEvent[];
  /** The line of each event, from 1. */
  readonly lines: readonly number[];
}

/** Reads JSON lines; blank lines are skipped. */
export function parseClientHistory(
  text: string,
): Result<readonly ClientEvent[], readonly Diagnostic[]> {
  const parsed = parseHistoryLines(text);
  return parsed.kind === 'ok' ? ok(parsed.value.events) : parsed;
}

/** The same with line numbers. Times, where they are given, must not decrease: the order of the lines is what counts. */
export function parseHistoryLines(text: string): Result<ParsedHistory, readonly Diagnostic[]> {
  const events: ClientEvent[] = [];
  const lines: number[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const [at, json] of text.split('\n').entries()) {
    if (json.trim() === '') continue;
    const found = parseEvent(json);
    if (typeof found === 'string') return wrong(at + 1, found);
    if (found.time !== null && found.time < latest) {
      return wrong(at + 1, `the time ${found.time} comes after ${latest}: sort the events by time`);
    }
    latest = found.time ?? latest;
    events.push(found.event);
    lines.push(at + 1);
  }
  return ok({ events, lines });
}

export function printClientHistory(events: readonly ClientEvent[]): string {
  return events
    .map(({ process, type, f, key, value, expected }) => {
      const written = f === 'cas' ? [expected ?? null, value] : value;
      return `${JSON.stringify({ process, type, f, key, value: written })}\n`;
    })
    .join('');
}

function operation(
  started: Started,
  answer: ClientEvent,
  returned: number | null,
): ClientOperation {
  const { process, f, key, expected } = started.event;
  const value = f === 'read' ? answer.value : started.event.value;
  const shared = { process, f, key, value, invoked: started.at, returned };
  return expected === undefined ? shared : { ...shared, expected };
}

const functions = {
  read: 'read',
  get: 'read',
  write: 'write',
  put: 'write',
  set: 'write',
  cas: 'cas',
} as const;

const types = ['invoke', 'ok', 'fail', 'info'] as const;

/** The event, or what is wrong with it. */
function parseEvent(
  json: string,
): { readonly event: ClientEvent; readonly time: number | null } | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return 'not a JSON object';
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return 'not a JSON object';
  }
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(parsed));
  const type = types.find((each) => each === fields.get('type'));
  if (type === undefined)
    return `\`type\` is ${shown(fields.get('type'))}, expected ${types.join(', ')}`;
  const named = fields.get('operation') ?? fields.get('f');
  const f = new Map<unknown, ClientFunction>(Object.entries(functions)).get(named);
  if (f === undefined) {
    return `\`operation\` is ${shown(named)}, expected ${Object.keys(functions).join(', ')}`;
  }
  const process = fields.get('process');
  if (!isName(process)) return `\`process\` is ${shown(process)}, expected a string or a number`;
  const key = fields.get('key') ?? '';
  if (!isName(key)) return `\`key\` is ${shown(key)}, expected a string or a number`;
  const time = fields.get('time') ?? null;
  if (time !== null && typeof time !== 'number')
    return `\`time\` is ${shown(time)}, expected a number`;
  const value = fields.get('value') ?? null;
  const shared = { process, type, f, key };
  if (f !== 'cas') return { event: { ...shared, value: registerValue(value) }, time };
  if (!Array.isArray(value) || value.length !== 2) {
    return `the value of a cas is ${shown(value)}, expected [what it expects, what it writes]`;
  }
  const [expected, written] = value as readonly unknown[];
  return {
    event: { ...shared, value: registerValue(written), expected: registerValue(expected) },
    time,
  };
}

function isName(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function registerValue(value: unknown): ClientValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return JSON.stringify(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}

function wrong(line: number, message: string): Result<never, readonly Diagnostic[]> {
  return err([
    {
      code: 'JU0001',
      severity: 'error',
      message: `line ${line}: ${message}`,
      label: '',
      labels: [],
      notes: [],
      help: [],
      parameters: { line },
    },
  ]);
}
