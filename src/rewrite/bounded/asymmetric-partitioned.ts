/** The bounded obligations of `decouple/asymmetric-partitioned`: keys apart, and turns of all of them. */

import type { Obligation } from '../../smt/obligation.ts';
import { keysApart } from './keyed-streams.ts';
import { ordersAtRest } from './turns-at-rest.ts';

/**
 * Both parts restart together, which is a run that ends: what a crash leaves on disk and loses on the way
 * (`nothing-on-disk`, `may-be-lost`, and the channels of `may-be-held-back`), and messages that a kept fact causes
 * (`existence`), are the judge's; that each input has a key is what `co-hashing` asks of (`keyed-inputs`).
 */
export function boundedAsymmetricPartitioned(): readonly Obligation[] {
  return [keysApart(), ordersAtRest()];
}
