/** Closed-loop clients: each has one command open at a time, and sends it again when no answer comes. */
import type { Prng } from '../base/prng.ts';
import type { Fact } from '../exec/value.ts';
import type { Program } from '../ir/program.ts';
import { memberCount } from './deployment.ts';
import type { ClientEvent } from './history.ts';
import { type Command, drawCommand } from './workload.ts';

export interface ClientOptions {
  readonly clients: number;
  /** Commands of all clients together. */
  readonly commands: number;
}

/** A message that a client wants sent. */
export interface ClientMessage {
  readonly client: number;
  readonly channel: string;
  readonly destination: number;
  readonly fact: Fact;
  readonly command: number;
}

interface Open {
  readonly command: Command;
  attempt: number;
}

export class Clients {
  readonly #program: Program;
  readonly #options: ClientOptions;
  readonly #prng: Prng;
  readonly #open = new Map<number, Open>();
  /** By client: the member that answered last; a client stays with it. */
  readonly #target = new Map<number, number>();
  readonly #history: ClientEvent[] = [];
  #issued = 0;
  #answered = 0;

  constructor(program: Program, options: ClientOptions, prng: Prng) {
    this.#program = program;
    this.#options = options;
    this.#prng = prng;
  }

  get issued(): number {
    return this.#issued;
  }

  get answered(): number {
    return this.#answered;
  }

  get isDone(): boolean {
    return this.#answered === this.#options.commands;
  }

  get history(): readonly ClientEvent[] {
    return this.#history;
  }

  /** Ids of commands that were sent and not answered, in order of sending. */
  unanswered(): readonly number[] {
    return [...this.#open.values()].map(({ command }) => command.id).sort((a, b) => a - b);
  }

  /** Members of the largest role that commands go to. */
  get membersMax(): number {
    const commands = this.#program.workload?.commands ?? [];
    const members = commands.map(({ to }) => memberCount(this.#program, to, this.#options.clients));
    return Math.max(0, ...members);
  }

  /** Makes every client go to this member until it has to try the next one. */
  aim(member: number): void {
    for (let client = 0; client < this.#options.clients; client++) this.#target.set(client, member);
  }

  /** Opens the client's next command; null when all commands are given out, or the program has none. */
  issue(client: number, now: number): ClientMessage | null {
    if (this.#issued >= this.#options.commands) return null;
    const command = drawCommand(this.#program, {
      client,
      id: this.#issued,
      prng: this.#prng,
      members: (role) => memberCount(this.#program, role, this.#options.clients),
    });
    if (command === null) return null;
    this.#issued += 1;
    this.#open.set(client, { command, attempt: 0 });
    return this.#send(client, now);
  }

  /** Sends the open command to the next member, if it is still the one with this id. */
  retry(client: number, id: number, now: number): ClientMessage | null {
    const open = this.#open.get(client);
    if (open === undefined || open.command.id !== id) return null;
    this.#target.set(client, (this.#targetOf(client) + 1) % open.command.members);
    return this.#send(client, now);
  }

  /** True when the message ends the client's open command. */
  receive(client: number, channel: string, fact: Fact, now: number): boolean {
    const open = this.#open.get(client);
    const ends = open?.command.isAnswer(channel, fact) === true;
    this.#history.push({
      kind: 'recv',
      client,
      channel,
      to: null,
      fact,
      at: now,
      command: ends && open !== undefined ? open.command.id : null,
      attempt: open?.attempt ?? 0,
    });
    if (!ends) return false;
    this.#open.delete(client);
    this.#answered += 1;
    return true;
  }

  #targetOf(client: number): number {
    return this.#target.get(client) ?? 0;
  }

  #send(client: number, now: number): ClientMessage | null {
    const open = this.#open.get(client);
    if (open === undefined) return null;
    open.attempt += 1;
    const { channel, fact, id, members } = open.command;
    const destination = this.#targetOf(client) % members;
    this.#history.push({
      kind: 'send',
      client,
      channel,
      to: `${this.#receiver(channel)}:${destination}`,
      fact,
      at: now,
      command: id,
      attempt: open.attempt,
    });
    return { client, channel, destination, fact, command: id };
  }

  #receiver(channel: string): string {
    return this.#program.channels.find((each) => each.name === channel)?.to ?? '';
  }
}
