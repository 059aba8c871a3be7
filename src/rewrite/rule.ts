/**
 * What a rule file is written in. Three kinds: an *equation* unites equal terms and may be used in both
 * directions; a *refinement* adds an implementation to the plans of a component and is never united
 * with it (soundness.md, 4 and 11); a *program rule* rewrites the program before it is cut.
 */

import type { ClassId } from '../egraph/ids.ts';
import type { Rule as EGraphRule } from '../egraph/rule.ts';
import type { Term } from '../egraph/term.ts';
import type { Clause } from '../ir/clause.ts';
import type { Channel, Program, Relation } from '../ir/program.ts';
import type { Obligation } from '../smt/obligation.ts';
import type { HowDeclared } from './dependencies-in.ts';
import type { Forward, Payload, Policy } from './language.ts';
import type { ProgramChange, ProgramFacts, ProgramProposal } from './normal/change.ts';
import type { PartView } from './part.ts';

/** A clause of a component on its way into the e-graph: a class that is there, or a new term. */
export type DraftClause =
  | { readonly kind: 'known'; readonly id: ClassId; readonly clause: Clause }
  | { readonly kind: 'new'; readonly term: Term<Payload>; readonly clause: Clause };

/** A component to which refinements are applied: its clauses with their classes, and its context. */
export interface Site {
  /** The program as it was given. */
  readonly base: Program;
  readonly view: PartView;
  readonly clauses: readonly (DraftClause & { readonly kind: 'known' })[];
  /** Messages or facts per command of a clause, on the busiest member; 0 when it wasn't seen. */
  readonly rate: (clauseId: string) => number;
  /** Where a clause's body can be cut, read from the e-graph (`tail.ts`). */
  readonly tails: (clause: DraftClause & { readonly kind: 'known' }) => readonly Tail[];
  /** A name for a forward that carries these columns of this body; the same for the same request. */
  readonly forwardOf: (request: ForwardRequest) => Forward;
  /** A relation that keeps the facts of a forward. */
  readonly keptOf: (forward: Forward) => string;
  /** Relations, channels and clauses that a cut needs besides forwards; the same for the same key. */
  readonly construct: <T extends Construction>(key: string, make: (fresh: Fresh) => T) => T;
  readonly draft: (clause: Clause) => DraftClause;
  /** Says that a named bound left candidates out. */
  readonly cutOff: (bound: string) => void;
}

/** A name like the hint that nothing else has. */
export type Fresh = (hint: string) => string;

/** What a cut introduces. */
export interface Construction {
  readonly relations: readonly Relation[];
  readonly channels: readonly Channel[];
  /** Names for the number of processes that read a forward (`Forward.counts`). */
  readonly parameters?: readonly string[];
  /** New clauses of both parts: how often they fire is counted in a run of the whole. */
  readonly observed: readonly Clause[];
}

export interface ForwardRequest {
  /** The body whose bindings are sent. */
  readonly body: Term<Payload>;
  readonly columns: readonly string[];
  readonly relays: string | null;
  /** What to call it; a number is added when the name is taken. */
  readonly hint: string;
  /** The role whose member sends to itself. */
  readonly role: string;
}

/**
 * A cut through a clause: `below` stays, `rest` moves. `rest` is the clause with `below` replaced by
 * a scan of the forward with the given columns.
 */
export interface Tail {
  readonly below: Term<Payload>;
  readonly columns: readonly string[];
  readonly rest: (forward: Forward) => Term<Payload>;
  /** Operators between the cut and the head, outermost first. */
  readonly moved: readonly string[];
}

/** What a refinement proposes for a site. */
export type Proposal =
  | {
      readonly kind: 'decouple';
      readonly stay: readonly DraftClause[];
      readonly move: readonly DraftClause[];
      /** Channels that the moved part gets through the staying part, which relays them. */
      readonly relayed: readonly string[];
      readonly forwards: readonly Forward[];
      /** The keys by which the moved part may be on several processes; without them another rule has to find some. */
      readonly spread?: Policy;
      readonly summary: string;
    }
  | { readonly kind: 'partition'; readonly policy: Policy; readonly summary: string };

export interface Match {
  /** The program as it was given, whatever the site has been cut from. */
  readonly base: Program;
  /** How the dependencies that it declares are known. */
  readonly declared: HowDeclared;
  readonly site: PartView;
  readonly proposal: Proposal;
  /** Views of the two parts; for a partition both are the site. */
  readonly stay: PartView;
  readonly move: PartView;
}

