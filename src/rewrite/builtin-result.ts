/** Result types of built-in functions, for columns of forwards. */
import type { Type } from '../ir/type.ts';
import { INT, STRING } from '../ir/type.ts';

export function builtinResult(name: string, args: readonly Type[]): Type {
  return name === 'sign' ? STRING : (args[0] ?? INT);
}
