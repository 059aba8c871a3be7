/**
 * Decides which rules may act in an iteration, so that a rule with very many matches can't starve
 * the others.
 */

export type Scheduler = {
  /** The most matches of a rule worth searching in an iteration: 0 while it may not act. */
  readonly matchesMax: (rule: string, iteration: number) => number;
  /** Told how many were found, says whether they are applied. */
  readonly accepts: (rule: string, iteration: number, matches: number) => boolean;
  /**
   * Asked after an iteration that changed nothing: whether that means saturation. If not, the next
   * iteration can differ from this one.
   */
  readonly isDone: (iteration: number) => boolean;
};

/** Every rule acts in every iteration. */
export function simpleScheduler(): Scheduler {
  return { matchesMax: () => Number.MAX_SAFE_INTEGER, accepts: () => true, isDone: () => true };
}

export type BackoffOptions = {
  /** Matches above which a rule is banned for a while; doubles with each ban of the rule. */
  readonly matchesMax?: number;
  /** Iterations of the first ban; doubles with each ban of the rule. */
  readonly banLength?: number;
};

type BackoffState = { timesBanned: number; bannedUntil: number };

/**
 * Exponential back-off as in egg: a rule that finds more than its limit applies none of its matches
 * and rests. When nothing changed while rules rest, all bans are shortened by the time until the first
 * one ends.
 */
export function backoffScheduler(options: BackoffOptions = {}): Scheduler {
  const matchesMax = options.matchesMax ?? 1000;
  const banLength = options.banLength ?? 5;
  const states = new Map<string, BackoffState>();
  const stateOf = (rule: string): BackoffState => {
    const state = states.get(rule) ?? { timesBanned: 0, bannedUntil: 0 };
    states.set(rule, state);
    return state;
  };
  const limitOf = (state: BackoffState): number => matchesMax * 2 ** state.timesBanned;
  return {
    matchesMax: (rule, iteration) => {
      const state = stateOf(rule);
      return iteration < state.bannedUntil ? 0 : limitOf(state) + 1;
    },
    accepts: (rule, iteration, matches) => {
      const state = stateOf(rule);
      if (matches <= limitOf(state)) return true;
      state.bannedUntil = iteration + banLength * 2 ** state.timesBanned;
      state.timesBanned++;
      return false;
    },
    isDone: (iteration) => {
      const banned = [...states.values()].filter((state) => state.bannedUntil > iteration);
      if (banned.length === 0) return true;
      const wait = Math.min(...banned.map((state) => state.bannedUntil)) - iteration;
      for (const state of banned) state.bannedUntil -= wait;
      return false;
    },
  };
}
