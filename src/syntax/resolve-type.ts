/** Types as written to types of the IR. */

import { match } from 'ts-pattern';
import type { Diagnostic } from '../base/diagnostic.ts';
import { nearestName } from '../base/suggest.ts';
import type { Column, Lattice, Type } from '../ir/type.ts';
import type { SurfaceColumn, SurfaceType } from './ast.ts';
import { syntaxMessages } from './messages.ts';
import type { Scope } from './scope.ts';

export interface TypeResolution {
  readonly scope: Scope;
  readonly diagnostics: Diagnostic[];
  /** Names that are no types: reported once where they stand, fitting anything afterwards. */
  readonly unknown: Set<string>;
}

export function resolveColumns(
  columns: readonly SurfaceColumn[],
  resolution: TypeResolution,
): readonly Column[] {
  const seen = new Map<string, SurfaceColumn>();
  for (const column of columns) {
    const earlier = seen.get(column.name.text);
    if (earlier === undefined) seen.set(column.name.text, column);
    else {
      const parameters = { name: column.name.text, first: earlier.name.span };
      resolution.diagnostics.push(syntaxMessages.report('IR0205', column.name.span, parameters));
    }
  }
  return columns.map(({ name, type }) => ({
    name: name.text,
    type: resolveType(type, resolution),
  }));
}

export function resolveType(type: SurfaceType, resolution: TypeResolution): Type {
  switch (type.kind) {
    case 'name':
      return resolveName(type.name, type, resolution);
    case 'tuple':
      return { kind: 'tuple', items: type.items.map((item) => resolveType(item, resolution)) };
    case 'apply':
      return resolveApplication(type, resolution);
  }
}

function resolveName(name: string, type: SurfaceType, resolution: TypeResolution): Type {
  if (name === 'int' || name === 'bool' || name === 'string') return { kind: name };
  if (name === 'or') return { kind: 'lattice', lattice: { kind: 'or' } };
  const declared = resolution.scope.types.get(name);
  if (declared?.kind === 'role') return { kind: 'id', role: name };
  if (declared?.kind === 'lattice') {
    return { kind: 'lattice', lattice: { kind: 'declared', name } };
  }
  if (declared === undefined) {
    const known = ['int', 'bool', 'string', ...resolution.scope.types.keys()];
    const nearest = nearestName(name, known) ?? null;
    if (!resolution.scope.broken.has(name)) {
      resolution.diagnostics.push(syntaxMessages.report('IR0202', type.span, { name, nearest }));
    }
    resolution.unknown.add(name);
  }
  return { kind: 'opaque', name };
}

function resolveApplication(
  type: Extract<SurfaceType, { readonly kind: 'apply' }>,
  resolution: TypeResolution,
): Type {
  const [first, second] = type.args;
  const of: Type = first === undefined ? { kind: 'int' } : resolveType(first, resolution);
  return match(type.constructor)
    .returnType<Type>()
    .with('list', () => ({ kind: 'list', item: of }))
    .with('max', 'min', 'set', (kind) => ({ kind: 'lattice', lattice: { kind, of } }))
    .with('map', (kind) => {
      const value = resolveLattice(second, resolution);
      return { kind: 'lattice', lattice: { kind, key: of, value } };
    })
    .with('lex', (kind) => {
      const value = resolveLattice(second, resolution);
      return { kind: 'lattice', lattice: { kind, version: of, value } };
    })
    .exhaustive();
}

/** The values of a `map` and the second part of a `lex` merge, so they must be lattices. */
function resolveLattice(type: SurfaceType | undefined, resolution: TypeResolution): Lattice {
  if (type === undefined) return { kind: 'or' };
  const resolved = resolveType(type, resolution);
  if (resolved.kind === 'lattice') return resolved.lattice;
  const isUnknown = resolved.kind === 'opaque' && resolution.unknown.has(resolved.name);
  if (!isUnknown) resolution.diagnostics.push(syntaxMessages.report('IR0309', type.span, {}));
  return { kind: 'max', of: resolved };
}
