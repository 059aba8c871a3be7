/**
 * States that differ by the names of members only are searched once.
 *
 * Where no clause tells the members of a role apart (symmetric-roles.ts), renaming them in a state, and in what is on its
 * way, gives a state with the same future, up to these names; clients never see them. So of all its renamings a search
 * keeps one. Renamings that the search itself would notice are left out: of members that may crash, or whose timers fire.
 *
 * A local state is renamed by doing again what led to it: the same ticks, of the renamed process, with the renamed
 * inputs. So nothing here knows how states are represented.
 */
import { at, defined, invariant } from '../../base/assert.ts';
import { compareArrays, compareNumbers } from '../../base/order.ts';
import { type Fact, isTuple, type Value } from '../../exec/value.ts';
import type { Type } from '../../ir/type.ts';
import type { InputInfo, LocalRun } from './local-steps.ts';
import { insertQueued } from './queued-messages.ts';
import { holdsIds, symmetricRoles } from './symmetric-roles.ts';
import type { System } from './system.ts';
import type { Bounds, CrashTarget, Transition } from './transitions.ts';
import { stopped, type WorldState } from './world-state.ts';

/** By symmetric role: the new name of each member. */
type Renaming = ReadonlyMap<string, readonly number[]>;

/** Number of a renaming of the group; 0 changes nothing. */
export type RenamingId = number;

export interface Representative {
  readonly world: WorldState;
  /** The renaming that made it. */
  readonly by: RenamingId;
}

/** Renamings of a group that is looked at: each state is compared with as many. */
const groupMax = 48;

export class Symmetry {
  readonly #system: System;
  readonly #renamings: readonly Renaming[];
  /** By renaming: images of processes, of local states and of inputs. */
  readonly #processes: readonly (readonly number[])[];
  readonly #locals: Map<number, number>[];
  readonly #inputs: Map<number, number>[];

  constructor(system: System, options: SymmetryOptions) {
    this.#system = system;
    const all = options.enabled ? renamingsOf(system) : [new Map()];
    const kept = all.filter((each) => isUnnoticed(system, each, options));
    this.#renamings = kept;
    this.#processes = kept.map((each) => processesOf(system, each));
    this.#locals = kept.map(() => new Map());
    this.#inputs = kept.map(() => new Map());
  }

  /** Renamings, with the one that changes nothing. */
  get order(): number {
    return this.#renamings.length;
  }

  /** The least of all renamings of the world. */
  least(world: WorldState): Representative {
    let best: Representative = { world, by: 0 };
    for (let by = 1; by < this.order; by++) {
      const nodes = this.#nodes(world, by);
      const order = compare(nodes, best.world.nodes);
      if (order > 0) continue;
      const renamed = this.#withMessages(world, nodes, by);
      if (order < 0 || compareMessages(renamed, best.world) < 0) best = { world: renamed, by };
    }
    return best;
  }

  renamed(world: WorldState, by: RenamingId): WorldState {
    return by === 0 ? world : this.#withMessages(world, this.#nodes(world, by), by);
  }

  renamedTransition({ move, next, sends }: Transition, by: RenamingId): Transition {
    if (by === 0) return { move, next, sends };
    const input = (id: number): number => (id < 0 ? id : this.input(id, by));
    const target = (each: CrashTarget): CrashTarget => ({
      ...each,
      processes: each.processes.map((process) => this.process(process, by)),
    });
    const world = this.renamed(next, by);
    switch (move.kind) {
      case 'take': {
        const process = this.process(move.process, by);
        const inputs = move.inputs.map(input).sort(compareNumbers);
        const crash = move.crash === null ? null : target(move.crash);
        const duplicated = input(move.duplicated);
        return { move: { ...move, process, inputs, duplicated, crash }, next: world, sends };
      }
      case 'lose':
        return { move: { ...move, input: input(move.input) }, next: world, sends };
      case 'crash':
        return { move: { ...move, target: target(move.target) }, next: world, sends };
    }
  }

  renamedRun({ process, local, batch, ticks }: LocalRun, by: RenamingId): LocalRun {
    return {
      process: this.process(process, by),
      local: this.local(local, by),
      batch: batch.map((id) => this.input(id, by)).sort(compareNumbers),
      ticks,
    };
  }

  /** First one, then the other. */
  composed(first: RenamingId, second: RenamingId): RenamingId {
    return this.#find((role, member) =>
      at(this.#members(second, role), at(this.#members(first, role), member)),
    );
  }

  inverse(by: RenamingId): RenamingId {
    return this.#find((role, member) => this.#members(by, role).indexOf(member));
  }

