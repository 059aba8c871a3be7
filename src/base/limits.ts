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
};

export const defaultLimits: Limits = {
  diagnosticsShownMax: 20,
  suggestionCandidatesMax: 2_000,
  snippetColumnsMax: 120,
};
