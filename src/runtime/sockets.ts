/** Streams over TCP and Unix sockets. */
import { createServer, connect as dialSocket, type Server, type Socket } from 'node:net';
import { err, ok, type Result } from '../base/result.ts';
import type { Address, Clock, Dial, Stream, StreamEvents } from './stream.ts';

/** A peer that doesn't take the rest of what is sent to it is forgotten after this long. */
const lingerMs = 1000;

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};

export const dialAddress: Dial = (address, events) => {
  const socket = dialSocket(
    address.kind === 'tcp' ? { host: address.host, port: address.port } : { path: address.path },
  );
  socket.on('connect', events.onOpen);
  return streamOf(socket, () => events);
};

export interface Listener {
  readonly address: Address;
  readonly close: () => void;
}

/** The error is the code of the system, such as `EADDRINUSE`. */
export async function listenAt(
  address: Address,
  onStream: (stream: Stream) => StreamEvents,
): Promise<Result<Listener, string>> {
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    streamOf(socket, onStream);
  });
  const problem = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    if (address.kind === 'tcp') server.listen(address.port, address.host, () => resolve(null));
    else server.listen(address.path, () => resolve(null));
  });
  if (problem !== null) return err(problem);
  server.on('error', () => undefined);
  return ok({ address: boundTo(server, address), close: () => void server.close() });
}

function boundTo(server: Server, asked: Address): Address {
  const bound = server.address();
  if (asked.kind === 'unix' || typeof bound !== 'object' || bound === null) return asked;
  return { kind: 'tcp', host: asked.host, port: bound.port };
}

function streamOf(socket: Socket, eventsFor: (stream: Stream) => StreamEvents): Stream {
  socket.setNoDelay(true);
  const stream: Stream = {
    write: (bytes) => {
      if (!socket.writable) return true;
      socket.write(bytes);
      return socket.writableLength === 0;
    },
    queued: () => socket.writableLength,
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => {
      socket.end();
      setTimeout(() => socket.destroy(), lingerMs).unref();
    },
    close: () => void socket.destroy(),
  };
  const events = eventsFor(stream);
  socket.on('data', events.onBytes);
  // A reset is an end like any other; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', events.onClosed);
  return stream;
}
