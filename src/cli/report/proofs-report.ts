/** What `prove` prints. */

import { groupBy } from '../../base/order.ts';
import { counted } from '../figures.ts';
import { labelled, wrapped } from '../layout.ts';
import type { Proofs, ProvedObligation } from '../proofs.ts';
import type { Stream } from '../terminal.ts';

export function proofsReport(
  { obligations, answered }: Proofs,
  folder: string | null,
  stream: Stream,
): string {
  const { style } = stream;
  const groups = groupBy(obligations, (each) => each.rule);
  const count = (verdict: ProvedObligation['verdict']): number =>
    obligations.filter((each) => each.verdict === verdict && each.kind !== 'argued').length;
  const argued = obligations.filter((each) => each.kind === 'argued').length;
  const scripts = new Set(answered.map((each) => each.obligation.id)).size;
  const lines = [
    ...[...groups].flatMap(([rule, proofs]) => [
      style.strong(rule),
      ...proofs.flatMap((each) => proofLines(each, stream)),
    ]),
    '',
    ...wrapped(
      `${count('proved')} proved, ${count('refuted')} refuted, ${count('unknown')} unknown; ${argued} argued on paper and covered by the judge`,
      stream.columns,
      2,
    ),
    ...(folder === null ? [] : [`${counted(scripts, 'script')} for other solvers in ${folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function proofLines(proof: ProvedObligation, { columns, style }: Stream): readonly string[] {
  const { verdict, kind, lemma, claim, at, reason, loadBearing } = proof;
  const word = kind === 'argued' ? 'argued' : verdict;
  const paint =
    kind === 'argued' ? style.faint : verdict === 'proved' ? style.added : style.removed;
  const idle = loadBearing
    .filter((each) => each.withoutIt !== 'refuted')
    .map((each) => each.condition);
  const needed =
    loadBearing.length === 0
      ? ''
      : `; ${loadBearing.length - idle.length} of ${counted(loadBearing.length, 'condition')} needed`;
  const text = `${lemma}: ${claim} (${kind}, ${at})${needed}${reason === undefined ? '' : `; ${reason}`}`;
  const [first = '', ...rest] = labelled(`  ${word}`, text, columns, 12);
  return [first.replace(word, paint(word)), ...rest];
}
