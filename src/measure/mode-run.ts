/**
 * One mode of a bench from start to end: both programs as processes, windows in the order A B B A A B .., what clients saw
 * judged, and nothing left running.
 */
import { join } from 'node:path';
import { err, ok, type Result } from '../base/result.ts';
import type { ExternalFunctions } from '../exec/functions.ts';
import type { Program } from '../ir/program.ts';
import type { DeploymentOptions } from '../runtime/deployment-options.ts';
import { type CappedGroups, openGroups } from './cgroups.ts';
import { type Contender, killContender, startContender, stopContender } from './contender.ts';
import { doubtsOf } from './doubts.ts';
import { checkHistory } from './history-check.ts';
import type { Load, Patience } from './load-control.ts';
import {
  type BenchMode,
  type ModeResult,
  type Predicted,
  ratioOf,
  type SideResult,
  type SweepPoint,
  sideResult,
} from './mode-result.ts';
import {
  clientsFor,
  findPace,
  pacedPatience,
  timerScaleFor,
  tooFast,
  widened,
} from './paced-mode.ts';
import { type BothSides, type Side, sides } from './sides.ts';
import { pacedBottleneck, type Visits } from './visits.ts';
import { measureWindow, type WindowFigures } from './window.ts';

/** What every mode is told alike. */
export interface LoadSettings {
  /** Null: found by a trial. */
  readonly paceUs: number | null;
  /** Of the capped mode; null: what the machine can hold. */
  readonly share: number | null;
  /** Null: what the workload says, or in paced mode enough to fill every queue. */
  readonly clients: number | null;
  /** Commands a second of an open loop; null for a closed one. */
  readonly perSecond: number | null;
  readonly windowMs: number;
  readonly warmupMs: number;
  readonly repeats: number;
  /** Numbers of clients of a sweep after the windows; empty for none. */
  readonly sweep: readonly number[];
  readonly seed: number;
  readonly functions: ExternalFunctions;
  readonly functionsFile: string | null;
}

export interface ModeRequest extends LoadSettings {
  readonly mode: BenchMode;
  readonly programs: BothSides<Program>;
  /** Of the plan; the paced mode has its own, from `visits`. */
  readonly predicted: BothSides<Predicted>;
  /** Messages by role; for the paced mode only. */
  readonly visits: BothSides<readonly Visits[]> | null;
  readonly batching: 'tick' | 'none';
  readonly durability: DeploymentOptions['durability'];
  /** Gets histories, and what the processes print and keep. */
  readonly folder: string;
  /** Cores of the machine, and for how many milliseconds they were busy since some point in time. */
  readonly cores: number;
  readonly machineBusyMs: () => number;
  readonly deployment: (program: Program) => Omit<DeploymentOptions, 'folder'>;
  /** Modules of the processes, where they don't lie beside this one. */
  readonly loadEntry?: string;
}

export interface ModeHooks {
  /** One line of what goes on. */
  readonly onStep: (text: string) => void;
  readonly onWindow: (side: Side, round: number, figures: WindowFigures) => void;
  /** Before anything is measured, and again when the pace changes. */
  readonly onPredicted: (predicted: BothSides<Predicted>, paceUs: number | null) => void;
  /** Gets what ends all processes at once. */
  readonly onKill: (kill: () => void) => void;
  readonly isStopped: () => boolean;
}

/** The error is a sentence about the environment. Null: stopped before each side was measured once. */
export async function runMode(
  request: ModeRequest,
  hooks: ModeHooks,
): Promise<Result<ModeResult | null, string>> {
  const groups = request.mode === 'capped' ? openGroups(`compart-bench-${process.pid}`) : null;
  if (groups?.kind === 'err') return groups;
  const started: Contender[] = [];
  hooks.onKill(() => {
    for (const each of started) killContender(each);
  });
  try {
    for (const side of sides) {
      if (hooks.isStopped()) return ok(null);
      hooks.onStep(`start ${side}`);
      const contender = await startSide(side, request);
      if (typeof contender === 'string') return err(contender);
      started.push(contender);
    }
    const [original, optimized] = started;
    if (original === undefined || optimized === undefined) return ok(null);
    const run = new ModeRun({ original, optimized }, request, hooks);
    const capped = groups === null ? null : run.cap(groups.value);
    return await run.measure(capped);
  } finally {
    await Promise.all(started.map(stopContender));
    if (groups !== null) groups.value.remove();
  }
}

async function startSide(side: Side, request: ModeRequest): Promise<Contender | string> {
  const { programs, mode, folder, batching, durability, functions, functionsFile } = request;
  const program = programs[side];
  const clients = Math.max(
    request.clients ?? 0,
    ...request.sweep,
    request.perSecond === null ? 512 : 4096,
    program.workload?.keys ?? 0,
  );
  const own = request.deployment(program);
  return startContender(side, program, {
    deployment: {
      ...own,
      clients,
      batching,
      durability,
      functions,
      functionsFile,
      seed: request.seed,
      folder: join(folder, `${mode}-${side}`),
      paceUs: null,
    },
    patience: patienceOf(program),
    clients,
    historyFile: historyFile(request, side),
    ...(request.loadEntry === undefined ? {} : { loadEntry: request.loadEntry }),
  });
}

