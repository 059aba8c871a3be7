/** The way back to the logical clients of one connection. */
import type { Fact } from '../exec/value.ts';
import type { Stream } from './stream.ts';
import { ByteWriter } from './wire/byte-writer.ts';
import type { ClientSender } from './wire/handshake.ts';
import { type ChannelCodec, writeMessage } from './wire/program-codecs.ts';

export interface ClientPortOptions {
  /** Of a frame. */
  readonly bytesMax: number;
  /** Of answers that the client doesn't read. */
  readonly queueMax: number;
  /** More than that wait: the client doesn't read, and must not fill this process. */
  readonly onSlow: () => void;
}

export class ClientPort {
  readonly sender: ClientSender;
  readonly #stream: Stream;
  readonly #options: ClientPortOptions;
  readonly #out = new ByteWriter();

  constructor(sender: ClientSender, stream: Stream, options: ClientPortOptions) {
    this.sender = sender;
    this.#stream = stream;
    this.#options = options;
  }

  get queued(): number {
    return this.#out.at + this.#stream.queued();
  }

  has(role: string, client: number): boolean {
    const { first, count } = this.sender;
    return role === this.sender.role && client >= first && client < first + count;
  }

  overlaps(other: ClientSender): boolean {
    const { role, first, count } = this.sender;
    return role === other.role && first < other.first + other.count && other.first < first + count;
  }

  send(codec: ChannelCodec, client: number, fact: Fact): void {
    writeMessage(this.#out, codec, fact, { client, bytesMax: this.#options.bytesMax });
  }

  flush(): void {
    if (this.#out.at === 0) return;
    if (this.#stream.write(this.#out.written())) this.#out.reset();
    else this.#out.detach();
    if (this.#stream.queued() > this.#options.queueMax) this.#options.onSlow();
  }
}

export function clientPortOf(
  ports: readonly ClientPort[],
  role: string,
  client: number,
): ClientPort | null {
  for (const port of ports) if (port.has(role, client)) return port;
  return null;
}
