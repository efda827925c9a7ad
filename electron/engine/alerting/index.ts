// Alerting and recording rules in Prometheus's syntax: evaluated on a schedule, told to the window and the desktop.
export { type AlertRouter, type AlertRouterOptions, createAlertRouter, type DeliveryCount } from './alert-router.ts';
export { defaultRouting, type LoadedRouting, unsupportedReceivers } from './routing-file.ts';
export { checkRuleFiles, createAlerting } from './alerting.ts';
export type { Alerting, AlertingOptions, RuleDefaults, RuleGroupState } from './alerting.ts';
export type { ActiveAlert } from './rules/alert-state.ts';
export { runRuleTests } from './unit-test/index.ts';
