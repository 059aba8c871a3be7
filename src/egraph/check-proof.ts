/**
 * An independent check of proofs: replays every step with nothing but terms and the patterns of the
 * rules. It shares no code with the e-graph, its matcher or `explain`, and a proof that it accepts
 * holds whatever bugs those have.
 */
import { canonicalJson } from '../base/order.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { ChildPattern, Pattern, PayloadPattern } from './pattern.ts';
import { printPattern } from './pattern-text.ts';
import type { Proof, ProofStep, RuleStep, TermBinding } from './proof.ts';
import type { Rule } from './rule.ts';
import { type PayloadKey, printTerm, type Term, TermIndex } from './term.ts';

export type ProofChecks<P> = {
  readonly payloadKey?: PayloadKey<P>;
  /** Whether a union that the host or an analysis made is one of its axioms; none is unless given. */
  readonly given?: (label: string, left: Term<P>, right: Term<P>) => boolean;
  /** Replays, by rule, the conditions that rules have; the others' are assumed and reported so. */
  readonly conditions?: ReadonlyMap<string, (substitution: Substituted<P>) => boolean>;
  /** Checks, by rule, the steps of rules whose searcher or applier is the host's own. */
  readonly own?: ReadonlyMap<string, (step: RuleStep<P>) => boolean>;
};

export type Substituted<P> = ReadonlyMap<string, TermBinding<P>>;

/** What an accepted proof rests on besides the patterns of the rules. */
export type CheckedProof = {
  /** Steps, those of shared sub-proofs once. */
  readonly steps: number;
  /** Rules whose conditions were taken on trust, in order of first use. */
  readonly assumed: readonly string[];
};

/** Why a proof is rejected. */
export type ProofProblem = { readonly message: string };

/** Accepts a proof only if each step of it and of its sub-proofs is right. */
export function checkProof<P>(
  proof: Proof<P>,
  rules: readonly Rule<P>[],
  checks: ProofChecks<P> = {},
): Result<CheckedProof, ProofProblem> {
  return new Checker(rules, checks).check(proof);
}

class Checker<P> {
  readonly #rules: ReadonlyMap<string, Rule<P>>;
  readonly #checks: ProofChecks<P>;
  readonly #terms: TermIndex<P>;
  readonly #payloadKey: PayloadKey<P>;
  readonly #assumed = new Set<string>();
  #steps = 0;

  constructor(rules: readonly Rule<P>[], checks: ProofChecks<P>) {
    this.#rules = new Map(rules.map((rule) => [rule.name, rule]));
    this.#checks = checks;
    this.#payloadKey = checks.payloadKey ?? canonicalJson;
    this.#terms = new TermIndex(this.#payloadKey);
  }

  /** Depth first over the shared proofs: one that leads back to itself proves nothing. */
  check(root: Proof<P>): Result<CheckedProof, ProofProblem> {
    const state = new Map<Proof<P>, 'open' | 'done'>();
    const stack: { readonly proof: Proof<P>; readonly parts: readonly Proof<P>[]; next: number }[] =
      [];
    const open = (proof: Proof<P>): string | undefined => {
      if (state.get(proof) === 'open') return 'the proof refers to itself';
      if (state.get(proof) === 'done') return undefined;
      state.set(proof, 'open');
      stack.push({ proof, parts: partsOf(proof), next: 0 });
      return this.#chain(proof);
    };
    let problem = open(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      if (problem !== undefined) return err({ message: problem });
      const part = frame.parts[frame.next++];
      if (part !== undefined) {
        problem = open(part);
      } else {
        state.set(frame.proof, 'done');
        stack.pop();
      }
    }
    return ok({ steps: this.#steps, assumed: [...this.#assumed] });
  }

  /** The steps lead from one side to the other, and each is right given its sub-proofs. */
  #chain(proof: Proof<P>): string | undefined {
    let current = proof.left;
    for (const step of proof.steps) {
      this.#steps++;
      if (!this.#terms.same(current, step.before)) {
        return `a step starts at ${this.#print(step.before)}, not at ${this.#print(current)}`;
      }
      const problem = this.#step(step);
      if (problem !== undefined) return problem;
      current = step.after;
    }
    if (this.#terms.same(current, proof.right)) return undefined;
    return `the steps end at ${this.#print(current)}, not at ${this.#print(proof.right)}`;
  }

  #step(step: ProofStep<P>): string | undefined {
    switch (step.kind) {
      case 'congruence':
        return this.#congruence(step.before, step.after, step.children);
      case 'given': {
        const sides =
          step.direction === 'forward' ? [step.before, step.after] : [step.after, step.before];
        const [left = step.before, right = step.after] = sides;
        if (this.#checks.given?.(step.label, left, right) === true) return undefined;
        return `\`${step.label}\` is no axiom: ${this.#print(left)} = ${this.#print(right)}`;
      }
      case 'rule':
        return this.#rule(step);
    }
  }

  #congruence(before: Term<P>, after: Term<P>, children: readonly Proof<P>[]): string | undefined {
    const alike = before.op === after.op && this.#key(before) === this.#key(after);
    const count = before.children.length;
    if (!alike || after.children.length !== count || children.length !== count) {
      return `${this.#print(before)} and ${this.#print(after)} aren't congruent`;
    }
    for (const [position, child] of children.entries()) {
      const left = before.children[position];
      const right = after.children[position];
      if (left === undefined || right === undefined) return 'a child is missing';
      if (!this.#terms.same(child.left, left) || !this.#terms.same(child.right, right)) {
        return `the sub-proof for child ${position + 1} is about other terms`;
      }
    }
    return undefined;
  }

  #rule(step: RuleStep<P>): string | undefined {
    const rule = this.#rules.get(step.rule);
    if (rule === undefined) return `there is no rule \`${step.rule}\``;
    const [left, right] =
      step.direction === 'forward' ? [step.before, step.after] : [step.after, step.before];
    const { substitution } = step;
    if (rule.when !== undefined) {
      const condition = this.#checks.conditions?.get(rule.name);
      if (condition === undefined) this.#assumed.add(rule.name);
      else if (!condition(substitution)) return `the condition of \`${rule.name}\` doesn't hold`;
    }
    if (rule.left.kind === 'search' || rule.right.kind === 'apply') return this.#own(step);
    if (rule.left.kind === 'pattern' && rule.right.kind === 'pattern') {
      return (
        this.#instance(rule.name, rule.left.pattern, substitution, left) ??
        this.#instance(rule.name, rule.right.pattern, substitution, right)
      );
    }
    if (rule.left.kind === 'pattern' || rule.right.kind === 'pattern') {
      return `the sides of \`${rule.name}\` don't fit together`;
    }
    if (rule.left.atoms.length !== step.premises.length) {
      return `\`${rule.name}\` has ${rule.left.atoms.length} premises`;
    }
    for (const [index, atom] of rule.left.atoms.entries()) {
      const premise = step.premises[index];
      if (premise === undefined) return 'a premise is missing';
      const problem =
        this.#instance(rule.name, variablePattern(atom.variable), substitution, premise.left) ??
        this.#instance(rule.name, atom.pattern, substitution, premise.right);
      if (problem !== undefined) return problem;
    }
    const made = rule.right.atoms[step.atom];
    if (made === undefined) return `\`${rule.name}\` has no conclusion ${step.atom + 1}`;
    return (
      this.#instance(rule.name, variablePattern(made.variable), substitution, left) ??
      this.#instance(rule.name, made.pattern, substitution, right)
    );
  }

