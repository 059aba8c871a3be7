/**
 * What happened to an e-graph, append-only: every union that joined two classes, with its reason,
 * and every application of a rule that changed something, with the registers of its match. Proofs
 * and origins are worked out from this only when somebody asks.
 */
import { defined } from '../base/assert.ts';
import type { CompiledRule } from './compiled-pattern.ts';
import { type ApplicationId, applicationId } from './ids.ts';
import { at, IntVector } from './ints.ts';
import type { Substitution } from './substitution.ts';

/** The reason of a union of two nodes whose children were equal one by one. */
const congruence = -1;

export type UnionReason =
  | { readonly kind: 'congruence' }
  | { readonly kind: 'application'; readonly application: ApplicationId }
  | { readonly kind: 'given'; readonly label: string };

export class UnionLog<P> {
  readonly #lefts = new IntVector();
  readonly #rights = new IntVector();
  /** -1 congruence, from 0 on an application, from -2 down a label. */
  readonly #reasons = new IntVector();
  readonly #labels: string[] = [];
  readonly #labelNumbers = new Map<string, number>();
  readonly #rules: CompiledRule<P>[] = [];
  readonly #ruleNumbers = new Map<CompiledRule<P>, number>();
  readonly #applicationRules = new IntVector();
  readonly #registerStarts = new IntVector();
  readonly #registers = new IntVector();
  /** Of rules with a searcher of the host's own, which have no registers. */
  readonly #substitutions = new Map<number, Substitution<P>>();

  get unionCount(): number {
    return this.#lefts.length;
  }

  get applicationCount(): number {
    return this.#applicationRules.length;
  }

  /** Integers that live data takes. */
  get integerCount(): number {
    return 3 * this.#lefts.length + 2 * this.#applicationRules.length + this.#registers.length;
  }

  /** `reason` is an application's number, what `labelReason` returned, or -1 for congruence. */
  recordUnion(left: number, right: number, reason: number): void {
    this.#lefts.push(left);
    this.#rights.push(right);
    this.#reasons.push(reason);
  }

  labelReason(label: string): number {
    const found = this.#labelNumbers.get(label);
    if (found !== undefined) return found;
    const reason = -2 - this.#labels.length;
    this.#labels.push(label);
    this.#labelNumbers.set(label, reason);
    return reason;
  }

  /** The two nodes that union number `index` joined. */
  unionOf(index: number): readonly [left: number, right: number] {
    return [this.#lefts.get(index), this.#rights.get(index)];
  }

  reasonOf(index: number): UnionReason {
    const reason = this.#reasons.get(index);
    if (reason === congruence) return { kind: 'congruence' };
    if (reason >= 0) return { kind: 'application', application: applicationId(reason) };
    return { kind: 'given', label: defined(this.#labels[-2 - reason], 'labels are recorded') };
  }

  /** Records an application with its registers: `count` from `offset` on. */
  recordApplication(
    rule: CompiledRule<P>,
    registers: Int32Array,
    offset: number,
    count: number,
  ): ApplicationId {
    const application = this.#applicationRules.length;
    this.#applicationRules.push(this.#ruleNumber(rule));
    this.#registerStarts.push(this.#registers.length);
    this.appendRegisters(registers, offset, count);
    return applicationId(application);
  }

  /** Adds registers to the newest application: the nodes that its right-hand side stands for. */
  appendRegisters(registers: Int32Array, offset: number, count: number): void {
    for (let index = offset; index < offset + count; index++) {
      this.#registers.push(at(registers, index));
    }
  }

  attachSubstitution(application: ApplicationId, substitution: Substitution<P>): void {
    this.#substitutions.set(application, substitution);
  }

  ruleOf(application: ApplicationId): CompiledRule<P> {
    return defined(this.#rules[this.#applicationRules.get(application)], 'rules are recorded');
  }

  register(application: ApplicationId, slot: number): number {
    return this.#registers.get(this.#registerStarts.get(application) + slot);
  }

  substitutionOf(application: ApplicationId): Substitution<P> | undefined {
    return this.#substitutions.get(application);
  }

  #ruleNumber(rule: CompiledRule<P>): number {
    const found = this.#ruleNumbers.get(rule);
    if (found !== undefined) return found;
    const number = this.#rules.length;
    this.#rules.push(rule);
    this.#ruleNumbers.set(rule, number);
    return number;
  }
}