const timeoutMs = 30_000;
/** Enough to keep a process busy that runs for a tenth of the time. */
const cappedClients = 512;
function historyFile({ folder, mode }: ModeRequest, side: Side): string {
  return join(folder, `${mode}-${side}.jsonl`);
}

/** Rounds of all clients in a window of the paced mode. */
const roundsMin = 4;

function patienceOf(program: Program): Patience {
  return { retryMs: program.workload?.retryMs ?? null, timeoutMs };
}

class ModeRun {
  readonly #both: BothSides<Contender>;
  readonly #request: ModeRequest;
  readonly #hooks: ModeHooks;
  #paceUs: number | null = null;

  constructor(both: BothSides<Contender>, request: ModeRequest, hooks: ModeHooks) {
    this.#both = both;
    this.#request = request;
    this.#hooks = hooks;
  }

  /** Gives every process the same share of a core; the share. */
  cap(groups: CappedGroups): number {
    const { cores } = this.#request;
    const nodes = sides.map((side) => this.#both[side].supervisor.nodes);
    const most = Math.max(...nodes.map(({ length }) => length));
    const share = this.#request.share ?? Math.min(0.1, (0.6 * cores) / most);
    for (const { pid } of nodes.flat()) if (pid !== null) groups.put(pid, share);
    return share;
  }

  async measure(share: number | null): Promise<Result<ModeResult | null, string>> {
    const { mode, batching, durability, perSecond, predicted } = this.#request;
    if (mode === 'paced') {
      const problem = await this.#findPace();
      if (problem !== null) return err(problem);
    } else this.#hooks.onPredicted(predicted, null);
    const windows = await this.#rounds();
    if (typeof windows === 'string') return err(windows);
    if (sides.some((side) => windows[side].length === 0)) return ok(null);
    const sweep = await this.#sweep();
    if (typeof sweep === 'string') return err(sweep);
    const results: SideResult[] = [];
    for (const side of sides) {
      const result = await this.#finish(side, windows[side], sweep[side]);
      if (typeof result === 'string') return err(result);
      results.push(result);
    }
    const [original, optimized] = results;
    if (original === undefined || optimized === undefined) return ok(null);
    const ratio = ratioOf(original, optimized);
    const clients = { original: this.#clients('original'), optimized: this.#clients('optimized') };
    const found = {
      mode,
      batching,
      durability,
      perSecond,
      clients,
      paceUs: this.#paceUs,
      share,
      original,
      optimized,
    };
    return ok({ ...found, ratio, doubts: doubtsOf({ ...found, ratio }, this.#request.cores) });
  }

  /** What goes wrong, in a sentence. */
  async #findPace(): Promise<string | null> {
    const { paceUs, visits, cores, machineBusyMs } = this.#request;
    if (visits === null) return 'the messages of the paced mode were not counted';
    if (paceUs !== null) {
      this.#setPace(paceUs);
      return null;
    }
    this.#hooks.onStep('find a pace that the machine can hold');
    const contender = this.#both.optimized;
    const messages = 1e6 / pacedBottleneck(visits.optimized, 1).throughput;
    const found = await findPace(contender, messages, {
      cores,
      clients: this.#clients('optimized'),
      machineBusyMs,
      isStopped: this.#hooks.isStopped,
    });
    if (typeof found === 'string') return found;
    this.#setPace(found);
    return null;
  }

  #setPace(paceUs: number): void {
    this.#paceUs = paceUs;
    const timerScale = this.#timerScale();
    const predicted = this.#predicted();
    for (const side of sides) {
      const { supervisor, load } = this.#both[side];
      supervisor.setPace(paceUs, timerScale);
      const { throughput } = predicted[side];
      load.setPatience(pacedPatience(patienceOf(this.#both[side].program), throughput));
    }
    this.#hooks.onPredicted(predicted, paceUs);
  }

  #timerScale(): number {
    const predicted = this.#predicted();
    return timerScaleFor(Math.max(...sides.map((side) => predicted[side].latencyMs ?? 0)));
  }

  #predicted(): BothSides<Predicted> {
    const { visits, predicted } = this.#request;
    const paceUs = this.#paceUs;
    if (visits === null || paceUs === null) return predicted;
    const of = (side: Side): Predicted => {
      const { role, throughput } = pacedBottleneck(visits[side], paceUs);
      // All but the bottleneck's queue is short, so a client waits for those before it (Little's law).
      const latencyMs = (this.#clients(side) / throughput) * 1000;
      return { throughput, bottleneck: role, latencyMs };
    };
    return { original: of('original'), optimized: of('optimized') };
  }

  #clients(side: Side): number {
    const { clients, mode } = this.#request;
    const { program, supervisor } = this.#both[side];
    if (clients !== null) return clients;
    const declared = program.workload?.clients ?? 1;
    switch (mode) {
      case 'paced':
        return clientsFor(supervisor.nodes.length);
      case 'capped':
        return Math.max(cappedClients, declared);
      case 'wall':
        return declared;
    }
  }

  #load(side: Side): Load {
    const { perSecond } = this.#request;
    const clients = this.#clients(side);
    if (perSecond === null) return { kind: 'closed', clients, commands: null };
    const seconds = (this.#warmupMs(side) + this.#windowMs(side) + 500) / 1000;
    return { kind: 'open', clients: 4096, perSecond, seconds };
  }

  #warmupMs(side: Side): number {
    const { warmupMs } = this.#request;
    const { latencyMs = 0 } = this.#predicted()[side];
    return this.#paceUs === null ? warmupMs : Math.max(warmupMs, 4 * latencyMs);
  }

  /** Clients of a paced program go round in step, so a window holds whole rounds of theirs. */
  #windowMs(side: Side): number {
    const { windowMs } = this.#request;
    const { latencyMs = 0 } = this.#predicted()[side];
    if (this.#paceUs === null || latencyMs === 0) return windowMs;
    return Math.max(roundsMin, Math.ceil(windowMs / latencyMs)) * latencyMs;
  }

  #window(side: Side, load: Load, windowMs: number): Promise<WindowFigures | string> {
    const { isStopped } = this.#hooks;
    const { machineBusyMs } = this.#request;
    const warmupMs = this.#warmupMs(side);
    return measureWindow(this.#both[side], {
      load,
      warmupMs,
      windowMs,
      machineBusyMs,
      isStopped,
    });
  }

  async #rounds(): Promise<BothSides<readonly WindowFigures[]> | string> {
    const { repeats, cores } = this.#request;
    let windows: Record<Side, WindowFigures[]> = { original: [], optimized: [] };
    for (let round = 0; round < repeats && !this.#hooks.isStopped(); round++) {
      const order = round % 2 === 0 ? sides : [...sides].reverse();
      for (const side of order) {
        const windowMs = this.#windowMs(side);
        const figures = await this.#window(side, this.#load(side), windowMs);
        if (typeof figures === 'string') return figures;
        if (this.#hooks.isStopped()) break;
        const paceUs = this.#paceUs;
        const reason = paceUs === null ? null : tooFast(figures, { windowMs, paceUs, cores });
        if (reason !== null) {
          const problem = this.#widen(reason);
          if (problem !== null) return problem;
          windows = { original: [], optimized: [] };
          round = -1;
          break;
        }
        windows[side].push(figures);
        this.#hooks.onWindow(side, round, figures);
      }
    }
    return windows;
  }

  /** Takes a wider pace that was not asked for; why that can't be, in a sentence. */
  #widen(reason: string): string | null {
    const wider = this.#request.paceUs === null ? widened(this.#paceUs ?? 0) : null;
    if (wider === null) return `the machine is too slow for this pace: ${reason}`;
    this.#hooks.onStep(`${reason}; begin again with ${wider} µs a message`);
    this.#setPace(wider);
    return null;
  }

