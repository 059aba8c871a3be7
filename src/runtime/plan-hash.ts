/** What two processes must agree on before they talk: the program that runs, and who its clients may be. */
import { sha256 } from '../base/order.ts';
import { printProgram } from '../ir/print.ts';
import type { Program } from '../ir/program.ts';

export function planHash(program: Program, clients: number): string {
  return sha256(`${printProgram(program)}\n${clients}`);
}
