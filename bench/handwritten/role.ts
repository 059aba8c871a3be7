/** What the code of each role offers to the process that it runs in. */
import type { Fact } from '../../src/exec/value.ts';

export interface Role {
  readonly onMessage: (channel: string, fact: Fact) => void;
  readonly onTimer: (timer: string) => void;
  /** After the last input of a batch. */
  readonly endBatch: () => void;
  /** By kind of record: all that is on disk. */
  readonly onDisk: () => readonly (readonly Fact[])[];
}
