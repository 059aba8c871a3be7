/**
 * What two programs must share to be compared: the commands that clients send and the outputs that they are sent,
 * each with one number for both.
 */

import { defined } from '../../base/assert.ts';
import { type Fact, keyOfFact, printValue } from '../../exec/value.ts';
import type { Program } from '../../ir/program.ts';
import type { ClientCommand, ClientPool } from './client-pool.ts';
import { Interner } from './packed-numbers.ts';

export interface ClientOutput {
  readonly channel: string;
  readonly client: number;
  readonly fact: Fact;
  /** Repeated outputs count. */
  readonly bag: boolean;
}

/** A command of the pool on its way to one member. */
export interface ClientSend {
  readonly command: ClientCommand;
  readonly member: number;
}

/** No channel has a blank in its name. */
const failurePrefix = 'fault in ';

/** Numbers of sends and outputs, shared by the systems that are compared. */
export class ClientInterface {
  readonly program: Program;
  readonly #outputs = new Interner<ClientOutput>();
  readonly #sends = new Interner<ClientSend>();

  constructor(program: Program) {
    this.program = program;
  }

  outputOf(
    channel: string,
    client: number,
    fact: Fact,
    options: { readonly bag: boolean },
  ): number {
    const make = (): ClientOutput => ({ channel, client, fact, ...options });
    return this.#outputs.idOf(`${channel} ${client} ${keyOfFact(fact)}`, make);
  }

  /** Some process has failed, in some run: it stopped, and took with it whatever else it did. */
  get hasFailures(): boolean {
    for (let id = 0; id < this.#outputs.size; id++) {
      if (this.#outputs.at(id).channel.startsWith(failurePrefix)) return true;
    }
    return false;
  }

  failureOf(role: string, kind: string): number {
    return this.outputOf(`${failurePrefix}${role}`, 0, [kind], { bag: false });
  }

  output(id: number): ClientOutput {
    return this.#outputs.at(id);
  }

  sendOf(command: ClientCommand, member: number): number {
    const { client, channel, fact } = command;
    const key = `${client} ${channel} ${member} ${keyOfFact(fact)}`;
    return this.#sends.idOf(key, () => ({ command, member }));
  }

  send(id: number): ClientSend {
    return this.#sends.at(id);
  }

  printSend(id: number): string {
    const { command, member } = this.send(id);
    const fact = this.printFact(command.channel, command.fact);
    return `client:${command.client} sends ${fact} to ${this.#receiver(command.channel)}:${member}`;
  }

  printOutput(id: number): string {
    const { channel, client, fact } = this.output(id);
    return `client:${client} is sent ${this.printFact(channel, fact)}`;
  }

  printFact(channel: string, fact: Fact): string {
    const columns = this.program.channels.find((each) => each.name === channel)?.columns ?? [];
    return `${channel}(${fact.map((value, at) => printValue(value, columns[at]?.type)).join(', ')})`;
  }

  #receiver(channel: string): string {
    const found = this.program.channels.find((each) => each.name === channel);
    return defined(found, 'a command names a channel').to;
  }
}

/** The sends that a pool allows, each with the bits that must be free and that it takes. */
export interface SendChoice {
  readonly send: number;
  /** Taken by the first sending. */
  readonly bit: number;
  /** Taken by the retry; 0 when none is allowed. */
  readonly retryBit: number;
}

/** Every command to every member it may go to. The retry bit is shared: one command is tried again, whichever. */
export function sendChoices(
  clients: ClientInterface,
  pool: ClientPool,
  members: (channel: string) => number,
): readonly SendChoice[] {
  const retryBit = pool.retries > 0 ? 1 << pool.commands.length : 0;
  return pool.commands.flatMap((command, at) => {
    const count = command.member === null ? members(command.channel) : 1;
    return Array.from({ length: count }, (_, member) => ({
      send: clients.sendOf(command, command.member ?? member),
      bit: 1 << at,
      retryBit,
    }));
  });
}

/** The bit that sending the command takes now; 0 when it was sent as often as it may be. */
export function bitOf(sent: number, choice: SendChoice): number {
  if ((sent & choice.bit) === 0) return choice.bit;
  return (sent & choice.retryBit) === 0 ? choice.retryBit : 0;
}
