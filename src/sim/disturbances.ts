/** When members crash, restart or are cut off, and who is hit. */
import { defined } from '../base/assert.ts';
import type { Prng } from '../base/prng.ts';
import type { Deployment, Domain } from './deployment.ts';
import type { FaultDraws } from './fault-draws.ts';
import { type FaultName, type FaultRates, restartsAlone } from './faults.ts';

export interface Strike {
  /** Processes that stop. */
  readonly stop: readonly number[];
  /** The member that starts a new incarnation; null when a process restarts alone, or for a partition. */
  readonly domain: number | null;
  readonly isolated: boolean;
  /** 0: for ever. */
  readonly lastsUs: number;
  /** When the next one of its kind strikes; null for never. */
  readonly againUs: number | null;
}

const kinds: readonly FaultName[] = ['crash', 'restart', 'part-restart', 'partition'];

export class Disturbances {
  readonly #deployment: Deployment;
  readonly #faults: FaultDraws;
  readonly #rates: FaultRates;
  readonly #prng: Prng;
  readonly #struck = new Map<FaultName, number>();
  /** With those that were left out. */
  readonly #tried = new Map<FaultName, number>();
  readonly #crashed = new Set<number>();
  #isolated: ReadonlySet<number> = new Set();
  #healsAt = 0;

  constructor(deployment: Deployment, faults: FaultDraws, rates: FaultRates, prng: Prng) {
    this.#deployment = deployment;
    this.#faults = faults;
    this.#rates = rates;
    this.#prng = prng;
  }

  get counts(): {
    readonly crashes: number;
    readonly restarts: number;
    readonly partitions: number;
    readonly faults: number;
  } {
    const of = (fault: FaultName): number => this.#struck.get(fault) ?? 0;
    return {
      crashes: of('crash'),
      restarts: of('restart') + of('part-restart'),
      partitions: of('partition'),
      faults: this.#faults.count,
    };
  }

  first(): readonly { readonly fault: FaultName; readonly afterUs: number }[] {
    return kinds
      .filter((fault) => this.#faults.has(fault))
      .map((fault) => ({ fault, afterUs: 1 + this.#prng.below(this.#rates.betweenUs) }));
  }

  /** Until when the two members can't reach each other; null if they can. Clients are never cut off. */
  cutUntil(from: number | null, to: number | null): number | null {
    if (from === null || to === null) return null;
    return this.#isolated.has(from) === this.#isolated.has(to) ? null : this.#healsAt;
  }

  isolatedName(): string {
    const names = [...this.#isolated].map((at) => {
      const { role, member } = defined(this.#deployment.domains[at], 'a domain');
      return `${role}:${member}`;
    });
    return names.join(', ');
  }

  heal(): void {
    this.#isolated = new Set();
  }

  /** Null when nobody is left to be hit. */
  strike(fault: FaultName, now: number, isUp: (process: number) => boolean): Strike | null {
    const count = (this.#tried.get(fault) ?? 0) + 1;
    const lastsUs = 1 + this.#prng.below(2 * this.#rates.lastsUs);
    const again = count < this.#rates.eachMax && (fault !== 'crash' || count < this.#crashesMax());
    const pause = 1 + this.#prng.below(2 * this.#rates.betweenUs);
    const againUs = again ? lastsUs + pause : null;
    const whole = this.#deployment.domains.filter((domain) => domain.processes.every(isUp));
    const hit = this.#hit(fault, whole);
    if (hit === null) return null;
    this.#tried.set(fault, count);
    if (!this.#faults.happens()) {
      return { stop: [], domain: null, isolated: false, lastsUs: 0, againUs };
    }
    this.#struck.set(fault, (this.#struck.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'crash':
        this.#crashed.add(hit.index);
        return { stop: hit.processes, domain: hit.index, isolated: false, lastsUs: 0, againUs };
      case 'part-restart': {
        const process = this.#prng.pick(hit.processes);
        return { stop: [process], domain: null, isolated: false, lastsUs, againUs };
      }
      case 'partition': {
        const cut = whole.filter(() => this.#prng.chance(0.5)).map((domain) => domain.index);
        this.#isolated = new Set(cut.length === 0 ? [hit.index] : cut);
        this.#healsAt = now + lastsUs;
        return { stop: [], domain: null, isolated: true, lastsUs, againUs };
      }
      default:
        return { stop: hit.processes, domain: hit.index, isolated: false, lastsUs, againUs };
    }
  }

  #hit(fault: FaultName, whole: readonly Domain[]): Domain | null {
    if (fault !== 'part-restart') return whole.length === 0 ? null : this.#prng.pick(whole);
    const alone = whole.flatMap((domain) => {
      const processes = domain.processes.filter((index) => {
        const process = defined(this.#deployment.processes[index], 'a process of the domain');
        return restartsAlone(process.code);
      });
      return processes.length === 0 ? [] : [{ ...domain, processes }];
    });
    return alone.length === 0 ? null : this.#prng.pick(alone);
  }

  /** As many members may stop for ever as the program's parameter `f` says; one if it has none. */
  #crashesMax(): number {
    return this.#deployment.program.parameters.find(({ name }) => name === 'f')?.value ?? 1;
  }
}
