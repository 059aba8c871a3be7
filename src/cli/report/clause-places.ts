/** Names of clauses in texts for people: where each stands in its file, instead of its number in its role. */

import { basename } from 'node:path';
import { lineIndex, positionAt, type Source } from '../../base/source.ts';
import type { PlanDocument } from '../../plan/document.ts';
import { loadProgram, type ProgramSpans } from '../../syntax/load.ts';

/** `leader.5` to `voting.ir:31`, in any text; what is no clause of the text, or made up by lowering, stays. */
export type PlaceClauses = (text: string) => string;

export function placeClauses(source: Source, spans: ProgramSpans): PlaceClauses {
  const lines = lineIndex(source.text);
  const name = basename(source.name);
  return (text) =>
    text.replace(/\b[A-Za-z_]\w*\.\d+\b/g, (id) => {
      const span = spans.clause(id);
      return span === undefined ? id : `${name}:${positionAt(lines, span.start).line}`;
    });
}

/** A plan with the claims of its proofs and the reasons of what was declined in places of its original's text. */
export function placedDocument(document: PlanDocument): PlanDocument {
  const placed = placesOf(document);
  return {
    ...document,
    trace: document.trace.map((step) => ({
      ...step,
      obligations: step.obligations.map((proof) => ({
        ...proof,
        claim: placed(proof.claim),
        hypotheses: proof.hypotheses.map(placed),
      })),
    })),
    declined: document.declined.map((each) => ({
      ...each,
      reason: placed(each.reason),
      counterexample: each.counterexample.map(placed),
    })),
  };
}

/** Clauses of a plan's original, by the text that the plan was made of. */
export function placesOf({ program }: PlanDocument): PlaceClauses {
  const source = { name: `${program.name}.ir`, text: program.text };
  const loaded = loadProgram(source, { set: program.parameters });
  return loaded.kind === 'err' ? (text) => text : placeClauses(source, loaded.value.spans);
}
