/** What the code of a role does while it handles a batch of inputs: messages, and changes of what is on disk. */
import type { Outgoing } from '../../src/exec/node-state.ts';
import type { Fact } from '../../src/exec/value.ts';
import type { TickOutcome } from '../../src/runtime/machine.ts';

export class Effects {
  readonly #durable: number;
  #now: Outgoing[] = [];
  #afterFlush: Outgoing[] = [];
  #changes: { added: Fact[]; removed: Fact[] }[] | null = null;

  /** `durable`: kinds of records that the role keeps on disk. */
  constructor(durable: number) {
    this.#durable = durable;
    // A process that has something to keep writes in its first batch, if only that it was there.
    if (durable > 0) this.#changes = this.#noChanges();
  }

  /** Leaves when what earlier batches wrote is on disk. */
  send(channel: string, destination: number, fact: Fact): void {
    this.#now.push({ channel, destination, fact, clause: channel });
  }

  /** Leaves when what this batch writes is on disk too. */
  sendAfterFlush(channel: string, destination: number, fact: Fact): void {
    this.#afterFlush.push({ channel, destination, fact, clause: channel });
  }

  keep(kind: number, fact: Fact): void {
    this.#changesOf(kind)?.added.push(fact);
  }

  drop(kind: number, fact: Fact): void {
    this.#changesOf(kind)?.removed.push(fact);
  }

  /** All since the last call, as the runtime wants it. */
  take(): readonly TickOutcome[] {
    const ticks: TickOutcome[] = [{ outbox: this.#now, changes: this.#changes }];
    if (this.#afterFlush.length > 0) ticks.push({ outbox: this.#afterFlush, changes: null });
    this.#now = [];
    this.#afterFlush = [];
    this.#changes = null;
    return ticks;
  }

  #changesOf(kind: number): { added: Fact[]; removed: Fact[] } | undefined {
    this.#changes ??= this.#noChanges();
    return this.#changes[kind];
  }

  #noChanges(): { added: Fact[]; removed: Fact[] }[] {
    return Array.from({ length: this.#durable }, () => ({ added: [], removed: [] }));
  }
}
