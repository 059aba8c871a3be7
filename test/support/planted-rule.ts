/** A rule with one condition left out, on a program where it matters. */
import type { Scope } from '../../src/sim/judge/scope.ts';

export interface PlantedRule {
  readonly rule: string;
  readonly without: string;
  readonly program: string;
  /** As `pool` of the judge's tests takes them. */
  readonly commands: readonly string[];
  readonly scope?: Partial<Scope>;
  /** What happens: the judge's verdict, or the condition that stops the rule all the same. */
  readonly outcome: 'violated' | 'stalls' | `declined: ${string}` | 'refines';
  /** Why a sound plan comes out although the condition is gone. */
  readonly because?: string;
}
