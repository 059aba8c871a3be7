/** The servers that an engine's process is compared with: a bare socket, and one that reads and writes real frames. */
import { createServer, type Socket } from 'node:net';
import type { Program } from '../../src/ir/program.ts';
import { newCounters } from '../../src/runtime/counters.ts';
import { Intake } from '../../src/runtime/intake.ts';
import { defaultRuntimeLimits } from '../../src/runtime/limits.ts';
import { listenAt, systemClock } from '../../src/runtime/sockets.ts';
import { topologyOf } from '../../src/runtime/topology.ts';
import { ByteWriter } from '../../src/runtime/wire/byte-writer.ts';
import { programCodecs } from '../../src/runtime/wire/program-codecs.ts';

export type ServerKind = 'socket' | 'frames';

export interface ServerReport {
  readonly port: number;
  readonly cpuUs: number;
}

/** Of a bare socket: `[u32 length][payload]`, echoed unless the payload begins with this byte. */
export const SINK_BYTE = 1;

export function serve(kind: ServerKind, program: Program, plan: string): void {
  if (kind === 'socket') serveSocket();
  else void serveFrames(program, plan);
}

function answer(port: () => number): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ port: port(), cpuUs: user + system } satisfies ServerReport);
  });
  process.on('disconnect', () => process.kill(process.pid));
}

function serveSocket(): void {
  const server = createServer({ noDelay: true }, (socket) => echo(socket));
  const listening = new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  void listening.then((port) => answer(() => port));
}

function echo(socket: Socket): void {
  const out = new ByteWriter();
  let rest: Buffer = Buffer.alloc(0);
  let isFlushing = false;
  const flush = (): void => {
    isFlushing = false;
    if (out.at === 0) return;
    socket.write(out.written());
    if (socket.writableLength === 0) out.reset();
    else out.detach();
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at + 4 <= bytes.length) {
      const end = at + 4 + bytes.readUInt32LE(at);
      if (end > bytes.length) break;
      if (bytes[at + 4] !== SINK_BYTE) out.raw(bytes.subarray(at, end));
      at = end;
    }
    rest = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
    if (isFlushing) return;
    isFlushing = true;
    setImmediate(flush);
  });
}

async function serveFrames(program: Program, plan: string): Promise<void> {
  const topology = topologyOf(program, { clients: 4, functions: {} });
  const codecs = programCodecs(topology);
  const place = topology.nodes[0];
  const pong = codecs.find((codec) => codec.place.channel.name === 'pong');
  if (place === undefined || pong === undefined) throw new Error('the program has changed');
  let isFlushing = false;
  const intake: Intake = new Intake({
    plan,
    topology,
    place,
    incarnation: 0,
    life: 1,
    codecs,
    limits: defaultRuntimeLimits,
    clock: systemClock,
    counters: newCounters(),
    onMessage: (channel, fact) => {
      if (channel === 'ping') intake.toClient(pong, Number(fact[0]), fact.slice(1));
      if (isFlushing) return;
      isFlushing = true;
      setImmediate(() => {
        isFlushing = false;
        intake.flush();
      });
    },
    say: () => undefined,
  });
  const at = { kind: 'tcp', host: '127.0.0.1', port: 0 } as const;
  const listener = await listenAt(at, (stream) => intake.accept(stream));
  if (listener.kind === 'err') throw new Error(listener.error);
  const { address } = listener.value;
  answer(() => (address.kind === 'tcp' ? address.port : 0));
}
