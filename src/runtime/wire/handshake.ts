/**
 * What two peers say before anything else. Who dials sends a hello; the other end answers with a welcome, or with a
 * refusal and closes. The control messages of an open connection are here as well.
 *
 * The texts are JSON in a frame of at most `handshakeBytesMax`.
 */
import type { Refusal } from '../counters.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { WireFault } from './wire-fault.ts';

export const PROTOCOL = 1;

/** Tags of frames; a message of the channel at place n of the program has `CHANNEL_0 + n`. */
export const TAG = { hello: 0, welcome: 1, refused: 2, resume: 3, ack: 4 } as const;
export const CHANNEL_0 = 16;

export interface NodeSender {
  readonly kind: 'node';
  readonly role: string;
  readonly member: number;
  readonly part: number;
  /** Of its member. */
  readonly incarnation: number;
  /** Of the process: no two processes of a run have the same. */
  readonly life: number;
}

export interface ClientSender {
  readonly kind: 'client';
  readonly role: string;
  /** The logical clients `first` to `first + count - 1`. */
  readonly first: number;
  readonly count: number;
  /** Whoever comes again with it takes the place of the connection before. */
  readonly token: string;
}

export interface Hello {
  readonly compart: number;
  /** Hash of the plan that both must run. */
  readonly plan: string;
  readonly from: NodeSender | ClientSender;
  /** Name of the node. */
  readonly to: string;
}

export interface Welcome {
  readonly incarnation: number;
  readonly life: number;
  /** Messages of reliable channels that came from this sender's process. */
  readonly received: number;
}

export interface Refused {
  readonly reason: Refusal;
  readonly detail: string;
}

export function writeText(to: ByteWriter, tag: number, body: Hello | Welcome | Refused): void {
  const start = to.beginFrame(tag);
  to.raw(Buffer.from(JSON.stringify(body)));
  to.endFrame(start, 0xffff);
}

/** `resume`: the number of the first reliable message that follows. `ack`: that of the last one received. */
export function writeNumber(to: ByteWriter, tag: number, value: number): void {
  const start = to.beginFrame(tag);
  to.f64(value);
  to.endFrame(start, 0xffff);
}

export function readNumber(from: ByteReader): number {
  const value = from.f64();
  from.finish();
  if (!Number.isSafeInteger(value) || value < 0) throw new WireFault('bad-value');
  return value;
}

export function readHello(payload: ByteReader): Hello {
  const body = readText(payload);
  const from = fieldOf(body, 'from');
  if (!isRecord(from)) throw new WireFault('bad-value');
  return {
    compart: whole(body, 'compart'),
    plan: text(body, 'plan'),
    to: text(body, 'to'),
    from:
      fieldOf(from, 'kind') === 'node'
        ? {
            kind: 'node',
            role: text(from, 'role'),
            member: whole(from, 'member'),
            part: whole(from, 'part'),
            incarnation: whole(from, 'incarnation'),
            life: whole(from, 'life'),
          }
        : {
            kind: 'client',
            role: text(from, 'role'),
            first: whole(from, 'first'),
            count: whole(from, 'count'),
            token: text(from, 'token'),
          },
  };
}

export function readWelcome(payload: ByteReader): Welcome {
  const body = readText(payload);
  return {
    incarnation: whole(body, 'incarnation'),
    life: whole(body, 'life'),
    received: whole(body, 'received'),
  };
}

export function readRefused(payload: ByteReader): string {
  const body = readText(payload);
  return `${text(body, 'reason')}: ${text(body, 'detail')}`;
}

type Body = Readonly<Record<string, unknown>>;

function readText({ bytes, at, end }: ByteReader): Body {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8', at, end));
  } catch {
    throw new WireFault('bad-value');
  }
  if (!isRecord(body)) throw new WireFault('bad-value');
  return body;
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldOf(body: Body, field: string): unknown {
  return body[field];
}

function whole(body: Body, field: string): number {
  const value = fieldOf(body, field);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new WireFault('bad-value');
  }
  return value;
}

function text(body: Body, field: string): string {
  const value = fieldOf(body, field);
  if (typeof value !== 'string' || value.length > 1024) throw new WireFault('bad-value');
  return value;
}
