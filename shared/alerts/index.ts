export { backtestRule } from "./backtest-rule.ts";
export { makeRuleStore, type RuleStore } from "./rule-store.ts";
