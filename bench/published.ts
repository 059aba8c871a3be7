/** The published figures that the cost model is fitted to and checked against. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { workTerms } from '../src/extract/cost.ts';
import type { PlanLoad } from './fit.ts';

export interface PublishedPlan {
  readonly name: string;
  readonly protocol: string;
  /** Path in the project. */
  readonly program: string;
  /** Parameters of the program. */
  readonly set: Readonly<Record<string, number>>;
  readonly machines: number;
  readonly commandsPerSecond: number;
  /** Commands per second: what the rounding of the published figure leaves open; null where only a check needs it. */
  readonly between: readonly [number, number] | null;
  /** Roles that were programs in another language: messages to them had the format of clients, and cost as much. */
  readonly outside: readonly string[];
  readonly use: 'fit' | 'check';
}

export interface Published {
  readonly source: string;
  readonly plans: readonly PublishedPlan[];
}

const use = z.enum(['fit', 'check']);
const between = z.tuple([z.number().positive(), z.number().positive()]).nullable();

const published: z.ZodType<Published> = z.strictObject({
  source: z.string(),
  plans: z.array(
    z.strictObject({
      name: z.string(),
      protocol: z.string(),
      program: z.string(),
      set: z.record(z.string(), z.number().int()),
      machines: z.number().int(),
      commandsPerSecond: z.number().positive(),
      between,
      outside: z.array(z.string()),
      use,
    }),
  ),
});

const loads = z.strictObject({
  source: z.string(),
  plans: z.array(
    z.strictObject({
      name: z.string(),
      protocol: z.string(),
      use,
      machines: z.number().int(),
      commandsPerSecond: z.number().positive(),
      between,
      roles: z.array(
        z.strictObject({ role: z.string(), work: z.record(z.enum(workTerms), z.number()) }),
      ),
    }),
  ),
});

export function readPublished(root: string): Published {
  const text = readFileSync(join(root, 'cost-models/calibration/published.json'), 'utf8');
  return published.parse(JSON.parse(text));
}

/** What the last calibration counted. */
export function readLoads(root: string): readonly PlanLoad[] {
  const text = readFileSync(join(root, 'cost-models/calibration/loads.json'), 'utf8');
  return loads.parse(JSON.parse(text)).plans;
}
