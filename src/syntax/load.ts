/** The way in: a text to a checked program, or to everything that is wrong with it. */

import { type Diagnostic, hasErrors, inSourceOrder } from '../base/diagnostic.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { Source, Span } from '../base/source.ts';
import type { Program } from '../ir/program.ts';
import { validateProgram } from '../ir/validate.ts';
import { checkProgram } from './check.ts';
import { expandPatterns } from './expand-patterns.ts';
import { lower } from './lower.ts';
import { parse } from './parser.ts';
import { collectScope } from './scope.ts';

export interface LoadOptions {
  /** Values in place of the definitions of parameters (`--set f=2`). */
  readonly set?: Readonly<Record<string, number>>;
}

/** Where the parts of a program stand in its text; undefined for what lowering made up. */
export interface ProgramSpans {
  readonly clause: (id: string) => Span | undefined;
  readonly role: (name: string) => Span | undefined;
  readonly relation: (role: string, name: string) => Span | undefined;
  readonly channel: (name: string) => Span | undefined;
  readonly invariant: (name: string) => Span | undefined;
  /** Any node of the program: an atom, a literal, an expression, a declaration. */
  readonly node: (node: object) => Span | undefined;
}

export interface Checked {
  readonly program: Program;
  readonly source: Source;
  readonly spans: ProgramSpans;
  readonly warnings: readonly Diagnostic[];
}

/** All findings in source order when there is an error among them. */
export function loadProgram(
  source: Source,
  options: LoadOptions = {},
): Result<Checked, readonly Diagnostic[]> {
  const ast = parse(source);
  const { scope, diagnostics } = collectScope(ast);
  const { program, lowering } = lower(source, ast, scope, options.set ?? {});
  const spans = spansOf(lowering.places, lowering.names.spans);
  const found: Diagnostic[] = [...ast.diagnostics, ...diagnostics, ...lowering.diagnostics];
  found.push(...checkProgram({ program, scope, lowering, isWhole: found.length === 0 }));
  const findings = inSourceOrder(found);
  if (hasErrors(findings)) return err(findings);
  const { spans: nodes } = lowering.names;
  const expanded = expandPatterns(program, (from, to) => {
    const place = nodes.get(from);
    if (place !== undefined) nodes.set(to, place);
  });
  validateProgram(expanded);
  return ok({ program: expanded, source, spans, warnings: findings });
}

function spansOf(
  places: ReadonlyMap<string, Span>,
  nodes: ReadonlyMap<object, Span>,
): ProgramSpans {
  const local = (role: string, name: string): Span | undefined =>
    places.get(`relation ${role} ${name}`) ??
    places.get(`static ${role} ${name}`) ??
    places.get(`timer ${role} ${name}`);
  return {
    clause: (id) => places.get(`clause ${id}`),
    role: (name) => places.get(`role ${name}`),
    relation: local,
    channel: (name) => places.get(`channel ${name}`),
    invariant: (name) => places.get(`invariant ${name}`),
    node: (node) => nodes.get(node),
  };
}
