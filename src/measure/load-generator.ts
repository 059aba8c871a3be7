/**
 * Logical clients that send a program's workload, in a closed or an open loop. A client has one command open at a time,
 * asks again with the same request id when no answer comes, and takes the first answer; later ones are compared with it.
 *
 * Latency runs from the intended start: of an open loop the time at which the command was to arrive, however late it
 * could be sent, so that a slow answer doesn't hide the wait of those behind it.
 */
import { defined } from '../base/assert.ts';
import type { Prng } from '../base/prng.ts';
import { equalValues, type Fact } from '../exec/value.ts';
import type { Program } from '../ir/program.ts';
import { type Command, commandOn, drawCommand } from '../sim/workload.ts';
import { arrivals } from './arrivals.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Load, Patience } from './load-control.ts';
import type { LoadReading } from './load-reading.ts';
import type { Recorder } from './recorder.ts';

export interface LoadGeneratorOptions {
  readonly program: Program;
  /** Members of a role, by name. */
  readonly members: (role: string) => number;
  /** The logical member that a process is part of, by the process. */
  readonly memberOf: (node: number) => number;
  readonly clients: number;
  readonly patience: Patience;
  readonly prng: Prng;
  readonly now: () => number;
  /** False when it could not leave. */
  readonly send: (channel: string, member: number, fact: Fact) => boolean;
  readonly recorder: Recorder | null;
}

interface Request {
  readonly command: Command;
  /** When it was to start. */
  readonly intended: number;
  sentAt: number;
  member: number;
  asked: number;
  answer: Fact | null;
  /** Who has answered it: logical members, each as often as it did. */
  readonly by: number[];
}

interface Client {
  readonly number: number;
  open: Request | null;
  /** Closed requests whose other answers may still come; the last one first. */
  readonly recent: Request[];
}

