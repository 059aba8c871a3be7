/** Verification size: every bound of the exhaustive search, by name. The report prints them. */

/**
 * What may be left out: messages taken at once (eager-channels.ts), batches that two ticks replace, and, in searches
 * that are large, messages taken alone (independence.ts). `eager`: these in small searches, too.
 */
export type Reductions = 'all' | 'eager' | 'none';

export interface Scope {
  /** Parameters of both programs at this size, where they have them. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Parts of a partitioned role. */
  readonly partsMax: number;
  /** Commands of the largest pool, the clients that send them, the keys that they name. */
  readonly commands: number;
  readonly clients: number;
  readonly keys: number;
  /** How often one command of a pool may be sent again. */
  readonly retries: number;
  /** Faults of one run: duplicates, losses, crashes, one kind at a time. */
  readonly duplicates: number;
  readonly losses: number;
  readonly crashes: number;
  readonly incarnations: 'joint' | 'separate';
  /** Rounds of timers and deliveries before the search, which is made from the first states as well. */
  readonly warmUpRounds: number;
  /** Firings of periodic timers in one run, all of one logical member: each member in a search of its own. */
  readonly firings: number;
  /** Firings of per-fact timers in one run, by whatever member. */
  readonly expiries: number;
  /** Messages and timers that one tick takes. */
  readonly batchMax: number;
  readonly reductions: Reductions;
  /** How often the original's bounds are raised, by one each. */
  readonly levels: number;
  /** States of all searches, and of one. */
  readonly statesMax: number;
  readonly statesPerSearchMax: number;
  /** States of the original that one event of a history leads through, before one run has to do. */
  readonly statesPerEventMax: number;
  /** States of the original searched for one run with a history. */
  readonly statesPerWitnessMax: number;
  /** Both again, for a search in which a history isn't found for sure with these; no more than these: it isn't made again. */
  readonly statesUnsureMax: number;
  /** States searched to see that timers lead to nothing new. */
  readonly deadStatesMax: number;
  /** Rounds of all timers, with all that they send, after which a run that goes on for ever counts as quiet. */
  readonly quietRounds: number;
  /** Ticks without input after which a role counts as one that never settles. */
  readonly settleTicksMax: number;
}

export const defaultScope: Scope = {
  parameters: { f: 1 },
  partsMax: 2,
  commands: 2,
  clients: 2,
  keys: 2,
  retries: 1,
  duplicates: 1,
  losses: 1,
  crashes: 1,
  incarnations: 'joint',
  warmUpRounds: 3,
  firings: 1,
  expiries: 2,
  batchMax: 3,
  reductions: 'all',
  levels: 3,
  statesMax: 1_000_000,
  statesPerSearchMax: 400_000,
  statesPerEventMax: 5_000,
  statesPerWitnessMax: 100_000,
  statesUnsureMax: 1_000_000,
  deadStatesMax: 1_000,
  quietRounds: 8,
  settleTicksMax: 32,
};
