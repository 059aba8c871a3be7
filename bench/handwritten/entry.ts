/** The process of a node that runs the hand-written code; everything else is the runtime's. */
import { runInstead } from '../../src/runtime/node-process.ts';
import { handwritten } from './process.ts';

runInstead(handwritten);
