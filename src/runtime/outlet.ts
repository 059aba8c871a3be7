/** What sending on a channel takes. */
import type { Receiver, Topology } from './topology.ts';
import type { ChannelCodec } from './wire/program-codecs.ts';

export interface Outlet {
  readonly channel: string;
  readonly codec: ChannelCodec;
  readonly receiver: Receiver;
}

export function outletOf({ receiver }: Topology, codec: ChannelCodec): Outlet {
  const channel = codec.place.channel.name;
  return { channel, codec, receiver: receiver(channel) };
}
