/**
 * Every bound on work and output, by name. Limits count work, never time, so that the same input
 * stops at the same place everywhere; reaching one is an outcome that is reported.
 */
export type Limits = {
  /** Diagnostics printed for one text; the rest are counted. */
  readonly diagnosticsShownMax: number;
  /** Names looked at for one "did you mean". */
  readonly suggestionCandidatesMax: number;
  /** Columns of a source line shown in a snippet; longer lines are cut around the place. */
  readonly snippetColumnsMax: number;
  /** Members of a role, and processes of a member. */
  readonly membersMax: number;
  /** Processes of a program that one process can simulate. */
  readonly machinesMax: number;
  /** Periods, delays and retries, in milliseconds. */
  readonly periodMsMax: number;
  /** Characters of a payload that clients issue. */
  readonly payloadMax: number;
  /** Keys, clients and weights of a workload. */
  readonly workloadMax: number;
};

export const defaultLimits: Limits = {
  diagnosticsShownMax: 20,
  suggestionCandidatesMax: 2_000,
  snippetColumnsMax: 120,
  membersMax: 10_000,
  machinesMax: 10_000,
  periodMsMax: 2 ** 31,
  payloadMax: 2 ** 20,
  workloadMax: 1_000_000_000,
};
