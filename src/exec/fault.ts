/**
 * What can go wrong while a checked program runs: a function that fails, a tick or a settling that goes on
 * for ever, an address that doesn't exist. It is an outcome of the run, never a thrown error.
 */

export type FaultKind =
  /** One tick derived more facts than allowed: recursion that makes new values. */
  | 'tick-diverges'
  /** Too many ticks without input still changed or sent something. */
  | 'never-settles'
  /** A message to a member that doesn't exist, or a channel that doesn't say which part. */
  | 'no-such-address'
  /** Division by zero, a component of something that is no tuple, and the like. */
  | 'expression'
  /** A function bound by the user threw, returned something that is no value, or isn't bound at all. */
  | 'function';

export interface RuntimeFault {
  readonly kind: FaultKind;
  /** One sentence in the program's names, without a full stop. */
  readonly message: string;
  /** The clause that was being evaluated, if any. */
  readonly clause: string | null;
  /** `role:member` or `role:member/part`; null until the world says where. */
  readonly node: string | null;
}

/**
 * Leaves the evaluation of a tick. Thrown and caught inside `exec` only: closures deep in a join have no
 * other way out that costs nothing when all is well.
 */
export class EvaluationAbort extends Error {
  override readonly name: string = 'EvaluationAbort';
  readonly kind: FaultKind;

  constructor(kind: FaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function describeFault(fault: RuntimeFault): string {
  const where = [fault.node, fault.clause].filter((part) => part !== null).join(', ');
  return where === '' ? fault.message : `${fault.message} (${where})`;
}
