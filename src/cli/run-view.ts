/** What `run` shows: who is there, how much goes through, what waits; and the document that it ends with. */

import { defined } from '../base/assert.ts';
import type { DeploymentEvent } from '../runtime/deployment-options.ts';
import type { NodeView } from '../runtime/slots.ts';
import { printAddress } from '../runtime/stream.ts';
import type { Supervisor } from '../runtime/supervisor.ts';
import { counted, rate } from './figures.ts';
import { table } from './layout.ts';
import type { RunLoad } from './run-load.ts';
import type { Stream } from './terminal.ts';

interface Reading {
  readonly at: number;
  readonly received: readonly number[];
  readonly sent: readonly number[];
  readonly cpuUs: readonly number[];
  readonly answered: number;
}

/** Makes lines of what happened since the last call. */
export class RunView {
  readonly #supervisor: Supervisor;
  readonly #load: RunLoad | null;
  readonly #clock: () => number;
  readonly #began: number;
  #last: Reading;

  constructor(supervisor: Supervisor, load: RunLoad | null, clock: () => number) {
    this.#supervisor = supervisor;
    this.#load = load;
    this.#clock = clock;
    this.#last = this.#read();
    this.#began = this.#last.at;
  }

  /** One line, for output that isn't a terminal. */
  line(): string {
    const { nodes } = this.#supervisor;
    const before = this.#last;
    const now = this.#read();
    this.#last = now;
    const up = nodes.filter(({ phase }) => phase === 'up').length;
    const seconds = Math.max(1e-3, (now.at - before.at) / 1000);
    const messages = (sum(now.received) - sum(before.received)) / seconds;
    const queued = nodes.reduce((all, { status }) => all + (status?.queued ?? 0), 0);
    const waiting = nodes.reduce((all, { status }) => all + (status?.inbox ?? 0), 0);
    const parts = [
      `${((now.at - this.#began) / 1000).toFixed(0).padStart(5)} s`,
      `${up} of ${nodes.length} up`,
      `${rate(messages)} messages`,
      `${waiting} waiting, ${bytes(queued)} queued`,
    ];
    if (this.#load !== null) {
      parts.push(`${rate((now.answered - before.answered) / seconds)} answers`);
    }
    return parts.join('   ');
  }

  /** One row a node, for a terminal. */
  rows(): readonly string[] {
    const before = this.#last;
    const now = this.#read();
    this.#last = now;
    const seconds = Math.max(1e-3, (now.at - before.at) / 1000);
    const header = ['node', 'pid', 'address', 'state', 'in', 'out', 'waiting', 'queued', 'cpu'];
    const rows = this.#supervisor.nodes.map((node, at) => {
      const perSecond = (key: 'received' | 'sent'): string =>
        rate(Math.max(0, (now[key][at] ?? 0) - (before[key][at] ?? 0)) / seconds);
      const cpu = Math.max(0, (now.cpuUs[at] ?? 0) - (before.cpuUs[at] ?? 0)) / 1e4 / seconds;
      return [
        ...placeOf(node),
        stateOf(node),
        perSecond('received'),
        perSecond('sent'),
        `${node.status?.inbox ?? 0}`,
        bytes(node.status?.queued ?? 0),
        `${cpu.toFixed(0)} %`,
      ];
    });
    const answers =
      this.#load === null ? [] : [`${rate((now.answered - before.answered) / seconds)} answers`];
    const right = 'right' as const;
    const align = ['left', right, 'left', 'left', right, right, right, right, right] as const;
    return [...table([header, ...rows], [...align]), ...answers];
  }

  #read(): Reading {
    const { nodes } = this.#supervisor;
    const counters = nodes.map(({ status }) => status?.counters ?? null);
    return {
      at: this.#clock(),
      received: counters.map((each) => (each?.received ?? 0) + (each?.fromClients ?? 0)),
      sent: counters.map((each) => (each?.sent ?? 0) + (each?.toClients ?? 0)),
      cpuUs: nodes.map(({ status }) => status?.cpuUs ?? 0),
      answered: this.#load?.answered() ?? 0,
    };
  }
}

/** The nodes once they are all there. */
export function startedLines(supervisor: Supervisor, folder: string): readonly string[] {
  const { nodes } = supervisor;
  const rows = nodes.map((node) => placeOf(node));
  const processes = counted(nodes.length, 'process').replace(/processs$/, 'processes');
  return [
    `${processes}, logs and data in ${folder}`,
    ...table([['node', 'pid', 'address'], ...rows], ['left', 'right', 'left']),
  ];
}

/** Paints over what it painted before. */
export function repainted(stream: Stream, lines: readonly string[], before: number): number {
  const up = before === 0 ? '' : `\x1b[${before}A\x1b[0J`;
  stream.write(`${up}${lines.join('\n')}\n`);
  return lines.length;
}

export interface RunReport {
  readonly program: string;
  readonly engine: string;
  readonly transport: string;
  readonly durability: string;
  readonly batching: string;
  readonly folder: string;
  readonly events: readonly DeploymentEvent[];
  readonly failures: readonly { readonly kind: string; readonly message: string }[];
  readonly killed: readonly string[];
  readonly seconds: number;
  readonly load: {
    readonly clients: number;
    readonly answered: number;
    readonly retried: number;
  } | null;
}

/** All that was measured, under one key. */
export function runDocument(report: RunReport, nodes: readonly NodeView[]): string {
  const { events, failures, killed, seconds, load, folder, ...settings } = report;
  const document = {
    schema: 'compart/run@1',
    ...settings,
    nodes: nodes.map(({ place, incarnation }) => {
      const { name, role, member, part } = defined(place, 'every node has its place');
      return { name, role, member, part, incarnation };
    }),
    failures,
    measured: {
      seconds,
      folder,
      killed,
      events,
      ...(load === null ? {} : { load }),
      nodes: nodes.map(({ place, status, restarts, address }) => ({
        name: place.name,
        address,
        restarts,
        ...(status ?? {}),
      })),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function placeOf({ place, pid, address }: NodeView): readonly string[] {
  return [place.name, `${pid ?? ''}`, address === null ? '' : printAddress(address)];
}

function stateOf({ phase, restarts, incarnation }: NodeView): string {
  const again = restarts === 0 ? '' : `, ${counted(restarts, 'restart')}`;
  return `${phase}${incarnation === 0 ? '' : ` (incarnation ${incarnation})`}${again}`;
}

function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1 << 20
    ? `${(count / 1024).toFixed(0)} KiB`
    : `${(count / 2 ** 20).toFixed(1)} MiB`;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
