/** A byte stream to a peer, and what the runtime needs of clock and network: sockets in earnest, memory in tests. */

export interface Stream {
  /** True when the bytes are out of this process's hands already, so that their buffer may be used again. */
  readonly write: (bytes: Buffer) => boolean;
  /** Bytes that were written and haven't left. */
  readonly queued: () => number;
  readonly pause: () => void;
  readonly resume: () => void;
  /** Sends what was written, then ends. */
  readonly end: () => void;
  /** Ends at once; `onClosed` follows. */
  readonly close: () => void;
}

export interface StreamEvents {
  readonly onBytes: (chunk: Buffer) => void;
  /** Called once, however it ended. */
  readonly onClosed: () => void;
}

export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Begins to connect; `onOpen` or `onClosed` follows. */
export type Dial = (
  address: Address,
  events: StreamEvents & { readonly onOpen: () => void },
) => Stream;

export interface Clock {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Calls later, once; what it returns takes the call back. */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

export function printAddress(address: Address): string {
  return address.kind === 'tcp' ? `${address.host}:${address.port}` : address.path;
}
