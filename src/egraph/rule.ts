/** Rewrite rules: what to search, when to accept a match, what to unite the match with. */
import type { EGraph } from './egraph.ts';
import type { ClassId } from './ids.ts';
import type { Atom, Pattern } from './pattern.ts';
import type { Substitution } from './substitution.ts';

export type Rule<P> = {
  /** Unique among the rules of a run; proofs and reports refer to it. */
  readonly name: string;
  readonly left: Left<P>;
  readonly right: Right<P>;
  readonly when: Condition<P> | undefined;
};

export type Left<P> =
  | { readonly kind: 'pattern'; readonly pattern: Pattern<P> }
  /** All atoms at once, sharing variables; the first atom's variable is the match's root. */
  | { readonly kind: 'patterns'; readonly atoms: readonly Atom<P>[] }
  | { readonly kind: 'search'; readonly search: Searcher<P> };

export type Right<P> =
  | { readonly kind: 'pattern'; readonly pattern: Pattern<P> }
  /** Unites each variable, bound by the left side, with its pattern. */
  | { readonly kind: 'patterns'; readonly atoms: readonly Atom<P>[] }
  | { readonly kind: 'apply'; readonly apply: Applier<P> };

export type Match<P> = { readonly root: ClassId; readonly substitution: Substitution<P> };

/**
 * Finds matches in any way the host likes. The e-graph is rebuilt and must not be changed; at most
 * `matchesMax` matches count, in an order that is the same on every run.
 */
export type Searcher<P> = (egraph: EGraph<P>, matchesMax: number) => readonly Match<P>[];

/** Judges a match on the rebuilt e-graph, which it must not change, before any rule is applied. */
export type Condition<P> = (
  egraph: EGraph<P>,
  substitution: Substitution<P>,
  root: ClassId,
) => boolean;

/**
 * Adds what the match rewrites to and returns it, to be united with the root; or null to decline.
 * The e-graph may hold unions that aren't rebuilt yet.
 */
export type Applier<P> = (
  egraph: EGraph<P>,
  substitution: Substitution<P>,
  root: ClassId,
) => ClassId | null;

export type RuleOptions<P> = { readonly when?: Condition<P> };

/** `left => right`, unconditional or under `when`. */
export function rewrite<P = never>(
  name: string,
  left: Pattern<P>,
  right: Pattern<P> | Applier<P>,
  options: RuleOptions<P> = {},
): Rule<P> {
  return {
    name,
    left: { kind: 'pattern', pattern: left },
    right:
      typeof right === 'function'
        ? { kind: 'apply', apply: right }
        : { kind: 'pattern', pattern: right },
    when: options.when,
  };
}

/** `?x = p, ?y = q => ?x = r, ...`: several patterns with shared variables on either side. */
export function multiRewrite<P = never>(
  name: string,
  left: readonly Atom<P>[],
  right: readonly Atom<P>[] | Applier<P>,
  options: RuleOptions<P> = {},
): Rule<P> {
  return {
    name,
    left: { kind: 'patterns', atoms: left },
    right:
      typeof right === 'function'
        ? { kind: 'apply', apply: right }
        : { kind: 'patterns', atoms: right },
    when: options.when,
  };
}

/** A rule with a searcher of the host's own. */
export function searchRewrite<P = never>(
  name: string,
  search: Searcher<P>,
  apply: Applier<P>,
  options: RuleOptions<P> = {},
): Rule<P> {
  return {
    name,
    left: { kind: 'search', search },
    right: { kind: 'apply', apply },
    when: options.when,
  };
}
