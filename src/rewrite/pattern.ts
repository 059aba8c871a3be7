/** The builders of equation rules, for the files under `rules/`. */

export {
  literal,
  node,
  payloadVariable,
  variable,
} from '../egraph/pattern.ts';
export type { Condition as RuleCondition, Rule as EGraphRule } from '../egraph/rule.ts';
export { rewrite, searchRewrite } from '../egraph/rule.ts';
