/** Closed-loop clients of the replicated store: half puts, half gets, of 100 keys. */
import { Prng } from '../../src/base/prng.ts';
import { ClientConnection } from '../../src/runtime/client-connection.ts';
import { defaultRuntimeLimits } from '../../src/runtime/limits.ts';
import { dialAddress, systemClock } from '../../src/runtime/sockets.ts';
import type { Supervisor } from '../../src/runtime/supervisor.ts';

const keys = 100;
const proposers = 2;
/** A client that waits longer asks the next proposer. */
const retryMs = 500;

interface Open {
  readonly id: number;
  readonly isPut: boolean;
  readonly key: number;
  readonly value: string;
  sentAt: number;
}

export class StoreLoad {
  readonly #connection: ClientConnection;
  readonly #prng = Prng.fromSeed(1);
  readonly #open: Open[] = [];
  /** The member that answers. */
  #member = 0;
  answered = 0;

  private constructor(supervisor: Supervisor, clients: number) {
    const { topology, plan } = supervisor;
    this.#connection = new ClientConnection({
      topology,
      plan,
      addresses: () => supervisor.addresses,
      role: 'client',
      first: 0,
      count: clients,
      token: 'load',
      onAnswer: (client, _, fact) => this.#onAnswer(client, fact[0]),
      limits: defaultRuntimeLimits,
      dial: dialAddress,
      clock: systemClock,
      prng: Prng.fromSeed(2),
      defer: setImmediate,
    });
  }

  static async start(supervisor: Supervisor, clients: number): Promise<StoreLoad> {
    const load = new StoreLoad(supervisor, clients);
    await load.#connection.ready();
    for (let client = 0; client < clients; client++) load.#issue(client, 1);
    return load;
  }

  /** Goes on for so long. */
  async run(seconds: number): Promise<void> {
    const until = systemClock.now() + seconds * 1000;
    while (systemClock.now() < until) {
      await new Promise<void>((resolve) => {
        systemClock.after(Math.min(100, Math.max(1, until - systemClock.now())), resolve);
      });
      this.#retry();
    }
  }

  close(): void {
    this.#connection.close();
  }

  #issue(client: number, id: number): void {
    const key = this.#prng.below(keys);
    const value = String(id).padStart(16, '0');
    const isPut = this.#prng.below(2) === 0;
    this.#open[client] = { id, isPut, key, value, sentAt: systemClock.now() };
    this.#send(client);
  }

  #send(client: number): void {
    const open = this.#open[client];
    if (open === undefined) return;
    const { id, isPut, key, value } = open;
    if (isPut) this.#connection.send('put', this.#member, [client, id, key, value]);
    else this.#connection.send('get', this.#member, [client, id, key]);
  }

  #onAnswer(client: number, id: unknown): void {
    const open = this.#open[client];
    if (open === undefined || open.id !== id) return;
    this.answered += 1;
    this.#issue(client, open.id + 1);
  }

  /** Before a leader is elected, nobody answers. */
  #retry(): void {
    const now = systemClock.now();
    const late = this.#open.flatMap((open, client) =>
      now - open.sentAt > retryMs ? [{ open, client }] : [],
    );
    if (late.length === 0) return;
    this.#member = (this.#member + 1) % proposers;
    for (const { open, client } of late) {
      open.sentAt = now;
      this.#send(client);
    }
  }
}