  async #sweep(): Promise<BothSides<readonly SweepPoint[]> | string> {
    const points: Record<Side, SweepPoint[]> = { original: [], optimized: [] };
    for (const clients of this.#request.sweep) {
      for (const side of sides) {
        if (this.#hooks.isStopped()) return points;
        this.#hooks.onStep(`${side} with ${clients} clients`);
        const load = { kind: 'closed', clients, commands: null } as const;
        const figures = await this.#window(side, load, this.#request.windowMs);
        if (typeof figures === 'string') return figures;
        const { throughput, latencyMs } = figures;
        if (latencyMs !== null) points[side].push({ clients, throughput, ...latencyMs });
      }
    }
    return points;
  }

  /** Looks at every key once more, and judges what this side's clients saw. */
  async #finish(
    side: Side,
    windows: readonly WindowFigures[],
    sweep: readonly SweepPoint[],
  ): Promise<SideResult | string> {
    const contender = this.#both[side];
    const { load, program } = contender;
    this.#hooks.onStep(`judge what clients of the ${side} program saw`);
    load.start({ kind: 'audit' });
    await load.quiet();
    const reading = await load.read();
    await load.leave();
    if (reading === null) return load.failure ?? 'the load generator ended';
    const history = checkHistory(
      historyFile(this.#request, side),
      reading.totals,
      program.history !== null,
    );
    const predicted = this.#predicted()[side];
    const record = { side, predicted, windows, totals: reading.totals, history, sweep };
    return sideResult(record, this.#paceUs);
  }
}
