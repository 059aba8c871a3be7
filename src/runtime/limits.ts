/** Every bound of the runtime in one place. Hitting one is counted and said, never silent. */
import { defaultExecLimits, type ExecLimits } from '../exec/node-code.ts';

export interface RuntimeLimits {
  /** A frame with its tag; longer ones end the connection. */
  readonly frameBytesMax: number;
  /** The same before a peer has said who it is. */
  readonly handshakeBytesMax: number;
  /** How long a connection may take to say who it is. */
  readonly handshakeMs: number;
  /** How long a frame may take from its first byte to its last, and a peer that is behind to read anything at all. */
  readonly frameMs: number;
  readonly connectionsMax: number;
  /** Messages that one tick takes. */
  readonly batchMax: number;
  /** From this many inputs and ticks on that wait for a tick or for the disk, clients aren't read; from four times as many on, nobody is. */
  readonly inboxHigh: number;
  /** From this many bytes on that wait for one peer, clients aren't read. */
  readonly queueHighBytes: number;
  /** From this many on, messages of lossy channels to that peer are dropped, and it is cut off once it has read nothing for `frameMs`. */
  readonly queueLossyBytes: number;
  /** From this many on the process gives up: messages of reliable channels are never dropped. */
  readonly queueMaxBytes: number;
  /** A client connection with this many bytes unread is closed. */
  readonly clientQueueBytes: number;
  /** The same for bytes that wait for the disk. */
  readonly logHighBytes: number;
  /** The log is replaced by a snapshot when it is longer than this and than twice the last snapshot. */
  readonly logBytesMax: number;
  /** An acknowledgement goes out after so many messages, or at the next beat. */
  readonly ackEvery: number;
  /** Housekeeping: acknowledgements, time-outs. */
  readonly beatMs: number;
  /** First and longest pause before a link is dialled again. */
  readonly redialMs: number;
  readonly redialMaxMs: number;
  /** A stopping process waits so long for what is on its way, at most. */
  readonly drainMs: number;
}

export const defaultRuntimeLimits: RuntimeLimits = {
  frameBytesMax: 4 << 20,
  handshakeBytesMax: 4096,
  handshakeMs: 5_000,
  frameMs: 10_000,
  connectionsMax: 512,
  batchMax: 1024,
  inboxHigh: 16_384,
  queueHighBytes: 1 << 20,
  queueLossyBytes: 8 << 20,
  queueMaxBytes: 128 << 20,
  clientQueueBytes: 8 << 20,
  logHighBytes: 16 << 20,
  logBytesMax: 64 << 20,
  ackEvery: 512,
  beatMs: 50,
  redialMs: 20,
  redialMaxMs: 1_000,
  drainMs: 2_000,
};

/**
 * Bounds of the evaluator in a process that runs in earnest. Settling takes as long as what waited: a replica that executes
 * a slot a tick has thousands to go when a message that was missing comes, and that is no endless loop.
 */
export const processExecLimits: ExecLimits = { ...defaultExecLimits, settleTicksMax: 1_000_000 };
