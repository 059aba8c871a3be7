/** Texts of IR06xx (invariants, history, workload) and IR07xx (unused). */

import type { MessageTable } from '../../base/diagnostic.ts';

export type SpecificationTable = {
  IR0608: { what: string; value: number };
};

export const specificationMessages: MessageTable<SpecificationTable> = {
  IR0608: {
    title: 'an amount that must be positive',
    render: ({ what, value }) => ({ message: `${what} must be at least 1, not ${value}` }),
  },
};
