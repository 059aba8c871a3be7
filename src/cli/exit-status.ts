/** Exit statuses, as the contract says them. */

export const EXIT = {
  /** Yes, done. */
  yes: 0,
  /** The answer is no: refuted, violated, not formatted, no plan under the cap. */
  no: 1,
  /** The input can't be used. */
  input: 2,
  /** Unknown where a verdict was asked for. */
  unknown: 3,
  /** The environment failed: disk full, no permission. */
  environment: 4,
  /** A bug of ours. */
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];
