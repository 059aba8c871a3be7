/** The codecs of all channels of a program, by the numbers that the wire calls them. */
import type { Fact } from '../../exec/value.ts';
import type { ChannelPlace, Topology } from '../topology.ts';
import type { ByteWriter } from './byte-writer.ts';
import { type FactCodec, factCodec } from './fact-codec.ts';
import { CHANNEL_0 } from './handshake.ts';

export interface ChannelCodec {
  readonly place: ChannelPlace;
  readonly codec: FactCodec;
}

/** By place in the program's channels. */
export function programCodecs(topology: Topology): readonly ChannelCodec[] {
  const { program, members } = topology;
  return Array.from(topology.channels.values(), (place) => ({
    place,
    codec: factCodec(place.channel.columns, { program, members }),
  }));
}

/** A whole frame; `client` is the receiver of an answer. Throws `EncodeFault` and leaves nothing behind. */
export function writeMessage(
  to: ByteWriter,
  { place, codec }: ChannelCodec,
  fact: Fact,
  options: { readonly client: number | null; readonly bytesMax: number },
): void {
  const start = to.beginFrame(CHANNEL_0 + place.index);
  try {
    if (options.client !== null) to.u32(options.client);
    codec.encode(fact, to);
    to.endFrame(start, options.bytesMax);
  } catch (thrown) {
    to.at = start;
    throw thrown;
  }
}
