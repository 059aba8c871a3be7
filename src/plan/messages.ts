/** What is wrong with a program, or with what was asked of it, once it has passed the checker. */

import { defineMessages, type Messages } from '../base/diagnostic.ts';

type PlanMessages = {
  readonly PL0001: { readonly program: string };
  readonly PL0002: { readonly program: string; readonly fault: string };
  readonly PL0003: {
    readonly program: string;
    readonly commands: number;
    readonly answered: number;
  };
};

export const planMessages: Messages<PlanMessages> = defineMessages<PlanMessages>()({
  PL0001: {
    title: 'a program without a workload',
    render: ({ program }) => ({
      message: `\`${program}\` declares no workload, so nothing says what is to become cheaper`,
      help: [
        'declare what clients send: `workload { issue req(me, id) to leader until reply(id) }`',
      ],
    }),
  },
  PL0002: {
    title: 'a program that cannot be run',
    render: ({ program, fault }) => ({
      message: `\`${program}\` cannot be measured: ${fault}`,
    }),
  },
  PL0003: {
    title: 'a program that leaves commands unanswered',
    render: ({ program, commands, answered }) => ({
      message: `\`${program}\` answered ${answered} of ${commands} commands in a run without faults`,
      help: ['run it with `optimize sim` to see where a command stops'],
    }),
  },
});