/** Requests of one client that are remembered after their first answer. */
const recentMax = 4;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class LoadGenerator {
  readonly #options: LoadGeneratorOptions;
  readonly #clients: readonly Client[];
  readonly #latency = new LatencyHistogram();
  readonly #totals: Mutable<LoadReading['totals']> = {
    issued: 0,
    answered: 0,
    retried: 0,
    timedOut: 0,
    unsent: 0,
    duplicated: 0,
    contradictory: 0,
    stray: 0,
  };
  #patience: Patience;
  #aim = 0;
  #load: Load | null = null;
  /** Commands that a closed loop may still issue. */
  #left = 0;
  /** Arrivals of an open loop, by time; the ones before `#arrived` are issued. */
  #schedule: readonly number[] = [];
  #arrived = 0;
  readonly #free: Client[] = [];
  #open = 0;

  constructor(options: LoadGeneratorOptions) {
    this.#options = options;
    this.#patience = options.patience;
    this.#clients = Array.from({ length: options.clients }, (_, number) => {
      return { number, open: null, recent: [] };
    });
  }

  /** Nothing is open, and nothing more will be. */
  get isQuiet(): boolean {
    return this.#open === 0 && this.#isIdle();
  }

  get totals(): LoadReading['totals'] {
    return this.#totals;
  }

  aim(member: number): void {
    this.#aim = member;
  }

  setPatience(patience: Patience): void {
    this.#patience = patience;
  }

  /** Takes the place of the load before it, whose open commands go on. */
  start(load: Load): void {
    const { now, prng, program } = this.#options;
    this.pause();
    this.#load = load;
    if (load.kind === 'audit') {
      this.#audit();
      return;
    }
    const clients = this.#clients.slice(0, load.clients);
    if (load.kind === 'open') {
      const began = now();
      const due = arrivals(load.perSecond, load.seconds, prng.split());
      this.#schedule = due.map((at) => began + at);
      for (const client of clients) if (client.open === null) this.#free.push(client);
      return;
    }
    this.#left = program.workload === null ? 0 : (load.commands ?? Number.POSITIVE_INFINITY);
    for (const client of clients) if (client.open === null) this.#next(client);
  }

  /** Nothing new; what is open goes on. */
  pause(): void {
    this.#load = null;
    this.#left = 0;
    this.#schedule = [];
    this.#arrived = 0;
    this.#free.length = 0;
  }

  /** What came from a process. */
  take(number: number, channel: string, fact: Fact, node: number): void {
    const client = this.#clients[number];
    const member = this.#options.memberOf(node);
    const open = client?.open ?? null;
    if (client === undefined) this.#totals.stray += 1;
    else if (open?.command.isAnswer(channel, fact) === true) {
      open.by.push(member);
      open.answer = fact;
      this.#close(client, open, 'ok');
    } else {
      const earlier = client.recent.find(({ command }) => command.isAnswer(channel, fact));
      if (earlier === undefined) this.#totals.stray += 1;
      else this.#compare(earlier, member, fact);
    }
  }

  /** Issues what is due, asks again, gives up. To be called every few milliseconds. */
  beat(): void {
    this.#arrive();
    const { retryMs, timeoutMs } = this.#patience;
    const now = this.#options.now();
    for (const client of this.#clients) {
      const { open } = client;
      if (open === null) continue;
      if (now - open.intended > timeoutMs) {
        this.#totals.timedOut += 1;
        this.#close(client, open, 'info');
      } else if (retryMs !== null && now - open.sentAt >= retryMs) {
        open.member = (open.member + 1) % open.command.members;
        open.asked += 1;
        this.#totals.retried += 1;
        this.#ask(open);
      }
    }
  }

  /** What happened since the last call; the clock and the processor time are for the caller to add. */
  read(): Omit<LoadReading, 'atMs' | 'cpuUs'> {
    return {
      latency: this.#latency.take(),
      totals: { ...this.#totals },
      open: this.#open,
      waiting: this.#overdue(),
    };
  }

  #isIdle(): boolean {
    if (this.#load?.kind === 'open') return this.#arrived >= this.#schedule.length;
    return this.#left <= 0;
  }

  #overdue(): number {
    const now = this.#options.now();
    let at = this.#arrived;
    while (at < this.#schedule.length && (this.#schedule[at] ?? now) < now) at++;
    return at - this.#arrived;
  }

  #arrive(): void {
    const now = this.#options.now();
    for (; this.#arrived < this.#schedule.length; this.#arrived++) {
      const intended = defined(this.#schedule[this.#arrived], 'an arrival of the schedule');
      if (intended > now) return;
      const client = this.#free.pop();
      if (client === undefined) return;
      this.#draw(client, intended);
    }
  }

  #next(client: Client): void {
    if (this.#load?.kind === 'open') {
      if (client.number < this.#load.clients) this.#free.push(client);
      this.#arrive();
      return;
    }
    const isIn = this.#load?.kind === 'closed' && client.number < this.#load.clients;
    if (!isIn || this.#left <= 0) return;
    this.#left -= 1;
    this.#draw(client, this.#options.now());
  }

  #draw(client: Client, intended: number): void {
    const { program, prng, members } = this.#options;
    const id = this.#totals.issued;
    const command = drawCommand(program, { client: client.number, id, prng, members });
    if (command !== null) this.#issue(client, command, intended);
  }

  /** Every key once, each by the next client that is free, all at once: keys are few. */
  #audit(): void {
    const { program, prng, members, now } = this.#options;
    const reads = (program.history?.operations ?? []).filter(({ kind }) => kind === 'read');
    const channel = reads[0]?.call.relation;
    if (channel === undefined) return;
    const free = this.#clients.filter(({ open }) => open === null);
    const keys = Math.min(program.workload?.keys ?? 0, free.length);
    for (const [key, client] of free.slice(0, keys).entries()) {
      const draw = { client: client.number, id: this.#totals.issued, prng, members };
      const command = commandOn(program, channel, key, draw);
      if (command !== null) this.#issue(client, command, now());
    }
  }

  #issue(client: Client, command: Command, intended: number): void {
    const member = this.#aim % Math.max(1, command.members);
    const open = { command, intended, sentAt: 0, member, asked: 1, answer: null, by: [] };
    client.open = open;
    this.#open += 1;
    this.#totals.issued += 1;
    this.#options.recorder?.invoked(command, this.#options.now());
    this.#ask(open);
  }

  #ask(open: Request): void {
    const { send, now } = this.#options;
    open.sentAt = now();
    if (!send(open.command.channel, open.member, open.command.fact)) this.#totals.unsent += 1;
  }

  #close(client: Client, request: Request, type: 'ok' | 'info'): void {
    const now = this.#options.now();
    client.open = null;
    this.#open -= 1;
    client.recent.unshift(request);
    if (client.recent.length > recentMax) client.recent.pop();
    this.#options.recorder?.closed(request.command, type, request.answer, now);
    if (type === 'ok') {
      this.#totals.answered += 1;
      this.#latency.record(now - request.intended);
    }
    this.#next(client);
  }

  /** A later answer: one from each member for each time that it was asked, and all alike. */
  #compare(request: Request, member: number, fact: Fact): void {
    const { by, asked, answer } = request;
    by.push(member);
    if (by.filter((each) => each === member).length > asked) this.#totals.duplicated += 1;
    if (answer === null) request.answer = fact;
    else if (!isSame(answer, fact)) this.#totals.contradictory += 1;
  }
}

function isSame(a: Fact, b: Fact): boolean {
  return a.length === b.length && a.every((value, at) => equalValues(value, b[at] ?? ''));
}
