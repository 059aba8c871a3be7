/** Texts of IR04xx: strata and time. */

import type { MessageTable } from '../../base/diagnostic.ts';

export type TimeTable = {
  IR0406: { relation: string };
};

export const timeMessages: MessageTable<TimeTable> = {
  IR0406: {
    title: 'an argument of `persist` that is no variable',
    render: ({ relation }) => ({
      message: `\`persist ${relation}(..)\` keeps all facts of \`${relation}\`, so its arguments are different variables or \`_\``,
      help: [`to keep some facts only, write a clause: \`${relation}(..) :+ ${relation}(..), ..\``],
    }),
  },
};