/** What a condition says of a match. */
export type Holds =
  /** Decided by definition and use of names alone. */
  | { readonly kind: 'yes'; readonly claim: string; readonly hypotheses: readonly string[] }
  | {
      readonly kind: 'no';
      /** In the user's names: what is wrong and where. */
      readonly reason: string;
      /** Facts of the program that show it; empty when the reason is about names alone. */
      readonly counterexample: readonly string[];
    }
  /** Only the solver can tell: all obligations must be proved. */
  | {
      readonly kind: 'ask';
      readonly claim: string;
      readonly obligations: readonly Obligation[];
      /** What holds only if whoever binds the program's functions sees to it. */
      readonly assumed?: readonly string[];
    };

/** A side condition: one value that decides, is proved and explains itself, so a guard can't be left out. */
export interface Condition {
  readonly name: string;
  readonly holds: (match: Match) => Holds;
}

export interface Example {
  /** A program in our language. */
  readonly program: string;
  readonly role: string;
}

export interface Examples {
  /** The rule applies to the role. */
  readonly fires: readonly Example[];
  /** The rule proposes something for the role, and this condition stops it. */
  readonly declines: readonly (Example & { readonly condition: string })[];
}

export interface RefinementRule {
  readonly kind: 'refinement';
  readonly name: string;
  /** Numbers in rules/citations.md. */
  readonly cites: readonly number[];
  /** The theorem that carries the side conditions to histories; argued, and covered by the judge. */
  readonly theorem: string;
  /** Pure, bounded, ordered: where the rule might apply. */
  readonly choose: (site: Site) => Iterable<Proposal>;
  readonly where: readonly Condition[];
  /**
   * The theorem within a bound, for a symbolic component: asked once a search, and a rule whose bounded
   * obligations aren't proved isn't used. Their conditions are conditions of the rule.
   */
  readonly bounded: () => readonly Obligation[];
  readonly examples: Examples;
}

export interface EquationRule {
  readonly kind: 'equation';
  readonly name: string;
  readonly cites: readonly number[];
  /** The law, as text for people. */
  readonly law: string;
  readonly rewrites: readonly EGraphRule<Payload>[];
  /** Conditions of equations are about shape: `condition` says which one in words. */
  readonly examples: Examples;
}

/** A change of a whole program: of a channel with all that send and read it, or of clauses of one role. */
export interface ProgramMatch {
  readonly before: Program;
  readonly after: Program;
  readonly change: ProgramChange;
  readonly facts: ProgramFacts;
}

export interface ProgramCondition {
  readonly name: string;
  readonly holds: (match: ProgramMatch) => Holds;
}

/**
 * Rewrites the program before it is cut, where both ends of a channel change at once (docs/adr/0005). It must
 * never make a plan dearer: nobody chooses between the program before and after it.
 */
export interface ProgramRule {
  readonly kind: 'program';
  readonly name: string;
  readonly cites: readonly number[];
  readonly theorem: string;
  /** Pure, bounded, ordered; what a program that has been rewritten proposes must come to an end. */
  readonly choose: (program: Program) => Iterable<ProgramProposal>;
  readonly where: readonly ProgramCondition[];
  readonly bounded: () => readonly Obligation[];
  readonly examples: Examples;
}

/** What refinements and program rules have in common: conditions that are decided or asked, and a theorem. */
export interface ProvenRule<M> {
  readonly name: string;
  readonly theorem: string;
  readonly where: readonly { readonly name: string; readonly holds: (match: M) => Holds }[];
  readonly bounded: () => readonly Obligation[];
}

const made = new WeakMap<object, readonly Obligation[]>();

/** The bounded obligations of a rule, made once: they are large. */
export function boundedOf(rule: Pick<ProvenRule<never>, 'bounded'>): readonly Obligation[] {
  const known = made.get(rule) ?? rule.bounded();
  made.set(rule, known);
  return known;
}

export type Rule = RefinementRule | EquationRule | ProgramRule;

export function refinement(rule: Omit<RefinementRule, 'kind'>): RefinementRule {
  return { kind: 'refinement', ...rule };
}

export function equation(rule: Omit<EquationRule, 'kind'>): EquationRule {
  return { kind: 'equation', ...rule };
}

export function programRule(rule: Omit<ProgramRule, 'kind'>): ProgramRule {
  return { kind: 'program', ...rule };
}
