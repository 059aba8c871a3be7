/** The driver: bytes that were made beforehand, sent over one socket, and answers that are counted and not looked at. */
import { connect, type Socket } from 'node:net';
import type { Program } from '../../src/ir/program.ts';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { CHANNEL_0, PROTOCOL, TAG, writeText } from '../../src/runtime/wire/handshake.ts';
import { SINK_BYTE } from './serve.ts';

/** `echo`: 1024 messages are open at a time. `sink`: as many as the socket takes. */
export type Traffic = 'echo' | 'sink';

export type Shape =
  | { readonly kind: 'socket' }
  | { readonly kind: 'engine'; readonly plan: string; readonly program: Program };

export interface DriveResult {
  readonly perSecond: number;
  readonly cpuUs: number;
}

const open = 1024;
const warmUpMs = 700;
/** Messages of one write, when nothing waits for answers. */
const burst = 2048;

interface Target {
  readonly port: number;
  readonly cpuUs: () => Promise<number>;
}

export async function drive(
  target: Target,
  shape: Shape,
  options: { readonly traffic: Traffic; readonly seconds: number },
): Promise<DriveResult> {
  const { traffic, seconds } = options;
  const socket = connect({ host: '127.0.0.1', port: target.port });
  socket.setNoDelay(true);
  await new Promise((resolve) => socket.once('connect', resolve));
  if (shape.kind === 'engine') await greet(socket, shape.plan);
  const pump = traffic === 'echo' ? echoPump(socket, shape) : sinkPump(socket, shape);
  await new Promise((resolve) => setTimeout(resolve, warmUpMs));
  const cpuBefore = await target.cpuUs();
  const before = pump.count();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const count = pump.count() - before;
  const elapsed = (performance.now() - began) / 1000;
  // Read a moment later than the count, as it was before.
  const cpu = (await target.cpuUs()) - cpuBefore;
  const counted = pump.count() - before;
  pump.stop();
  socket.destroy();
  return { perSecond: count / elapsed, cpuUs: cpu / counted };
}

interface Pump {
  readonly count: () => number;
  readonly stop: () => void;
}

async function greet(socket: Socket, plan: string): Promise<void> {
  const hello = new ByteWriter();
  const from = { kind: 'client', role: 'client', first: 0, count: 4, token: 'bench' } as const;
  writeText(hello, TAG.hello, { compart: PROTOCOL, plan, from, to: 'server' });
  const welcome = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(hello.written());
  const answer = await welcome;
  if (answer.readUInt16LE(4) !== TAG.welcome) throw new Error(`refused: ${answer.toString()}`);
}

/** So many messages behind each other, all with 16 bytes and all different. */
function messages(shape: Shape, traffic: Traffic, count: number): Buffer {
  const writer = new ByteWriter();
  for (let at = 0; at < count; at++) {
    const payload = Buffer.from(`${traffic === 'sink' ? '\x01' : 'm'}${at}`.padEnd(16, '.'));
    if (shape.kind === 'socket') {
      writer.u32(payload.length);
      writer.raw(payload);
      continue;
    }
    const start = writer.beginFrame(CHANNEL_0 + (traffic === 'sink' ? 2 : 0));
    writer.u32(0);
    writer.varint(payload.length);
    writer.raw(payload);
    writer.endFrame(start, 1000);
  }
  return Buffer.from(writer.written());
}

function echoPump(socket: Socket, shape: Shape): Pump {
  const block = messages(shape, 'echo', open);
  const size = block.length / open;
  // The answer has the client's number before the payload, or is the same.
  const answerSize = size;
  let answered = 0;
  let bytes = 0;
  let next = 0;
  const send = (count: number): void => {
    for (let left = count; left > 0; ) {
      const part = Math.min(left, open - next);
      socket.write(block.subarray(next * size, (next + part) * size));
      next = (next + part) % open;
      left -= part;
    }
  };
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    const whole = Math.floor(bytes / answerSize);
    bytes -= whole * answerSize;
    answered += whole;
    if (whole > 0) send(whole);
  });
  send(open);
  return { count: () => answered, stop: () => socket.removeAllListeners('data') };
}

/** Counts what the network took: at the end of a run no more than a socket's buffer is on its way. */
function sinkPump(socket: Socket, shape: Shape): Pump {
  const block = messages(shape, 'sink', burst);
  if (shape.kind === 'socket' && block[4] !== SINK_BYTE) throw new Error('the bytes have changed');
  let sent = 0;
  let isStopped = false;
  const send = (): void => {
    if (isStopped) return;
    sent += burst;
    socket.write(block, () => setImmediate(send));
  };
  send();
  return {
    count: () => sent,
    stop: () => {
      isStopped = true;
    },
  };
}
