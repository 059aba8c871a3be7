/** Programs and components for the tests of the analyses. */
import { readFileSync } from 'node:fs';
import { type Component, componentOf, componentOfRole } from '../../src/analysis/component.ts';
import type { Finding } from '../../src/analysis/finding.ts';
import { invariant } from '../../src/base/assert.ts';
import type { Program } from '../../src/ir/program.ts';
import { loadProgram } from '../../src/syntax/load.ts';

export function programOf(text: string): Program {
  const loaded = loadProgram({ name: 'test.ir', text });
  const reasons = loaded.kind === 'err' ? loaded.error.map((each) => each.message) : [];
  invariant(loaded.kind === 'ok', `the program of a test loads: ${reasons.join('; ')}`);
  return loaded.value.program;
}

export function protocol(name: string): Program {
  return programOf(readFileSync(new URL(`../../protocols/${name}.ir`, import.meta.url), 'utf8'));
}

/** A role `node` with these members, and a client that speaks and listens over the channels given. */
export function node(members: string, channels: string): Program {
  return programOf(`role client external\nrole node {\n${members}\n}\n${channels}\n`);
}

export function whole(program: Program, role: string = 'node'): Component {
  return componentOfRole(program, role);
}

/** The clauses whose heads are among these relations and channels. */
export function part(program: Program, role: string, heads: readonly string[]): Component {
  const clauses = componentOfRole(program, role).clauses.filter((clause) =>
    heads.includes(clause.head.relation),
  );
  return componentOf(
    program,
    role,
    clauses.map((clause) => clause.id),
  );
}

/** `holds`, or the kinds of the reasons or questions with the relations that they name. */
export function told(finding: Finding): readonly string[] {
  if (finding.kind === 'holds') return ['holds'];
  if (finding.kind === 'open')
    return finding.questions.map((each) => `${each.kind}? ${each.relation}`);
  return finding.reasons.map((each) => `${each.kind}: ${each.relations.join(' ')}`);
}
