/**
 * What a peer may do wrong on the wire. Thrown by codecs deep inside of a frame and caught where the connection
 * is: it ends that connection and nothing else.
 */

export type WireProblem =
  /** A length of 0, or more than allowed. */
  | 'frame-length'
  | 'unknown-tag'
  /** The frame ends before its fields do. */
  | 'truncated'
  | 'trailing-bytes'
  /** A field that no sender writes: no integer, no UTF-8, a set out of order, an id of nobody. */
  | 'bad-value'
  | 'too-deep'
  /** A frame that doesn't belong here, such as data before the handshake. */
  | 'out-of-turn';

export class WireFault extends Error {
  override readonly name: string = 'WireFault';
  readonly problem: WireProblem;

  constructor(problem: WireProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** A value that its column's type doesn't have; a bug of a function that the user bound, as a rule. */
export class EncodeFault extends Error {
  override readonly name: string = 'EncodeFault';
}
