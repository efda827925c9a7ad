// Alerting and recording rules in Prometheus's syntax: evaluated on a schedule, told to the window and the desktop.
export { type AlertRouter, type AlertRouterOptions, createAlertRouter, type DeliveryCount } from './alert-router.ts';
export { createReceivers, type Receivers } from './receivers-service.ts';
export { receiverGlobals, receiverKind, RECEIVER_KINDS, receiverSchemas } from './receivers/index.ts';
export {
  type AlertStatus,
  type GroupState,
  type Integration,
  isResolvedAt,
  type Matcher,
  matcher,
  MatcherError,
  matchersText,
  matchesAll,
  readMatchers,
  parseMatchers,
  type Route,
  type RoutedAlert,
  type RoutingConfig,
  routingSchema,
  type SentAlert,
  type Silence,
  type SilenceDraft,
  type Silences,
  type SilenceState,
  silenceState,
} from './routing/index.ts';
export { behindParent } from './behind-parent.ts';
export { type AlertDesk, createAlertDesk } from './desk.ts';
export { alertingSectionSchema, createHeartbeat, type Heartbeat } from './heartbeat/index.ts';
export { createMaintenance, type Maintenance } from './maintenance/index.ts';
export { deliveryTrouble } from './delivery/trouble.ts';
export { registerHeartbeatMetrics, registerNotificationMetrics } from './own-metrics.ts';
export { Arrivals } from './prompt/index.ts';
export type { Watched } from './settling.ts';
export { checkTemplateFiles } from './template-files.ts';
export { defaultRouting, type LoadedRouting, unsupportedReceivers } from './routing-file.ts';
export { templateProblems } from './template-problems.ts';
export { checkRuleFiles, createAlerting } from './alerting.ts';
export type { Alerting, AlertingOptions, RuleDefaults, RuleGroupState } from './alerting.ts';
export type { ActiveAlert } from './rules/alert-state.ts';
export { createOwnRules, createRulePacks } from './packs/index.ts';
export type { OwnRules, RulePacks } from './packs/index.ts';
export { tryRule } from './try-rule/index.ts';
export { runRuleTests } from './unit-test/index.ts';
