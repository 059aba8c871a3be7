/** Text that two states of one role share exactly when they behave alike from here, whichever of them is at rest. */
import type { NodeState } from '../../src/exec/node-state.ts';

export function stateKey({ phase, carried, disk, diskBefore, ...state }: NodeState): string {
  const lists = [carried, disk, state.held, state.armed, state.expired];
  const texts = lists.map((sets) => sets.map((set) => set.text()).join('|'));
  const isFlushed = diskBefore?.every((set, place) => set === disk[place]) ?? false;
  const before = isFlushed ? '=' : (diskBefore?.map((set) => set.text()).join('|') ?? '');
  return `${phase}#${texts.join('#')}#${before}`;
}