  #own(step: RuleStep<P>): string | undefined {
    const check = this.#checks.own?.get(step.rule);
    if (check === undefined) return `nothing checks the steps of \`${step.rule}\``;
    return check(step) ? undefined : `a step of \`${step.rule}\` is wrong`;
  }

  #instance(
    rule: string,
    pattern: Pattern<P>,
    substitution: Substituted<P>,
    found: Term<P>,
  ): string | undefined {
    if (this.#isInstance(pattern, substitution, found)) return undefined;
    const text = printPattern(pattern, this.#payloadKey);
    return `${this.#print(found)} isn't ${text} of \`${rule}\` under its substitution`;
  }

  #isInstance(pattern: Pattern<P>, substitution: Substituted<P>, found: Term<P>): boolean {
    if (pattern.kind === 'variable') {
      const bound = substitution.get(pattern.name);
      return bound?.kind === 'term' && this.#terms.same(bound.term, found);
    }
    if (pattern.op !== found.op) return false;
    if (!this.#isPayload(pattern.payload, substitution, found)) return false;
    let next = 0;
    for (const child of pattern.children) {
      const count = this.#matchChild(child, substitution, found.children.slice(next));
      if (count === undefined) return false;
      next += count;
    }
    return next === found.children.length;
  }

  /** How many of the leading terms a child pattern stands for; `undefined` if it doesn't fit. */
  #matchChild(
    pattern: ChildPattern<P>,
    substitution: Substituted<P>,
    found: readonly Term<P>[],
  ): number | undefined {
    if (pattern.kind !== 'rest') {
      const [first] = found;
      return first !== undefined && this.#isInstance(pattern, substitution, first) ? 1 : undefined;
    }
    const bound = substitution.get(pattern.name);
    if (bound?.kind !== 'terms') return undefined;
    const same = bound.terms.every((each, position) => {
      const other = found[position];
      return other !== undefined && this.#terms.same(each, other);
    });
    return same ? bound.terms.length : undefined;
  }

  #isPayload(
    pattern: PayloadPattern<P>,
    substitution: Substituted<P>,
    { payload }: Term<P>,
  ): boolean {
    switch (pattern.kind) {
      case 'none':
        return payload === undefined;
      case 'any':
        return true;
      case 'literal':
        return (
          payload !== undefined && this.#payloadKey(pattern.value) === this.#payloadKey(payload)
        );
      case 'variable': {
        const bound = substitution.get(pattern.name);
        if (bound?.kind !== 'payload' || payload === undefined) return false;
        return this.#payloadKey(bound.value) === this.#payloadKey(payload);
      }
    }
  }

  #key({ payload }: Term<P>): string | undefined {
    return payload === undefined ? undefined : this.#payloadKey(payload);
  }

  #print(term: Term<P>): string {
    return printTerm(term, this.#payloadKey);
  }
}

function variablePattern<P>(name: string): Pattern<P> {
  return { kind: 'variable', name };
}

function partsOf<P>(proof: Proof<P>): readonly Proof<P>[] {
  const parts: Proof<P>[] = [];
  for (const step of proof.steps) {
    if (step.kind === 'congruence') parts.push(...step.children);
    else if (step.kind === 'rule') parts.push(...step.premises);
  }
  return parts;
}
