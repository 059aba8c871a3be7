/** What stands in the way of believing figures, in sentences: measuring says what it can't show. */
import type { ModeResult, SideResult } from './mode-result.ts';
import { sides } from './sides.ts';

const generatorMax = 0.7;
/** Windows of one side that are further apart say little. */
const spreadMax = 0.3;
/** Share of the machine that other work may take before figures of the clock are doubtful. */
const othersMax = 0.1;
const cappedBusyMin = 0.9;

export function doubtsOf(result: Omit<ModeResult, 'doubts'>, cores: number): readonly string[] {
  const { mode, share } = result;
  const both = sides.map((side) => result[side]);
  const machines = Math.max(...both.map((each) => each.machines));
  const doubts: string[] = [];
  const others = Math.max(...both.flatMap(({ windows }) => windows.map((each) => each.others)));
  if (mode !== 'paced' && others > othersMax * cores) {
    doubts.push(
      `other work on the machine took up to ${others.toFixed(1)} of its ${cores} cores meanwhile, so rates are too low and processor times too high`,
    );
  }
  if (mode === 'wall' && machines > cores) {
    doubts.push(
      `wall clock: ${machines} processes share ${cores} cores, so throughput shows the work of all of them together and not that of the busiest; a plan with more machines can look slower here and be faster on machines of their own. Capacity, from the processor time of each process, is the figure to compare`,
    );
  }
  if (mode === 'capped' && share !== null) {
    for (const each of both) {
      const busiest = Math.max(0, ...each.nodes.map(({ utilization }) => utilization));
      if (busiest < cappedBusyMin * share) {
        doubts.push(
          `capped: no process of the ${each.side} program used up its share (${percent(busiest)} of a core, of ${percent(share)}), so something else held it back: the disk, the clients, or other work on the machine`,
        );
      }
    }
  }
  return [...doubts, ...both.flatMap(doubtsOfSide)];
}

function doubtsOfSide({ side, windows, throughput }: SideResult): readonly string[] {
  const doubts: string[] = [];
  const generator = Math.max(0, ...windows.map((window) => window.generator));
  if (generator > generatorMax) {
    doubts.push(
      `${side}: the load generator took ${percent(generator)} of a core and may have been what was measured`,
    );
  }
  const spread = throughput.max === 0 ? 0 : (throughput.max - throughput.min) / throughput.max;
  if (windows.length > 1 && spread > spreadMax) {
    doubts.push(
      `${side}: the best and the worst window are ${percent(spread)} apart: other work on the machine, or too short windows`,
    );
  }
  const retried = windows.reduce((sum, window) => sum + window.retried, 0);
  if (retried > 0) {
    doubts.push(`${side}: ${retried} requests were asked again because no answer came in time`);
  }
  return doubts;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
