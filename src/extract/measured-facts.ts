/** What the search asks of a measured run: how often a clause fires, how messages spread and repeat. */

import type { LoadProfile } from '../plan/load-profile.ts';
import type { ProgramFacts } from '../rewrite/normal/change.ts';

/** Messages or facts of a clause per command, on the busiest process of its role. */
export function rateOf({ roles }: LoadProfile, role: string, clause: string): number {
  const load = roles.find((each) => each.role === role);
  return load?.sent[clause]?.messages ?? load?.derived[clause] ?? 0;
}

/** What the choice of a program rule depends on. */
export function factsOf({ keys, roles, commands }: LoadProfile): ProgramFacts {
  return {
    heaviest: (channel, column) => keys[channel]?.[column]?.heaviest ?? null,
    repeated: (channel) => {
      const seen = keys[channel];
      const messages = Math.max(...roles.map((each) => each.received[channel]?.messages ?? 0));
      if (seen === undefined || messages === 0) return null;
      // No more different messages than combinations of values.
      const different = seen.reduce((product, { distinct }) => product * Math.max(1, distinct), 1);
      return (messages * commands) / different;
    },
  };
}
