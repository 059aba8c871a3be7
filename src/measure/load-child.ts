/** A load generator as who uses it sees it: a process that is told what to send and asked what it saw. */
import { type ChildProcess, fork } from 'node:child_process';
import type { FromLoad, Load, Patience, StartLoad, ToLoad } from './load-control.ts';
import { LOAD_ENTRY, LOAD_ROLE } from './load-process.ts';
import type { LoadReading } from './load-reading.ts';

export interface LoadChildOptions extends Omit<StartLoad, 'kind'> {
  /** The module of the process, if not `load-process.ts` as it lies beside this file. */
  readonly entry?: string;
  readonly execArgv?: readonly string[];
}

type Awaited = Exclude<FromLoad['kind'], 'progress' | 'failed'>;

export class LoadChild {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<Awaited, (message: FromLoad) => void>();
  #failure: string | null = null;
  #onGone: (() => void)[] = [];
  answered = 0;
  retried = 0;

  constructor({ entry, execArgv, ...order }: LoadChildOptions) {
    this.#process = fork(entry ?? LOAD_ENTRY, [LOAD_ROLE], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [...(execArgv ?? process.execArgv)],
    });
    this.#process.on('message', (message) => this.#hear(message as FromLoad));
    this.#process.on('error', (error) => this.#gone(error.message));
    this.#process.on('exit', (code, signal) => this.#gone(signal ?? `status ${code}`));
    this.#tell({ kind: 'start', ...order });
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Why it ended, when it did so by itself. */
  get failure(): string | null {
    return this.#failure;
  }

  /** False when it ended before. */
  async ready(): Promise<boolean> {
    return (await this.#heard('ready')) !== null;
  }

  setAddresses(addresses: StartLoad['addresses']): void {
    this.#tell({ kind: 'addresses', addresses });
  }

  setPatience(patience: Patience): void {
    this.#tell({ kind: 'patience', patience });
  }

  aim(member: number): void {
    this.#tell({ kind: 'aim', member });
  }

  start(load: Load): void {
    this.#tell({ kind: 'load', load });
  }

  /** What happened since the last reading; null when the process has ended. */
  async read(): Promise<LoadReading | null> {
    this.#tell({ kind: 'read' });
    const heard = await this.#heard('reading');
    if (heard?.kind !== 'reading') return null;
    const { totals } = heard.reading;
    this.answered = totals.answered;
    this.retried = totals.retried;
    return heard.reading;
  }

  /** Sends nothing new, and waits until all is answered or given up. False when the process has ended. */
  async quiet(): Promise<boolean> {
    this.#tell({ kind: 'pause' });
    return (await this.#heard('quiet')) !== null;
  }

  /** Once the history is on disk, and the process gone. */
  async leave(): Promise<void> {
    if (this.#failure !== null) return;
    const gone = new Promise<void>((resolve) => this.#onGone.push(resolve));
    this.#tell({ kind: 'leave' });
    await gone;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #tell(message: ToLoad): void {
    if (!this.#process.connected) return;
    // It may die while it is spoken to; its exit says so.
    this.#process.send(message, () => undefined);
  }

  #hear(message: FromLoad): void {
    if (message.kind === 'progress') {
      this.answered = message.answered;
      this.retried = message.retried;
    } else if (message.kind === 'failed') this.#failure = message.message;
    else {
      this.#waiting.get(message.kind)?.(message);
      this.#waiting.delete(message.kind);
    }
  }

  #heard(kind: Awaited): Promise<FromLoad | null> {
    if (this.#failure !== null) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.set(kind, resolve);
      this.#onGone.push(() => resolve(null));
    });
  }

  #gone(how: string): void {
    this.#failure ??= `the load generator ended (${how})`;
    for (const call of this.#onGone.splice(0)) call();
  }
}