  #find(image: (role: string, member: number) => number): RenamingId {
    const found = this.#renamings.findIndex((each) =>
      [...each].every(([role, members]) => members.every((to, from) => to === image(role, from))),
    );
    invariant(found >= 0, 'renamings are a group');
    return found;
  }

  #members(by: RenamingId, role: string): readonly number[] {
    return defined(at(this.#renamings, by).get(role), 'a symmetric role');
  }

  process(process: number, by: RenamingId): number {
    return at(at(this.#processes, by), process);
  }

  #nodes(world: WorldState, by: RenamingId): readonly number[] {
    const nodes: number[] = new Array(world.nodes.length);
    for (const [process, local] of world.nodes.entries()) {
      nodes[this.process(process, by)] = this.local(local, by);
    }
    return nodes;
  }

  #withMessages(world: WorldState, nodes: readonly number[], by: RenamingId): WorldState {
    const flight = world.flight.map((id) => this.input(id, by)).sort(compareNumbers);
    const queued = world.queued.reduce<readonly number[]>(
      (list, id) => insertQueued(this.#system, list, this.input(id, by)),
      [],
    );
    return { ...world, nodes, flight, queued };
  }

  /** The local state of the renamed process after the same ticks. */
  local(local: number, by: RenamingId): number {
    if (local === stopped) return stopped;
    const memo = at(this.#locals, by);
    const known = memo.get(local);
    if (known !== undefined) return known;
    // The way back to a state that is known, then forward again: chains of ticks are long.
    const chain = [local];
    for (let last = local; ; ) {
      const derivation = this.#system.derivationOf(last);
      if (derivation.kind === 'fresh' || memo.has(derivation.from)) break;
      last = derivation.from;
      chain.push(last);
    }
    for (const each of chain.reverse()) memo.set(each, this.#again(each, by));
    return defined(memo.get(local), 'the chain ends with it');
  }

  #again(local: number, by: RenamingId): number {
    const system = this.#system;
    const process = this.process(system.processOf(local), by);
    const derivation = system.derivationOf(local);
    const from = (id: number): number => defined(at(this.#locals, by).get(id), 'it came before');
    switch (derivation.kind) {
      case 'fresh':
        return system.fresh(process);
      case 'settled':
      case 'tick': {
        const batch = derivation.batch.map((id) => this.input(id, by)).sort(compareNumbers);
        const before = from(derivation.from);
        const next =
          derivation.kind === 'tick'
            ? system.ticked(process, before, batch)
            : system.advance(process, before, batch).next;
        invariant(next !== stopped, 'a renamed process does what the process did');
        return next;
      }
      case 'doomed':
        return system.doomed(process, from(derivation.from), derivation.flush);
      case 'restarted':
        return system.anew(process, from(derivation.from));
    }
  }

  input(id: number, by: RenamingId): number {
    const memo = at(this.#inputs, by);
    const known = memo.get(id);
    if (known !== undefined) return known;
    const made = this.#renamedInput(this.#system.input(id), by);
    memo.set(id, made);
    return made;
  }

  #renamedInput(info: InputInfo, by: RenamingId): number {
    const system = this.#system;
    const process = this.process(info.process, by);
    switch (info.kind) {
      case 'timer':
        return system.timerOf(process, info.timer);
      case 'expiry':
        // Timers of facts with such ids make a role one that isn't symmetric.
        return system.expiryOf(process, info.site, info.fact);
      case 'message': {
        const { channel, sender } = info;
        const { places } = system.engine;
        const fact = this.#renamedFact(
          info.fact,
          channel.columns.map((column) => column.type),
          by,
        );
        const own = places.findIndex((place) => place.label === sender);
        const place = own < 0 ? null : at(places, this.process(own, by));
        const name = place?.label ?? sender;
        const group = place?.group ?? info.from;
        return system.messageFrom({ name, group }, { process, channel, fact });
      }
    }
  }

  #renamedFact(fact: Fact, types: readonly Type[], by: RenamingId): Fact {
    return fact.map((value, column) => this.#renamedValue(value, at(types, column), by));
  }

  #renamedValue(value: Value, type: Type, by: RenamingId): Value {
    const { program } = this.#system.engine;
    for (const [role, members] of at(this.#renamings, by)) {
      if (!holdsIds(program, role, type)) continue;
      if (type.kind === 'id') {
        invariant(typeof value === 'number', 'ids are numbers');
        return at(members, value);
      }
      invariant(type.kind === 'tuple' && isTuple(value), 'ids of these roles are in no list');
      return value.map((item, place) => this.#renamedValue(item, at(type.items, place), by));
    }
    return value;
  }
}

export interface SymmetryOptions {
  readonly bounds: Bounds;
  readonly crashes: readonly CrashTarget[];
  readonly enabled: boolean;
}

/** Every renaming of the members of every symmetric role, the one first that changes nothing. */
function renamingsOf(system: System): readonly Renaming[] {
  const { program, places } = system.engine;
  let found: Renaming[] = [new Map()];
  for (const role of symmetricRoles(program)) {
    const members = places.filter((place) => place.role === role && place.part === 0).length;
    const orders = permutations([...Array(members).keys()]);
    if (found.length * orders.length > groupMax) continue;
    found = orders.flatMap((order) => found.map((each) => new Map([...each, [role, order]])));
  }
  return found;
}

function permutations(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]),
  );
}

function processesOf({ engine: { places } }: System, renaming: Renaming): readonly number[] {
  return places.map((place, process) => {
    const [role = ''] = place.origin.split(' ');
    const member = renaming.get(role)?.[place.member];
    if (member === undefined) return process;
    return places.findIndex(
      (each) => each.role === place.role && each.part === place.part && each.member === member,
    );
  });
}

/** Members that may crash, or whose timers fire, keep their names. */
function isUnnoticed(system: System, renaming: Renaming, options: SymmetryOptions): boolean {
  const { firingMember } = options.bounds;
  const images = processesOf(system, renaming);
  return system.engine.places.every((place, process) => {
    const crashes = options.crashes.some((each) => each.processes.includes(process));
    const isKnown = crashes || (firingMember !== null && place.origin === firingMember);
    return !isKnown || images[process] === process;
  });
}

function compareMessages(a: WorldState, b: WorldState): number {
  return compare(a.flight, b.flight) || compare(a.queued, b.queued);
}

const compare = compareArrays(compareNumbers);
