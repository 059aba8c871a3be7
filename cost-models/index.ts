/**
 * The cost models that come with the compiler, by name. One model serves every objective: `--cost` says what
 * to optimize, the model says what things cost.
 */

import { invariant } from '../src/base/assert.ts';
import type { CostModel } from '../src/extract/cost.ts';
import { costModelOf } from '../src/extract/cost-model-file.ts';
import throughput from './throughput.json' with { type: 'json' };

/** Fitted to published throughputs by `npm run calibrate`. */
export const throughputModel: CostModel = shipped(throughput, 'cost-models/throughput.json');

export const costModels: readonly CostModel[] = [throughputModel];

function shipped(data: unknown, file: string): CostModel {
  const model = costModelOf(data, file);
  invariant(model.kind === 'ok', `${file} is a cost model: a test reads it`);
  return model.value;
}
