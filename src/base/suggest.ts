/** Nearest names for "did you mean": edit distance, bounded work, a stable choice among equals. */
import { distance } from 'fastest-levenshtein';
import { defaultLimits } from './limits.ts';
import { by, inOrder, sorted } from './order.ts';

/**
 * The candidates within `max(1, length / 3)` edits of `name`, nearest first, at most `count`. A
 * difference of letter case alone always counts as near.
 */
export function nearestNames(
  name: string,
  candidates: Iterable<string>,
  count: number = 3,
): readonly string[] {
  const allowed = Math.max(1, Math.floor(name.length / 3));
  const near: { readonly candidate: string; readonly edits: number }[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    if (seen.size >= defaultLimits.suggestionCandidatesMax) break;
    if (candidate === name || seen.has(candidate)) continue;
    seen.add(candidate);
    const edits = editsBetween(name, candidate, allowed);
    if (edits <= allowed) near.push({ candidate, edits });
  }
  const ranked = sorted(
    near,
    inOrder(
      by((item) => item.edits),
      by((item) => item.candidate),
    ),
  );
  return ranked.slice(0, count).map((item) => item.candidate);
}

/** The single nearest name, if any is near enough. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  return nearestNames(name, candidates, 1)[0];
}

/** The help line of a message, or none: made to be spread into `help`. */
export function didYouMean(name: string, candidates: Iterable<string>): readonly string[] {
  const near = nearestName(name, candidates);
  return near === undefined ? [] : [`did you mean \`${near}\`?`];
}

function editsBetween(name: string, candidate: string, allowed: number): number {
  if (name.toLowerCase() === candidate.toLowerCase()) return 0;
  if (Math.abs(name.length - candidate.length) > allowed) return Number.POSITIVE_INFINITY;
  return distance(name, candidate);
}
