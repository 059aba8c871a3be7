/** Functions that a program declares without a body: whether the module of the user gives them all. */

import type { ExternalFunctions } from '../exec/functions.ts';
import type { FunctionDeclaration, Program } from '../ir/program.ts';
import { printType, type Type } from '../ir/type.ts';
import { type Failure, unusable } from './failure.ts';
import { commandMessages } from './messages.ts';

/** What keeps the program from being run; null when nothing does. */
export function missingFunctions(program: Program, functions: ExternalFunctions): Failure | null {
  const missing = program.functions.filter(
    ({ name, body }) => body === null && !Object.hasOwn(functions, name),
  );
  if (missing.length === 0) return null;
  const stubs = missing.map((each) => ({ name: each.name, code: stubOf(each) }));
  return unusable(commandMessages.report('CF0017', undefined, { functions: stubs }));
}

/** `export function sign(key, text) { return ''; } // (key: int, text: string): string` */
function stubOf({ name, parameters, result }: FunctionDeclaration): string {
  const names = parameters.map((each) => each.name).join(', ');
  const types = parameters.map((each) => `${each.name}: ${printType(each.type)}`).join(', ');
  return `export function ${name}(${names}) { return ${exampleOf(result)}; } // (${types}): ${printType(result)}`;
}

/** A value of the type, as JavaScript. */
function exampleOf(type: Type): string {
  switch (type.kind) {
    case 'int':
    case 'id':
      return '0';
    case 'bool':
      return 'false';
    case 'string':
    case 'opaque':
      return "''";
    case 'tuple':
      return `[${type.items.map(exampleOf).join(', ')}]`;
    case 'list':
      return '[]';
    case 'lattice':
      return latticeExample(type);
  }
}

function latticeExample({ lattice }: Extract<Type, { readonly kind: 'lattice' }>): string {
  switch (lattice.kind) {
    case 'max':
    case 'min':
      return exampleOf(lattice.of);
    case 'or':
      return 'false';
    case 'set':
      return 'new Set()';
    case 'map':
      return 'new Map()';
    case 'lex':
      return `[${exampleOf(lattice.version)}, ${latticeExample({ kind: 'lattice', lattice: lattice.value })}]`;
    case 'declared':
      return '0';
  }
}
